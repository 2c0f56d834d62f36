#include "cairn/content/blob_writer.h"

namespace cairn::content {

Task<Manifest> BlobWriter::finish() {
  const auto segment = co_await segment_.close();
  Manifest manifest{
      .id = blob_, .key_scope = key_scope_, .size = segment.length, .digest = digest_.digest(), .segments = {segment}};
  co_return manifest;
}

}  // namespace cairn::content
