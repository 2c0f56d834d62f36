// Names: what is accepted is a name by every rule, stays the same when it is checked again, and can be numbered within the limit.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cairn/base/utf8.h"
#include "cairn/tree/name.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view text) {
  require(!text.empty() && text.size() <= cairn::tree::kLongestName && text != "." && text != "..");
  require(cairn::is_valid_utf8(text));
  for (const char c : text) require(c != '/' && static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cairn::tree::Name;
  using cairn::tree::NameRule;
  const auto name = Name::check({reinterpret_cast<const char*>(data), size});
  if (!name) return 0;
  check(name->text());
  const auto again = Name::check(name->text());
  require(again && again->text() == name->text() && again->sort_key() == name->sort_key());
  require(again->key(NameRule::kIgnoreCase) == name->key(NameRule::kIgnoreCase));
  for (const std::size_t number : {2uz, 10uz, 1'000'000uz}) {
    const auto numbered = name->numbered(number);
    check(numbered.text());
    require(numbered.text() != name->text());
  }
  return 0;
}
