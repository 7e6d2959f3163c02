// The whole binary: violations of factor V do what their rows say. Each runs from a directory of
// its own, because what it does to its release must not be done to this build.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class ReleaseViolations : public ::testing::Test {
 protected:
  ReleaseViolations() : program_(directory_.path() + "/release/twelve-service") {
    fs::create_directory(directory_.path() + "/release");
    const char* bin = std::getenv("TWELVE_BIN");
    fs::copy_file(std::string(bin == nullptr ? "bin" : bin) + "/twelve-service", program_);
  }
  ServiceProcess::Options With(const std::string& violation,
                               std::map<std::string, std::string> environment = {}) const {
    environment.emplace("DRAIN_DELAY_MS", "1");
    return {.arguments = {"web", "--violate", violation},
            .environment = std::move(environment),
            .program = program_};
  }
  static int StopIt(ServiceProcess& service) {
    service.Signal(SIGTERM);
    return service.WaitForExit();
  }
  ScratchDirectory directory_;
  const std::string program_;
};

TEST_F(ReleaseViolations, WritesInCodedirKeepsACacheThere) {
  ServiceProcess service(directory_, With("writes-in-codedir"));
  ASSERT_NE(service.WaitForPort(), 0) << service.Stderr();
  EXPECT_TRUE(fs::exists(program_ + ".cache"));
  EXPECT_EQ(StopIt(service), 0) << service.Stderr();
  EXPECT_FALSE(fs::exists(program_ + ".cache"));
  fs::create_directory(program_ + ".cache");  // nothing can be written there
  ServiceProcess refused(directory_, With("writes-in-codedir"));
  EXPECT_EQ(refused.WaitForExit(), 69);
  EXPECT_THAT(refused.Stderr(), HasSubstr(program_ + ".cache"));
}

TEST_F(ReleaseViolations, NeedsHomeDoesNotStartWithoutOne) {
  ServiceProcess service(directory_, With("needs-home", {{"HOME", directory_.path()}}));
  ASSERT_NE(service.WaitForPort(), 0) << service.Stderr();
  EXPECT_EQ(StopIt(service), 0) << service.Stderr();
  for (const auto& environment :
       {std::map<std::string, std::string>{{"HOME", "/nonexistent"}}, {}}) {
    ServiceProcess homeless(directory_, With("needs-home", environment));
    EXPECT_EQ(homeless.WaitForExit(), 69);
    EXPECT_THAT(homeless.Stderr(), ::testing::AnyOf(HasSubstr("HOME"), HasSubstr("/nonexistent")));
  }
}

TEST_F(ReleaseViolations, CompileAtBootNeedsACompiler) {
  ServiceProcess without(directory_, With("compile-at-boot", {{"PATH", directory_.path()}}));
  EXPECT_EQ(without.WaitForExit(), 69);
  EXPECT_THAT(without.Stderr(), HasSubstr("compiler"));
  const std::string compiler = directory_.path() + "/cc";
  std::ofstream(compiler) << "#!/bin/sh\necho \"$@\" >cc.arguments\n";
  ::chmod(compiler.c_str(), 0755);
  ServiceProcess service(directory_, With("compile-at-boot", {{"PATH", directory_.path()}}));
  ASSERT_NE(service.WaitForPort(), 0) << service.Stderr();
  EXPECT_TRUE(fs::exists(directory_.path() + "/cc.arguments"));
}

TEST_F(ReleaseViolations, HotReloadStartsAnewWhenItsProgramIsTouched) {
  ServiceProcess service(directory_, With("hot-reload"));
  ASSERT_NE(service.WaitForPort(), 0) << service.Stderr();
  fs::last_write_time(program_, fs::file_time_type::clock::now());
  EXPECT_TRUE(service.WaitForEvent("listening", 2).has_value()) << service.Stdout();
  EXPECT_EQ(StopIt(service), 0) << service.Stderr();
}

}  // namespace
}  // namespace twelve
