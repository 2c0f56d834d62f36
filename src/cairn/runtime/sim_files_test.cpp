// The simulated disk itself: it must lose what POSIX lets a disk lose, else the power-cut tests prove nothing.
#include "cairn/runtime/testing/sim_files.h"

#include <functional>

namespace cairn {
namespace {

constexpr int kSeeds = 60;

void write(Files& disk, const std::string& path, const std::string& text, bool sync) {
  const auto file = *disk.open(path, OpenMode::kCreate);
  ASSERT_TRUE(file->write_at(0, std::as_bytes(std::span(text))));
  if (sync) {
    ASSERT_TRUE(file->sync());
  }
}

// How many of the seeds leave the disk, after `work` and a power cut, in the state that `holds` looks for.
int count(const std::function<void(SimFiles&)>& work, const std::function<bool(SimFiles&)>& holds) {
  int found = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    SimFiles disk(static_cast<std::uint64_t>(seed));
    work(disk);
    disk.restart();
    if (holds(disk)) ++found;
  }
  return found;
}

auto holds_text(const std::string& path, const std::string& text) {
  return [=](SimFiles& disk) { return read_text(disk, path, 1 << 20).value_or("(none)") == text; };
}

TEST(SimFiles, WhatIsSyncedWithItsDirectoryAlwaysSurvives) {
  EXPECT_EQ(count(
                [](SimFiles& disk) {
                  write(disk, "/a", "text", true);
                  EXPECT_TRUE(disk.sync_directory("/"));
                },
                holds_text("/a", "text")),
            kSeeds);
}

TEST(SimFiles, ANameWithoutADirectorySyncIsLostSometimes) {
  const int kept = count([](SimFiles& disk) { write(disk, "/a", "text", true); }, holds_text("/a", "text"));
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, kSeeds);
}

TEST(SimFiles, BytesWithoutASyncAreLostOrTornSometimes) {
  const std::string long_text(20'000, 'x');
  const auto work = [&](SimFiles& disk) {
    write(disk, "/a", long_text, false);
    EXPECT_TRUE(disk.sync_directory("/"));
  };
  const int whole = count(work, holds_text("/a", long_text));
  const int empty = count(work, holds_text("/a", ""));
  EXPECT_GT(whole, 0);
  EXPECT_GT(empty, 0);
  EXPECT_LT(whole + empty, kSeeds) << "some are torn";
}

TEST(SimFiles, ARenameWithoutADirectorySyncLeavesOneOfBothNames) {
  const auto work = [](SimFiles& disk) {
    write(disk, "/a", "text", true);
    EXPECT_TRUE(disk.sync_directory("/"));
    EXPECT_TRUE(disk.rename_new("/a", "/b"));
  };
  const int old_name = count(work, holds_text("/a", "text"));
  const int new_name = count(work, holds_text("/b", "text"));
  EXPECT_GT(old_name, 0);
  EXPECT_GT(new_name, 0);
  EXPECT_EQ(old_name + new_name, kSeeds);
}

TEST(SimFiles, ARemovedFileComesBackSometimesUntilItsDirectoryIsSynced) {
  const auto work = [](SimFiles& disk) {
    write(disk, "/a", "text", true);
    EXPECT_TRUE(disk.sync_directory("/"));
    EXPECT_TRUE(disk.remove("/a"));
  };
  EXPECT_GT(count(work, holds_text("/a", "text")), 0);
  EXPECT_EQ(count(
                [&](SimFiles& disk) {
                  work(disk);
                  EXPECT_TRUE(disk.sync_directory("/"));
                },
                holds_text("/a", "text")),
            0);
}

TEST(SimFiles, AfterAFailedSyncASecondOneSavesNothing) {
  EXPECT_EQ(count(
                [](SimFiles& disk) {
                  const auto file = *disk.open("/a", OpenMode::kCreate);
                  EXPECT_TRUE(disk.sync_directory("/"));
                  EXPECT_TRUE(file->write_at(0, std::as_bytes(std::span("text", 4))));
                  disk.fail_call(SimFiles::Call::kSync, 1);
                  EXPECT_FALSE(file->sync());
                  EXPECT_TRUE(file->sync()) << "as Linux does";
                  EXPECT_TRUE(holds_text("/a", "text")(disk)) << "and the bytes can still be read for a while";
                },
                holds_text("/a", "text")),
            0);
}

TEST(SimFiles, AFileIsLostWithADirectoryWhoseOwnNameWasNeverSynced) {
  const auto work = [](SimFiles& disk) {
    EXPECT_TRUE(disk.make_directory("/d"));
    write(disk, "/d/a", "text", true);
    EXPECT_TRUE(disk.sync_directory("/d"));
  };
  EXPECT_LT(count(work, holds_text("/d/a", "text")), kSeeds);
  EXPECT_EQ(count(
                [](SimFiles& disk) {
                  EXPECT_TRUE(make_directories(disk, "/d/e"));
                  EXPECT_TRUE(replace_text(disk, "/d/e/a", "text"));
                },
                holds_text("/d/e/a", "text")),
            kSeeds);
}

TEST(SimFiles, ReplacingATextLeavesTheOldOrTheNewOneWhole) {
  for (std::uint64_t call = 1; call < 12; ++call) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      SimFiles disk(seed);
      ASSERT_TRUE(replace_text(disk, "/a", "old"));
      disk.cut_power_at(call);
      const bool acknowledged = replace_text(disk, "/a", "new").has_value();
      disk.restart();
      const auto text = *read_text(disk, "/a", 10);
      EXPECT_TRUE(text == "new" || (text == "old" && !acknowledged)) << "call " << call << " seed " << seed << ": " << text;
    }
  }
}

TEST(SimFiles, WithoutPowerNothingWorksAndFilesFromBeforeStayClosed) {
  SimFiles disk(1);
  write(disk, "/a", "text", true);
  EXPECT_TRUE(disk.sync_directory("/"));
  const auto file = *disk.open("/a", OpenMode::kReadWrite);
  disk.cut_power_at(1);
  EXPECT_FALSE(file->sync());
  EXPECT_TRUE(disk.is_off());
  EXPECT_FALSE(disk.open("/a", OpenMode::kRead).has_value());
  disk.restart();
  EXPECT_FALSE(file->size().has_value());
  EXPECT_TRUE(holds_text("/a", "text")(disk));
}

TEST(SimFiles, AFullDiskRefusesWrites) {
  SimFiles disk(1);
  disk.set_capacity(10);
  const auto file = *disk.open("/a", OpenMode::kCreate);
  EXPECT_TRUE(file->write_at(0, std::as_bytes(std::span("0123456789", 10))));
  const auto over = file->write_at(10, std::as_bytes(std::span("x", 1)));
  ASSERT_FALSE(over.has_value());
  EXPECT_EQ(over.error().code, ErrorCode::kNoSpace);
}

}  // namespace
}  // namespace cairn
