#include "cairn/content/content.h"

#include <algorithm>

#include "cairn/base/text.h"
#include "cairn/content/testing/sim_content.h"

namespace cairn::content {
namespace {

using Buffer = std::vector<std::byte>;

constexpr std::int64_t kLive = 0;
constexpr std::int64_t kDamaged = 3;
constexpr std::size_t kChunk = crypt::SegmentLayout::kChunkBytes;

Buffer filled(std::size_t size, unsigned seed) {
  Buffer bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 37 + seed + i / 509);
  return bytes;
}

class ContentTest : public ::testing::TestWithParam<bool> {
 protected:
  BlobId given_blob(const Buffer& bytes) { return sim_.run(store_bytes(*sim_.content, sim_.scope, bytes, holder_)); }

  ErrorCode code_of(Task<Buffer> task) {
    try {
      sim_.run(std::move(task));
    } catch (const Failure& failure) {
      return failure.error().code;
    }
    ADD_FAILURE() << "nothing failed";
    return ErrorCode::kInternal;
  }

  // The path of the only object in the store.
  std::string object_path() {
    for (const auto& folder : *sim_.disk.list("/content")) {
      if (folder.kind != FileKind::kDirectory) continue;
      for (const auto& file : *sim_.disk.list("/content/" + folder.name)) return "/content/" + folder.name + "/" + file.name;
    }
    return "(none)";
  }

  bool scrubbed(const BlobId& blob) { return sim_.run(sim_.content->scrub(SimContent::kTurn, blob)).has_value(); }

  std::int64_t state_of(const BlobId& blob) {
    std::int64_t state = -1;
    sim_.change([&](db::Transaction& tx) {
      constexpr db::Sql kState = "SELECT state FROM blob WHERE id = ?";
      auto rows = tx.query(kState, blob.bytes());
      if (rows.next()) state = rows.integer(0);
    });
    return state;
  }

  void flip_byte(std::uint64_t offset) {
    const auto file = *sim_.disk.open(object_path(), OpenMode::kReadWrite);
    std::array<std::byte, 1> byte;
    ASSERT_EQ(*file->read_at(offset, byte), 1u);
    byte[0] ^= std::byte{1};
    ASSERT_TRUE(file->write_at(offset, byte).has_value());
  }

  SimContent sim_{1, GetParam()};
  Holder holder_ = make_uuid(Instant{});
};

TEST_P(ContentTest, AnyRangeComesBackAsItWasWritten) {
  for (const std::size_t size : {1uz, kChunk - 1, kChunk, kChunk + 1, 2 * kChunk, 5 * kChunk + 123}) {
    const auto bytes = filled(size, 1);
    const auto blob = given_blob(bytes);
    EXPECT_EQ(sim_.run(read_bytes(*sim_.content, blob)), bytes) << size;
    for (const auto range :
         {store::ByteRange{0, 1}, {size - 1, 1}, {size / 2, size - size / 2}, {size / 3, size / 3}, {size, 0}}) {
      const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(range.offset);
      EXPECT_EQ(sim_.run(read_bytes(*sim_.content, blob, range)),
                Buffer(begin, begin + static_cast<std::ptrdiff_t>(range.length)))
          << size << " from " << range.offset << " length " << range.length;
    }
  }
}

TEST_P(ContentTest, ComesBackTheSameHoweverMuchIsReadAtOnce) {
  const auto bytes = filled(6 * kChunk + 123, 1);
  const auto blob = given_blob(bytes);
  for (const std::size_t at_once : {kChunk - 1, kChunk, kChunk + 1, 2 * kChunk, 4 * kChunk + 17, 9 * kChunk}) {
    for (const auto range : {store::ByteRange{0, bytes.size()}, {1, 5 * kChunk}, {kChunk, 4 * kChunk}, {2 * kChunk - 1, 2}}) {
      const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(range.offset);
      EXPECT_EQ(sim_.run(read_bytes(*sim_.content, blob, range, at_once)),
                Buffer(begin, begin + static_cast<std::ptrdiff_t>(range.length)))
          << at_once << " at once, from " << range.offset << " length " << range.length;
    }
  }
}

TEST_P(ContentTest, ARangeOutsideAndMissingContentAreTold) {
  const auto blob = given_blob(filled(100, 1));
  EXPECT_EQ(code_of(read_bytes(*sim_.content, blob, store::ByteRange{50, 51})), ErrorCode::kRangeNotSatisfiable);
  EXPECT_EQ(code_of(read_bytes(*sim_.content, blob, store::ByteRange{UINT64_MAX, 2})), ErrorCode::kRangeNotSatisfiable);
  EXPECT_EQ(code_of(read_bytes(*sim_.content, BlobId::make(Instant{}))), ErrorCode::kNotFound);
}

TEST_P(ContentTest, TheDigestAndTheSumAreThoseOfTheBytes) {
  const auto bytes = filled(3 * kChunk + 5, 1);
  const auto writer = sim_.run(sim_.content->begin(SimContent::kTurn, sim_.scope, bytes.size()));
  sim_.run(writer->write(std::span(bytes).first(1)));
  sim_.run(writer->write(std::span(bytes).subspan(1)));
  const auto manifest = sim_.run(sim_.content->keep(SimContent::kTurn, *writer, holder_));
  crypt::Blake3 digest;
  digest.update(bytes);
  crypt::Crc32 crc;
  crc.update(bytes);
  EXPECT_EQ(manifest.digest, digest.digest());
  EXPECT_EQ(manifest.segments.at(0).crc32, crc.value());
  EXPECT_EQ(manifest.size, bytes.size());
}

TEST_P(ContentTest, GivingUpLeavesNothing) {
  const auto writer = sim_.run(sim_.content->begin(SimContent::kTurn, sim_.scope, std::nullopt));
  const auto bytes = filled(400'000, 1);
  sim_.run(writer->write(bytes));
  sim_.run(writer->discard());
  EXPECT_EQ(object_path(), "(none)");
}

TEST_P(ContentTest, ScrubNoticesAByteThatChangedAndNoReaderGetsItAnyMore) {
  const auto bytes = filled(2 * kChunk, 1);
  const auto blob = given_blob(bytes);
  EXPECT_TRUE(scrubbed(blob));
  flip_byte(kChunk + 500);
  EXPECT_FALSE(scrubbed(blob));
  EXPECT_EQ(state_of(blob), kDamaged);
  EXPECT_EQ(code_of(read_bytes(*sim_.content, blob, store::ByteRange{0, 1})), ErrorCode::kCorrupt)
      << "not even the bytes that are right";
}

TEST_P(ContentTest, WhatIsRightAgainLosesItsMark) {
  const auto blob = given_blob(filled(2 * kChunk, 1));
  flip_byte(500);
  EXPECT_FALSE(scrubbed(blob));
  flip_byte(500);  // put back from a backup
  EXPECT_TRUE(scrubbed(blob));
  EXPECT_EQ(state_of(blob), kLive);
}

TEST_P(ContentTest, ScrubNoticesAnObjectThatIsCutShortOrGone) {
  const auto cut = given_blob(filled(1000, 1));
  ASSERT_TRUE((*sim_.disk.open(object_path(), OpenMode::kReadWrite))->truncate(10).has_value());
  EXPECT_EQ(code_of(read_bytes(*sim_.content, cut)), ErrorCode::kCorrupt);
  EXPECT_FALSE(scrubbed(cut));
  EXPECT_EQ(state_of(cut), kDamaged);
  ASSERT_TRUE(sim_.disk.remove(object_path()).has_value());
  const auto gone = given_blob(filled(1000, 2));
  sim_.run(read_bytes(*sim_.content, gone));  // so that its file is open still
  ASSERT_TRUE(sim_.disk.remove(object_path()).has_value());
  EXPECT_FALSE(scrubbed(gone));
  EXPECT_EQ(state_of(gone), kDamaged);
}

TEST_P(ContentTest, AStoreThatIsNotThereIsNoDamage) {
  const auto blob = given_blob(filled(1000, 1));
  ASSERT_TRUE(sim_.disk.rename_over("/content/marker", "/content/elsewhere").has_value());
  const auto path = object_path();
  ASSERT_TRUE(sim_.disk.rename_new(path, "/content/object").has_value());
  EXPECT_FALSE(scrubbed(blob));
  EXPECT_EQ(state_of(blob), kLive);
  EXPECT_THROW(sim_.run(sim_.guard->refresh(SimContent::kTurn)), Failure);
  EXPECT_FALSE(sim_.guard->may_delete());
  ASSERT_TRUE(sim_.disk.rename_over("/content/elsewhere", "/content/marker").has_value());
  ASSERT_TRUE(sim_.disk.rename_new("/content/object", path).has_value());
  sim_.run(sim_.guard->refresh(SimContent::kTurn));
  EXPECT_TRUE(sim_.guard->may_delete());
  EXPECT_TRUE(scrubbed(blob));
}

TEST_P(ContentTest, WhatCannotBeRecordedLeavesNoObject) {
  const auto writer = sim_.run(sim_.content->begin(SimContent::kTurn, sim_.scope, std::nullopt));
  const auto bytes = filled(1000, 1);
  sim_.run(writer->write(bytes));
  sim_.change([](db::Transaction& tx) {
    constexpr db::Sql kDrop = "DROP TABLE claim";
    tx.run(kDrop);
  });
  EXPECT_THROW(sim_.run(sim_.content->keep(SimContent::kTurn, *writer, holder_)), Failure);
  EXPECT_EQ(object_path(), "(none)");
}

TEST_P(ContentTest, AReadThatFailedDoesNotGoOn) {
  const auto bytes = filled(3 * kChunk, 1);
  const auto blob = given_blob(bytes);
  auto reader = *sim_.run(sim_.content->open(SimContent::kTurn, blob, std::nullopt));
  ASSERT_TRUE((*sim_.disk.open(object_path(), OpenMode::kReadWrite))->truncate(kChunk + 1000).has_value());
  Buffer buffer(3 * kChunk);
  EXPECT_THROW(sim_.run(reader->read(buffer)), Failure);
  EXPECT_THROW(sim_.run(reader->read(buffer)), Failure);
}

TEST_P(ContentTest, NobodyWhoCanWriteToTheDatabaseChangesWhatIsRead) {
  const auto blob = given_blob(filled(100, 1));
  sim_.change([&](db::Transaction& tx) {
    constexpr db::Sql kShorten = "UPDATE blob SET size = 50 WHERE id = ?";
    tx.run(kShorten, blob.bytes());
  });
  EXPECT_EQ(code_of(read_bytes(*sim_.content, blob)), ErrorCode::kCorrupt);
}

INSTANTIATE_TEST_SUITE_P(Suites, ContentTest, ::testing::Bool(),
                         [](const auto& sealed) { return sealed.param ? "Sealed" : "Plain"; });

TEST(SealedContent, DoesNotShowInTheStoreAndIsLostWithItsScopesKey) {
  SimContent sim(1);
  const std::string text(1000, 's');
  Buffer bytes(text.size());
  std::ranges::copy(std::as_bytes(std::span(text)), bytes.begin());
  const auto blob = sim.run(store_bytes(*sim.content, sim.scope, bytes, make_uuid(Instant{})));
  for (const auto& folder : *sim.disk.list("/content")) {
    if (folder.kind != FileKind::kDirectory) continue;
    for (const auto& file : *sim.disk.list("/content/" + folder.name))
      EXPECT_THAT(*read_text(sim.disk, "/content/" + folder.name + "/" + file.name, 10'000),
                  ::testing::Not(::testing::HasSubstr("ssss")));
  }
  sim.run(sim.keys->destroy(SimContent::kTurn, sim.scope));
  EXPECT_THROW(sim.run(read_bytes(*sim.content, blob)), Failure);
}

TEST(SealedContent, AKeyThatCannotBeReadIsNoDamage) {
  SimContent sim(1);
  const auto blob = sim.run(store_bytes(*sim.content, sim.scope, filled(100, 1), make_uuid(Instant{})));
  const auto path = "/keys/" + hex(sim.scope);
  ASSERT_TRUE(sim.disk.rename_new(path, "/keys/elsewhere").has_value());
  sim.restart_process();  // which has forgotten the key
  const auto scrubbed = sim.run(sim.content->scrub(SimContent::kTurn, blob));
  ASSERT_FALSE(scrubbed.has_value());
  EXPECT_EQ(scrubbed.error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(sim.disk.rename_new("/keys/elsewhere", path).has_value());
  sim.change([](db::Transaction& tx) {
    constexpr db::Sql kLose = "UPDATE segment_key SET key_scope = x'00'";
    tx.run(kLose);
  });
  EXPECT_EQ(sim.run(sim.content->scrub(SimContent::kTurn, blob)).error().code, ErrorCode::kUnavailable) << "a row that is lost";
  sim.change([&](db::Transaction& tx) {
    constexpr db::Sql kFind = "UPDATE segment_key SET key_scope = ?";
    tx.run(kFind, db::Bytes(sim.scope));
  });
  EXPECT_EQ(sim.run(read_bytes(*sim.content, blob)), filled(100, 1));
}

TEST(SealedContent, ADestroyedKeyDoesNotComeBackThroughAReadThatWasUnderWay) {
  SimContent sim(1);
  const auto blob = sim.run(store_bytes(*sim.content, sim.scope, filled(100, 1), make_uuid(Instant{})));
  sim.restart_process();
  bool failed = false;
  TaskGroup group;
  group.spawn([](SimContent& machine, bool& threw) -> Task<> {
    try {
      co_await machine.keys->get(SimContent::kTurn, machine.scope);
    } catch (const Failure&) {
      threw = true;
    }
  }(sim, failed));  // its read waits in the pool, in front of the removal
  sim.run(sim.keys->destroy(SimContent::kTurn, sim.scope));
  EXPECT_TRUE(failed);
  EXPECT_THROW(sim.run(read_bytes(*sim.content, blob)), Failure);
}

class ClaimTest : public ::testing::Test {
 protected:
  bool claimed(const Holder& holder) {
    bool done = false;
    sim_.change([&](db::Transaction& tx) { done = claim(tx, blob_, holder); });
    return done;
  }
  void released(const Holder& holder) {
    sim_.change([&](db::Transaction& tx) { release(tx, blob_, holder, DoomCause::kPurged); });
  }
  std::int64_t state() {
    std::int64_t state = -1;
    sim_.change([&](db::Transaction& tx) {
      constexpr db::Sql kState = "SELECT state FROM blob WHERE id = ?";
      auto rows = tx.query(kState, blob_.bytes());
      if (rows.next()) state = rows.integer(0);
    });
    return state;
  }

  SimContent sim_{1};
  Holder first_ = make_uuid(Instant{});
  Holder second_ = make_uuid(Instant{});
  BlobId blob_ = sim_.run(store_bytes(*sim_.content, sim_.scope, filled(10, 1), first_));
};

TEST_F(ClaimTest, ABlobLivesAsLongAsSomebodyClaimsIt) {
  EXPECT_TRUE(claimed(second_));
  EXPECT_TRUE(claimed(second_)) << "twice is once";
  released(first_);
  EXPECT_EQ(state(), 0);
  released(second_);
  released(second_);
  EXPECT_EQ(state(), 1);
}

TEST_F(ClaimTest, ADamagedBlobThatNobodyClaimsIsDoomedLikeOthers) {
  sim_.change([&](db::Transaction& tx) {
    constexpr db::Sql kDamage = "UPDATE blob SET state = 3 WHERE id = ?";
    tx.run(kDamage, blob_.bytes());
  });
  released(first_);
  EXPECT_EQ(state(), 1);
}

TEST_F(ClaimTest, ADoomedBlobNeverComesBack) {
  released(first_);
  EXPECT_FALSE(claimed(second_));
  EXPECT_EQ(state(), 1);
}

}  // namespace
}  // namespace cairn::content
