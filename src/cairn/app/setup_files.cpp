#include "cairn/app/setup_files.h"

#include <algorithm>

#include "cairn/base/random.h"
#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"

namespace cairn::app {
namespace {

constexpr std::size_t kLongestNote = 1'000;

// Removes a file, durably.
struct RemoveFile {
  Files* files;
  std::string path;
  void run() const {
    value_or_throw(files->remove(path));
    value_or_throw(files->sync_directory(parent_of(path)));
  }
};

struct WriteFile {
  Files* files;
  std::string path;
  std::string text;
  void run() const { value_or_throw(replace_text(*files, path, text)); }
};

// 128 random bits in groups of letters that are not mixed up.
std::string make_code() {
  Uuid random;
  fill_random(random);
  auto code = encode_base32(random);
  for (const std::size_t at : {5u, 11u, 17u, 23u}) code.insert(at, "-");
  return code;
}

// As people type it: with or without dashes, in either case.
std::string normal(std::string_view code) {
  auto text = ascii_lowercase(trimmed(code));
  std::erase_if(text, [](char c) { return c == '-' || c == ' '; });
  return text;
}

}  // namespace

class SetupFiles::Code final : public api::SetupCode {
 public:
  Code(Files& files, std::string path, WorkerPool& disk) : files_(files), path_(std::move(path)), disk_(disk) {}

  void prepare(bool has_people) {
    if (has_people) return RemoveFile{.files = &files_, .path = path_}.run();
    const auto there = read_text(files_, path_, kLongestNote);
    auto code = there ? std::string(trimmed(*there)) : std::string();
    if (code.empty()) {
      code = make_code();
      value_or_throw(replace_text(files_, path_, code + "\n"));
    }
    const std::scoped_lock lock(mutex_);
    code_ = Secret(code);
  }
  [[nodiscard]] Secret get() const {
    const std::scoped_lock lock(mutex_);
    return code_;
  }
  [[nodiscard]] bool matches(std::string_view code) const override {
    const auto right = normal(get().reveal());
    const auto told = normal(code);
    return !right.empty() && crypt::equal_in_constant_time(crypt::sha256(crypt::label(right)), crypt::sha256(crypt::label(told)));
  }
  Task<> withdraw(Turn turn) override {
    {
      const std::scoped_lock lock(mutex_);
      code_ = Secret();
    }
    auto remove = RemoveFile{.files = &files_, .path = path_};
    try {
      co_await disk_.run(turn, std::move(remove));
    } catch (const Failure&) {
      co_return;  // prepare() removes it
    }
  }

 private:
  Files& files_;
  const std::string path_;
  WorkerPool& disk_;
  mutable std::mutex mutex_;
  Secret code_;
};

class SetupFiles::Recovery final : public api::RecoveryNote {
 public:
  Recovery(Files& files, std::string path, WorkerPool& disk)
      : files_(files), path_(std::move(path)), disk_(disk), confirmed_(files.real_path(path_).has_value()) {}

  [[nodiscard]] bool is_confirmed() const override { return confirmed_; }
  Task<> confirm(Turn turn) override {
    auto write = WriteFile{.files = &files_, .path = path_, .text = "The recovery code of the master key is kept.\n"};
    co_await disk_.run(turn, std::move(write));
    confirmed_ = true;
  }

 private:
  Files& files_;
  const std::string path_;
  WorkerPool& disk_;
  std::atomic<bool> confirmed_;
};

SetupFiles::SetupFiles(Files& files, const DataDirectory& data, WorkerPool& disk)
    : code_(std::make_unique<Code>(files, data.path() + "/setup-code", disk)),
      recovery_(std::make_unique<Recovery>(files, data.path() + "/recovery-confirmed", disk)) {}
SetupFiles::~SetupFiles() = default;

void SetupFiles::prepare(bool has_people) { code_->prepare(has_people); }
Secret SetupFiles::code() const { return code_->get(); }
api::SetupCode& SetupFiles::setup_code() { return *code_; }
api::RecoveryNote& SetupFiles::recovery() { return *recovery_; }

}  // namespace cairn::app
