#pragma once
#include <functional>
#include <memory>

#include "cairn/content/content.h"
#include "cairn/tree/add_person.h"
#include "cairn/tree/content_cache.h"
#include "cairn/tree/find_node.h"
#include "cairn/tree/put_file.h"
#include "cairn/tree/quota.h"

namespace cairn::tree {

/// The bytes of a file on their way in. Nothing of it shows before it is put. Who gives it up discards it; one that is only
/// destroyed leaves a temporary until the next start.
class FileDraft {
 public:
  /// Appends. Throws Failure(kQuotaExceeded) as soon as it is more than the space had free when it began, kUnauthenticated once
  /// its author's credential is no good any more, and what the store throws; the draft is then lost, and discarded.
  Task<> write(std::span<const std::byte> bytes);

  /// Gives it up, and removes what was written. What cannot be removed now is swept away at the next start.
  Task<> discard();

  [[nodiscard]] const SpaceId& space() const { return space_; }
  [[nodiscard]] std::int64_t size() const { return size_; }
  /// What its author could do with the target when it began, and so with what is put there.
  [[nodiscard]] Role role() const { return role_; }

 private:
  friend class Tree;
  FileDraft(content::Content& content, Turn turn, const SpaceId& space, const Usage& usage, std::optional<std::int64_t> announced)
      : content_(content), turn_(turn), space_(space), usage_(usage), announced_(announced) {}
  void keep_head(std::span<const std::byte> bytes);
  Task<> append(std::span<const std::byte> bytes);
  Task<> require_valid();
  Task<NewContent> finish(Instant modified_at, std::string_view name);

  content::Content& content_;
  Turn turn_;
  SpaceId space_;
  Usage usage_;
  std::optional<std::int64_t> announced_;
  std::int64_t size_ = 0;
  Role role_ = Role::kNone;
  std::string target_name_;            // of the file that gets new content
  std::vector<std::byte> head_;        // the first bytes, which tell what it is
  std::function<Task<bool>()> valid_;  // its author's credential
  const Clock* clock_ = nullptr;
  std::chrono::microseconds recheck_{};
  Instant checked_at_;
  crypt::Blake3 digest_;  // of what comes again
  bool done_ = false;     // the operation was done before: what comes is counted, and kept nowhere
  bool lost_ = false;
  std::unique_ptr<content::BlobWriter> writer_;  // none before the first byte: a file without bytes has no blob
};

/// A file that somebody reads. Only Tree makes one, for who is allowed to; it looks again every few seconds, so that a stream
/// ends when its right does.
class ContentHandle {
 public:
  [[nodiscard]] const Node& node() const { return found_.node; }
  [[nodiscard]] const Version& version() const { return found_.version; }

  /// BLAKE3 of its bytes, if it is known.
  [[nodiscard]] const std::optional<crypt::Blake3::Digest>& digest() const { return found_.digest; }

  /// Chooses what to read: a range, or all. Throws Failure as Content::open(). Before the first read.
  void select(std::optional<store::ByteRange> range);

  /// Reads on, into all of `into`, less only at the end of the range; 0 there. Throws Failure as BlobReader::read(), and kDenied
  /// once the reader may not read it any more.
  Task<std::size_t> read(std::span<std::byte> into);

  /// The next bytes as they lie in a file, as BlobReader::next_piece(): no length means that read() has them. Throws as read().
  Task<FilePiece> next_piece(std::size_t most);

 private:
  friend class Tree;
  ContentHandle() = default;
  Task<> look_again();

  FoundContent found_;
  content::Content* content_ = nullptr;
  Turn turn_;
  std::unique_ptr<content::BlobReader> reader_;  // none for a file without bytes
  std::function<Task<bool>()> allowed_;
  const Clock* clock_ = nullptr;
  std::chrono::microseconds recheck_{};
  Instant checked_at_;
};

/// Files whose bytes come and go: what needs both the rows and the content. Everything else is an operation, given to the
/// database as it is. Safe to use from several threads.
class Tree {
 public:
  struct Parts {
    db::Database& database;
    content::Content& content;
    const Clock& clock;
    /// True while a principal's credential is as good as it was: account's to say.
    std::function<Task<bool>(Turn, account::Principal)> still_valid;
    std::chrono::microseconds recheck = std::chrono::seconds(5);  ///< how often a stream looks again, and how long a look is good
    std::size_t cached_looks = 0;                                 ///< of downloads, that are kept in memory: of ContentCache
  };

  explicit Tree(Parts parts)
      : parts_(std::move(parts)), cache_(parts_.database.is_sole_writer() ? parts_.cached_looks : 0, parts_.recheck) {}

  /// Begins a file in a folder, or new content for a file, for the operation that will put it. `size` if it is announced: it is
  /// looked at once whether it fits, and the draft takes no more. An operation that was done before is let through: put() gives
  /// its answer. Throws Failure as authorize(kWrite), kQuotaExceeded.
  Task<std::unique_ptr<FileDraft>> begin(Turn turn, Request request, NodeId target, std::optional<std::int64_t> size);
  /// The same for a change that is known already: what it would be refused for is told before any byte comes.
  Task<std::unique_ptr<FileDraft>> begin(Turn turn, PutFile change, std::optional<std::int64_t> size);
  Task<std::unique_ptr<FileDraft>> begin(Turn turn, PutVersion change, std::optional<std::int64_t> size);

  /// Lets a person in for the first time: the keys of the home first, then the rows. As AddPerson.
  Task<account::Person> add_person(Turn turn, AddPerson add);

  /// Makes the draft durable, finds out what it is, then puts it where it belongs: PutFile and PutVersion with their errors. The
  /// draft is used up, whatever comes. Of an operation that was done before it gives that answer, if the same bytes came: else it
  /// throws kReusedKey.
  Task<Node> put(Turn turn, FileDraft& draft, PutFile change, Instant modified_at);
  Task<Node> put(Turn turn, FileDraft& draft, PutVersion change, Instant modified_at);

  /// Opens what a file holds, or a former version. Nothing of its bytes is touched yet. Throws Failure as FindContent.
  Task<ContentHandle> open(Turn turn, account::Principal who, NodeId node, std::optional<VersionId> version);
  /// The same by a path in a space, as FindContentByPath: of a folder its id.
  Task<std::variant<NodeId, ContentHandle>> open(Turn turn, account::Principal who, std::optional<SpaceId> space,
                                                 std::string path, std::optional<VersionId> version);

 private:
  using Look = std::function<void(db::Snapshot&)>;
  Task<std::unique_ptr<FileDraft>> begin_looking(Turn turn, Request request, NodeId target, std::optional<std::int64_t> size,
                                                 Look look);
  template <class Change>
  Task<Node> put_change(Turn turn, FileDraft& draft, Change change, Instant modified_at);
  ContentHandle handle_of(Turn turn, account::Principal who, FoundContent found, Instant looked_at);
  Task<bool> still_allowed(Turn turn, account::Principal who, NodeId node, Action action);
  Task<> drop(Turn turn, content::Manifest manifest);
  Task<> drop_scope(Turn turn, Uuid scope);

  Parts parts_;
  ContentCache cache_;
};

}  // namespace cairn::tree
