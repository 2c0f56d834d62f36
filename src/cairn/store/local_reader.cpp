#include "cairn/store/local_reader.h"

#include <algorithm>
#include <utility>

namespace cairn::store {
namespace {

constexpr std::size_t kProbeBytes = 64u << 10;  // DESIGN D9
constexpr std::size_t kWarmBytes = 256u << 10;

// Work for the disk pool. Spans are of a buffer whose owner waits for the end.
struct ReadFile {
  File* file;
  std::uint64_t offset;
  std::span<std::byte> into;

  Result<std::size_t> run() const { return file->read_at(offset, into); }
};

// Reads a part of a file for no other end than that it lies in memory then.
struct WarmFile {
  File* file;
  std::uint64_t offset;
  std::size_t length;

  Result<std::size_t> run() const {
    const auto unwanted = std::make_unique_for_overwrite<std::byte[]>(std::min(length, kWarmBytes));
    std::size_t done = 0;
    while (done < length) {
      const auto wanted = std::min(length - done, kWarmBytes);
      const auto got = file->read_at(offset + done, {unwanted.get(), wanted});
      if (!got) return got;
      done += *got;
      if (*got < wanted) break;
    }
    return done;
  }
};

class LocalReader final : public ObjectReader {
 public:
  LocalReader(WorkerPool& disk, Turn turn, std::shared_ptr<File> file, ByteRange range)
      : disk_(disk), turn_(turn), file_(std::move(file)), range_(range) {}

  Task<std::size_t> read(std::span<std::byte> into) override {
    into = into.first(std::min<std::uint64_t>(into.size(), range_.length));
    if (into.empty()) co_return 0;
    const auto at_hand = file_->try_read_at(range_.offset, into);
    if (const auto rest = into.subspan(at_hand); !rest.empty()) {
      auto work = ReadFile{file_.get(), range_.offset + at_hand, rest};
      auto got = co_await disk_.run(turn_, work);
      if (value_or_throw(std::move(got)) < rest.size()) throw shortened();
    }
    skip(into.size());
    co_return into.size();
  }

  Task<FilePiece> next_piece(std::size_t most) override {
    if (!tells_memory_) co_return FilePiece{};
    const FilePiece piece{.descriptor = file_->descriptor(),
                          .offset = range_.offset,
                          .length = static_cast<std::size_t>(std::min<std::uint64_t>(most, range_.length))};
    if (!is_in_memory(piece)) {
      auto work = WarmFile{file_.get(), piece.offset, piece.length};
      auto warmed = co_await disk_.run(turn_, work);
      if (value_or_throw(std::move(warmed)) < piece.length) throw shortened();
      tells_memory_ = is_in_memory(piece);  // not on a file system that cannot say so: nobody knows how long sending would wait
      if (!tells_memory_) co_return FilePiece{};
    }
    skip(piece.length);
    co_return piece;
  }

  void skip(std::uint64_t bytes) override {
    range_.offset += bytes;
    range_.length -= bytes;
  }

 private:
  static Failure shortened() { return Failure({ErrorCode::kIo, "An object is shorter than it was when it was opened."}); }

  // One byte of every so many tells for its neighbours: the kernel reads ahead, and drops, in larger units than pages.
  [[nodiscard]] bool is_in_memory(const FilePiece& piece) const noexcept {
    std::byte byte{};
    const auto is_there = [&](std::size_t at) { return file_->try_read_at(piece.offset + at, {&byte, 1}) == 1; };
    for (std::size_t at = 0; at < piece.length; at += kProbeBytes)
      if (!is_there(at)) return false;
    return piece.length == 0 || is_there(piece.length - 1);
  }

  WorkerPool& disk_;
  Turn turn_;
  std::shared_ptr<File> file_;
  ByteRange range_;
  bool tells_memory_ = file_->descriptor() >= 0;  // what of the file lies in memory, so that it can be sent as it lies
};

}  // namespace

std::unique_ptr<ObjectReader> make_local_reader(WorkerPool& disk, Turn turn, std::shared_ptr<File> file, ByteRange range) {
  return std::make_unique<LocalReader>(disk, turn, std::move(file), range);
}

}  // namespace cairn::store
