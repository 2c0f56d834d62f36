#include "cairn/content/examiner.h"

#include "cairn/content/check.h"

namespace cairn::content {
namespace {

struct StillLives {
  BlobId blob;

  bool run(db::Snapshot& snapshot) const {
    constexpr db::Sql kFind = "SELECT 1 FROM blob WHERE id = ? AND state = 0";
    return snapshot.query(kFind, blob).next();
  }
};

}  // namespace

Task<> Examiner::run(Turn turn, bool deep, db::Findings& findings, Tell tell) {
  const bool whole = co_await check_blobs(turn, deep, findings, tell);
  if (whole) co_await note_strangers(turn, findings, tell);
}

Task<bool> Examiner::check_blobs(Turn turn, bool deep, db::Findings& findings, const Tell& tell) {
  std::uint64_t done = 0;
  auto list = ListBlobs{};
  for (;;) {
    const auto page = co_await parts_.database.read(turn, list);
    for (const auto& blob : page.blobs) {
      co_await check_objects(turn, blob.id, blob.objects, findings);
      if (!deep) continue;
      const auto scrubbed = co_await parts_.content.scrub(turn, blob.id);
      if (!scrubbed && scrubbed.error().code != ErrorCode::kNotFound)
        findings.error("content that cannot be read as it was written", blob.id.text() + ": " + scrubbed.error().message);
      if (!tell({.what = "content", .done = ++done})) co_return false;
    }
    if (!deep) done += page.blobs.size();
    if (!tell({.what = "content", .done = done})) co_return false;
    if (!page.last) co_return true;
    list.after = *page.last;
  }
}

Task<> Examiner::check_objects(Turn turn, const BlobId& blob, const std::vector<store::ObjectName>& objects,
                               db::Findings& findings) {
  for (const auto& object : objects) {
    parts_.store.let_go(object);
    const auto opened = co_await parts_.store.open(turn, object, {.offset = 0, .length = 0});
    parts_.store.let_go(object);  // what an examination passes by is not what will be read next
    if (opened) continue;
    auto look = StillLives{blob};
    const bool lives = co_await parts_.database.read(turn, look);  // it may have been removed since it was listed
    if (lives) findings.error("content whose object is not there", blob.text() + ": " + object.text());
  }
}

Task<> Examiner::note_strangers(Turn turn, db::Findings& findings, const Tell& tell) {
  std::uint64_t done = 0;
  for (unsigned part = 0; part < 256; ++part) {
    const auto objects = co_await parts_.store.list(turn, static_cast<std::uint8_t>(part));
    for (const auto& object : objects) {
      auto look = IsReferred{object};
      const bool referred = co_await parts_.database.read(turn, look);
      if (!referred) findings.note("an object that nothing refers to", object.text());
    }
    done += objects.size();
    if (!tell({.what = "objects", .done = done})) co_return;
  }
}

}  // namespace cairn::content
