#include "cairn/base/mutant.h"

#ifdef CAIRN_MUTANTS
#include <cstdlib>
#include <string>

namespace cairn {

bool mutant(std::string_view name) {
  // Read once: the environment never changes after start, and guards stand on hot paths.
  static const std::string chosen = [] {
    const char* value = std::getenv(kMutantVariable.data());  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
    return std::string(value == nullptr ? "" : value);
  }();
  return !chosen.empty() && chosen == name;
}

}  // namespace cairn
#endif
