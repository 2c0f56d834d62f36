#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cairn::tree {

/// How many bytes of a file media_type_of() looks at.
inline constexpr std::size_t kSniffedBytes = 512;

/// What browsers show by a viewer of their own.
inline constexpr std::string_view kPdf = "application/pdf";

/// What a file is, decided by its first bytes: by the signatures of the WHATWG's MIME Sniffing Standard and a few more, never by
/// what a client says. The name only tells apart what the bytes leave open: which kind of text, which document in a zip. What is
/// not known is `application/octet-stream`.
[[nodiscard]] std::string media_type_of(std::span<const std::byte> head, std::string_view name);

/// True for types that browsers may show in place: images without script, audio, video, PDF, plain text. What is shown so is
/// still served under a policy that lets it do nothing.
[[nodiscard]] bool may_be_shown_inline(std::string_view media_type);

}  // namespace cairn::tree
