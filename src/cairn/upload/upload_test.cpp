// What comes in several goes, or in parts, is the file.
#include "cairn/upload/testing/upload_fixture.h"

namespace cairn::upload {
namespace {

using tree::SimTree;

TEST_P(UploadTest, BytesThatComeInSeveralGoesAreTheFile) {
  for (const std::int64_t cut : {1L, 100L, kChunk - 1, kChunk, kChunk + 1, 2 * kChunk, 3 * kChunk + 7}) {
    const auto bytes = filled(4 * kChunk + 99, static_cast<unsigned>(cut));
    const auto name = std::to_string(cut);
    const auto id = s_.begun(name, static_cast<std::int64_t>(bytes.size()));
    EXPECT_EQ(s_.sent(id, 0, bytes.substr(0, static_cast<std::size_t>(cut))).received, cut);
    EXPECT_EQ(s_.sent(id, cut, bytes.substr(static_cast<std::size_t>(cut), 10)).received, cut + 10);
    const auto done = s_.sent(id, cut + 10, bytes.substr(static_cast<std::size_t>(cut) + 10));
    ASSERT_EQ(done.state, State::kDone);
    EXPECT_EQ(content_of(done), bytes) << cut;
    EXPECT_EQ(s_.t.stat(*done.node).size, static_cast<std::int64_t>(bytes.size()));
  }
  EXPECT_EQ(s_.t.usage().reserved, 0);
}

TEST_P(UploadTest, TheDigestOfOneStreamIsKnownHoweverOftenItWasBrokenOff) {
  const auto bytes = filled(3 * kChunk + 5);
  const auto id = s_.begun("a", static_cast<std::int64_t>(bytes.size()));
  std::int64_t offset = 0;
  for (const auto size : {70'000, 3, 65'536, 61'074}) {
    offset = s_.sent(id, offset, bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size))).received;
    s_.restart();
  }
  const auto done = s_.look(id);
  ASSERT_EQ(done.state, State::kDone);
  crypt::Blake3 digest;
  digest.update(tree::bytes_of(bytes));
  EXPECT_EQ(s_.t.stat(*done.node, s_.t.ana).digest, digest.digest());
}

TEST_P(UploadTest, SmallGoesLeaveNoObjectsUntilAChunkIsThere) {
  const auto id = s_.begun("a", kChunk);
  for (std::int64_t i = 0; i < 50; ++i) s_.sent(id, i, "x");
  EXPECT_EQ(s_.t.sim.objects(), 0u);
  EXPECT_EQ(s_.look(id).received, 50);
  const auto rest = std::string(static_cast<std::size_t>(kChunk - 50), 'y');
  EXPECT_EQ(content_of(s_.sent(id, 50, rest)), std::string(50, 'x') + rest);
  EXPECT_EQ(s_.t.sim.objects(), 1u);
}

TEST_P(UploadTest, WhatCameBeforeTheClientWasGoneIsKept) {
  const auto bytes = filled(2 * kChunk);
  const auto id = s_.begun("a", 2 * kChunk);
  const auto stream = s_.taken(id, 0);
  s_.t.sim.run(stream->write(tree::bytes_of(bytes.substr(0, 100'000))));
  s_.t.sim.run(stream->break_off());
  EXPECT_EQ(s_.look(id).received, 100'000);
  EXPECT_EQ(content_of(s_.sent(id, 100'000, bytes.substr(100'000))), bytes);
}

TEST_P(UploadTest, WhatWasToBeComparedWithAChecksumIsKeptWholeOrNotAtAll) {
  const auto id = s_.begun("a", 300'000);
  const auto stream = s_.taken(id, 0, s_.t.ana, {.keep = UploadStream::Keep::kAllOrNothing});
  s_.t.sim.run(stream->write(tree::bytes_of(filled(200'000))));
  s_.t.sim.run(stream->break_off());
  EXPECT_EQ(s_.look(id).received, 0);
  EXPECT_EQ(s_.t.sim.objects(), 0u);
  EXPECT_EQ(s_.sent(id, 0, filled(300'000)).state, State::kDone);
}

TEST_P(UploadTest, AGoMakesDurableWhatCameNowAndThen) {
  s_.limits.checkpoint_bytes = 3 * kChunk;
  s_.start();
  const auto bytes = filled(20 * kChunk + 5);
  const auto id = s_.begun("a", static_cast<std::int64_t>(bytes.size()));
  {
    const auto stream = s_.taken(id, 0);
    for (std::size_t at = 0; at < 10 * kChunk; at += 50'000)
      s_.t.sim.run(stream->write(tree::bytes_of(bytes.substr(at, 50'000))));
    s_.restart();  // the power goes in its middle
  }
  const auto kept = s_.look(id).received;
  EXPECT_GE(kept, 6 * kChunk);
  EXPECT_EQ(content_of(s_.sent(id, kept, bytes.substr(static_cast<std::size_t>(kept)))), bytes);
}

TEST_P(UploadTest, BytesThatComeSlowlyAreMadeDurableAfterAWhile) {
  const auto bytes = filled(4 * kChunk);
  const auto id = s_.begun("a", 4 * kChunk);
  {
    const auto stream = s_.taken(id, 0);
    const auto write = [&](std::int64_t from, std::int64_t to) {
      const auto piece = bytes.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
      s_.t.sim.run(stream->write(tree::bytes_of(piece)));
    };
    write(0, 2 * kChunk);
    EXPECT_EQ(s_.look(id).received, 0);
    s_.t.sim.clock.turn(std::chrono::minutes(6));
    write(2 * kChunk, 2 * kChunk + 10);
    EXPECT_GE(s_.look(id).received, 2 * kChunk);
    s_.t.sim.clock.turn(-std::chrono::hours(1));  // the machine's clock was wrong
    write(2 * kChunk + 10, 3 * kChunk + 20);
    EXPECT_GE(s_.look(id).received, 3 * kChunk);
    s_.restart();
  }
  const auto kept = s_.look(id).received;
  EXPECT_EQ(content_of(s_.sent(id, kept, bytes.substr(static_cast<std::size_t>(kept)))), bytes);
}

TEST_P(UploadTest, AnUploadWithoutBytesIsAFileWithoutBytes) {
  const auto id = s_.begun("empty", 0);
  const auto stream = s_.taken(id, 0);
  const auto done = s_.t.sim.run(stream->end());
  EXPECT_EQ(content_of(done), "");
}

TEST_P(UploadTest, ALengthThatIsToldLateIsTheLength) {
  const auto id = s_.begun("a", {});
  EXPECT_EQ(s_.sent(id, 0, "hello ").received, 6);
  EXPECT_EQ(s_.t.usage().reserved, 6);
  EXPECT_EQ(error_of([&] { s_.taken(id, 6, s_.t.ana, {.declared = 5}); }), ErrorCode::kInvalidInput);
  const auto stream = s_.taken(id, 6, s_.t.ana, {.coming = 5, .declared = 11});
  s_.t.sim.run(stream->write(tree::bytes_of("world")));
  EXPECT_EQ(content_of(s_.t.sim.run(stream->end())), "hello world");
}

TEST_P(UploadTest, ALengthThatIsWhatHasComeEndsTheUpload) {
  const auto id = s_.begun("a", {});
  s_.sent(id, 0, filled(kChunk + 7));
  const auto stream = s_.taken(id, kChunk + 7, s_.t.ana, {.declared = kChunk + 7});
  EXPECT_EQ(content_of(s_.t.sim.run(stream->end())), filled(kChunk + 7));
}

TEST_P(UploadTest, PartsBecomeOneFileWithoutACopy) {
  const auto bytes = filled(7 * kChunk + 11);
  std::vector<UploadId> parts;
  const std::vector<std::size_t> sizes{3 * kChunk + 1, 0, 100, bytes.size() - 3 * kChunk - 101};
  for (const auto size : sizes) parts.push_back(s_.begun_part(static_cast<std::int64_t>(size)));
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    s_.sent(parts[i], 0, bytes.substr(at, sizes[i]));
    at += sizes[i];
  }
  const auto objects = s_.t.sim.objects();
  auto join = JoinParts{.request = s_.t.request(s_.t.ana),
                        .space = s_.t.space.id,
                        .parts = parts,
                        .to = {.node = s_.t.space.root, .name = SimTree::name("joined")}};
  const auto finished = s_.t.sim.run(s_.uploads->join(SimUpload::kTurn, join));
  EXPECT_EQ(s_.t.content(finished.seen.node.id), bytes);
  EXPECT_EQ(s_.t.sim.objects(), objects);
  EXPECT_EQ(error_of([&] { s_.look(parts[0]); }), ErrorCode::kNotFound);
  EXPECT_EQ(s_.t.usage().reserved, 0);
  EXPECT_EQ(s_.t.usage().used, static_cast<std::int64_t>(bytes.size()));
}

TEST_P(UploadTest, PartsThatCannotBePlacedStayAsTheyAre) {
  s_.t.file(s_.t.space.root, "taken", "x");
  const auto part = s_.begun_part(5);
  auto join = JoinParts{.request = s_.t.request(s_.t.ana),
                        .space = s_.t.space.id,
                        .parts = {part},
                        .to = {.node = s_.t.space.root, .name = SimTree::name("taken")}};
  const auto joining = [&] { s_.t.sim.run(s_.uploads->join(SimUpload::kTurn, join)); };
  EXPECT_EQ(error_of(joining), ErrorCode::kConflict) << "it has not come whole";
  s_.sent(part, 0, "whole");
  EXPECT_EQ(error_of(joining), ErrorCode::kAlreadyExists);
  EXPECT_EQ(s_.look(part).received, 5);
  join.parts = {part, part};
  EXPECT_EQ(error_of(joining), ErrorCode::kInvalidInput);
  join.parts = {part};
  join.to.name = SimTree::name("free");
  EXPECT_EQ(s_.t.content(s_.t.sim.run(s_.uploads->join(SimUpload::kTurn, join)).seen.node.id), "whole");
}

TEST_P(UploadTest, AFullUploadThatHasNoPlaceIsKeptUntilItHas) {
  const auto id = s_.begun("a", 100'000);
  const auto other = s_.t.file(s_.t.space.root, "a", "x").id;
  EXPECT_EQ(error_of([&] { s_.sent(id, 0, filled(100'000)); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(s_.look(id).received, 100'000);
  EXPECT_EQ(s_.look(id).state, State::kOpen);
  s_.t.trashed(other);
  const auto done = s_.sent(id, 100'000, "");
  EXPECT_EQ(content_of(done), filled(100'000));
  EXPECT_EQ(s_.t.stat(*done.node, s_.t.ana).digest.has_value(), true);
}

TEST_P(UploadTest, NewContentOfAFileComesAsAnUploadToo) {
  const auto file = s_.t.file(s_.t.space.root, "a.txt", "old");
  auto change = s_.begin_of("x", 3);
  change.to = {.node = file.id, .if_version = file.version};
  const auto id = s_.t.sim.run(s_.uploads->begin(SimUpload::kTurn, change, false, UploadStream::Keep::kAsItComes)).upload.id;
  EXPECT_EQ(*s_.sent(id, 0, "new").node, file.id);
  EXPECT_EQ(s_.t.content(file.id), "new");
  EXPECT_EQ(s_.t.content(file.id, s_.t.ana, file.version), "old");
  const auto begin = [&] { s_.t.sim.run(s_.uploads->begin(SimUpload::kTurn, change, false, UploadStream::Keep::kAsItComes)); };
  change.request = s_.t.request(s_.t.ana);
  EXPECT_EQ(error_of(begin), ErrorCode::kPreconditionFailed);
}

TEST_P(UploadTest, AFullDiskLeavesTheOffsetAsItWas) {
  const auto bytes = filled(10 * kChunk);
  const auto id = s_.begun("a", 10 * kChunk);
  s_.sent(id, 0, bytes.substr(0, 3 * kChunk));
  const auto stream = s_.taken(id, 3 * kChunk);
  s_.t.sim.disk.fail_call(SimFiles::Call::kWrite, 1, ErrorCode::kNoSpace);
  EXPECT_EQ(error_of([&] { s_.t.sim.run(stream->write(tree::bytes_of(bytes.substr(3 * kChunk)))); }), ErrorCode::kNoSpace);
  s_.t.sim.run(stream->break_off());
  EXPECT_EQ(s_.look(id).received, 3 * kChunk);
  EXPECT_EQ(content_of(s_.sent(id, 3 * kChunk, bytes.substr(3 * kChunk))), bytes);
}

TEST_P(UploadTest, AClientThatIsGoneBehindItsLastByteHasItsFile) {
  const auto bytes = filled(kChunk + 100);
  const auto id = s_.begun("a", kChunk + 100);
  const auto part = s_.begun_part(kChunk + 100);
  for (const auto& each : {id, part}) {
    const auto stream = s_.taken(each, 0);
    s_.t.sim.run(stream->write(tree::bytes_of(bytes)));
    s_.t.sim.run(stream->break_off());
  }
  EXPECT_EQ(content_of(s_.look(id)), bytes);
  auto join = JoinParts{.request = s_.t.request(s_.t.ana),
                        .space = s_.t.space.id,
                        .parts = {part},
                        .to = {.node = s_.t.space.root, .name = SimTree::name("joined")}};
  EXPECT_EQ(s_.t.content(s_.t.sim.run(s_.uploads->join(SimUpload::kTurn, join)).seen.node.id), bytes);
}

TEST_P(UploadTest, APartThatIsBeingSentIsNotJoined) {
  const auto part = s_.begun_part(0);
  const auto stream = s_.taken(part, 0);
  auto join = JoinParts{.request = s_.t.request(s_.t.ana),
                        .space = s_.t.space.id,
                        .parts = {part},
                        .to = {.node = s_.t.space.root, .name = SimTree::name("joined")}};
  EXPECT_EQ(error_of([&] { s_.t.sim.run(s_.uploads->join(SimUpload::kTurn, join)); }), ErrorCode::kConflict);
  s_.t.sim.run(stream->break_off());
}

TEST_P(UploadTest, ALengthThatWasToldInAGoThatCameToNothingIsNotKept) {
  const auto id = s_.begun("a", {});
  s_.sent(id, 0, "hello");
  {
    const auto stream = s_.taken(id, 5, s_.t.ana, {.declared = 5});
  }
  s_.restart();
  EXPECT_EQ(s_.look(id).size, std::nullopt);
  const auto stream = s_.taken(id, 5, s_.t.ana, {.declared = 5});
  EXPECT_EQ(content_of(s_.t.sim.run(stream->end())), "hello");
}

INSTANTIATE_TEST_SUITE_P(SealedAndPlain, UploadTest, ::testing::Bool(),
                         [](const auto& of) { return of.param ? std::string("sealed") : std::string("plain"); });

}  // namespace
}  // namespace cairn::upload
