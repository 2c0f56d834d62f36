#include "cairn/crypt/master_key.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"

namespace cairn::crypt {
namespace {

constexpr std::string_view kFileStart = "cairn-master-1 ";
constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kKeyLetters = 52;
constexpr std::size_t kCheckLetters = 4;
constexpr std::size_t kGroup = 4;

Sha256 hash_with(std::string_view purpose, Bytes key) {
  std::vector<std::byte> message(label(purpose).begin(), label(purpose).end());
  message.insert(message.end(), key.begin(), key.end());
  const auto hash = sha256(message);
  OPENSSL_cleanse(message.data(), message.size());
  return hash;
}

// `count` letters of five bits each, from the front of `bytes`, padded with zero bits.
std::string letters(Bytes bytes, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    unsigned value = 0;
    for (std::size_t bit = 5 * i; bit < 5 * i + 5; ++bit) {
      const unsigned byte = bit / 8 < bytes.size() ? std::to_integer<unsigned>(bytes[bit / 8]) : 0;
      value = value << 1 | (byte >> (7 - bit % 8) & 1);
    }
    text += kAlphabet[value];
  }
  return text;
}

// What a person wrote down, as letters of the alphabet.
std::string normalized(std::string_view code) {
  std::string text;
  for (const char c : ascii_lowercase(code)) {
    if (c == '-' || c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == 'o') {
      text += '0';
    } else if (c == 'i' || c == 'l') {
      text += '1';
    } else {
      text += c;
    }
  }
  return text;
}

std::optional<std::array<std::byte, Key::kBytes>> key_bytes(std::string_view text) {
  std::array<std::byte, Key::kBytes> bytes{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto value = kAlphabet.find(text[i]);
    if (value == std::string_view::npos) return std::nullopt;
    for (std::size_t bit = 0; bit < 5; ++bit) {
      const auto at = 5 * i + bit;
      if (at < 8 * bytes.size() && (value >> (4 - bit) & 1) != 0) bytes[at / 8] |= static_cast<std::byte>(0x80u >> at % 8);
    }
  }
  return bytes;
}

}  // namespace

MasterKey::MasterKey(Key key) : key_(std::move(key)) {
  const auto hash = hash_with("cairn master id", key_.reveal());
  std::copy_n(hash.begin(), id_.size(), id_.begin());
}

Result<MasterKey> MasterKey::load(Files& files, const std::string& path) {
  const auto damaged = [&] {
    return failure(
        ErrorCode::kCorrupt,
        fmt::format("{} holds no master key, or a damaged one. Put the right file back, or restore it from the recovery code.",
                    path),
        path);
  };
  auto text = read_text(files, path, 1024);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    return failure(ErrorCode::kNotFound,
                   fmt::format("The master key {} is missing. Put the file back, or restore it from the recovery code.", path),
                   path);
  }
  if (!text) return text.error().code == ErrorCode::kInvalidInput ? damaged() : failure(text);
  const auto line = trimmed(*text);
  constexpr std::size_t kIdDigits = 32;
  constexpr std::size_t kKeyDigits = 64;
  const auto space_at = kFileStart.size() + kIdDigits;
  if (!line.starts_with(kFileStart) || line.size() != space_at + 1 + kKeyDigits || line[space_at] != ' ') return damaged();
  const auto id_text = line.substr(kFileStart.size(), kIdDigits);
  auto bytes = from_hex(line.substr(line.size() - kKeyDigits));
  if (!bytes) return damaged();
  MasterKey master{Key(std::span<const std::byte, Key::kBytes>(*bytes))};
  const bool whole = hex(master.id()) == id_text;
  OPENSSL_cleanse(bytes->data(), bytes->size());
  OPENSSL_cleanse(text->data(), text->size());
  if (!whole) return damaged();
  return master;
}

Result<void> MasterKey::save(Files& files, const std::string& path) const {
  auto text = fmt::format("{}{} {}\n", kFileStart, hex(id_), hex(key_.reveal()));
  auto saved = create_whole(files, path, std::as_bytes(std::span(text)));
  OPENSSL_cleanse(text.data(), text.size());
  return saved;
}

Secret MasterKey::recovery_code() const {
  const auto check = hash_with("cairn recovery", key_.reveal());
  const auto text = letters(key_.reveal(), kKeyLetters) + letters(check, kCheckLetters);
  std::string code;
  for (std::size_t i = 0; i < text.size(); i += kGroup) code += (i == 0 ? "" : "-") + text.substr(i, kGroup);
  return Secret(std::move(code));
}

Result<MasterKey> MasterKey::from_recovery_code(std::string_view code) {
  const auto wrong = [](std::string what) { return failure(ErrorCode::kInvalidInput, std::move(what), "code"); };
  const auto text = normalized(code);
  if (text.size() != kKeyLetters + kCheckLetters) return wrong("A recovery code has 14 groups of four letters.");
  const auto bytes = key_bytes(std::string_view(text).substr(0, kKeyLetters));
  if (!bytes) return wrong("A recovery code has digits and letters but u.");
  MasterKey master{Key(*bytes)};
  if (normalized(master.recovery_code().reveal()) != text) return wrong("A letter of the recovery code is wrong.");
  return master;
}

Result<MasterKey::Opened> MasterKey::open(Files& files, const std::string& path, const std::string& keys_directory) {
  const auto memory = keys_directory + "/master-id";
  const auto remembered = read_text(files, memory, 1024);
  const bool first_start = !remembered && remembered.error().code == ErrorCode::kNotFound;
  if (!remembered && !first_start) return failure(remembered);
  auto loaded = load(files, path);
  const bool make = !loaded && loaded.error().code == ErrorCode::kNotFound && first_start;
  if (!loaded && !make) return failure(loaded);
  Opened opened{make ? MasterKey::make() : *std::move(loaded), make};
  if (make) {
    if (const auto saved = opened.key.save(files, path); !saved) return failure(saved);
  }
  const auto id = hex(opened.key.id());
  if (first_start) {
    // Also if the file was there: the start that made it may have died before this.
    if (const auto synced = files.sync_directory(parent_of(path)); !synced) return failure(synced);
    if (const auto noted = create_whole(files, memory, std::as_bytes(std::span(id))); !noted) return failure(noted);
  } else if (trimmed(*remembered) != id) {
    return failure(ErrorCode::kCorrupt,
                   fmt::format("The master key {} is not the one that this data was sealed with ({}, not {}). Put the right file "
                               "back, or restore it "
                               "from the recovery code.",
                               path, id, trimmed(*remembered)),
                   path);
  }
  return opened;
}

Key MasterKey::derive(std::string_view purpose) const { return hkdf_expand(key_, label(purpose)); }

}  // namespace cairn::crypt
