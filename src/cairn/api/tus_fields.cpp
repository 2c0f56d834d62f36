#include "cairn/api/tus_fields.h"

#include <algorithm>

#include <fmt/format.h>

#include "cairn/base/text.h"
#include "cairn/base/utf8.h"
#include "cairn/tree/rows.h"

namespace cairn::api {
namespace {

[[noreturn]] void refuse(std::string_view field, std::string why) {
  throw Failure({ErrorCode::kInvalidInput, std::move(why), std::string(field)});
}

std::vector<std::byte> big_endian(std::uint32_t number) {
  std::vector<std::byte> bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::byte>(number >> shift));
  return bytes;
}

bool is_key(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != ','; });
}

}  // namespace

void require_tus(const net::Request& request) {
  if (request.header("tus-resumable") == kTusVersion) return;
  throw Failure({ErrorCode::kPreconditionFailed,
                 fmt::format("This is spoken here: the tus protocol {}. Say so in Tus-Resumable.", kTusVersion),
                 "Tus-Resumable"});
}

void require_tus_body(const net::Request& request) {
  if (request.header("content-type") == kTusBody) return;
  throw Failure({ErrorCode::kUnsupportedMedia, fmt::format("Bytes of an upload are sent as {}.", kTusBody), "Content-Type"});
}

std::optional<std::int64_t> bytes_in(const net::Request& request, std::string_view field) {
  const auto text = request.header(field);
  if (!text) return std::nullopt;
  const auto number = parse_unsigned(*text);
  if (!number || *number > static_cast<std::uint64_t>(tree::kUnlimited))
    refuse(field, fmt::format("{} is a number of bytes, from 0 to {}.", field, tree::kUnlimited));
  return static_cast<std::int64_t>(*number);
}

Metadata parse_metadata(std::string_view text) {
  constexpr std::string_view kField = "Upload-Metadata";
  Metadata metadata;
  for (const auto pair : split(text, ',')) {
    const auto space = std::min(pair.find(' '), pair.size());
    const auto key = pair.substr(0, space);
    const auto encoded = trimmed(pair.substr(space));
    if (!is_key(key)) refuse(kField, "Upload-Metadata is a list of keys, each with a value in base64: `name cmVwb3J0LnBkZg==`.");
    if (value_of(metadata, key)) refuse(kField, fmt::format("The key '{}' comes twice in Upload-Metadata.", key));
    const auto value = from_base64(encoded);
    if (!value) refuse(kField, fmt::format("The value of '{}' in Upload-Metadata is no base64.", key));
    std::string plain(tree::text_of(*value));
    if (with_valid_utf8(plain) != plain) refuse(kField, fmt::format("The value of '{}' in Upload-Metadata is no UTF-8.", key));
    metadata.emplace_back(key, std::move(plain));
  }
  return metadata;
}

std::optional<std::string> value_of(const Metadata& metadata, std::string_view key) {
  const auto found = std::ranges::find(metadata, key, &Metadata::value_type::first);
  if (found == metadata.end()) return std::nullopt;
  return found->second;
}

std::optional<Concat> concat_of(const net::Request& request) {
  constexpr std::string_view kField = "Upload-Concat";
  constexpr std::string_view kFinal = "final;";
  const auto text = request.header(kField);
  if (!text) return std::nullopt;
  if (*text == "partial") return Concat{.partial = true};
  if (!text->starts_with(kFinal)) refuse(kField, "Upload-Concat is `partial`, or `final;` with the addresses of the parts.");
  Concat concat;
  for (const auto address : split(text->substr(kFinal.size()), ' ')) {
    const auto id = upload::UploadId::parse(address.substr(address.rfind('/') + 1));
    if (!id) refuse(kField, "Upload-Concat names something that is no upload.");
    concat.parts.push_back(*id);
  }
  return concat;
}

std::optional<Checksum> Checksum::of(const net::Request& request) {
  constexpr std::string_view kField = "Upload-Checksum";
  const auto text = request.header(kField);
  if (!text) return std::nullopt;
  const auto space = std::min(text->find(' '), text->size());
  const auto algorithm = text->substr(0, space);
  std::optional<Hash> hash;
  std::size_t size = 0;
  if (algorithm == "sha1") {
    hash.emplace(crypt::Sha1Stream());
    size = sizeof(crypt::Sha1);
  } else if (algorithm == "sha256") {
    hash.emplace(crypt::Sha256Stream());
    size = sizeof(crypt::Sha256);
  } else if (algorithm == "crc32") {
    hash.emplace(crypt::Crc32());
    size = sizeof(std::uint32_t);
  } else {
    refuse(kField, fmt::format("Checksums are taken of these kinds: {}.", kTusChecksums));
  }
  auto wanted = from_base64(trimmed(text->substr(space)));
  if (!wanted || wanted->size() != size) refuse(kField, fmt::format("This is no {} in base64.", algorithm));
  return Checksum(*std::move(hash), *std::move(wanted));
}

void Checksum::update(std::span<const std::byte> bytes) {
  std::visit([&](auto& hash) { hash.update(bytes); }, hash_);
}

void Checksum::require_right() const {
  struct Bytes {
    std::vector<std::byte> operator()(const crypt::Crc32& hash) const { return big_endian(hash.value()); }
    std::vector<std::byte> operator()(const crypt::Sha1Stream& hash) const {
      const auto digest = hash.digest();
      return {digest.begin(), digest.end()};
    }
    std::vector<std::byte> operator()(const crypt::Sha256Stream& hash) const {
      const auto digest = hash.digest();
      return {digest.begin(), digest.end()};
    }
  };
  if (std::visit(Bytes(), hash_) == wanted_) return;
  throw Failure(
      {ErrorCode::kChecksumMismatch, "The bytes that came are not those that were sent. Send them again.", "Upload-Checksum"});
}

}  // namespace cairn::api
