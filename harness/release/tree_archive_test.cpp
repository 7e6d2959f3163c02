#include "harness/release/tree_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/release/sha256.h"
#include "harness/release/testdata/temporary_store.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

void MakeTree(const TemporaryDirectory& directory, const std::string& name) {
  directory.Write(name + "/app.py", "print('hello')\n");
  directory.Write(name + "/bin/run", "#!/bin/sh\n");
  directory.Write(name + "/empty", "");
  directory.Write(name + "/" + std::string(140, 'n') + "/" + std::string(140, 'm'), "long name");
  directory.Write(name + "/\xc3\xa4\xff name", "odd name");
  fs::create_directories(directory.Path(name + "/empty-dir"));
  fs::create_symlink("../app.py", directory.Path(name + "/bin/link"));
  chmod(directory.Path(name + "/bin/run").c_str(), 0755);
}

TEST(TreeArchive, TheSameTreeGivesTheSameBytes) {
  const TemporaryDirectory directory;
  MakeTree(directory, "a");
  MakeTree(directory, "b");
  // What must not count: times, the writable bits, and the order in which files were made.
  fs::last_write_time(directory.Path("b/app.py"), fs::file_time_type::clock::now());
  chmod(directory.Path("b/empty").c_str(), 0440);
  const auto a = PackTree(directory.Path("a"), directory.Path("a.tar.zst"));
  const auto b = PackTree(directory.Path("b"), directory.Path("b.tar.zst"));
  ASSERT_TRUE(a.ok()) << a.error().message;
  ASSERT_TRUE(b.ok()) << b.error().message;
  EXPECT_EQ(a->id, b->id);
  EXPECT_EQ(a->files, 5U);
  EXPECT_EQ(Slurp(directory.Path("a.tar.zst")), Slurp(directory.Path("b.tar.zst")));
  EXPECT_EQ(a->id, *Sha256OfFile(directory.Path("a.tar.zst")));
  EXPECT_EQ(a->bytes, fs::file_size(directory.Path("a.tar.zst")));
  EXPECT_EQ(PackTree(directory.Path("a"), "")->id, a->id);
}

TEST(TreeArchive, AnyDifferenceGivesAnotherId) {
  const TemporaryDirectory directory;
  MakeTree(directory, "tree");
  const std::string before = PackTree(directory.Path("tree"), "")->id;
  chmod(directory.Path("tree/bin/run").c_str(), 0644);
  const std::string not_executable = PackTree(directory.Path("tree"), "")->id;
  EXPECT_NE(before, not_executable);
  fs::remove(directory.Path("tree/empty-dir"));
  EXPECT_NE(PackTree(directory.Path("tree"), "")->id, not_executable);
}

TEST(TreeArchive, UnpacksWhatWasPackedAndPacksToTheSameId) {
  const TemporaryDirectory directory;
  MakeTree(directory, "tree");
  const auto packed = PackTree(directory.Path("tree"), directory.Path("slug"));
  ASSERT_TRUE(packed.ok());
  for (const TreeMode mode : {TreeMode::kReadOnly, TreeMode::kWritable}) {
    const std::string out = directory.Path(mode == TreeMode::kReadOnly ? "read-only" : "writable");
    fs::create_directory(out);
    const Status unpacked = UnpackTree(directory.Path("slug"), out, mode);
    ASSERT_TRUE(unpacked.ok()) << unpacked.error().message;
    EXPECT_EQ(Slurp(out + "/app.py"), "print('hello')\n");
    EXPECT_EQ(fs::read_symlink(out + "/bin/link"), "../app.py");
    struct stat file = {}, program = {}, folder = {};
    ASSERT_EQ(stat((out + "/app.py").c_str(), &file), 0);
    ASSERT_EQ(stat((out + "/bin/run").c_str(), &program), 0);
    ASSERT_EQ(stat((out + "/bin").c_str(), &folder), 0);
    const mode_t write = mode == TreeMode::kReadOnly ? 0 : 0200;
    EXPECT_EQ(file.st_mode & 0777, 0444U | write);
    EXPECT_EQ(program.st_mode & 0777, 0555U | write);
    EXPECT_EQ(folder.st_mode & 0777, 0555U | write);
    EXPECT_EQ(file.st_mtime, kFixedTime);
    EXPECT_EQ(PackTree(out, "")->id, packed->id);
  }
}

TEST(TreeArchive, RefusesWhatIsNoFile) {
  const TemporaryDirectory directory;
  directory.Write("tree/app", "x");
  ASSERT_EQ(mkfifo(directory.Path("tree/pipe").c_str(), 0600), 0);
  const auto packed = PackTree(directory.Path("tree"), "");
  ASSERT_FALSE(packed.ok());
  EXPECT_THAT(packed.error().message, HasSubstr("pipe is no file"));
}

/// A tar that our packer would not write.
void WriteTar(const std::string& path,
              const std::vector<std::pair<std::string, std::string>>& rows) {
  archive* a = archive_write_new();
  archive_write_set_format_gnutar(a);
  ASSERT_EQ(archive_write_open_filename(a, path.c_str()), ARCHIVE_OK);
  for (const auto& [name, link] : rows) {
    archive_entry* entry = archive_entry_new();
    archive_entry_copy_pathname(entry, name.c_str());
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_filetype(entry, link.empty() ? AE_IFREG : AE_IFLNK);
    if (!link.empty()) archive_entry_copy_symlink(entry, link.c_str());
    EXPECT_EQ(archive_write_header(a, entry), ARCHIVE_OK);
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
}

TEST(TreeArchive, WritesNothingOutsideOfTheDirectory) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.Path("outside"));
  const std::vector<std::vector<std::pair<std::string, std::string>>> hostile = {
      {{"../escaped", ""}},
      {{"a/../../escaped", ""}},
      {{directory.Path("escaped"), ""}},
      {{"door", "../outside"}, {"door/escaped", ""}},
  };
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const std::string tar = directory.Path("tar" + std::to_string(i));
    const std::string out = directory.Path("out" + std::to_string(i));
    WriteTar(tar, hostile[i]);
    fs::create_directory(out);
    const Status unpacked = UnpackTree(tar, out, TreeMode::kWritable);
    ASSERT_FALSE(unpacked.ok()) << i;
    EXPECT_EQ(unpacked.error().code, ErrorCode::kInvalid) << unpacked.error().message;
  }
  EXPECT_FALSE(fs::exists(directory.Path("escaped")));
  EXPECT_TRUE(fs::is_empty(directory.Path("outside")));
}

TEST(TreeArchive, SaysThatAnArchiveIsBroken) {
  const TemporaryDirectory directory;
  MakeTree(directory, "tree");
  ASSERT_TRUE(PackTree(directory.Path("tree"), directory.Path("slug")).ok());
  const std::string bytes = Slurp(directory.Path("slug"));
  directory.Write("half", bytes.substr(0, bytes.size() / 2));
  fs::create_directory(directory.Path("out"));
  EXPECT_FALSE(UnpackTree(directory.Path("half"), directory.Path("out"), TreeMode::kWritable).ok());
}

}  // namespace
}  // namespace twelve
