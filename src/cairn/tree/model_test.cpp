// Random operations of several people, some at once, against a model in memory, with power cuts between and in the middle of
// them. What was acknowledged must be there; what was not, is there whole or not at all; and asking again with the same operation
// gives the answer that was, or would have been, given.
#include "cairn/tree/testing/model.h"

#include <iostream>
#include <memory>
#include <random>

#include "cairn/tree/testing/rendering.h"
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

constexpr std::uint64_t kRuns = 50;
constexpr int kRounds = 12;
constexpr int kAtOnce = 6;
constexpr int kMostNodes = 80;
constexpr std::uint64_t kNever = std::uint64_t{1} << 60;

// One operation as a client would send it, again and again until it is answered.
struct Wanted {
  enum class Kind { kFolder, kFile, kVersion, kMove, kCopy, kTrash, kRestore, kPurge };

  Kind kind = Kind::kFolder;
  int who = 0;
  int node = 0;
  int to = 0;
  std::string name{};
  std::string bytes{};
  OnConflict on_conflict = OnConflict::kFail;
  ledger::OperationId operation{};

  // What the model says.
  bool accepted = false;
  std::optional<int> gives{};
  bool knows_node = false;  ///< who asks may know of it
  bool knows_to = true;

  // What the tree says.
  bool answered = false;
  std::optional<NewContent> content{};
};

class ModelRun {
 public:
  explicit ModelRun(std::uint64_t seed)
      : random_(seed), t_(seed, 1 + seed % 4), people_{t_.ana, t_.given_person("ben"), t_.given_person("cleo")} {
    model_.at(Model::kRoot).id = t_.space.root;
  }

  void round() {
    change_rights();
    std::vector<Wanted> wanted;
    for (int i = 0; i < kAtOnce; ++i) wanted.push_back(some_operation());
    if (random_() % 3 != 0) t_.sim.disk.cut_power_at(1 + random_() % 60);
    stage(wanted);
    std::vector<Model> states{model_};
    for (auto& one : wanted) {
      predict(one);
      states.push_back(model_);
    }
    submit(wanted);
    if (t_.sim.disk.is_off()) {
      ++cuts;
      t_.restart();
      expect_a_prefix(wanted, states);
      for (auto& one : wanted) one.content.reset();
      stage(wanted);
      submit(wanted);
    }
    t_.sim.disk.cut_power_at(kNever);
    for (const auto& one : wanted) EXPECT_TRUE(one.answered);
    EXPECT_EQ(rendered(t_), rendered(model_));
    expect_rights();
    const auto findings = t_.examined(false);
    EXPECT_TRUE(findings.all_well()) << SimTree::told(findings);
    acknowledged += wanted.size();
  }

  int cuts = 0;
  std::size_t acknowledged = 0;
  std::size_t accepted = 0;

 private:
  int some_number(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }

  // A node whose id a client knows; now and then one that is gone, or of the wrong kind.
  int some_node(std::optional<bool> folder = std::nullopt) {
    for (int tries = 0;; ++tries) {
      const int node = some_number(model_.size());
      const auto& one = model_.at(node);
      if (!one.id) continue;
      const bool fits = !one.gone && (!folder || *folder == one.folder) && !model_.in_trash(node);
      if (fits || tries > 20 || random_() % 16 == 0) return node;
    }
  }
  int some_trash() {
    for (int node = 0; node < model_.size(); ++node)
      if (model_.at(node).parent == Model::kTrash && !model_.at(node).gone && random_() % 2 == 0) return node;
    return some_node();
  }

  Wanted some_operation() {
    using enum Wanted::Kind;
    constexpr std::array kKinds{kFolder, kFolder, kFolder, kFile, kFile,  kFile,    kVersion,
                                kMove,   kMove,   kMove,   kCopy, kTrash, kRestore, kPurge};
    constexpr std::array kNames{"a", "b", "c.txt"};
    constexpr std::array kConflicts{OnConflict::kFail, OnConflict::kRename, OnConflict::kRename, OnConflict::kReplace};
    Wanted wanted{.kind = kKinds[static_cast<std::size_t>(some_number(kKinds.size()))],
                  .who = some_number(2) * (1 + some_number(2)),
                  .to = some_node(true),
                  .name = kNames[static_cast<std::size_t>(some_number(kNames.size()))],
                  .bytes = std::string(random_() % 300, static_cast<char>('a' + random_() % 26)),
                  .on_conflict = kConflicts[static_cast<std::size_t>(some_number(kConflicts.size()))],
                  .operation = t_.operation()};
    if (model_.size() > kMostNodes && wanted.kind == kCopy) wanted.kind = kPurge;
    switch (wanted.kind) {
      case kFolder:
      case kFile: wanted.node = some_node(true); break;
      case kVersion: wanted.node = some_node(false); break;
      case kMove:
      case kCopy:
      case kTrash: wanted.node = some_node(); break;
      case kRestore:
      case kPurge: wanted.node = some_trash(); break;
    }
    return wanted;
  }

  void change_rights() {
    constexpr std::array kRoles{Role::kViewer, Role::kCommenter, Role::kEditor, Role::kManager};
    const int node = some_node();
    if (model_.at(node).gone) return;
    const int who = 1 + some_number(2);
    const auto id = *model_.at(node).id;
    switch (some_number(4)) {
      case 0: {
        const auto role = kRoles[static_cast<std::size_t>(some_number(kRoles.size()))];
        model_.at(node).grants[who] = role;
        t_.given_grant(id, people_[static_cast<std::size_t>(who)], role);
        break;
      }
      case 1:
        model_.at(node).grants.erase(who);
        t_.given_no_grant(id, people_[static_cast<std::size_t>(who)]);
        break;
      case 2:
        if (node == Model::kRoot || !model_.at(node).folder) break;
        model_.at(node).cut = !model_.at(node).cut;
        t_.given_cut(id, model_.at(node).cut);
        break;
      default: break;
    }
  }

  // Brings the bytes of all files; the power may go meanwhile.
  void stage(std::vector<Wanted>& wanted) {
    for (;;) {
      TaskGroup group;
      for (auto& one : wanted)
        if ((one.kind == Wanted::Kind::kFile || one.kind == Wanted::Kind::kVersion) && !one.answered) group.spawn(stage_one(one));
      while (t_.sim.step()) {
      }
      if (!t_.sim.disk.is_off()) return;
      ++cuts;
      t_.restart();
    }
  }
  Task<> stage_one(Wanted& wanted) {
    NewContent content{
        .version = VersionId::make(t_.sim.clock.now()), .modified_at = t_.sim.clock.now(), .media_type = "text/plain"};
    try {
      if (!wanted.bytes.empty()) {
        const auto writer = co_await t_.sim.content->begin(SimTree::kTurn, t_.space.key_scope(), {});
        co_await writer->write(bytes_of(wanted.bytes));
        auto stored = co_await t_.sim.content->finish(*writer);
        content.stored = std::move(stored);
      }
      wanted.content = std::move(content);
    } catch (const Failure&) {
      EXPECT_TRUE(t_.sim.disk.is_off());
    }
  }

  void predict(Wanted& w) {
    const auto knows = [&](int node) { return model_.role(w.who, node) != Role::kNone; };
    w.knows_node = knows(w.node);
    if (w.kind == Wanted::Kind::kMove || w.kind == Wanted::Kind::kCopy) w.knows_to = knows(w.to);
    switch (w.kind) {
      case Wanted::Kind::kFolder: w.gives = model_.create_folder(w.who, w.node, w.name, w.on_conflict); break;
      case Wanted::Kind::kFile: w.gives = model_.put_file(w.who, w.node, w.name, w.bytes, w.on_conflict); break;
      case Wanted::Kind::kVersion: w.gives = model_.put_version(w.who, w.node, w.bytes); break;
      case Wanted::Kind::kMove: w.gives = model_.move(w.who, w.node, w.to, w.name, w.on_conflict); break;
      case Wanted::Kind::kCopy: w.gives = model_.copy(w.who, w.node, w.to, w.on_conflict); break;
      case Wanted::Kind::kTrash: w.gives = model_.trash(w.who, w.node); break;
      case Wanted::Kind::kRestore: w.gives = model_.restore(w.who, w.node); break;
      case Wanted::Kind::kPurge: w.accepted = model_.purge(w.who, w.node); break;
    }
    w.accepted = w.accepted || w.gives;
    if (w.accepted) ++accepted;
  }

  // All that is not answered yet, in one order: as they stand in the lane.
  void submit(std::vector<Wanted>& wanted) {
    TaskGroup group;
    for (auto& one : wanted)
      if (!one.answered) group.spawn(submit_one(one));
    while (t_.sim.step()) {
    }
  }
  Task<> submit_one(Wanted& wanted) {
    try {
      auto gives = co_await write(wanted);
      wanted.answered = true;
      EXPECT_TRUE(wanted.accepted) << "the tree did what the model refuses";
      if (gives && wanted.gives) learn(*wanted.gives, *gives);
    } catch (const Failure& failure) {
      if (t_.sim.disk.is_off()) co_return;  // nobody knows
      wanted.answered = true;
      EXPECT_FALSE(wanted.accepted) << "the tree refused: " << failure.error().message;
      const auto code = failure.error().code;
      const bool says_little = code == ErrorCode::kNotFound || code == ErrorCode::kInvalidInput;
      if (!wanted.knows_node) EXPECT_TRUE(says_little) << "a stranger was told: " << failure.error().message;
      if (!wanted.knows_to)
        EXPECT_TRUE(says_little || code == ErrorCode::kDenied) << "a stranger was told: " << failure.error().message;
    }
  }

  void learn(int number, const Node& node) {
    auto& known = model_.at(number);
    EXPECT_EQ(known.folder, node.is_folder());
    if (known.id) EXPECT_EQ(*known.id, node.id);
    known.id = node.id;
  }

  Request request_of(const Wanted& wanted) {
    const auto& who = people_[static_cast<std::size_t>(wanted.who)];
    return {.journal = &t_.journal, .operation = {.id = wanted.operation, .principal = who.person.uuid()}, .who = who};
  }

  Task<std::optional<Node>> write(Wanted& w) {
    const auto request = request_of(w);
    const auto node = *model_.at(w.node).id;
    const auto to = *model_.at(w.to).id;
    const auto name = SimTree::name(w.name);
    auto& database = *t_.sim.database;
    std::optional<Node> gives;
    switch (w.kind) {
      case Wanted::Kind::kFolder:
        gives = co_await database.write(
            SimTree::kTurn,
            CreateFolder{.request = request, .space = t_.space.id, .parent = node, .name = name, .on_conflict = w.on_conflict});
        break;
      case Wanted::Kind::kFile:
        gives = co_await database.write(SimTree::kTurn, PutFile{.request = request,
                                                                .space = t_.space.id,
                                                                .parent = node,
                                                                .name = name,
                                                                .content = *w.content,
                                                                .on_conflict = w.on_conflict});
        break;
      case Wanted::Kind::kVersion:
        gives = co_await database.write(
            SimTree::kTurn, PutVersion{.request = request, .space = t_.space.id, .node = node, .content = *w.content});
        break;
      case Wanted::Kind::kMove:
        gives = co_await database.write(SimTree::kTurn, MoveNode{.request = request,
                                                                 .space = t_.space.id,
                                                                 .node = node,
                                                                 .parent = to,
                                                                 .name = name,
                                                                 .on_conflict = w.on_conflict});
        break;
      case Wanted::Kind::kCopy: {
        auto copied = co_await database.write(SimTree::kTurn, CopyNode{.request = request,
                                                                       .limits = t_.limits,
                                                                       .space = t_.space.id,
                                                                       .node = node,
                                                                       .parent = to,
                                                                       .on_conflict = w.on_conflict});
        gives = std::get<Node>(copied);
        break;
      }
      case Wanted::Kind::kTrash:
        gives = co_await database.write(SimTree::kTurn, TrashNode{.request = request, .space = t_.space.id, .node = node});
        break;
      case Wanted::Kind::kRestore:
        gives = co_await database.write(SimTree::kTurn, RestoreNode{.request = request, .space = t_.space.id, .node = node});
        break;
      case Wanted::Kind::kPurge: {
        const auto job = co_await database.write(
            SimTree::kTurn, PurgeNode{.request = request, .limits = t_.limits, .space = t_.space.id, .node = node});
        EXPECT_EQ(job, std::nullopt);
        break;
      }
    }
    co_return gives;
  }

  // After a power cut the tree is as the model was after some of the operations, all that were answered among them.
  void expect_a_prefix(const std::vector<Wanted>& wanted, const std::vector<Model>& states) {
    std::size_t answered = 0;
    while (answered < wanted.size() && wanted[answered].answered) ++answered;
    for (std::size_t i = answered; i < wanted.size(); ++i)
      EXPECT_FALSE(wanted[i].answered) << "answered before one that came first";
    const auto real = rendered(t_);
    for (std::size_t i = answered; i < states.size(); ++i)
      if (rendered(states[i]) == real) return;
    ADD_FAILURE() << "after the power cut the tree is as it never was; " << answered << " were acknowledged\nreal:\n"
                  << real << "\nafter those:\n"
                  << rendered(states[answered]);
  }

  void expect_rights() {
    for (std::size_t who = 0; who < people_.size(); ++who) {
      for (int node = 0; node < model_.size(); ++node) {
        if (!model_.at(node).id) continue;
        const auto real = t_.sim.change([&](db::Transaction& tx) { return role_on(tx, people_[who], *model_.at(node).id); });
        EXPECT_EQ(real, model_.role(static_cast<int>(who), node)) << "person " << who << ", node " << node;
      }
    }
  }

  std::mt19937_64 random_;
  SimTree t_;
  std::array<account::Principal, 3> people_;
  Model model_;
};

TEST(TreeModel, TheTreeIsWhatTheModelSaysWhateverHappens) {
  int cuts = 0;
  std::size_t acknowledged = 0;
  std::size_t accepted = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    ModelRun run(seed);
    for (int i = 0; i < kRounds; ++i) {
      run.round();
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << ", round " << i;
    }
    cuts += run.cuts;
    acknowledged += run.acknowledged;
    accepted += run.accepted;
  }
  std::cout << "model of the tree: seeds 1 to " << kRuns << ", " << kAtOnce << " operations in flight; power cuts " << cuts
            << ", acknowledged " << acknowledged << " (" << accepted << " done, the rest refused), lost 0, torn 0\n";
  EXPECT_GT(cuts, 100);
  EXPECT_GT(accepted, acknowledged / 4);
}

}  // namespace
}  // namespace cairn::tree
