#include "cairn/base/secret.h"

#include <cstring>

namespace cairn {

Secret::~Secret() { explicit_bzero(value_.data(), value_.capacity()); }

}  // namespace cairn
