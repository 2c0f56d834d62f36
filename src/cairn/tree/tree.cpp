#include "cairn/tree/tree.h"

#include <algorithm>

#include "cairn/tree/media_type.h"

namespace cairn::tree {
namespace {

// Whether something may be written there, and how much is free.
struct FindRoom {
  ledger::Operation operation;
  account::Principal who;
  NodeId target;
  std::function<void(db::Snapshot&)> look;  // what else must hold; may be none

  struct Room {
    SpaceId space;
    Usage usage;
    Role role = Role::kNone;
    std::string name{};
    bool done = false;  ///< this operation was done before: its bytes are kept
  };
  Room run(db::Snapshot& snapshot) const {
    if (const auto answer = ledger::recall(snapshot, operation)) {
      const auto node = node_from_answer(*answer);
      return {.space = node.space, .usage = {.quota = kUnlimited}, .role = role_on(snapshot, who, node.id), .done = true};
    }
    const auto access = authorize(snapshot, who, Action::kWrite, target);
    if (look) look(snapshot);
    return {.space = access.node.space,
            .usage = find_usage(snapshot, access.node.space),
            .role = access.role,
            .name = access.node.name};
  }
};

// The answer of an operation that was done before begin() looked, if it was done with these bytes. Forgotten meanwhile, it must
// not be done again: its bytes were not kept this time.
struct RecallNode {
  ledger::Operation operation;
  std::int64_t size;
  crypt::Blake3::Digest digest;

  Node run(db::Snapshot& snapshot) const {
    const auto answer = ledger::recall(snapshot, operation);
    if (!answer) throw Failure({ErrorCode::kConflict, "What this request did before is forgotten by now. Look, then decide."});
    auto node = node_from_answer(*answer);
    const auto version = node.version ? find_version(snapshot, *node.version) : std::nullopt;
    const auto kept = version && version->blob ? content::find_digest(snapshot, *version->blob) : std::nullopt;
    if (size != node.size || (kept && *kept != digest)) {
      throw Failure(
          {ErrorCode::kReusedKey, "This Idempotency-Key was used with other bytes. Use a fresh one.", "Idempotency-Key"});
    }
    return node;
  }
};

struct MayRead {
  account::Principal who;
  NodeId node;
  Action action;

  bool run(db::Snapshot& snapshot) const {
    try {
      authorize(snapshot, who, action, node);
      return true;
    } catch (const Failure& failure) {
      const auto code = failure.error().code;
      if (code == ErrorCode::kNotFound || code == ErrorCode::kDenied) return false;
      throw;
    }
  }
};

// The name by which a file's bytes are looked at.
std::string_view name_for(const PutFile& change, std::string_view /*target*/) { return change.name.text(); }
std::string_view name_for(const PutVersion& /*change*/, std::string_view target) { return target; }

}  // namespace

Task<> FileDraft::write(std::span<const std::byte> bytes) {
  if (lost_) throw Failure({ErrorCode::kInternal, "A draft that was given up is written to."});
  if (bytes.empty()) co_return;
  std::exception_ptr broken;
  try {
    co_await append(bytes);
  } catch (...) {
    broken = std::current_exception();  // thrown again once nothing is left
  }
  if (!broken) co_return;
  co_await discard();
  std::rethrow_exception(broken);
}

Task<> FileDraft::append(std::span<const std::byte> bytes) {
  const auto size = size_ + static_cast<std::int64_t>(bytes.size());
  if (size > usage_.free()) throw Failure(quota_error(usage_, size));
  if (announced_ && size > *announced_)
    throw Failure({ErrorCode::kInvalidInput, "More bytes came than were announced.", "Content-Length"});
  const auto now = clock_->now();
  if (now - checked_at_ >= recheck_ || now < checked_at_) co_await require_valid();
  size_ = size;
  if (done_) {
    digest_.update(bytes);
    co_return;
  }
  keep_head(bytes);
  if (!writer_) {
    const auto announced = announced_ ? std::optional(static_cast<std::uint64_t>(*announced_)) : std::nullopt;
    writer_ = co_await content_.begin(turn_, space_.uuid(), announced);
  }
  co_await writer_->write(bytes);
}

Task<> FileDraft::require_valid() {
  const bool valid = co_await valid_();
  if (!valid) throw Failure({ErrorCode::kUnauthenticated, "You are not signed in any more."});
  checked_at_ = clock_->now();
}

void FileDraft::keep_head(std::span<const std::byte> bytes) {
  const auto missing = std::min(kSniffedBytes - head_.size(), bytes.size());
  head_.insert(head_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(missing));
}

Task<> FileDraft::discard() {
  lost_ = true;
  if (!writer_) co_return;
  const auto writer = std::move(writer_);
  try {
    co_await writer->discard();
  } catch (const Failure&) {
    co_return;  // swept away at the next start
  }
}

Task<NewContent> FileDraft::finish(Instant modified_at, std::string_view name) {
  if (lost_) throw Failure({ErrorCode::kInternal, "A draft that was given up is put."});
  NewContent content{.version = {}, .stored = {}, .modified_at = modified_at, .media_type = media_type_of(head_, name)};
  std::exception_ptr broken;
  try {
    if (announced_ && size_ != *announced_)
      throw Failure({ErrorCode::kInvalidInput, "Fewer bytes came than were announced.", "Content-Length"});
    co_await require_valid();
    if (writer_) {
      auto stored = co_await content_.finish(*writer_);
      content.stored = std::move(stored);
      writer_.reset();
    }
  } catch (...) {
    broken = std::current_exception();  // thrown again once nothing is left
  }
  co_await discard();  // it is used up; what was finished is no part of it any more
  if (broken) std::rethrow_exception(broken);
  co_return content;
}

Task<std::unique_ptr<FileDraft>> Tree::begin(Turn turn, Request request, NodeId target, std::optional<std::int64_t> size) {
  auto beginning = begin_looking(turn, std::move(request), target, size, {});
  auto draft = co_await std::move(beginning);
  co_return draft;
}

Task<std::unique_ptr<FileDraft>> Tree::begin(Turn turn, PutFile change, std::optional<std::int64_t> size) {
  Look look = [change](db::Snapshot& snapshot) { change.require_possible(snapshot); };
  auto beginning = begin_looking(turn, change.request, change.parent, size, std::move(look));
  auto draft = co_await std::move(beginning);
  co_return draft;
}

Task<std::unique_ptr<FileDraft>> Tree::begin(Turn turn, PutVersion change, std::optional<std::int64_t> size) {
  Look look = [change](db::Snapshot& snapshot) { change.require_possible(snapshot); };
  auto beginning = begin_looking(turn, change.request, change.node, size, std::move(look));
  auto draft = co_await std::move(beginning);
  co_return draft;
}

Task<std::unique_ptr<FileDraft>> Tree::begin_looking(Turn turn, Request request, NodeId target, std::optional<std::int64_t> size,
                                                     Look look) {
  auto find = FindRoom{.operation = request.operation, .who = request.who, .target = target, .look = std::move(look)};
  const auto room = co_await parts_.database.read(turn, find);
  if (size && *size > room.usage.free()) throw Failure(quota_error(room.usage, *size));
  auto draft = std::unique_ptr<FileDraft>(new FileDraft(parts_.content, turn, room.space, room.usage, size));
  draft->done_ = room.done;
  draft->target_name_ = room.name;
  draft->role_ = room.role;
  draft->valid_ = [this, turn, who = std::move(request.who)] { return parts_.still_valid(turn, who); };
  draft->clock_ = &parts_.clock;
  draft->recheck_ = parts_.recheck;
  draft->checked_at_ = parts_.clock.now();
  co_return draft;
}

Task<Node> Tree::put(Turn turn, FileDraft& draft, PutFile change, Instant modified_at) {
  auto node = co_await put_change(turn, draft, std::move(change), modified_at);
  co_return node;
}

Task<Node> Tree::put(Turn turn, FileDraft& draft, PutVersion change, Instant modified_at) {
  auto node = co_await put_change(turn, draft, std::move(change), modified_at);
  co_return node;
}

template <class Change>
Task<Node> Tree::put_change(Turn turn, FileDraft& draft, Change change, Instant modified_at) {
  auto content = co_await draft.finish(modified_at, name_for(change, draft.target_name_));
  if (draft.done_) {
    auto recall = RecallNode{.operation = change.request.operation, .size = draft.size_, .digest = draft.digest_.digest()};
    auto done = co_await parts_.database.read(turn, recall);
    co_return done;
  }
  content.version = VersionId::make(parts_.clock.now());
  const auto version = content.version;
  const auto manifest = content.stored ? std::optional(content.stored->manifest) : std::nullopt;
  change.space = draft.space();
  change.content = std::move(content);
  std::exception_ptr refused;
  std::optional<Node> node;
  try {
    auto put = co_await parts_.database.write(turn, std::move(change));
    node = std::move(put);
  } catch (const Failure& failure) {
    if (content::Content::may_be_recorded(failure)) throw;
    refused = std::current_exception();
  }
  // Refused, or done before by the same operation, whose bytes are kept: these are not.
  if (manifest && (!node || node->version != version)) co_await drop(turn, *manifest);
  if (refused) std::rethrow_exception(refused);
  co_return *node;
}

// What cannot be removed now is found by listing, and changes nothing about the answer.
Task<> Tree::drop(Turn turn, content::Manifest manifest) {
  try {
    co_await parts_.content.drop(turn, std::move(manifest));
  } catch (const Failure&) {
    co_return;
  }
}

Task<ContentHandle> Tree::open(Turn turn, account::Principal who, NodeId node, std::optional<VersionId> version) {
  auto key = ContentCache::key_of(who, node, version);
  const auto changes = parts_.database.changes();
  const auto now = parts_.clock.now();
  if (const auto kept = cache_.find(key, changes, now)) co_return handle_of(turn, std::move(who), *kept->found, kept->at);
  auto find = FindContent{.who = who, .content = &parts_.content, .node = node, .version = version};
  auto found = co_await parts_.database.read(turn, std::move(find));
  cache_.keep(std::move(key), changes, now, found);
  co_return handle_of(turn, std::move(who), std::move(found), now);
}

Task<std::variant<NodeId, ContentHandle>> Tree::open(Turn turn, account::Principal who, std::optional<SpaceId> space,
                                                     std::string path, std::optional<VersionId> version) {
  auto key = ContentCache::key_of(who, space, path, version);
  const auto changes = parts_.database.changes();
  const auto now = parts_.clock.now();
  if (const auto kept = cache_.find(key, changes, now)) co_return handle_of(turn, std::move(who), *kept->found, kept->at);
  auto find =
      FindContentByPath{.who = who, .content = &parts_.content, .space = space, .path = std::move(path), .version = version};
  auto found = co_await parts_.database.read(turn, std::move(find));
  if (const auto* folder = std::get_if<NodeId>(&found)) co_return *folder;
  cache_.keep(std::move(key), changes, now, std::get<FoundContent>(found));
  co_return handle_of(turn, std::move(who), std::get<FoundContent>(std::move(found)), now);
}

ContentHandle Tree::handle_of(Turn turn, account::Principal who, FoundContent found, Instant looked_at) {
  ContentHandle handle;
  handle.found_ = std::move(found);
  handle.content_ = &parts_.content;
  handle.turn_ = turn;
  handle.turn_.timing = nullptr;  // its bytes are read when the request's handler has ended
  handle.clock_ = &parts_.clock;
  handle.recheck_ = parts_.recheck;
  handle.checked_at_ = looked_at;
  // A former version is for those who may read history; what becomes one while it is read may be read on.
  const auto& node = handle.found_.node;
  const auto action = handle.found_.version.id != node.version ? Action::kReadHistory : Action::kRead;
  handle.allowed_ = [this, turn = handle.turn_, who = std::move(who), id = node.id, action] {
    return still_allowed(turn, who, id, action);
  };
  return handle;
}

void ContentHandle::select(std::optional<store::ByteRange> range) {
  if (found_.manifest) {
    auto manifest = value_or_throw(*std::exchange(found_.manifest, std::nullopt));
    reader_ = value_or_throw(content_->open(turn_, std::move(manifest), range));
  } else if (range && (range->offset > 0 || range->length > 0)) {
    throw Failure({ErrorCode::kRangeNotSatisfiable, "The range lies outside of the content."});
  }
}

Task<account::Person> Tree::add_person(Turn turn, AddPerson add) {
  const auto scope = add.space.uuid();
  co_await parts_.content.add_scope(turn, scope);
  const auto wanted = add.person.id;
  std::optional<account::Person> added;
  std::exception_ptr refused;
  try {
    auto person = co_await parts_.database.write(turn, std::move(add));
    added = std::move(person);
  } catch (const Failure& failure) {
    if (content::Content::may_be_recorded(failure)) throw;
    refused = std::current_exception();
  }
  if (!added || added->id != wanted) co_await drop_scope(turn, scope);
  if (refused) std::rethrow_exception(refused);
  co_return *added;
}

// A key that nothing uses does no harm, and changes nothing about the answer.
Task<> Tree::drop_scope(Turn turn, Uuid scope) {
  try {
    co_await parts_.content.drop_scope(turn, scope);
  } catch (const Failure&) {
    co_return;
  }
}

Task<bool> Tree::still_allowed(Turn turn, account::Principal who, NodeId node, Action action) {
  const bool valid = co_await parts_.still_valid(turn, who);
  if (!valid) co_return false;
  auto look = MayRead{.who = std::move(who), .node = node, .action = action};
  const bool may = co_await parts_.database.read(turn, look);
  co_return may;
}

Task<std::size_t> ContentHandle::read(std::span<std::byte> into) {
  co_await look_again();
  if (!reader_) co_return 0;
  const auto got = co_await reader_->read(into);
  co_return got;
}

Task<FilePiece> ContentHandle::next_piece(std::size_t most) {
  co_await look_again();
  if (!reader_) co_return FilePiece{};
  const auto piece = co_await reader_->next_piece(most);
  co_return piece;
}

Task<> ContentHandle::look_again() {
  const auto now = clock_->now();
  if (now - checked_at_ < recheck_ && now >= checked_at_) co_return;
  const bool allowed = co_await allowed_();
  if (!allowed) throw Failure({ErrorCode::kDenied, "You may not read this any more."});
  checked_at_ = now;
}

}  // namespace cairn::tree
