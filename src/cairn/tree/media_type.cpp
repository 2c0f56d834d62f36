#include "cairn/tree/media_type.h"

#include <algorithm>
#include <array>

#include "cairn/base/text.h"
#include "cairn/base/utf8.h"

namespace cairn::tree {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view type;
};

constexpr auto kSignatures = std::to_array<Signature>({
    {0, "\x89PNG\r\n\x1a\n"sv, "image/png"},
    {0, "\xff\xd8\xff"sv, "image/jpeg"},
    {0, "GIF87a"sv, "image/gif"},
    {0, "GIF89a"sv, "image/gif"},
    {8, "WEBP"sv, "image/webp"},
    {4, "ftypavif"sv, "image/avif"},
    {4, "ftypheic"sv, "image/heic"},
    {4, "ftypheix"sv, "image/heic"},
    {4, "ftypmif1"sv, "image/heif"},
    {0, "II*\0"sv, "image/tiff"},
    {0, "MM\0*"sv, "image/tiff"},
    {0, "BM"sv, "image/bmp"},
    {0, "8BPS"sv, "image/vnd.adobe.photoshop"},
    {4, "ftypqt"sv, "video/quicktime"},
    {4, "ftypM4A"sv, "audio/mp4"},
    {4, "ftyp"sv, "video/mp4"},
    {8, "AVI "sv, "video/x-msvideo"},
    {8, "WAVE"sv, "audio/wav"},
    {0, "ID3"sv, "audio/mpeg"},
    {0, "\xff\xfb"sv, "audio/mpeg"},
    {0, "\xff\xf3"sv, "audio/mpeg"},
    {0, "OggS"sv, "application/ogg"},
    {0, "fLaC"sv, "audio/flac"},
    {0, "%PDF-"sv, "application/pdf"},
    {0, "%!PS"sv, "application/postscript"},
    {0, "PK\x03\x04"sv, "application/zip"},
    {0, "PK\x05\x06"sv, "application/zip"},
    {0, "\x1f\x8b"sv, "application/gzip"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "application/x-7z-compressed"},
    {0, "Rar!\x1a\x07"sv, "application/vnd.rar"},
    {0, "BZh"sv, "application/x-bzip2"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "application/x-xz"},
    {0, "\x28\xb5\x2f\xfd"sv, "application/zstd"},
    {257, "ustar"sv, "application/x-tar"},
    {0, "SQLite format 3\0"sv, "application/vnd.sqlite3"},
    {0, "\0\0\1\0"sv, "image/vnd.microsoft.icon"},
    {0, "wOF2"sv, "font/woff2"},
    {0, "wOFF"sv, "font/woff"},
    {0,
     "\x7f"
     "ELF"sv,
     "application/x-elf"},
    {0, "MZ"sv, "application/vnd.microsoft.portable-executable"},
});

// Containers whose first bytes tell no more than that, told apart by the name.
struct Refinement {
  std::string_view found;
  std::string_view extension;
  std::string_view type;
};

constexpr auto kRefinements = std::to_array<Refinement>({
    {"application/zip", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"application/zip", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"application/zip", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"application/zip", "odt", "application/vnd.oasis.opendocument.text"},
    {"application/zip", "ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"application/zip", "odp", "application/vnd.oasis.opendocument.presentation"},
    {"application/zip", "epub", "application/epub+zip"},
    {"application/zip", "jar", "application/java-archive"},
    {"application/zip", "apk", "application/vnd.android.package-archive"},
    {"application/ogg", "ogg", "audio/ogg"},
    {"application/ogg", "oga", "audio/ogg"},
    {"application/ogg", "opus", "audio/ogg"},
    {"application/ogg", "ogv", "video/ogg"},
    {"text/plain", "md", "text/markdown"},
    {"text/plain", "markdown", "text/markdown"},
    {"text/plain", "csv", "text/csv"},
    {"text/plain", "html", "text/html"},
    {"text/plain", "htm", "text/html"},
    {"text/plain", "css", "text/css"},
    {"text/plain", "js", "text/javascript"},
    {"text/plain", "mjs", "text/javascript"},
    {"text/plain", "json", "application/json"},
    {"text/plain", "xml", "application/xml"},
    {"text/plain", "svg", "image/svg+xml"},
    {"text/plain", "yaml", "application/yaml"},
    {"text/plain", "yml", "application/yaml"},
    {"text/plain", "toml", "application/toml"},
    {"text/plain", "ics", "text/calendar"},
    {"text/plain", "vcf", "text/vcard"},
    {"text/plain", "eml", "message/rfc822"},
    {"text/plain", "rtf", "application/rtf"},
});

constexpr std::string_view kUnknown = "application/octet-stream";
constexpr std::string_view kText = "text/plain";

// UTF-8 without control characters that no text has. A character that the end of the head cuts is no fault.
bool is_text(std::string_view bytes) {
  const bool clean = std::ranges::none_of(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != 0x1b) || byte == 0x7f;
  });
  if (!clean) return false;
  if (bytes.size() < kSniffedBytes) return is_valid_utf8(bytes);
  for (std::size_t cut = 0; cut < 4; ++cut)
    if (is_valid_utf8(bytes.substr(0, bytes.size() - cut))) return true;
  return false;
}

// Matroska and WebM share a signature; the document's type stands some bytes behind it.
std::string_view ebml_type(std::string_view bytes) { return bytes.contains("webm") ? "video/webm" : "video/x-matroska"; }

std::string_view sniffed(std::string_view bytes) {
  if (bytes.empty()) return kText;
  if (bytes.starts_with("\x1a\x45\xdf\xa3")) return ebml_type(bytes);
  const auto fits = [&](const Signature& signature) {
    return bytes.size() > signature.offset && bytes.substr(signature.offset).starts_with(signature.bytes);
  };
  if (const auto found = std::ranges::find_if(kSignatures, fits); found != kSignatures.end()) return found->type;
  return is_text(bytes) ? kText : kUnknown;
}

std::string extension_of(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string() : ascii_lowercase(name.substr(dot + 1));
}

}  // namespace

std::string media_type_of(std::span<const std::byte> head, std::string_view name) {
  const auto kept = head.first(std::min(head.size(), kSniffedBytes));
  const auto type = sniffed({reinterpret_cast<const char*>(kept.data()), kept.size()});
  const auto extension = extension_of(name);
  const auto finer = std::ranges::find_if(
      kRefinements, [&](const Refinement& refinement) { return refinement.found == type && refinement.extension == extension; });
  return std::string(finer == kRefinements.end() ? type : finer->type);
}

bool may_be_shown_inline(std::string_view media_type) {
  constexpr auto kShown = std::to_array<std::string_view>({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif",
                                                           "video/mp4", "video/webm", "audio/mpeg", "audio/mp4", "audio/ogg",
                                                           "video/ogg", "audio/flac", "audio/wav", "text/plain", kPdf});
  return std::ranges::find(kShown, media_type) != kShown.end();
}

}  // namespace cairn::tree
