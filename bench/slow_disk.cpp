// `cairn` on a disk where each read of content takes 50 ms, and where nothing of a file lies in memory but what was read since it
// was opened: what a real disk does rarely, always. To be run with content.open_objects=0.

#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>

#include "cairn/app/command_line.h"
#include "cairn/runtime/posix_files.h"

namespace {

constexpr std::chrono::milliseconds kReadTime{50};

class SlowFile final : public cairn::File {
 public:
  explicit SlowFile(std::unique_ptr<cairn::File> file) : file_(std::move(file)) {}

  cairn::Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) override {
    std::this_thread::sleep_for(kReadTime);
    auto got = file_->read_at(offset, into);
    if (got) read_to_ = offset + *got;
    return got;
  }
  // Files are read front to back.
  [[nodiscard]] std::size_t try_read_at(std::uint64_t offset, std::span<std::byte> into) noexcept override {
    return offset + into.size() <= read_to_ ? file_->try_read_at(offset, into) : 0;
  }
  [[nodiscard]] int descriptor() const noexcept override { return file_->descriptor(); }
  cairn::Result<void> write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return file_->write_at(offset, bytes);
  }
  cairn::Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }
  [[nodiscard]] cairn::Result<cairn::Instant> modified_at() override { return file_->modified_at(); }
  cairn::Result<void> set_modified_at(cairn::Instant time) override { return file_->set_modified_at(time); }
  cairn::Result<void> allocate(std::uint64_t size) override { return file_->allocate(size); }
  void start_writeback(std::uint64_t offset, std::uint64_t bytes) noexcept override { file_->start_writeback(offset, bytes); }
  [[nodiscard]] cairn::Result<std::uint64_t> size() override { return file_->size(); }
  cairn::Result<void> sync() override { return file_->sync(); }

 private:
  std::unique_ptr<cairn::File> file_;
  std::atomic<std::uint64_t> read_to_ = 0;
};

class SlowFiles final : public cairn::PosixFiles {
 public:
  cairn::Result<std::unique_ptr<cairn::File>> open(const std::string& path, cairn::OpenMode mode) override {
    auto file = cairn::PosixFiles::open(path, mode);
    const bool is_content = path.find("/content/") != std::string::npos;
    if (!file || !is_content || mode != cairn::OpenMode::kRead) return file;
    return std::make_unique<SlowFile>(*std::move(file));
  }
};

}  // namespace

int main(int argc, char** argv) {
  SlowFiles files;
  return cairn::app::run_command_line(files, argc, argv);
}
