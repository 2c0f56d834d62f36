#include "cairn/tree/name.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <unicode/casemap.h>
#include <unicode/coll.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "cairn/base/utf8.h"

namespace cairn::tree {
namespace {

constexpr std::size_t kSortKeyBytes = 96;

void require(UErrorCode code) {
  if (U_FAILURE(code)) throw Failure({ErrorCode::kInternal, fmt::format("ICU failed: {}.", u_errorName(code))});
}

const icu::Normalizer2& nfc() {
  static const icu::Normalizer2& normalizer = [&]() -> const icu::Normalizer2& {
    UErrorCode code = U_ZERO_ERROR;
    const auto* found = icu::Normalizer2::getNFCInstance(code);
    require(code);
    return *found;
  }();
  return normalizer;
}

// One for all threads: making sort keys does not change it.
const icu::Collator& root_collation() {
  static const std::unique_ptr<const icu::Collator> collator = [] {
    UErrorCode code = U_ZERO_ERROR;
    std::unique_ptr<icu::Collator> made(icu::Collator::createInstance(icu::Locale::getRoot(), code));
    require(code);
    made->setAttribute(UCOL_NUMERIC_COLLATION, UCOL_ON, code);
    require(code);
    return made;
  }();
  return *collator;
}

icu::UnicodeString composed(const icu::UnicodeString& text) {
  UErrorCode code = U_ZERO_ERROR;
  auto result = nfc().normalize(text, code);
  require(code);
  return result;
}

std::string utf8_of(const icu::UnicodeString& text) {
  std::string bytes;
  text.toUTF8String(bytes);
  return bytes;
}

bool has_control_character(const icu::UnicodeString& text) {
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
    if (u_charType(text.char32At(i)) == U_CONTROL_CHAR) return true;
  return false;
}

std::vector<std::byte> sort_key_of(const std::string& text) {
  const auto unicode = icu::UnicodeString::fromUTF8(text);
  std::vector<std::byte> key(kSortKeyBytes);
  // Gives the whole length, however much fits; a final zero is counted and is no part of the order.
  const auto length =
      root_collation().getSortKey(unicode, reinterpret_cast<std::uint8_t*>(key.data()), static_cast<std::int32_t>(key.size()));
  key.resize(std::min<std::size_t>(kSortKeyBytes, static_cast<std::size_t>(std::max(length, 1)) - 1));
  return key;
}

// As much of the text as fits, whole characters only.
std::string_view cut_to(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

Name::Name(std::string text) : text_(std::move(text)), sort_key_(sort_key_of(text_)) {}

Result<Name> Name::check(std::string_view name) {
  const auto refuse = [](std::string_view why) {
    return failure(ErrorCode::kInvalidInput,
                   fmt::format("{} A name has 1 to 255 bytes of text without / and control characters.", why), "name");
  };
  if (name.empty()) return refuse("The name is empty.");
  if (name.size() > 4 * kLongestName) return refuse("The name is too long.");  // composing at most halves it
  if (!is_valid_utf8(name)) return refuse("The name is not UTF-8.");
  const auto unicode =
      composed(icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size()))));
  if (has_control_character(unicode)) return refuse("The name has a control character.");
  auto text = utf8_of(unicode);
  if (text.size() > kLongestName) return refuse(fmt::format("The name has {} bytes.", text.size()));
  if (text.find('/') != std::string::npos) return refuse("The name has a /.");
  if (text == "." || text == "..") return refuse("The name means a folder itself or the one above.");
  return Name(std::move(text));
}

std::string Name::key(NameRule rule) const {
  if (rule == NameRule::kExact) return text_;
  auto folded = icu::UnicodeString::fromUTF8(text_);
  folded.foldCase();
  return utf8_of(composed(folded));
}

Name Name::numbered(std::size_t number) const {
  const auto suffix = fmt::format(" ({})", number);
  const auto dot = text_.rfind('.');
  const bool has_extension = dot != std::string::npos && dot > 0 && text_.size() - dot <= 16;
  const auto extension = has_extension ? text_.substr(dot) : std::string();
  const auto stem = std::string_view(text_).substr(0, text_.size() - extension.size());
  const auto text = std::string(cut_to(stem, kLongestName - suffix.size() - extension.size())) + suffix + extension;
  return value_or_throw(check(text));
}

}  // namespace cairn::tree
