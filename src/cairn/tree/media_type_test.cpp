#include "cairn/tree/media_type.h"

namespace cairn::tree {
namespace {

using namespace std::string_view_literals;

std::string type_of(std::string_view bytes, std::string_view name = "file") {
  return media_type_of(std::as_bytes(std::span(bytes)), name);
}

TEST(MediaType, TheBytesDecideNotTheName) {
  EXPECT_EQ(type_of("\x89PNG\r\n\x1a\n....", "song.mp3"), "image/png");
  EXPECT_EQ(type_of("<script>alert(1)</script>", "photo.png"), "text/plain");
  EXPECT_EQ(type_of("RIFF....WEBPVP8 "), "image/webp");
  EXPECT_EQ(type_of("\0\0\0\x18"
                    "ftypisom"sv),
            "video/mp4");
  EXPECT_EQ(type_of("\x1a\x45\xdf\xa3....matroska"), "video/x-matroska");
  EXPECT_EQ(type_of("\0\1\2\3"sv, "page.html"), "application/octet-stream");
}

TEST(MediaType, TheNameTellsApartWhatTheBytesLeaveOpen) {
  EXPECT_EQ(type_of("PK\x03\x04", "Report.DOCX"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(type_of("PK\x03\x04", "archive"), "application/zip");
  EXPECT_EQ(type_of("# Title", "notes.md"), "text/markdown");
  EXPECT_EQ(type_of("", "empty.csv"), "text/csv");
}

TEST(MediaType, TextMayBeCutInTheMiddleOfACharacter) {
  std::string text(kSniffedBytes - 1, 'a');
  EXPECT_EQ(type_of(text + "ä"), "text/plain");
  EXPECT_EQ(type_of("a\xc3"), "application/octet-stream") << "that is its end, and no text";
}

TEST(MediaType, WhatCanRunScriptIsNeverShownInline) {
  for (const auto* type : {"text/html", "image/svg+xml", "application/xml", "text/javascript", ""})
    EXPECT_FALSE(may_be_shown_inline(type)) << type;
  EXPECT_TRUE(may_be_shown_inline("image/png"));
  EXPECT_TRUE(may_be_shown_inline("application/pdf"));
}

}  // namespace
}  // namespace cairn::tree
