#include "factors/02_dependencies/parts/dependency_manifest.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace twelve {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(DependencyManifest, OfTheServiceIsComplete) {
  const DependencyManifest& manifest = ServiceDependencies();
  EXPECT_EQ(manifest.distribution, "debian 12");
  ASSERT_NE(manifest.FindLibrary("libfmt.so.9"), nullptr);
  EXPECT_EQ(manifest.FindLibrary("libfmt.so.9")->name, "libfmt9");
  EXPECT_EQ(manifest.FindHeader("nlohmann/json.hpp")->name, "nlohmann-json3-dev");
  EXPECT_EQ(manifest.FindLibrary("libnothing.so.1"), nullptr);
}

TEST(ReleaseContents, HoldNothingOfTheTestGroup) {
  const Result<DependencyManifest> manifest = ReadDependencyManifest(
      R"({"dependencies": [
          {"name": "a", "version": "1", "group": "runtime", "libraries": ["liba.so.1"]},
          {"name": "h", "version": "1", "group": "runtime", "headers": ["h/"]},
          {"name": "t", "version": "1", "group": "test", "libraries": ["libt.so.1"]}]})");
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  EXPECT_THAT(ReleaseContents(*manifest),
              ::testing::ElementsAre("bin/twelve-service", "lib/liba.so.1"));
  EXPECT_THAT(ReleaseContents(ServiceDependencies()), Contains("lib/libfmt.so.9"));
  for (const std::string& item : ReleaseContents(ServiceDependencies())) {
    EXPECT_THAT(item, Not(::testing::AnyOf(HasSubstr("gtest"), HasSubstr("gmock"))));
  }
}

TEST(DependencyManifest, RefusesWhatIsNotExact) {
  const struct {
    const char* json;
    const char* message;
  } cases[] = {
      {"", "no JSON object"},
      {R"({"dependencies": {}})", "no JSON object with a list"},
      {R"({"dependencies": [1]})", "no object"},
      {R"({"dependencies": [{"version": "1"}]})", "has no name"},
      {R"({"dependencies": [{"name": "a", "group": "runtime"}]})", "a has no exact version"},
      {R"({"dependencies": [{"name": "a", "version": ">=1.2", "group": "runtime"}]})",
       "a has no exact version, but \">=1.2\""},
      {R"({"dependencies": [{"name": "a", "version": "1", "group": "dev"}]})", "group \"dev\""},
      {R"({"dependencies": [{"name": "a", "version": "1", "group": "test"}]})", "nothing can be"},
      {R"({"dependencies": [{"name": "a", "version": "1", "group": "test", "headers": ["a/"]},
                            {"name": "a", "version": "1", "group": "test", "headers": ["a/"]}]})",
       "declared twice"},
      {R"({"dependencies": [{"name": "a", "version": "1", "group": "runtime",
                             "libraries": ["liba.so"], "through": "b"}]})",
       "comes through b, which is not declared"},
  };
  for (const auto& c : cases) {
    const Result<DependencyManifest> manifest = ReadDependencyManifest(c.json);
    ASSERT_FALSE(manifest.ok()) << c.json;
    EXPECT_THAT(manifest.error().message, HasSubstr(c.message)) << c.json;
  }
}

/// A header of C, C++ or the system, none of which is a package to declare.
bool IsOfTheSystem(const std::string& header) {
  static const std::set<std::string> kHeaders = {
      "cxxabi.h", "dirent.h", "fcntl.h",  "grp.h",      "malloc.h",  "netdb.h",   "poll.h",
      "pwd.h",    "sched.h",  "signal.h", "spawn.h",    "strings.h", "termios.h", "time.h",
      "unistd.h", "errno.h",  "limits.h", "sysexits.h", "pthread.h", "link.h"};
  if (header.find('.') == std::string::npos) return header.find('/') == std::string::npos;
  for (const char* folder : {"sys/", "net/", "netinet/", "arpa/", "linux/", "ext/"}) {
    if (header.starts_with(folder)) return true;
  }
  return kHeaders.contains(header);
}

std::string HeaderOf(const std::string& line) {
  const std::size_t open = line.find('<');
  const std::size_t close = line.find('>', open);
  if (!line.starts_with("#include") || close == std::string::npos) return {};
  return line.substr(open + 1, close - open - 1);
}

/// Whether a library of the build holds this source, and not a test alone.
bool IsInALibrary(const std::filesystem::path& source) {
  std::filesystem::path folder = source.parent_path();
  if (folder.filename() == "parts") folder = folder.parent_path();
  std::stringstream text;
  text << std::ifstream(folder / "CMakeLists.txt").rdbuf();
  const std::string lists = text.str();
  const std::string name = std::filesystem::relative(source, folder).string();
  for (std::size_t at = 0; (at = lists.find("twelve_library(", at)) != std::string::npos; ++at) {
    const std::string block = lists.substr(at, lists.find(')', at) - at);
    if (block.find(" " + name) != std::string::npos) return true;
  }
  return false;
}

std::vector<std::filesystem::path> SourcesOfTheService(const std::filesystem::path& factors) {
  std::vector<std::filesystem::path> sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(factors)) {
    const std::string path = entry.path().string();
    const bool of_service = path.find("/parts/") != path.npos ||
                            path.find("/service/") != path.npos ||
                            path.find("/contracts/") != path.npos;
    if (of_service && (path.ends_with(".cpp") || path.ends_with(".h"))) {
      sources.push_back(entry.path());
    }
  }
  return sources;
}

TEST(DependencyManifest, DeclaresEveryHeaderThatTheServiceIncludes) {
  const char* root = std::getenv("TWELVE_SOURCE");
  ASSERT_NE(root, nullptr);
  int in_libraries = 0;
  for (const auto& source : SourcesOfTheService(std::filesystem::path(root) / "factors")) {
    const bool shipped = IsInALibrary(source);
    in_libraries += shipped ? 1 : 0;
    std::ifstream file(source);
    for (std::string line; std::getline(file, line);) {
      const std::string header = HeaderOf(line);
      if (header.empty() || IsOfTheSystem(header)) continue;
      const Dependency* row = ServiceDependencies().FindHeader(header);
      ASSERT_NE(row, nullptr) << source << " includes <" << header
                              << ">, which no row of dependencies.json offers";
      EXPECT_TRUE(!shipped || row->group == Dependency::Group::kRuntime)
          << source << " ships and includes <" << header << ">, which is for tests alone";
    }
  }
  EXPECT_GT(in_libraries, 20);
}

}  // namespace
}  // namespace twelve
