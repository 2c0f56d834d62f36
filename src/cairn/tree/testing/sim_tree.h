#pragma once
#include <string>
#include <utility>
#include <vector>

#include "cairn/account/check.h"
#include "cairn/account/person.h"
#include "cairn/account/schema.h"
#include "cairn/content/examiner.h"
#include "cairn/content/testing/sim_content.h"
#include "cairn/ledger/check.h"
#include "cairn/tree/check.h"
#include "cairn/tree/copy_node.h"
#include "cairn/tree/create_folder.h"
#include "cairn/tree/find_node.h"
#include "cairn/tree/grants.h"
#include "cairn/tree/list_folder.h"
#include "cairn/tree/move_node.h"
#include "cairn/tree/purge.h"
#include "cairn/tree/schema.h"
#include "cairn/tree/space.h"
#include "cairn/tree/space_removal.h"
#include "cairn/tree/trash.h"
#include "cairn/tree/tree.h"

namespace cairn::tree {

/// What a folder above the tree brings along.
struct FolderAbove {
  std::vector<db::FolderMigrations> tables{};
  std::vector<db::Check> checks{};
  content::HolderExists holds = [](db::Snapshot&, const content::Holder&) { return false; };
};

/// Everything up to the tree on one simulated disk, run by hand: content::SimContent with people, a space and its journal.
class SimTree {
 public:
  /// `batch`: how many changes share a transaction at most.
  explicit SimTree(std::uint64_t seed = 1, std::size_t batch = 256, FolderAbove above = {}, bool sealed = true)
      : sim(seed, sealed, UINT64_MAX, tables_with(above.tables), batch), above_(std::move(above)) {
    ana = given_person("ana");
    space = given_space(ana, SpaceId(sim.scope));
    start();
  }

  void restart() {
    tree.reset();
    sim.restart();
    start();
  }

  /// Runs an operation of the database to its end.
  template <class Op>
  auto write(Op change) {
    return sim.run(sim.database->write(kTurn, std::move(change)));
  }
  /// Makes a change that no operation makes yet, in the lane that it belongs to.
  template <class Work>
  auto change(Work work) {
    struct Given {
      Work work;
      SpaceId space;
      [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
      auto run(db::Transaction& tx) const { return work(tx); }
    };
    return write(Given{std::move(work), space.id});
  }

  account::Principal given_person(const std::string& name) {
    const auto id = account::PersonId::make(sim.clock.now());
    sim.change([&](db::Transaction& tx) {
      account::add_person(tx, journal, operation(), {}, {.id = id, .name = name, .display_name = name, .password = ""});
    });
    return {.person = id,
            .credential = account::SessionId::make(sim.clock.now()),
            .subjects = {id.uuid()},
            .scopes = account::Scopes::all(),
            .name = name};
  }

  Space given_space(const account::Principal& owner, const SpaceId& id, std::int64_t quota = kUnlimited,
                    NameRule rule = NameRule::kExact) {
    return sim.change([&](db::Transaction& tx) {
      return add_space(tx, journal, operation(), {},
                       {.id = id, .owner = owner.person, .name = "Home", .quota = quota, .name_rule = rule});
    });
  }
  void given_quota(std::int64_t bytes) {
    sim.change([&](db::Transaction& tx) { set_quota(tx, journal, operation(), {}, space.id, bytes); });
  }
  void given_grant(const NodeId& node, const account::Principal& who, Role role,
                   Instant expires_at = Instant(std::chrono::microseconds(kUnlimited))) {
    change([&](db::Transaction& tx) {
      const auto stamp = ledger::Journal::current(tx, space.stream());
      add_grant(tx, {.node = node, .subject = who.person.uuid(), .role = role, .expires_at = expires_at}, stamp);
    });
  }
  void given_no_grant(const NodeId& node, const account::Principal& who) {
    change([&](db::Transaction& tx) { remove_grant(tx, node, who.person.uuid()); });
  }
  void given_cut(const NodeId& folder, bool cut = true) {
    change([&](db::Transaction& tx) { set_cut(tx, folder, cut, ledger::Journal::current(tx, space.stream())); });
  }

  [[nodiscard]] ledger::OperationId operation() const { return ledger::OperationId::make(sim.clock.now()); }
  [[nodiscard]] Request request(const account::Principal& who) const {
    return {.journal = &journal, .operation = ledger::Operation::once(sim.clock.now(), who.person.uuid()), .who = who};
  }
  [[nodiscard]] static Name name(std::string_view text) { return value_or_throw(Name::check(text)); }

  template <class Op>
  auto read(Op look) {
    return sim.run(sim.database->read(kTurn, std::move(look)));
  }

  Node folder(const NodeId& parent, std::string_view text, const account::Principal& who,
              OnConflict on_conflict = OnConflict::kFail) {
    return write(CreateFolder{
        .request = request(who), .space = space.id, .parent = parent, .name = name(text), .on_conflict = on_conflict});
  }
  Node folder(const NodeId& parent, std::string_view text) { return folder(parent, text, ana); }

  Node file(const NodeId& parent, std::string_view text, std::string_view bytes, const account::Principal& who,
            OnConflict on_conflict = OnConflict::kFail) {
    auto change = PutFile{
        .request = request(who), .space = {}, .parent = parent, .name = name(text), .content = {}, .on_conflict = on_conflict};
    auto draft = sim.run(tree->begin(kTurn, change.request, parent, {}));
    sim.run(draft->write(bytes_of(bytes)));
    return sim.run(tree->put(kTurn, *draft, std::move(change), sim.clock.now()));
  }
  Node file(const NodeId& parent, std::string_view text, std::string_view bytes) { return file(parent, text, bytes, ana); }

  Node version(const NodeId& node, std::string_view bytes, std::optional<VersionId> if_version = std::nullopt) {
    auto change = PutVersion{.request = request(ana), .node = node, .if_version = if_version};
    auto draft = sim.run(tree->begin(kTurn, change.request, node, {}));
    sim.run(draft->write(bytes_of(bytes)));
    return sim.run(tree->put(kTurn, *draft, std::move(change), sim.clock.now()));
  }
  Node moved(const NodeId& node, const NodeId& to, const account::Principal& who, OnConflict on_conflict = OnConflict::kFail) {
    return write(MoveNode{.request = request(who), .space = space.id, .node = node, .parent = to, .on_conflict = on_conflict});
  }
  Node moved(const NodeId& node, const NodeId& to) { return moved(node, to, ana); }
  Node renamed(const NodeId& node, std::string_view text, const account::Principal& who,
               OnConflict on_conflict = OnConflict::kFail) {
    return write(
        MoveNode{.request = request(who), .space = space.id, .node = node, .name = name(text), .on_conflict = on_conflict});
  }
  Node renamed(const NodeId& node, std::string_view text) { return renamed(node, text, ana); }
  Node trashed(const NodeId& node, const account::Principal& who) {
    return write(TrashNode{.request = request(who), .space = space.id, .node = node});
  }
  Node trashed(const NodeId& node) { return trashed(node, ana); }
  Node restored(const NodeId& node, const account::Principal& who, std::optional<NodeId> to = std::nullopt,
                OnConflict on_conflict = OnConflict::kRename) {
    return write(RestoreNode{.request = request(who), .space = space.id, .node = node, .to = to, .on_conflict = on_conflict});
  }
  Node restored(const NodeId& node) { return restored(node, ana); }
  std::optional<ledger::JobId> purged(const NodeId& node, const account::Principal& who) {
    return write(PurgeNode{.request = request(who), .limits = limits, .space = space.id, .node = node});
  }
  std::optional<ledger::JobId> purged(const NodeId& node) { return purged(node, ana); }
  std::variant<Node, ledger::JobId> copied(const NodeId& node, const NodeId& to, const account::Principal& who,
                                           OnConflict on_conflict = OnConflict::kFail) {
    return write(CopyNode{
        .request = request(who), .limits = limits, .space = space.id, .node = node, .parent = to, .on_conflict = on_conflict});
  }
  std::variant<Node, ledger::JobId> copied(const NodeId& node, const NodeId& to, OnConflict on_conflict = OnConflict::kFail) {
    return copied(node, to, ana, on_conflict);
  }

  SeenNode stat(const NodeId& node, const account::Principal& who) { return read(StatNode{.who = who, .node = node}); }
  Node stat(const NodeId& node) { return stat(node, ana).node; }
  Listing list(const NodeId& node, const account::Principal& who) {
    return read(ListFolder{.who = who, .folder = node, .limit = 1000});
  }
  std::vector<std::string> names(const NodeId& node, const account::Principal& who) {
    std::vector<std::string> found;
    for (const auto& item : list(node, who).items) found.push_back(item.node.name);
    return found;
  }
  std::vector<std::string> names(const NodeId& node) { return names(node, ana); }
  std::string content(const NodeId& node, const account::Principal& who, std::optional<VersionId> of = std::nullopt) {
    auto handle = sim.run(tree->open(kTurn, who, node, of));
    handle.select({});
    std::string bytes(static_cast<std::size_t>(handle.version().size), '\0');
    const auto got = sim.run(handle.read(std::as_writable_bytes(std::span(bytes))));
    bytes.resize(got);
    return bytes;
  }
  std::string content(const NodeId& node) { return content(node, ana); }
  std::vector<TrashItem> trash(const account::Principal& who) {
    std::vector<TrashItem> items;
    std::optional<TrashPlace> before = TrashPlace{};
    while (before) {
      auto page = read(ListTrash{.who = who, .space = space.id, .before = *before, .limit = 3});
      for (auto& item : page.items) items.push_back(std::move(item));
      before = page.next;
    }
    return items;
  }
  Usage usage() {
    return sim.change([&](db::Transaction& tx) { return find_usage(tx, space.id); });
  }
  std::vector<ledger::Event> events() {
    return sim.change([&](db::Transaction& tx) { return ledger::read_events(tx, space.stream(), 0, 100'000); });
  }
  std::vector<std::string> event_kinds() {
    std::vector<std::string> kinds;
    for (const auto& event : events()) kinds.push_back(event.kind);
    return kinds;
  }

  /// Does the jobs that are due, to their ends.
  void run_jobs() {
    while (run_job([] { return false; })) {
    }
  }
  /// Does one job until `stopping`; false if none is due.
  bool run_job(const std::function<bool()>& stopping) {
    const PurgeJobs purge_jobs(journal, limits);
    const CopyJobs copy_jobs(journal, limits);
    const SpaceRemovalJobs space_removal_jobs(limits);
    ledger::JobRunner runner(*sim.database, {&purge_jobs, &copy_jobs, &space_removal_jobs}, {}, Uuid{std::byte{9}});
    return sim.run(runner.run_one(kTurn, stopping));
  }
  ledger::Job job(const ledger::JobId& id) {
    return *sim.change([&](db::Transaction& tx) { return ledger::find_job(tx, id); });
  }

  /// What fsck finds.
  db::Findings examined(bool deep) {
    db::Findings findings;
    const auto mac_key = sim.master.derive("manifest");
    auto all = checks();
    const content::HolderExists holds = [this](db::Snapshot& snapshot, const content::Holder& holder) {
      return is_version(snapshot, holder) || above_.holds(snapshot, holder);
    };
    for (auto& check : content::checks(mac_key, holds)) all.push_back(std::move(check));
    for (const auto& check : above_.checks) all.push_back(check);
    for (auto& check : ledger::checks(journal)) all.push_back(std::move(check));
    for (auto& check : account::checks()) all.push_back(std::move(check));
    all.push_back(db::own_check());
    sim.change([&](db::Transaction& tx) {
      for (const auto& check : all) check.run(tx, findings);
    });
    content::Examiner examiner({.database = *sim.database, .store = *sim.store, .content = *sim.content});
    sim.run(examiner.run(kTurn, deep, findings, [](const auto&) { return true; }));
    return findings;
  }
  static std::string told(const db::Findings& findings) {
    std::string text;
    for (const auto& rules : {findings.errors(), findings.notes()})
      for (const auto& [rule, found] : rules)
        text += rule + " x" + std::to_string(found.count) + ": " + found.examples.front() + "\n";
    return text;
  }

  /// The error that something ends with; kInternal if it ends well.
  template <class Act>
  static ErrorCode error_of(Act act) {
    try {
      act();
    } catch (const Failure& failure) {
      return failure.error().code;
    }
    return ErrorCode::kInternal;
  }

  static constexpr Turn kTurn{};

  content::SimContent sim;
  const ledger::Journal journal{crypt::Key::make()};
  Limits limits{};
  account::Principal ana;
  Space space;
  bool credentials_valid = true;
  std::unique_ptr<Tree> tree;

 private:
  static std::vector<db::FolderMigrations> tables_with(const std::vector<db::FolderMigrations>& more) {
    std::vector<db::FolderMigrations> all{db::own_migrations(), ledger::migrations(), account::migrations(),
                                          content::migrations(), migrations()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  void start() {
    tree = std::make_unique<Tree>(
        Tree::Parts{.database = *sim.database,
                    .content = *sim.content,
                    .clock = sim.clock,
                    .still_valid = [this](Turn, account::Principal) -> Task<bool> { co_return credentials_valid; },
                    .cached_looks = 100});
  }

  FolderAbove above_;
};

class TreeTest : public ::testing::Test {
 protected:
  template <class Act>
  static ErrorCode error_of(Act act) {
    return SimTree::error_of(std::move(act));
  }
  void TearDown() override {
    const auto broken = t_.sim.change([&](db::Transaction& tx) { return t_.journal.find_break(tx, t_.space.stream()); });
    EXPECT_EQ(broken, std::nullopt);
  }

  SimTree t_;
  const NodeId root_ = t_.space.root;
};

}  // namespace cairn::tree
