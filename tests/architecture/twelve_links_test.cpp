#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "tests/architecture/source_tree.h"

namespace twelve {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// Names of libraries in the output of ldd that draw or open a window.
std::vector<std::string> WindowLibraries(const std::string& ldd_output) {
  constexpr std::array<std::string_view, 10> kWindow = {
      "libX",    "libxcb",     "libGL",    "libEGL",      "libOpenGL",
      "libglfw", "libwayland", "libimgui", "libfreetype", "libxkb"};
  std::vector<std::string> found;
  std::istringstream in(ldd_output);
  for (std::string line; std::getline(in, line);) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    const std::string name = line.substr(begin, line.find(' ', begin) - begin);
    for (const std::string_view library : kWindow) {
      if (name.starts_with(library)) found.push_back(name);
    }
  }
  return found;
}

std::string Ldd(const std::string& program) {
  const char* bin = std::getenv("TWELVE_BIN");
  const std::filesystem::path path = std::filesystem::path(bin == nullptr ? "." : bin) / program;
  EXPECT_TRUE(std::filesystem::exists(path)) << path << " was not built";
  return OutputOf("ldd '" + path.string() + "' 2>&1");
}

TEST(TwelveLinks, TheFinderKnowsAWindowLibrary) {
  EXPECT_THAT(WindowLibraries("\tlinux-vdso.so.1 (0x1)\n"
                              "\tlibglfw.so.3 => /usr/lib/libglfw.so.3 (0x2)\n"
                              "\tlibX11.so.6 => /usr/lib/libX11.so.6 (0x3)\n"
                              "\tlibsqlite3.so.0 => /usr/lib/libsqlite3.so.0 (0x4)\n"),
              ::testing::ElementsAre("libglfw.so.3", "libX11.so.6"));
}

TEST(TwelveLinks, NoWindowLibraryForTheCommandLine) {
  for (const char* program : {"twelve", "twelve-service", "twelve-guard"}) {
    const std::string ldd = Ldd(program);
    // A static program, such as the guardian, needs no library at all.
    EXPECT_THAT(ldd, AnyOf(HasSubstr("libc.so"), HasSubstr("not a dynamic executable"))) << program;
    EXPECT_THAT(WindowLibraries(ldd), IsEmpty()) << program;
  }
}

#ifdef TWELVE_DESKTOP
TEST(TwelveLinks, TheLabDoesOpenAWindow) {
  EXPECT_THAT(WindowLibraries(Ldd("twelve-lab")), Contains(StartsWith("libglfw")));
}
#endif

}  // namespace
}  // namespace twelve
