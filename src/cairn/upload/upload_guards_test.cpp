// Who may send what, when, and how much room it has; and that nothing is left behind.
#include "cairn/upload/testing/upload_fixture.h"

namespace cairn::upload {
namespace {

class UploadGuards : public UploadTest {};

TEST_P(UploadGuards, AGoThatKeptNothingLeavesNoRoomReserved) {
  const auto id = s_.begun("a", {});
  const auto failing = s_.taken(id, 0, s_.t.ana, {.declared = 1'000'000, .keep = UploadStream::Keep::kAllOrNothing});
  EXPECT_EQ(s_.t.usage().reserved, 1'000'000);
  s_.t.sim.run(failing->drop());
  EXPECT_EQ(s_.t.usage().reserved, 0);
  {
    const auto dying = s_.taken(id, 0, s_.t.ana, {.coming = 1'000'000});
  }
  s_.restart();
  EXPECT_EQ(s_.t.usage().reserved, 0);
}

TEST_P(UploadGuards, WhoIsSignedOutBehindTheLastBytePublishesNothing) {
  const auto id = s_.begun("a", 100);
  const auto stream = s_.taken(id, 0);
  s_.t.sim.run(stream->write(tree::bytes_of(filled(100))));
  s_.t.credentials_valid = false;
  s_.t.sim.run(stream->break_off());
  s_.t.credentials_valid = true;
  EXPECT_EQ(s_.look(id).state, State::kOpen);
  EXPECT_TRUE(s_.t.names(s_.t.space.root).empty());
}

TEST_P(UploadGuards, ASecondWriterIsRefusedUntilTheFirstIsSilentForLong) {
  const auto bytes = filled(200'000);
  const auto id = s_.begun("a", 200'000);
  const auto first = s_.taken(id, 0);
  s_.t.sim.run(first->write(tree::bytes_of(bytes.substr(0, 100'000))));
  EXPECT_EQ(error_of([&] { s_.taken(id, 0); }), ErrorCode::kLocked);
  s_.t.sim.clock.turn(std::chrono::seconds(16));
  const auto second = s_.taken(id, 0);
  EXPECT_EQ(error_of([&] { s_.t.sim.run(first->write(tree::bytes_of("late"))); }), ErrorCode::kLocked);
  s_.t.sim.run(first->break_off());
  EXPECT_EQ(s_.look(id).received, 0);
  s_.t.sim.run(second->write(tree::bytes_of(bytes)));
  EXPECT_EQ(content_of(s_.t.sim.run(second->end())), bytes);
}

TEST_P(UploadGuards, AWriterThatWasTakenOverKeepsNothing) {
  const auto id = s_.begun("a", 200'000);
  const auto first = s_.taken(id, 0);
  s_.t.sim.run(first->write(tree::bytes_of(filled(100'000))));
  s_.t.sim.clock.turn(std::chrono::seconds(16));
  s_.sent(id, 0, "the other's");
  EXPECT_EQ(error_of([&] { s_.t.sim.run(first->end()); }), ErrorCode::kLocked);
  EXPECT_EQ(s_.look(id).received, 11);
  EXPECT_EQ(s_.t.sim.objects(), 0u);
}

TEST_P(UploadGuards, AWriterThatGoesOnKeepsItsLease) {
  const auto id = s_.begun("a", 200'000);
  const auto first = s_.taken(id, 0);
  for (int i = 0; i < 5; ++i) {
    s_.t.sim.run(first->write(tree::bytes_of("x")));
    s_.t.sim.clock.turn(std::chrono::seconds(10));
  }
  EXPECT_EQ(error_of([&] { s_.taken(id, 0); }), ErrorCode::kLocked);
  s_.t.sim.run(first->break_off());
}

TEST_P(UploadGuards, WrongOffsetsAndTooManyBytesChangeNothing) {
  const auto id = s_.begun("a", 10);
  s_.sent(id, 0, "12345");
  EXPECT_EQ(error_of([&] { s_.taken(id, 4); }), ErrorCode::kConflict);
  EXPECT_EQ(error_of([&] { s_.taken(id, 6); }), ErrorCode::kConflict);
  EXPECT_EQ(error_of([&] { s_.taken(id, 5, s_.t.ana, {.coming = 6}); }), ErrorCode::kInvalidInput);
  const auto stream = s_.taken(id, 5);
  EXPECT_EQ(error_of([&] { s_.t.sim.run(stream->write(tree::bytes_of("123456"))); }), ErrorCode::kInvalidInput);
  s_.t.sim.run(stream->break_off());
  EXPECT_EQ(s_.look(id).received, 5);
  EXPECT_EQ(content_of(s_.sent(id, 5, "67890")), "1234567890");
}

TEST_P(UploadGuards, UploadsOfOthersAreNotThere) {
  const auto id = s_.begun("a", 10);
  const auto bob = s_.t.given_person("bob");
  EXPECT_EQ(error_of([&] { s_.taken(id, 0, bob); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { s_.t.read(FindUpload{.who = bob, .id = id}); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { s_.t.write(EndUpload{.who = bob, .space = s_.t.space.id, .id = id}); }), ErrorCode::kNotFound);
  EXPECT_TRUE(s_.t.read(ListUploads{.who = bob}).empty());
  EXPECT_EQ(s_.t.read(ListUploads{.who = s_.t.ana}).size(), 1u);
}

TEST_P(UploadGuards, RoomIsReservedAtTheBeginningAndFreeAtTheEnd) {
  s_.t.given_quota(1'000);
  const auto id = s_.begun("a", 600);
  EXPECT_EQ(error_of([&] { s_.begun("b", 600); }), ErrorCode::kQuotaExceeded);
  EXPECT_EQ(error_of([&] { s_.t.file(s_.t.space.root, "c", std::string(500, 'x')); }), ErrorCode::kQuotaExceeded);
  s_.t.write(EndUpload{.who = s_.t.ana, .space = s_.t.space.id, .id = id});
  EXPECT_EQ(s_.sent(s_.begun("b", 600), 0, std::string(600, 'x')).state, State::kDone);
  EXPECT_EQ(s_.t.usage().used, 600);
  EXPECT_EQ(s_.t.usage().reserved, 0);
}

TEST_P(UploadGuards, OneWithoutALengthTakesItsRoomAsItComes) {
  s_.t.given_quota(1'000);
  const auto id = s_.begun("a", {});
  EXPECT_EQ(error_of([&] { s_.taken(id, 0, s_.t.ana, {.coming = 1'001}); }), ErrorCode::kQuotaExceeded);
  EXPECT_EQ(error_of([&] { s_.sent(id, 0, std::string(1'001, 'x')); }), ErrorCode::kQuotaExceeded);
  s_.t.sim.clock.turn(std::chrono::seconds(16));
  EXPECT_EQ(s_.sent(id, 0, std::string(1'000, 'x')).received, 1'000);
}

TEST_P(UploadGuards, AnEndedUploadLeavesNothingBehindAfterTheSweep) {
  const auto id = s_.begun("a", 300'000);
  s_.sent(id, 0, filled(200'000));
  s_.t.write(EndUpload{.who = s_.t.ana, .space = s_.t.space.id, .id = id});
  EXPECT_EQ(error_of([&] { s_.look(id); }), ErrorCode::kNotFound);
  content::GarbageCollector garbage(*s_.t.sim.database, *s_.t.sim.store, *s_.t.sim.guard,
                                    {.grace = std::chrono::hours(1), .batch = 10, .breaker_least = 0, .breaker_share = 0},
                                    Uuid{std::byte{7}}, {});
  s_.t.sim.clock.turn(std::chrono::hours(2));
  EXPECT_EQ(s_.t.sim.run(garbage.run(SimUpload::kTurn)).removed, 1u);
  EXPECT_EQ(s_.t.sim.objects(), 0u);
}

TEST_P(UploadGuards, AnUploadWhoseTimeIsOverGoesAndFreesItsRoom) {
  const auto id = s_.begun("a", 300'000);
  s_.sent(id, 0, filled(100'000));
  const auto done = s_.sent(s_.begun("b", 1), 0, "x");
  s_.t.sim.clock.turn(std::chrono::hours(25));
  EXPECT_EQ(s_.t.write(EndExpired{}), 1u) << "what was done is forgotten";
  EXPECT_EQ(s_.look(id).received, 100'000);
  s_.t.sim.clock.turn(std::chrono::hours(24 * 7));
  EXPECT_EQ(error_of([&] { s_.look(id); }), ErrorCode::kGone);
  EXPECT_EQ(error_of([&] { s_.taken(id, 100'000); }), ErrorCode::kGone);
  EXPECT_EQ(s_.t.write(EndExpired{}), 1u);
  EXPECT_EQ(s_.t.usage().reserved, 0);
  EXPECT_EQ(content_of(done), "x");
}

TEST_P(UploadGuards, PartsOfOneFileWaitForEachOther) {
  const auto part_of = [&](std::string_view name) {
    auto change = s_.begin_of(name, 100);
    change.kind = Kind::kPart;
    return s_.t.sim.run(s_.uploads->begin(SimUpload::kTurn, change, false, UploadStream::Keep::kAsItComes)).upload.id;
  };
  const auto first = part_of("a");
  const auto second = part_of("a");
  const auto other = part_of("b");
  for (std::int64_t day = 0; day < 10; ++day) {
    s_.sent(first, day, "x");
    s_.t.sim.clock.turn(std::chrono::hours(24));
  }
  EXPECT_EQ(s_.look(second).received, 0);
  EXPECT_EQ(error_of([&] { s_.look(other); }), ErrorCode::kGone);
  EXPECT_EQ(s_.t.write(EndExpired{}), 1u);
}

TEST_P(UploadGuards, ARepeatedBeginningIsTheSameUpload) {
  auto change = s_.begin_of("a", 5);
  change.request.operation = ledger::Operation::repeatable(s_.t.ana.person.uuid(), "key", "same");
  const auto begin = [&] {
    return s_.t.sim.run(s_.uploads->begin(SimUpload::kTurn, change, true, UploadStream::Keep::kAsItComes));
  };
  const auto first = begin();
  const auto second = begin();
  EXPECT_EQ(first.upload.id, second.upload.id);
  EXPECT_EQ(second.stream, nullptr);
  s_.t.sim.run(first.stream->break_off());
}

TEST_P(UploadGuards, NobodyHasMoreOpenThanIsAllowed) {
  s_.limits.most_open = 3;
  s_.start();
  for (const auto* name : {"a", "b", "c"}) s_.begun(name, 1);
  EXPECT_EQ(error_of([&] { s_.begun("d", 1); }), ErrorCode::kTooManyUploads);
  s_.sent(s_.t.read(ListUploads{.who = s_.t.ana}).front().id, 0, "x");
  s_.begun("d", 1);
}

TEST_P(UploadGuards, WhoIsSignedOutSendsNoMore) {
  const auto id = s_.begun("a", 300'000);
  const auto stream = s_.taken(id, 0);
  s_.t.sim.run(stream->write(tree::bytes_of(filled(100'000))));
  s_.t.credentials_valid = false;
  s_.t.sim.clock.turn(std::chrono::seconds(6));
  EXPECT_EQ(error_of([&] { s_.t.sim.run(stream->write(tree::bytes_of("x"))); }), ErrorCode::kUnauthenticated);
  s_.t.sim.run(stream->break_off());
  s_.t.credentials_valid = true;
  EXPECT_EQ(s_.look(id).received, 0);
}

TEST_P(UploadGuards, WhatWasKeptBesideTheSegmentsCannotBeExchangedTakenOutOrReplayed) {
  const auto id = s_.begun("a", 1'000);
  const auto other = s_.begun("b", 1'000);
  s_.sent(id, 0, std::string(100, 'x'));
  s_.sent(other, 0, std::string(100, 'y'));
  std::vector<std::byte> earlier;
  s_.t.change([&](db::Transaction& tx) { earlier = find_note(tx, id); });
  s_.sent(id, 100, std::string(100, 'x'));
  std::vector<std::byte> right;
  s_.t.change([&](db::Transaction& tx) { right = find_note(tx, id); });
  const auto put = [&](const std::vector<std::byte>& note) {
    s_.t.change([&](db::Transaction& tx) {
      constexpr db::Sql kPut = "UPDATE upload_note SET note = ? WHERE upload_id = ?";
      tx.run(kPut, db::Bytes(note), id);
    });
  };
  std::vector<std::byte> others;
  s_.t.change([&](db::Transaction& tx) { others = find_note(tx, other); });
  auto changed = right;
  changed.back() ^= std::byte{1};
  for (const auto& note : {earlier, others, changed, std::vector<std::byte>(300), std::vector<std::byte>()}) {
    put(note);
    EXPECT_EQ(error_of([&] { s_.taken(id, 200); }), ErrorCode::kCorrupt);
  }
  put(right);
  EXPECT_EQ(content_of(s_.sent(id, 200, std::string(800, 'x'))), std::string(1'000, 'x'));
}

TEST_P(UploadGuards, WhoMayNotWriteThereAnyMoreSendsNoMore) {
  const auto bob = s_.t.given_person("bob");
  s_.t.given_grant(s_.t.space.root, bob, tree::Role::kEditor);
  auto change = s_.begin_of("a", 300'000);
  change.request = s_.t.request(bob);
  const auto id = s_.t.sim.run(s_.uploads->begin(SimUpload::kTurn, change, false, UploadStream::Keep::kAsItComes)).upload.id;
  const auto stream = s_.taken(id, 0, bob);
  s_.t.sim.run(stream->write(tree::bytes_of(filled(100'000))));
  s_.t.given_no_grant(s_.t.space.root, bob);
  s_.t.sim.run(stream->break_off());
  EXPECT_EQ(s_.t.read(FindUpload{.who = bob, .id = id}).received, 0);
  EXPECT_EQ(error_of([&] { s_.taken(id, 0, bob); }), ErrorCode::kNotFound);
  EXPECT_EQ(s_.t.sim.objects(), 0u);
}

TEST_P(UploadGuards, WhoBringsNothingProlongsNothing) {
  const auto id = s_.begun("a", 10);
  s_.sent(id, 0, "x");
  s_.t.sim.clock.turn(std::chrono::hours(24 * 6));
  s_.sent(id, 1, "");
  s_.t.sim.clock.turn(std::chrono::hours(24 * 2));
  EXPECT_EQ(error_of([&] { s_.look(id); }), ErrorCode::kGone);
  s_.t.write(EndUpload{.who = s_.t.ana, .space = s_.t.space.id, .id = id});
}

TEST_P(UploadGuards, BytesThatNobodyAnnouncedStopWhereTheSpaceIsFull) {
  s_.t.given_quota(300'000);
  const auto id = s_.begun("a", {});
  const auto stream = s_.taken(id, 0, s_.t.ana, {.keep = UploadStream::Keep::kAllOrNothing});
  s_.t.sim.run(stream->write(tree::bytes_of(filled(200'000))));
  EXPECT_EQ(s_.t.usage().reserved, 200'000) << "as much as there is, if not the usual step";
  EXPECT_EQ(error_of([&] { s_.t.sim.run(stream->write(tree::bytes_of(filled(200'000)))); }), ErrorCode::kQuotaExceeded);
  s_.t.sim.run(stream->break_off());
  s_.sent(id, 0, "x");
  EXPECT_EQ(s_.t.usage().reserved, 1) << "what was reserved and did not come is free again";
}

TEST_P(UploadGuards, UploadsOfWhoIsGoneGo) {
  const auto bob = s_.t.given_person("bob");
  s_.t.given_grant(s_.t.space.root, bob, tree::Role::kEditor);
  auto change = s_.begin_of("a", 300'000);
  change.request = s_.t.request(bob);
  s_.t.sim.run(s_.uploads->begin(SimUpload::kTurn, change, false, UploadStream::Keep::kAsItComes));
  const auto mine = s_.begun("b", 5);
  EXPECT_EQ(s_.t.write(EndLost{}), std::nullopt);
  EXPECT_EQ(s_.t.usage().reserved, 300'005);
  s_.t.change([&](db::Transaction& tx) {
    constexpr db::Sql kGone = "UPDATE upload SET person_id = ? WHERE person_id = ?";
    tx.run(kGone, account::PersonId::make(tx.now()), bob.person);
  });
  for (auto lost = EndLost{.batch = 1};;) {
    const auto next = s_.t.write(lost);
    if (!next) break;
    lost.after = *next;
  }
  EXPECT_EQ(s_.t.usage().reserved, 5);
  EXPECT_EQ(s_.look(mine).received, 0);
}

INSTANTIATE_TEST_SUITE_P(SealedAndPlain, UploadGuards, ::testing::Bool(),
                         [](const auto& of) { return of.param ? std::string("sealed") : std::string("plain"); });

}  // namespace
}  // namespace cairn::upload
