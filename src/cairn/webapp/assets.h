#pragma once
#include <span>
#include <string_view>

namespace cairn::webapp {

/// One file of the built web app, as it lies in the program. All views last as long as that.
struct Asset {
  std::string_view path;  ///< as the address has it, `/assets/start-4f2a91.js`
  std::string_view content_type;
  std::string_view bytes;
  std::string_view gzip;    ///< the same, packed (RFC 1952); empty where that would save nothing
  std::string_view brotli;  ///< and by RFC 7932
  std::string_view etag;    ///< of its content, with its quotes
};

/// All files but the page itself, by path.
[[nodiscard]] std::span<const Asset> assets();

/// The page that starts the app. Each `__NONCE__` in it is to be replaced.
[[nodiscard]] std::string_view start_page();

}  // namespace cairn::webapp
