#pragma once
// store/: keeps bytes as immutable objects, in a local directory, later in S3. Knows nothing of segments, keys, users or quotas.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/runtime/fair_queue.h"
#include "cairn/runtime/file_piece.h"
#include "cairn/runtime/task.h"

namespace cairn::store {

/// The random name of an object: 128 bits, never made from anything that a user chose.
class ObjectName {
 public:
  /// A fresh one.
  [[nodiscard]] static ObjectName make();
  /// From its 32 hexadecimal digits.
  [[nodiscard]] static std::optional<ObjectName> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  /// For hash tables: they are random anyway.
  [[nodiscard]] std::size_t hash() const noexcept;

  friend bool operator==(const ObjectName&, const ObjectName&) = default;
  friend auto operator<=>(const ObjectName&, const ObjectName&) = default;

 private:
  std::array<std::byte, 16> bytes_{};
};

/// Part of an object, in bytes.
struct ByteRange {
  std::uint64_t offset;
  std::uint64_t length;
};

/// Writes one object, front to back, by one caller.
class ObjectWriter {
 public:
  /// An object that was not committed is never visible; what it has written is swept away at the next start, or by discard() now.
  virtual ~ObjectWriter() = default;

  /// Appends; `bytes` stay until this ends. Throws Failure(kNoSpace, kIo, kUnavailable); the object is then lost.
  virtual Task<> write(std::span<const std::byte> bytes) = 0;

  /// Makes the object visible. When this ends it survives a power cut, its name included. Throws as write(); a failed sync is
  /// never tried again, since Linux forgets what it could not write.
  virtual Task<> commit() = 0;

  /// Gives up and removes what was written.
  virtual Task<> discard() = 0;
};

/// Reads a range of one object, front to back.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  /// Reads into all of `into`, less only where the range ends; 0 at its end. Throws Failure(kIo, kUnavailable).
  virtual Task<std::size_t> read(std::span<std::byte> into) = 0;

  /// The next bytes as they lie in a file, at most `most`, all in memory by now, so that sending them waits for no disk; the
  /// reader goes on behind them. They stay readable until the next call. Without length at the range's end, and in a store that
  /// has no files. Throws as read().
  virtual Task<FilePiece> next_piece(std::size_t most) = 0;

  /// Leaves out the next `bytes`; they lie inside the range.
  virtual void skip(std::uint64_t bytes) = 0;
};

/// What a store says of itself (DESIGN D20): whose it is, and how far the database had come when it last said so.
struct Marker {
  std::string installation;
  std::string incarnation;
  std::int64_t high_water = 0;  ///< microseconds since 1970, rising

  friend bool operator==(const Marker&, const Marker&) = default;
};

/// Keeps bytes. Objects are immutable; a reader never sees half of one. Sizes and offsets are bytes. `turn` says for whom the
/// work is done. All calls may run at once; each may throw Failure(kUnavailable).
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Starts an object. `size` takes the room at once where it is known: kNoSpace is thrown before a byte was sent.
  virtual Task<std::unique_ptr<ObjectWriter>> create(Turn turn, ObjectName name, std::optional<std::uint64_t> size) = 0;

  /// Opens a range of an object. kNotFound, or kRangeNotSatisfiable unless the range lies inside.
  /// What was read lately may be held open: it is read as it was then, whatever somebody else has done to the store since,
  /// until let_go().
  virtual Task<Result<std::unique_ptr<ObjectReader>>> open(Turn turn, ObjectName name, ByteRange range) = 0;

  /// The next open() of the object looks at what is there.
  virtual void let_go(ObjectName name) = 0;

  /// Removes an object; one that is gone already is no error. Open readers keep working. Durable when this ends.
  virtual Task<> remove(Turn turn, ObjectName name) = 0;

  /// The names of all objects of one of the store's 256 parts, for examinations. Temporaries are none.
  virtual Task<std::vector<ObjectName>> list(Turn turn, std::uint8_t part) = 0;

  /// kNotFound in a store that nobody has taken yet; kCorrupt.
  virtual Task<Result<Marker>> read_marker(Turn turn) = 0;
  /// Durable when this ends.
  virtual Task<> write_marker(Turn turn, Marker marker) = 0;
};

}  // namespace cairn::store
