#pragma once
// Guard mutants: the test build (CAIRN_MUTANTS) can switch off one guard at run time, to show that the tests look at
// it. The table of all mutants and the tests that must kill them is tests/mutants.txt. Release builds hold none of
// this: the condition is a constant.

#include <string_view>

#ifdef CAIRN_MUTANTS
namespace cairn {

/// The environment variable that picks a mutant.
inline constexpr std::string_view kMutantVariable = "CAIRN_MUTANT";

/// The one that names a file descriptor for pairs of key and nonce (crypt/nonce_log.h).
inline constexpr std::string_view kNonceLogVariable = "CAIRN_MUTANT_NONCES";

/// True while that variable names this mutant.
bool mutant(std::string_view name);

}  // namespace cairn
#else
namespace cairn {

inline constexpr std::string_view kMutantVariable = "";
inline constexpr std::string_view kNonceLogVariable = "";

template <class Name>
consteval bool mutant(const Name& /*unused: no mutants in this build*/) {
  return false;
}

}  // namespace cairn
#endif
