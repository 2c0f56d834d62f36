#include "cairn/crypt/key_store.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"
#include "cairn/crypt/key_wrap.h"

namespace cairn::crypt {
namespace {

constexpr std::string_view kStart = "CSK1";
constexpr std::size_t kMasterIdAt = 4;
constexpr std::size_t kWrappedAt = 20;
constexpr std::size_t kFileBytes = kWrappedAt + sizeof(WrappedKey);
constexpr std::uint32_t kMasterVersion = 1;
constexpr std::size_t kNameDigits = 32;

WrapPlace place_of(const Uuid& scope) { return {.scope = scope, .version = kMasterVersion}; }

}  // namespace

std::string KeyStore::path_of(const Uuid& scope) const { return directory_ + "/" + hex(scope); }

Result<Key> KeyStore::create(const Uuid& scope) {
  auto key = Key::make();
  std::array<std::byte, kFileBytes> file;
  std::ranges::copy(label(kStart), file.begin());
  std::ranges::copy(master_.id(), file.begin() + kMasterIdAt);
  std::ranges::copy(wrap(master_.key(), place_of(scope), key), file.begin() + kWrappedAt);
  if (const auto created = create_whole(files_, path_of(scope), file); !created) return failure(created);
  return key;
}

Result<Key> KeyStore::load(const Uuid& scope) const {
  const auto path = path_of(scope);
  const auto text = read_text(files_, path, kFileBytes);
  if (!text) return failure(text);
  const auto bytes = std::as_bytes(std::span(*text));
  if (bytes.size() != kFileBytes || !text->starts_with(kStart))
    return failure(ErrorCode::kCorrupt, fmt::format("The key file {} is damaged. Restore it from the backup of the keys.", path),
                   path);
  const auto wrapped_by = bytes.subspan(kMasterIdAt, sizeof(Uuid));
  if (!std::ranges::equal(wrapped_by, master_.id())) {
    return failure(ErrorCode::kCorrupt,
                   fmt::format("The keys in {} belong to another master key ({}) than the one given ({}).", directory_,
                               hex(wrapped_by), hex(master_.id())),
                   path);
  }
  WrappedKey wrapped;
  std::copy_n(bytes.begin() + kWrappedAt, wrapped.size(), wrapped.begin());
  return unwrap(master_.key(), place_of(scope), wrapped);
}

Result<void> KeyStore::destroy(const Uuid& scope) {
  if (const auto removed = files_.remove(path_of(scope)); !removed) return removed;
  return files_.sync_directory(directory_);
}

Result<std::vector<Uuid>> KeyStore::list() const {
  const auto entries = files_.list(directory_);
  if (!entries) return failure(entries);
  std::vector<Uuid> scopes;
  for (const auto& entry : *entries) {
    if (entry.kind != FileKind::kFile || entry.name.size() != kNameDigits) continue;  // a temporary that a crash has left
    if (const auto id = from_hex(entry.name)) {
      Uuid scope;
      std::copy_n(id->begin(), scope.size(), scope.begin());
      scopes.push_back(scope);
    }
  }
  return scopes;
}

}  // namespace cairn::crypt
