// What holds for every store. A new one joins by one more name in the last lines.
#include "cairn/store/object_store.h"

#include <filesystem>
#include <set>
#include <vector>

#include "cairn/base/text.h"
#include "cairn/runtime/blocking.h"
#include "cairn/runtime/posix_files.h"
#include "cairn/runtime/testing/sim_files.h"
#include "cairn/store/local_store.h"

namespace cairn::store {
namespace {

using Buffer = std::vector<std::byte>;

constexpr Turn kTurn{};

Buffer filled(std::size_t size, unsigned seed) {
  Buffer bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + seed + i / 251);
  return bytes;
}

class ObjectStoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  ObjectStoreTest() {
    if (GetParam() == "LocalSimulated") {
      files_ = std::make_unique<SimFiles>(1);
      directory_ = "/content";
      EXPECT_TRUE(files_->make_directory(directory_).has_value());
    } else {
      files_ = std::make_unique<PosixFiles>();
      std::string pattern = std::filesystem::temp_directory_path() / "cairn-store-XXXXXX";
      directory_ = mkdtemp(pattern.data());
    }
    local_ = std::make_unique<LocalStore>(*files_, disk_, directory_, 2);
    EXPECT_TRUE(local_->prepare().has_value());
  }
  ~ObjectStoreTest() override {
    if (GetParam() == "LocalReal") std::filesystem::remove_all(directory_);
  }

  ObjectName given_object(const Buffer& bytes, ObjectName name = ObjectName::make()) {
    const auto writer = run_blocking(store().create(kTurn, name, bytes.size()));
    for (std::size_t at = 0; at < bytes.size(); at += 10'000)
      run_blocking(writer->write(std::span(bytes).subspan(at, std::min<std::size_t>(10'000, bytes.size() - at))));
    run_blocking(writer->commit());
    return name;
  }

  Result<Buffer> read(ObjectName name, ByteRange range) {
    auto reader = run_blocking(store().open(kTurn, name, range));
    if (!reader) return failure(reader);
    Buffer bytes(range.length + 10);
    std::size_t done = 0;
    while (const auto got =
               run_blocking((*reader)->read(std::span(bytes).subspan(done, std::min<std::size_t>(7'000, bytes.size() - done)))))
      done += got;
    bytes.resize(done);
    return bytes;
  }

  ObjectStore& store() { return *local_; }

  Metrics metrics_;
  std::unique_ptr<Files> files_;
  std::string directory_;
  WorkerPool disk_{"disk", {.threads = 2, .queue = 100, .reserved = 1}, metrics_};
  std::unique_ptr<LocalStore> local_;
};

TEST_P(ObjectStoreTest, ListsEachObjectInOneOfItsPartsAndNothingElse) {
  std::set<ObjectName> made;
  for (unsigned i = 0; i < 20; ++i) made.insert(given_object(filled(10, i)));
  const auto unfinished = run_blocking(store().create(kTurn, ObjectName::make(), 10));
  run_blocking(unfinished->write(filled(10, 1)));
  std::multiset<ObjectName> listed;
  for (unsigned part = 0; part < 256; ++part)
    for (const auto& name : run_blocking(store().list(kTurn, static_cast<std::uint8_t>(part)))) listed.insert(name);
  EXPECT_THAT(listed, ::testing::ElementsAreArray(made));
  run_blocking(unfinished->discard());
}

TEST_P(ObjectStoreTest, AnyRangeComesBackAsItWasWritten) {
  for (const std::size_t size : {0uz, 1uz, 100'000uz}) {
    const auto bytes = filled(size, 1);
    const auto name = given_object(bytes);
    EXPECT_EQ(*read(name, {0, size}), bytes);
    if (size > 20'000) {
      EXPECT_EQ(*read(name, {12'345, 7'001}), Buffer(bytes.begin() + 12'345, bytes.begin() + 12'345 + 7'001));
    }
  }
}

TEST_P(ObjectStoreTest, BytesCanBeLeftOut) {
  const auto bytes = filled(100'000, 1);
  const auto name = given_object(bytes);
  const auto reader = value_or_throw(run_blocking(store().open(kTurn, name, {10, 50'000})));
  Buffer got(5);
  EXPECT_EQ(run_blocking(reader->read(got)), 5u);
  reader->skip(40'000);
  EXPECT_EQ(run_blocking(reader->read(got)), 5u);
  EXPECT_EQ(got, Buffer(bytes.begin() + 40'015, bytes.begin() + 40'020));
}

TEST_P(ObjectStoreTest, PiecesOfAFileAreTheRangeOneAfterTheOther) {
  const auto bytes = filled(300'000, 1);
  const auto name = given_object(bytes);
  const auto reader = value_or_throw(run_blocking(store().open(kTurn, name, {10, 250'000})));
  Buffer got;
  for (;;) {
    const auto piece = run_blocking(reader->next_piece(70'000));
    if (piece.length == 0) break;
    EXPECT_LE(piece.length, 70'000u);
    Buffer part(piece.length);
    EXPECT_EQ(::pread(piece.descriptor, part.data(), part.size(), static_cast<off_t>(piece.offset)), std::ssize(part));
    got.insert(got.end(), part.begin(), part.end());
  }
  const bool has_files = GetParam() == "LocalReal";
  EXPECT_EQ(got, has_files ? Buffer(bytes.begin() + 10, bytes.begin() + 250'010) : Buffer());
}

TEST_P(ObjectStoreTest, ARangeOutsideAndAMissingObjectAreTold) {
  const auto name = given_object(filled(100, 1));
  EXPECT_EQ(read(name, {50, 51}).error().code, ErrorCode::kRangeNotSatisfiable);
  EXPECT_EQ(read(name, {101, 0}).error().code, ErrorCode::kRangeNotSatisfiable);
  EXPECT_EQ(read(name, {UINT64_MAX, 2}).error().code, ErrorCode::kRangeNotSatisfiable);
  EXPECT_EQ(read(ObjectName::make(), {0, 0}).error().code, ErrorCode::kNotFound);
}

TEST_P(ObjectStoreTest, NothingIsVisibleBeforeTheCommitNorAfterGivingUp) {
  const auto name = ObjectName::make();
  const auto bytes = filled(1000, 1);
  const auto writer = run_blocking(store().create(kTurn, name, std::nullopt));
  run_blocking(writer->write(bytes));
  EXPECT_EQ(read(name, {0, 0}).error().code, ErrorCode::kNotFound);
  run_blocking(writer->discard());
  EXPECT_EQ(read(name, {0, 0}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*local_->prepare(), 0u) << "nothing is left to sweep";
}

TEST_P(ObjectStoreTest, AnObjectIsNeverReplaced) {
  const auto name = given_object(filled(100, 1));
  EXPECT_THROW(given_object(filled(50, 2), name), Failure);
  EXPECT_EQ(*read(name, {0, 100}), filled(100, 1));
}

TEST_P(ObjectStoreTest, ARemovedObjectIsGoneAndOpenReadersGoOn) {
  const auto bytes = filled(30'000, 1);
  const auto name = given_object(bytes);
  auto reader = *run_blocking(store().open(kTurn, name, {0, bytes.size()}));
  run_blocking(store().remove(kTurn, name));
  run_blocking(store().remove(kTurn, name));
  EXPECT_EQ(read(name, {0, 0}).error().code, ErrorCode::kNotFound);
  Buffer got(bytes.size());
  EXPECT_EQ(run_blocking(reader->read(got)), bytes.size());
  EXPECT_EQ(got, bytes);
}

TEST_P(ObjectStoreTest, AnObjectThatWasReadIsGoneOnceItIsRemoved) {
  const auto name = given_object(filled(100, 1));
  EXPECT_EQ(*read(name, {0, 100}), filled(100, 1));
  EXPECT_EQ(*read(name, {0, 100}), filled(100, 1));
  run_blocking(store().remove(kTurn, name));
  EXPECT_EQ(read(name, {0, 100}).error().code, ErrorCode::kNotFound);
}

TEST_P(ObjectStoreTest, WhatSomebodyElseDidShowsOnceItIsLetGoOf) {
  const auto name = given_object(filled(100, 1));
  EXPECT_EQ(*read(name, {0, 100}), filled(100, 1));
  const auto path = directory_ + "/" + name.text().substr(0, 2) + "/" + name.text();
  ASSERT_TRUE(files_->remove(path).has_value());
  store().let_go(name);
  EXPECT_EQ(read(name, {0, 100}).error().code, ErrorCode::kNotFound);
}

TEST_P(ObjectStoreTest, ItsMarkerIsKept) {
  EXPECT_EQ(run_blocking(store().read_marker(kTurn)).error().code, ErrorCode::kNotFound);
  const Marker marker{"inst", "incar", 1'700'000'000'000'000};
  run_blocking(store().write_marker(kTurn, marker));
  EXPECT_EQ(*run_blocking(store().read_marker(kTurn)), marker);
}

TEST_P(ObjectStoreTest, NamesReadBackFromTheirWrittenForm) {
  const auto name = ObjectName::make();
  EXPECT_EQ(ObjectName::parse(name.text()), name);
  EXPECT_EQ(ObjectName::parse(name.text() + "0"), std::nullopt);
  EXPECT_EQ(ObjectName::parse("../../../../../../etc/passwd....."), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Stores, ObjectStoreTest, ::testing::Values("LocalReal", "LocalSimulated"),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace cairn::store
