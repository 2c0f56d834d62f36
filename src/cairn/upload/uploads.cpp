#include "cairn/upload/uploads.h"

#include <algorithm>

#include "cairn/tree/media_type.h"
#include "cairn/upload/end_upload.h"

namespace cairn::upload {
namespace {

// The content of the first part that has bytes; nothing if none has, or what is wrong with it is to be told by JoinParts.
struct FindFirstBytes {
  account::PersonId person;
  std::vector<UploadId> parts;
  const content::Content* content;

  std::optional<content::Manifest> run(db::Snapshot& snapshot) const {
    for (const auto& id : parts) {
      const auto part = find_upload(snapshot, id);
      if (!part || part->person != person) return std::nullopt;
      if (part->received == 0) continue;
      auto found = content->find(snapshot, part->blob);
      if (!found) return std::nullopt;
      return *std::move(found);
    }
    return std::nullopt;
  }
};

content::Manifest empty_manifest(const Upload& upload) {
  return {.id = upload.blob, .key_scope = upload.space.uuid(), .size = 0, .digest = {}, .segments = {}};
}

}  // namespace

Uploads::Uploads(UploadStream::Parts parts, const Limits& limits) : parts_(std::move(parts)), limits_(limits) {}

std::unique_ptr<UploadStream> Uploads::stream(Turn turn, account::Principal who, Upload upload, UploadStream::Keep keep,
                                              std::unique_ptr<content::GrowingBlob> blob) const {
  return std::make_unique<UploadStream>(parts_, limits_, turn, std::move(who), std::move(upload), keep, std::move(blob));
}

Task<Uploads::Begun> Uploads::begin(Turn turn, BeginUpload change, bool goes_on, UploadStream::Keep keep) {
  if (goes_on) change.holder = make_uuid(parts_.clock.now());
  change.limits = limits_;
  const auto who = change.request.who;
  const bool is_repeatable = change.request.operation.request != crypt::Sha256{};
  auto begun = co_await parts_.database.write(turn, std::move(change));
  if (!begun.fresh || !goes_on) co_return Begun{.upload = std::move(begun.upload)};
  auto growing = grow(turn, begun.upload, Taken{.upload = begun.upload, .manifest = empty_manifest(begun.upload), .note = {}});
  std::exception_ptr failed;
  try {
    auto blob = co_await std::move(growing);
    auto going = stream(turn, who, begun.upload, keep, std::move(blob));
    co_return Begun{.upload = std::move(begun.upload), .stream = std::move(going)};
  } catch (const Failure&) {
    failed = std::current_exception();
  }
  if (is_repeatable) {  // the next try finds it
    auto release = ReleaseUpload{.space = begun.upload.space, .id = begun.upload.id, .fence = begun.upload.fence};
    co_await parts_.database.write(turn, release);
  } else {  // nobody has been told of it: what it has reserved is free again
    auto end = EndUpload{.who = who, .space = begun.upload.space, .id = begun.upload.id};
    co_await parts_.database.write(turn, end);
  }
  std::rethrow_exception(failed);
}

Task<std::unique_ptr<content::GrowingBlob>> Uploads::grow(Turn turn, const Upload& upload, Taken taken) const {
  return parts_.content.grow(turn, std::move(taken.manifest), std::move(taken.note), static_cast<std::uint64_t>(upload.received));
}

Task<std::unique_ptr<UploadStream>> Uploads::take(Turn turn, account::Principal who, Go go) {
  auto find = FindUpload{.who = who, .id = go.id};
  const auto found = co_await parts_.database.read(turn, find);
  auto change = TakeUpload{.who = who,
                           .content = &parts_.content,
                           .limits = limits_,
                           .space = found.space,
                           .id = go.id,
                           .offset = go.offset,
                           .coming = go.coming,
                           .declared = go.declared,
                           .holder = make_uuid(parts_.clock.now())};
  auto taken = co_await parts_.database.write(turn, std::move(change));
  if (taken.upload.state == State::kDone) co_return stream(turn, std::move(who), std::move(taken.upload), go.keep, nullptr);
  auto upload = taken.upload;
  auto growing = grow(turn, upload, std::move(taken));
  std::exception_ptr failed;
  try {
    auto blob = co_await std::move(growing);
    co_return stream(turn, std::move(who), std::move(upload), go.keep, std::move(blob));
  } catch (const Failure&) {
    failed = std::current_exception();
  }
  auto release = ReleaseUpload{.space = upload.space, .id = upload.id, .fence = upload.fence};
  co_await parts_.database.write(turn, release);
  std::rethrow_exception(failed);
}

Task<Finished> Uploads::join(Turn turn, JoinParts change) {
  change.limits = limits_;
  change.content = &parts_.content;
  auto look = FindFirstBytes{.person = change.request.who.person, .parts = change.parts, .content = &parts_.content};
  auto first = co_await parts_.database.read(turn, look);
  if (first) {
    change.head.resize(std::min<std::uint64_t>(tree::kSniffedBytes, first->size));
    const auto length = change.head.size();
    const auto reader = value_or_throw(parts_.content.open(turn, *std::move(first), store::ByteRange{0, length}));
    const auto got = co_await reader->read(change.head);
    change.head.resize(got);
  }
  auto finished = co_await parts_.database.write(turn, std::move(change));
  co_return finished;
}

}  // namespace cairn::upload
