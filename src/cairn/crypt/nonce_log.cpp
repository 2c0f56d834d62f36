#include "cairn/crypt/nonce_log.h"

#ifdef CAIRN_MUTANTS
#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>

#include <unistd.h>

#include "cairn/base/mutant.h"
#include "cairn/base/text.h"

namespace cairn::crypt {
namespace {

struct Watched {
  std::mutex mutex;
  bool watching = false;
  std::set<std::pair<Sha256, AesGcm::Nonce>> pairs;
  std::size_t repeated = 0;
};

Watched& watched() {
  static Watched all;
  return all;
}

// The file descriptor that the environment names, open since before the start; -1 if none.
int log_file() {
  static const int kFile = [] {
    const char* number = std::getenv(kNonceLogVariable.data());  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
    const auto parsed = number == nullptr ? std::nullopt : parse_unsigned(number);
    return parsed ? static_cast<int>(*parsed) : -1;
  }();
  return kFile;
}

}  // namespace

NonceWatch::NonceWatch() {
  auto& all = watched();
  const std::lock_guard lock(all.mutex);
  all.watching = true;
  all.pairs.clear();
  all.repeated = 0;
}

NonceWatch::~NonceWatch() {
  auto& all = watched();
  const std::lock_guard lock(all.mutex);
  all.watching = false;
}

std::size_t NonceWatch::seen() const {
  const std::lock_guard lock(watched().mutex);
  return watched().pairs.size();
}

std::size_t NonceWatch::repeated() const {
  const std::lock_guard lock(watched().mutex);
  return watched().repeated;
}

void note_nonce(const Sha256& key, const AesGcm::Nonce& nonce) {
  if (const int file = log_file(); file >= 0) {
    const auto line = hex(key) + " " + hex(nonce) + "\n";
    // One write a line: lines of several threads do not mix. What a full disk loses, the test misses.
    if (::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }
  auto& all = watched();
  const std::lock_guard lock(all.mutex);
  if (all.watching && !all.pairs.emplace(key, nonce).second) ++all.repeated;
}

}  // namespace cairn::crypt
#endif
