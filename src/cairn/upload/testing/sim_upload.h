#pragma once
#include "cairn/tree/testing/sim_tree.h"
#include "cairn/upload/check.h"
#include "cairn/upload/end_upload.h"
#include "cairn/upload/schema.h"
#include "cairn/upload/uploads.h"

namespace cairn::upload {

/// tree::SimTree with uploads.
class SimUpload {
 public:
  explicit SimUpload(std::uint64_t seed = 1, bool sealed = true)
      : t(seed, 256, {.tables = {migrations()}, .checks = checks(), .holds = is_upload}, sealed) {
    start();
  }

  /// The machine loses its power.
  void restart() {
    uploads.reset();
    t.restart();
    start();
    t.write(EndAllLeases{});
  }

  BeginUpload begin_of(std::string_view name, std::optional<std::int64_t> size,
                       tree::OnConflict on_conflict = tree::OnConflict::kFail) {
    return {.request = t.request(t.ana),
            .limits = limits,
            .space = t.space.id,
            .size = size,
            .to = {.node = t.space.root, .name = tree::SimTree::name(name), .on_conflict = on_conflict}};
  }
  UploadId begun(std::string_view name, std::optional<std::int64_t> size,
                 tree::OnConflict on_conflict = tree::OnConflict::kFail) {
    return t.sim.run(uploads->begin(kTurn, begin_of(name, size, on_conflict), false, UploadStream::Keep::kAsItComes)).upload.id;
  }
  UploadId begun_part(std::int64_t size) {
    auto change = begin_of("part", size);
    change.kind = Kind::kPart;
    change.to.name = std::nullopt;
    return t.sim.run(uploads->begin(kTurn, std::move(change), false, UploadStream::Keep::kAsItComes)).upload.id;
  }
  std::unique_ptr<UploadStream> taken(const UploadId& id, std::int64_t offset, const account::Principal& who,
                                      Uploads::Go go = {}) {
    go.id = id;
    go.offset = offset;
    return t.sim.run(uploads->take(kTurn, who, go));
  }
  std::unique_ptr<UploadStream> taken(const UploadId& id, std::int64_t offset) { return taken(id, offset, t.ana); }

  /// A whole go.
  Upload sent(const UploadId& id, std::int64_t offset, std::string_view bytes) {
    const auto stream = taken(id, offset);
    t.sim.run(stream->write(tree::bytes_of(bytes)));
    return t.sim.run(stream->end());
  }
  Upload look(const UploadId& id) { return t.read(FindUpload{.who = t.ana, .id = id}); }

  static constexpr Turn kTurn{};

  Limits limits{};
  tree::SimTree t;
  std::unique_ptr<Uploads> uploads;

  void start() {
    uploads = std::make_unique<Uploads>(
        UploadStream::Parts{.database = *t.sim.database,
                            .content = *t.sim.content,
                            .journal = t.journal,
                            .clock = t.sim.clock,
                            .still_valid = [this](Turn, account::Principal) -> Task<bool> { co_return t.credentials_valid; }},
        limits);
  }
};

}  // namespace cairn::upload
