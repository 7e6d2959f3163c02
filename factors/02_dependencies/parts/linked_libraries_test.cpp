#include "factors/02_dependencies/parts/linked_libraries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(LinkedLibraries, AreReadFromReadelf) {
  EXPECT_THAT(
      LibrariesOfReadelf("Dynamic section at offset 0x1 contains 3 entries:\n"
                         "  Tag        Type                         Name/Value\n"
                         " 0x0000000000000001 (NEEDED)             Shared library: [libfmt.so.9]\n"
                         " 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]\n"
                         " 0x000000000000001d (RUNPATH)            Library runpath: [/opt]\n"),
      ElementsAre("libfmt.so.9", "libc.so.6"));
  EXPECT_THAT(LibrariesOfReadelf(""), ElementsAre());
}

TEST(LinkedLibraries, AreReadFromLddWithoutTheKernelsPage) {
  EXPECT_THAT(LibrariesOfLdd("\tlinux-vdso.so.1 (0x00007ffe)\n"
                             "\tlibfmt.so.9 => /lib/x86_64-linux-gnu/libfmt.so.9 (0x00007f62)\n"
                             "\tlibgone.so.1 => not found\n"
                             "\t/lib64/ld-linux-x86-64.so.2 (0x00007f62)\n"),
              ElementsAre("libfmt.so.9", "libgone.so.1", "ld-linux-x86-64.so.2"));
}

TEST(LinkedLibraries, AreReadFromMapsOnce) {
  EXPECT_THAT(
      LibrariesOfMaps(
          "55d0-55d1 r--p 0 fe:01 5 /opt/app/bin/twelve-service\n"
          "7f62-7f63 r--p 0 fe:01 6    /usr/lib/x86_64-linux-gnu/libfmt.so.9.1.0\n"
          "7f63-7f64 r-xp 0 fe:01 6    /usr/lib/x86_64-linux-gnu/libfmt.so.9.1.0\n"
          "7f64-7f65 rw-p 0 00:00 0 \n"
          "7f65-7f66 r--s 0 fe:01 7    /usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache\n"
          "7fff-8000 rw-p 0 00:00 0    [stack]\n"),
      ElementsAre("libfmt.so.9.1.0"));
}

TEST(LinkedLibraries, AFileBelongsToASonameWithAPointBehindIt) {
  EXPECT_TRUE(IsLibraryFile("libfmt.so.9.1.0", "libfmt.so.9"));
  EXPECT_TRUE(IsLibraryFile("libc.so.6", "libc.so.6"));
  EXPECT_FALSE(IsLibraryFile("libfmt.so.90", "libfmt.so.9"));
  EXPECT_FALSE(IsLibraryFile("libfmt.so", "libfmt.so.9"));
}

TEST(PackageVersions, SkipWhatIsNotInstalled) {
  EXPECT_THAT(PackageVersions("libfmt9 9.1.0+ds1-2\nlibgone1 \n\n"),
              ElementsAre(Pair("libfmt9", "9.1.0+ds1-2")));
}

TEST(DistributionOf, IsItsNameAndNumber) {
  EXPECT_EQ(DistributionOf("PRETTY_NAME=\"Debian 12\"\nID=debian\nVERSION_ID=\"12\"\n"),
            "debian 12");
  EXPECT_EQ(DistributionOf("ID=arch\n"), "arch");
  EXPECT_EQ(DistributionOf(""), "");
}

}  // namespace
}  // namespace twelve
