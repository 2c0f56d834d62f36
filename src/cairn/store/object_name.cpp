#include <algorithm>
#include <cstring>

#include "cairn/base/random.h"
#include "cairn/base/text.h"
#include "cairn/store/object_store.h"

namespace cairn::store {

ObjectName ObjectName::make() {
  ObjectName name;
  fill_random(name.bytes_);
  return name;
}

std::optional<ObjectName> ObjectName::parse(std::string_view text) {
  ObjectName name;
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != name.bytes_.size()) return std::nullopt;
  std::ranges::copy(*bytes, name.bytes_.begin());
  return name;
}

std::string ObjectName::text() const { return hex(bytes_); }

std::size_t ObjectName::hash() const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, bytes_.data(), sizeof value);
  return value;
}

}  // namespace cairn::store
