#include "cairn/content/blob.h"

#include "cairn/crypt/hash.h"

namespace cairn::content {
namespace {

// Fields one behind the other, numbers as eight bytes, big-endian.
class Message {
 public:
  void add(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void add(std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes_.push_back(static_cast<std::byte>(number >> shift));
  }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace

ManifestMac manifest_mac(const crypt::Key& key, const Manifest& manifest) {
  Message message;
  message.add(crypt::label("cairn manifest 1"));
  message.add(manifest.id.bytes());
  message.add(manifest.key_scope);
  message.add(manifest.size);
  message.add(manifest.segments.size());
  for (const auto& segment : manifest.segments) {
    message.add(segment.id.bytes());
    message.add(segment.start);
    message.add(segment.length);
    message.add(crypt::label(segment.object.text()));
    message.add(segment.object_offset);
    message.add(segment.stored_length);
    message.add(static_cast<std::uint64_t>(segment.suite));
    message.add(segment.ending == crypt::Ending::kCut ? 1 : 0);
    message.add(segment.crc32);
  }
  return crypt::hmac_sha256(key.reveal(), message.bytes());
}

crypt::Sha256 growth_note_mac(const crypt::Key& key, const Manifest& manifest, std::span<const std::byte> note,
                              std::uint64_t size) {
  Message message;
  message.add(crypt::label("cairn upload note 1"));
  message.add(manifest.id.bytes());
  message.add(manifest.key_scope);
  message.add(manifest.size);
  message.add(size);
  message.add(note);
  return crypt::hmac_sha256(key.reveal(), message.bytes());
}

}  // namespace cairn::content
