// check_dependencies READELF LDD PACKAGES OS_RELEASE [--exact]: compares what a build of
// twelve-service links and loads with dependencies.json. The build runs it and stops when it ends
// with 1; check_dependencies.cmake makes the files that it reads.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string_view>

#include "factors/02_dependencies/parts/dependency_check.h"
#include "factors/02_dependencies/parts/linked_libraries.h"

namespace twelve {
namespace {

constexpr int kExitUsage = 64;

std::string Contents(const char* path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

int Main(int count, char** words) {
  const bool exact = count == 6 && std::string_view(words[5]) == "--exact";
  if (count != 5 && !exact) {
    fmt::print(stderr, "usage: check_dependencies READELF LDD PACKAGES OS_RELEASE [--exact]\n");
    return kExitUsage;
  }
  const LinkFacts facts = {LibrariesOfReadelf(Contents(words[1])),
                           LibrariesOfLdd(Contents(words[2])), PackageVersions(Contents(words[3])),
                           DistributionOf(Contents(words[4]))};
  int exit_code = 0;
  for (const DependencyFinding& finding : CheckDependencies(ServiceDependencies(), facts, exact)) {
    fmt::print(stderr, "{}: {}\n", finding.is_error ? "error" : "note", finding.text);
    if (finding.is_error) exit_code = 1;
  }
  return exit_code;
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  return twelve::Main(argc, argv);
}
