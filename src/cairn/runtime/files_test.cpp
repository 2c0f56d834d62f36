// What holds for every implementation of Files: the real one and the simulated disk alike.
#include "cairn/runtime/files.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cairn/runtime/posix_files.h"
#include "cairn/runtime/testing/sim_files.h"

namespace cairn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Files& files() = 0;
  [[nodiscard]] virtual std::string root() const = 0;
};

class RealDisk final : public Disk {
 public:
  RealDisk() {
    std::string pattern = std::filesystem::temp_directory_path() / "cairn-files-XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~RealDisk() override { std::filesystem::remove_all(root_); }
  Files& files() override { return files_; }
  [[nodiscard]] std::string root() const override { return root_; }

 private:
  PosixFiles files_;
  std::string root_;
};

class SimulatedDisk final : public Disk {
 public:
  SimulatedDisk() { EXPECT_TRUE(files_.make_directory("/disk")); }
  Files& files() override { return files_; }
  [[nodiscard]] std::string root() const override { return "/disk"; }

 private:
  SimFiles files_{1};
};

std::unique_ptr<Disk> make_disk(const std::string& name) {
  if (name == "Real") return std::make_unique<RealDisk>();
  return std::make_unique<SimulatedDisk>();
}

class FilesTest : public ::testing::TestWithParam<std::string> {
 protected:
  void given_text(const std::string& name, const std::string& text) {
    EXPECT_TRUE(replace_text(files_, root_ + name, text)) << name;
  }
  [[nodiscard]] std::string text_of(const std::string& name) {
    const auto text = read_text(files_, root_ + name, 1 << 20);
    return text ? *text : "(" + text.error().message + ")";
  }
  template <class T>
  static void expect_error(const Result<T>& result, ErrorCode code) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_THAT(result.error().subject, ::testing::Not(::testing::IsEmpty()));
  }

  std::unique_ptr<Disk> disk_ = make_disk(GetParam());
  Files& files_ = disk_->files();
  std::string root_ = disk_->root() + "/";
};

TEST_P(FilesTest, WhatIsWrittenIsReadAtAnyOffset) {
  const auto file = *files_.open(root_ + "a", OpenMode::kCreate);
  EXPECT_TRUE(file->write_at(0, std::as_bytes(std::span("hello world", 11))));
  EXPECT_TRUE(file->write_at(6, std::as_bytes(std::span("there", 5))));
  EXPECT_TRUE(file->write_at(5000, std::as_bytes(std::span("!", 1))));
  EXPECT_TRUE(file->sync());
  EXPECT_EQ(*file->size(), 5001u);

  std::string got(5, ' ');
  EXPECT_EQ(*file->read_at(6, std::as_writable_bytes(std::span(got))), 5u);
  EXPECT_EQ(got, "there");
  EXPECT_EQ(*file->read_at(4999, std::as_writable_bytes(std::span(got))), 2u) << "the file ends";
  EXPECT_EQ(got[0], '\0') << "holes read as zero";
  EXPECT_EQ(*file->read_at(9999, std::as_writable_bytes(std::span(got))), 0u);

  EXPECT_TRUE(file->truncate(3));
  EXPECT_EQ(*file->size(), 3u);
}

TEST_P(FilesTest, CreatingNeedsAFreeNameAndOpeningATakenOne) {
  given_text("a", "1");
  expect_error(files_.open(root_ + "a", OpenMode::kCreate), ErrorCode::kAlreadyExists);
  expect_error(files_.open(root_ + "b", OpenMode::kReadWrite), ErrorCode::kNotFound);
  expect_error(files_.open(root_ + "missing/b", OpenMode::kCreate), ErrorCode::kNotFound);
}

TEST_P(FilesTest, ARenameToANewNameNeverReplaces) {
  given_text("a", "1");
  given_text("b", "2");
  expect_error(files_.rename_new(root_ + "a", root_ + "b"), ErrorCode::kAlreadyExists);
  EXPECT_EQ(text_of("b"), "2");
  EXPECT_TRUE(files_.rename_new(root_ + "a", root_ + "c"));
  EXPECT_EQ(text_of("c"), "1");
  EXPECT_TRUE(files_.rename_over(root_ + "c", root_ + "b"));
  EXPECT_EQ(text_of("b"), "1");
  expect_error(files_.rename_over(root_ + "gone", root_ + "b"), ErrorCode::kNotFound);
}

TEST_P(FilesTest, RemovingAndMakingWhatIsSoAlreadyIsNoError) {
  given_text("a", "1");
  EXPECT_TRUE(files_.remove(root_ + "a"));
  EXPECT_TRUE(files_.remove(root_ + "a"));
  EXPECT_TRUE(files_.make_directory(root_ + "d"));
  EXPECT_TRUE(files_.make_directory(root_ + "d"));
  EXPECT_TRUE(make_directories(files_, root_ + "x/y/z"));
  EXPECT_TRUE(make_directories(files_, root_ + "x/y/z"));
  expect_error(files_.make_directory(root_ + "missing/d"), ErrorCode::kNotFound);
}

TEST_P(FilesTest, AListingIsSortedAndTellsFilesFromDirectories) {
  given_text("b", "1");
  given_text("a", "1");
  EXPECT_TRUE(files_.make_directory(root_ + "c"));
  given_text("c/inner", "1");
  EXPECT_THAT(*files_.list(disk_->root()), ElementsAre(DirectoryEntry{"a", FileKind::kFile}, DirectoryEntry{"b", FileKind::kFile},
                                                       DirectoryEntry{"c", FileKind::kDirectory}));
  expect_error(files_.list(root_ + "missing"), ErrorCode::kNotFound);
}

TEST_P(FilesTest, AFileOverTheLimitIsNotReadInPart) {
  given_text("a", "12345");
  EXPECT_EQ(*read_text(files_, root_ + "a", 5), "12345");
  expect_error(read_text(files_, root_ + "a", 4), ErrorCode::kInvalidInput);
}

TEST_P(FilesTest, AFileMadeWholeNeverReplacesAnotherAndLeavesNoTemporary) {
  const std::string text = "key";
  EXPECT_TRUE(create_whole(files_, root_ + "a", std::as_bytes(std::span(text))));
  expect_error(create_whole(files_, root_ + "a", std::as_bytes(std::span(text).first(1))), ErrorCode::kAlreadyExists);
  EXPECT_EQ(text_of("a"), "key");
  EXPECT_THAT(*files_.list(disk_->root()), ElementsAre(DirectoryEntry{"a", FileKind::kFile}));
}

TEST_P(FilesTest, ALockIsHeldOnceAndTellsWhoHoldsIt) {
  auto held = files_.lock(root_ + "lock", "process 17");
  ASSERT_TRUE(held.has_value());
  const auto second = files_.lock(root_ + "lock", "process 18");
  expect_error(second, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr("process 17"));
  EXPECT_TRUE(*files_.is_locked(root_ + "lock"));
  held->reset();
  EXPECT_FALSE(*files_.is_locked(root_ + "lock"));
  EXPECT_FALSE(*files_.is_locked(root_ + "missing"));
  EXPECT_TRUE(files_.lock(root_ + "lock", "process 18").has_value());
}

TEST_P(FilesTest, OnlyWhereAnotherFileSystemBeginsIsAMountPoint) {
  EXPECT_TRUE(*files_.is_mount_point("/"));
  EXPECT_FALSE(*files_.is_mount_point(disk_->root()));
  expect_error(files_.is_mount_point(root_ + "missing"), ErrorCode::kNotFound);
}

TEST_P(FilesTest, WhatIsMadeIsPrivate) {
  given_text("a", "mine");
  EXPECT_TRUE(*files_.is_private(root_ + "a"));
  EXPECT_TRUE(*files_.is_private(disk_->root()));
  expect_error(files_.is_private(root_ + "missing"), ErrorCode::kNotFound);
}

TEST_P(FilesTest, TheFileSystemTellsItsRoom) {
  const auto facts = *files_.file_system(disk_->root());
  EXPECT_GT(facts.free_bytes, 0u);
  EXPECT_FALSE(facts.foreign) << facts.type;
}

INSTANTIATE_TEST_SUITE_P(Disks, FilesTest, ::testing::Values("Real", "Simulated"), [](const auto& disk) { return disk.param; });

TEST(PosixFiles, WhatIsMadeIsForTheServerAlone) {
  RealDisk disk;
  const auto path = disk.root() + "/secret";
  ASSERT_TRUE(replace_text(disk.files(), path, "x"));
  ASSERT_TRUE(disk.files().make_directory(disk.root() + "/dir"));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
  EXPECT_EQ(std::filesystem::status(disk.root() + "/dir").permissions(), perms::owner_all);
}

TEST(PosixFiles, WhatOthersMayReadIsNotPrivate) {
  RealDisk disk;
  using std::filesystem::perms;
  const auto path = disk.root() + "/secret";
  ASSERT_TRUE(replace_text(disk.files(), path, "x"));
  EXPECT_TRUE(*disk.files().is_private(path));
  for (const auto others : {perms::group_read, perms::others_read, perms::others_write}) {
    std::filesystem::permissions(path, perms::owner_read | others);
    EXPECT_FALSE(*disk.files().is_private(path));
  }
}

TEST(PosixFiles, AFileKeepsTheTimeThatItIsGiven) {
  RealDisk disk;
  using namespace std::chrono;
  const auto file = *disk.files().open(disk.root() + "/a", OpenMode::kCreate);
  for (const auto* text : {"2020-02-29T12:34:56.789012Z", "1969-12-31T23:59:59.5Z", "1902-01-01T00:00:00Z"}) {
    const auto when = *parse_rfc3339(text);
    ASSERT_TRUE(file->set_modified_at(when));
    EXPECT_EQ(*file->modified_at(), when) << text;
  }
}

TEST(PosixFiles, WhatLiesInMemoryIsReadWithoutWaiting) {
  const RealDisk disk;
  PosixFiles files;
  const auto file = *files.open(disk.root() + "/a", OpenMode::kCreate);
  EXPECT_TRUE(file->write_at(0, std::as_bytes(std::span("hello world", 11))));
  std::string got(5, ' ');
  EXPECT_EQ(file->try_read_at(6, std::as_writable_bytes(std::span(got))), 5u) << "it was written just now";
  EXPECT_EQ(got, "world");
  EXPECT_EQ(file->try_read_at(8, std::as_writable_bytes(std::span(got))), 3u);
  EXPECT_EQ(file->try_read_at(11, std::as_writable_bytes(std::span(got))), 0u) << "the file ends";
}

TEST(PosixFiles, WhatTheMemoryHasLetGoOfIsNotWaitedFor) {
  const RealDisk disk;
  PosixFiles files;
  const auto file = *files.open(disk.root() + "/a", OpenMode::kCreate);
  const std::vector<std::byte> bytes(1u << 20, std::byte{7});
  EXPECT_TRUE(file->write_at(0, bytes));
  EXPECT_TRUE(file->sync());
  std::vector<std::byte> got(bytes.size());
  if (files.file_system(disk.root())->type == "tmpfs") GTEST_SKIP() << "a file system that lives in memory lets go of nothing";
  ASSERT_EQ(::posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_DONTNEED), 0);
  EXPECT_LT(file->try_read_at(0, got), got.size());
  EXPECT_EQ(*file->read_at(0, got), got.size());
  EXPECT_EQ(got, bytes);
  EXPECT_EQ(file->try_read_at(0, got), got.size()) << "reading it has brought it back";
}

TEST(PosixFiles, WhereOthersChangeThingsNoLinkIsFollowedAndNothingWaitedFor) {
  RealDisk disk;
  auto& files = disk.files();
  const auto root = *files.real_path(disk.root());
  ASSERT_TRUE(files.make_directory(root + "/dir"));
  ASSERT_TRUE(replace_text(files, root + "/dir/a", "x"));
  EXPECT_EQ(*read_text(files, root + "/dir/a", 10, OpenMode::kReadForeign), "x");
  EXPECT_THAT(*files.list_foreign(root + "/dir"), ElementsAre(DirectoryEntry{"a", FileKind::kFile}));
  std::filesystem::create_directory_symlink(root + "/dir", root + "/link");
  EXPECT_TRUE(files.list(root + "/link").has_value());
  EXPECT_FALSE(files.list_foreign(root + "/link").has_value());
  EXPECT_FALSE(files.open(root + "/link/a", OpenMode::kReadForeign).has_value()) << "not even one in the middle";
  ASSERT_EQ(::mkfifo((root + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(files.open(root + "/pipe", OpenMode::kReadForeign).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(files.open(root + "/dir", OpenMode::kReadForeign).error().code, ErrorCode::kInvalidInput);
}

TEST(PosixFiles, TellsTheOwner) {
  RealDisk disk;
  EXPECT_EQ(disk.files().owner_of(disk.root())->id, ::geteuid());
  EXPECT_EQ(disk.files().owner_of("/")->name, "root");
}

TEST(PosixFiles, ASymbolicLinkIsNotFollowed) {
  RealDisk disk;
  std::filesystem::create_symlink("/etc/passwd", disk.root() + "/link");
  EXPECT_FALSE(disk.files().open(disk.root() + "/link", OpenMode::kRead).has_value());
  EXPECT_TRUE(disk.files().open(disk.root() + "/link", OpenMode::kReadOperatorFile).has_value())
      << "but for a file the operator names";
  EXPECT_EQ(*disk.files().real_path(disk.root() + "/link"), "/etc/passwd");
}

}  // namespace
}  // namespace cairn
