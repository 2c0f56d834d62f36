#include "cairn/tree/name.h"

#include <algorithm>

#include "cairn/base/utf8.h"

namespace cairn::tree {
namespace {

using ::testing::ElementsAre;

Name name(std::string_view text) { return value_or_throw(Name::check(text)); }

TEST(Name, WhatPeopleNameTheirFilesIsAccepted) {
  for (const auto* good : {"report.pdf", "Ünïcödé", "日本語.txt", " leading and trailing ", "...", ".hidden", "a\\b", "C:", "CON",
                           "-rf", "emoji 👩‍👩‍👧", "quote\"'`", "%2F", "a:b*c?"})
    EXPECT_EQ(name(good).text(), good);
}

TEST(Name, WhatCannotBeANameIsRefusedAndTheFieldNamed) {
  using namespace std::string_literals;
  for (const auto& bad : {""s, "."s, ".."s, "a/b"s, "/"s, "a\0b"s, "a\nb"s, "\x1b[31m"s, "\x7f"s, "\xc2\x85"s, "\xff"s,
                          "\xc0\xaf"s, "\xed\xa0\x80"s, "a\xf4\x90\x80\x80"s, "\xe2\x82"s}) {
    const auto checked = Name::check(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(checked.error().subject, "name");
  }
}

TEST(Name, HasUpTo255Bytes) {
  EXPECT_TRUE(Name::check(std::string(255, 'a')));
  EXPECT_FALSE(Name::check(std::string(256, 'a')));
  EXPECT_FALSE(Name::check(std::string(100'000, 'a')));
  std::string umlauts;
  for (int i = 0; i < 127; ++i) umlauts += "ä";
  EXPECT_TRUE(Name::check(umlauts + "a"));
  EXPECT_FALSE(Name::check(umlauts + "aa"));
}

TEST(Name, TheSameTextIsTheSameNameHoweverItIsComposed) {
  EXPECT_EQ(name("a\xcc\x88").text(), "ä");
  EXPECT_EQ(name("\xe2\x84\xab").text(), "Å");  // the Ångström sign
  std::string decomposed;
  for (int i = 0; i < 127; ++i) decomposed += "a\xcc\x88";
  EXPECT_EQ(name(decomposed).text().size(), 254u) << "the limit counts what is stored";
}

TEST(Name, CaseCountsUnlessTheSpaceSaysOtherwise) {
  EXPECT_NE(name("Report").key(NameRule::kExact), name("report").key(NameRule::kExact));
  EXPECT_EQ(name("ReportÄ").key(NameRule::kIgnoreCase), name("REPORTä").key(NameRule::kIgnoreCase));
  EXPECT_EQ(name("straße").key(NameRule::kIgnoreCase), name("STRASSE").key(NameRule::kIgnoreCase));
  EXPECT_NE(name("a ").key(NameRule::kIgnoreCase), name("a").key(NameRule::kIgnoreCase));
}

TEST(Name, SortsAsPeopleExpect) {
  std::vector<Name> names;
  for (const auto* text : {"file 10", "file 9", "Zebra", "apple", "Äpfel", "file 1", "zebra", "Apple"})
    names.push_back(name(text));
  std::ranges::sort(names, {}, [](const Name& one) { return std::pair(one.sort_key(), one.text()); });
  std::vector<std::string> sorted;
  for (const auto& one : names) sorted.push_back(one.text());
  EXPECT_THAT(sorted, ElementsAre("Äpfel", "apple", "Apple", "file 1", "file 9", "file 10", "zebra", "Zebra"));
}

TEST(Name, SortKeysAreShort) {
  EXPECT_LE(name(std::string(255, 'x')).sort_key().size(), 96u);
  EXPECT_FALSE(name("👩‍👩‍👧").sort_key().empty());
}

TEST(Name, NumbersGoBeforeTheExtension) {
  EXPECT_EQ(name("report.pdf").numbered(2).text(), "report (2).pdf");
  EXPECT_EQ(name("README").numbered(3).text(), "README (3)");
  EXPECT_EQ(name(".profile").numbered(2).text(), ".profile (2)");
  EXPECT_EQ(name("archive.tar.gz").numbered(2).text(), "archive.tar (2).gz");
  EXPECT_EQ(name("1. the first, and a rather long one").numbered(2).text(), "1. the first, and a rather long one (2)");
}

TEST(Name, ANumberedNameIsShortenedBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 127; ++i) umlauts += "ä";
  const auto numbered = name(umlauts).numbered(12).text();
  EXPECT_LE(numbered.size(), 255u);
  EXPECT_TRUE(is_valid_utf8(numbered));
  EXPECT_TRUE(numbered.ends_with("ä (12)"));
}

}  // namespace
}  // namespace cairn::tree
