#pragma once
#include <gtest/gtest.h>

#include "cairn/upload/testing/sim_upload.h"

namespace cairn::upload {

inline constexpr std::int64_t kChunk = crypt::SegmentLayout::kChunkBytes;

inline std::string filled(std::int64_t size, unsigned seed = 1) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + seed + i / 251);
  return bytes;
}

/// Uploads of sealed and of plain content; what fsck finds in the end fails the test.
class UploadTest : public ::testing::TestWithParam<bool> {
 protected:
  template <class Act>
  static ErrorCode error_of(Act act) {
    return tree::SimTree::error_of(std::move(act));
  }
  void TearDown() override {
    const auto findings = s_.t.examined(true);
    EXPECT_TRUE(findings.all_well()) << tree::SimTree::told(findings);
  }
  std::string content_of(const Upload& upload) { return s_.t.content(*upload.node); }

  SimUpload s_{1, GetParam()};
};

}  // namespace cairn::upload
