#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/architecture/include_rules.h"
#include "tests/architecture/source_tree.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string WhyNot(std::string_view file, std::string_view header) {
  const auto found = FindForbiddenIncludes(file, "#include " + std::string(header) + "\n");
  return found.empty() ? "" : found[0].why;
}

TEST(IncludeRules, FindALineWhateverItsSpacing) {
  const auto found = FindForbiddenIncludes("harness/base/clock.h",
                                           "#pragma once\n"
                                           "  #  include   \"app/cli/main.h\"  // no\n"
                                           "// #include \"app/cli/main.h\"\n"
                                           "#include <string>\n"
                                           "#include\"factors/scene.h\"");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].line, 2);
  EXPECT_EQ(found[0].header, "\"app/cli/main.h\"");
  EXPECT_EQ(found[1].line, 5);
}

TEST(IncludeRules, SurviveLinesThatAreNoInclude) {
  for (const std::string_view text : {"#include", "#include \"", "#include <", "#", "", "\n\n",
                                      "#include <>", "#include MACRO", "#include \"\""}) {
    EXPECT_THAT(FindForbiddenIncludes("harness/base/a.h", text), IsEmpty()) << text;
  }
}

TEST(IncludeRules, TheHarnessKnowsNoFactorAndNoApp) {
  EXPECT_NE(WhyNot("harness/rig/rig.h", "\"factors/scene.h\""), "");
  EXPECT_NE(WhyNot("harness/rig/rig.h", "\"app/session/experiment_session.h\""), "");
  EXPECT_NE(WhyNot("harness/base/result.h", "\"harness/os/process_host.h\""), "");
  EXPECT_NE(WhyNot("harness/guard/main.cpp", "\"harness/base/result.h\""), "");
  EXPECT_NE(WhyNot("harness/rig/rig.cpp", "\"harness/os/posix/posix_process_host.h\""), "");
  EXPECT_EQ(WhyNot("harness/rig/rig.h", "\"harness/load/load_plan.h\""), "");
}

TEST(IncludeRules, FactorsKnowNoAppNoWindowAndNoOtherFactor) {
  EXPECT_NE(WhyNot("factors/09_disposability/experiment.cpp", "\"app/desktop/ui.h\""), "");
  EXPECT_NE(WhyNot("factors/09_disposability/experiment.cpp", "<imgui.h>"), "");
  EXPECT_NE(WhyNot("factors/09_disposability/experiment.cpp", "\"imgui.h\""), "");
  EXPECT_THAT(WhyNot("factors/09_disposability/experiment.cpp", "\"factors/11_logs/checks.h\""),
              HasSubstr("no other factor"));
  EXPECT_NE(WhyNot("factors/scene.h", "\"factors/11_logs/checks.h\""), "");
  EXPECT_EQ(WhyNot("factors/catalog.cpp", "\"factors/11_logs/checks.h\""), "");
  EXPECT_EQ(WhyNot("factors/09_disposability/experiment.cpp", "\"factors/scene.h\""), "");
  EXPECT_EQ(WhyNot("factors/09_disposability/checks/drain.cpp",
                   "\"factors/09_disposability/experiment.h\""),
            "");
}

TEST(IncludeRules, PartsOfTheServiceUseTheBaseAndTheContracts) {
  constexpr std::string_view kPart = "factors/07_port_binding/parts/http_server.cpp";
  EXPECT_EQ(WhyNot(kPart, "\"harness/base/result.h\""), "");
  EXPECT_EQ(WhyNot(kPart, "\"factors/contracts/http.h\""), "");
  EXPECT_EQ(WhyNot(kPart, "\"factors/07_port_binding/parts/route_table.h\""), "");
  EXPECT_EQ(WhyNot(kPart, "<poll.h>"), "");
  EXPECT_NE(WhyNot(kPart, "\"harness/rig/rig.h\""), "");
  EXPECT_NE(WhyNot(kPart, "\"factors/03_config/parts/settings.h\""), "");
  EXPECT_NE(WhyNot(kPart, "\"factors/experiment.h\""), "");
  EXPECT_NE(WhyNot("factors/07_port_binding/checks.cpp",
                   "\"factors/07_port_binding/parts/http_server.h\""),
            "");
  EXPECT_EQ(WhyNot("factors/service/main.cpp", "\"factors/07_port_binding/parts/http_server.h\""),
            "");
}

TEST(IncludeRules, BothSidesReadTheListOfViolations) {
  constexpr std::string_view kList = "\"factors/09_disposability/violations.h\"";
  EXPECT_EQ(WhyNot("factors/service/violation_switches.cpp", kList), "");
  EXPECT_EQ(WhyNot("factors/09_disposability/experiment.cpp", kList), "");
  EXPECT_EQ(WhyNot("factors/catalog.cpp", kList), "");
  EXPECT_NE(WhyNot("factors/11_logs/experiment.cpp", kList), "");
  EXPECT_NE(WhyNot("factors/09_disposability/violations.h", "\"factors/scene.h\""), "");
}

TEST(IncludeRules, OnlyTwoFoldersTouchProcesses) {
  for (const std::string_view header : {"<sys/epoll.h>", "<spawn.h>", "<sys/wait.h>", "<poll.h>",
                                        "<sys/ptrace.h>", "<sys/signalfd.h>"}) {
    EXPECT_NE(WhyNot("harness/process/supervisor.cpp", header), "") << header;
    EXPECT_NE(WhyNot("app/cli/main.cpp", header), "") << header;
    EXPECT_NE(WhyNot("factors/09_disposability/experiment.cpp", header), "") << header;
    EXPECT_EQ(WhyNot("harness/os/posix/posix_process_host.cpp", header), "") << header;
    EXPECT_EQ(WhyNot("harness/guard/main.cpp", header), "") << header;
    EXPECT_EQ(WhyNot("harness/net/port_pool_test.cpp", header), "") << header;
  }
}

TEST(IncludeRules, OnlyTheDesktopKnowsAWindow) {
  for (const std::string_view header : {"<imgui.h>", "<imgui_internal.h>", "<GLFW/glfw3.h>",
                                        "<GL/gl.h>", "<EGL/egl.h>", "\"app/desktop/ui.h\""}) {
    EXPECT_NE(WhyNot("app/cli/main.cpp", header), "") << header;
    EXPECT_NE(WhyNot("app/session/experiment_session.cpp", header), "") << header;
    EXPECT_EQ(WhyNot("app/desktop/views/lab.cpp", header), "") << header;
  }
  EXPECT_NE(WhyNot("app/desktop/main.cpp", "\"app/cli/demo_command.h\""), "");
}

TEST(IncludeRules, OnlyProgramsPutRealThingsTogether) {
  constexpr std::string_view kReal = "\"harness/os/posix/posix_process_host.h\"";
  EXPECT_EQ(WhyNot("app/cli/main.cpp", kReal), "");
  EXPECT_EQ(WhyNot("app/cli/run_command.cpp", kReal), "");
  EXPECT_EQ(WhyNot("app/desktop/main.cpp", kReal), "");
  EXPECT_NE(WhyNot("app/desktop/views/start_page.cpp", kReal), "");
  EXPECT_NE(WhyNot("app/session/experiment_session.cpp", kReal), "");
  EXPECT_EQ(WhyNot("harness/net/port_pool_test.cpp", kReal), "");
}

TEST(IncludeRules, NothingButTestsIncludesTests) {
  EXPECT_NE(WhyNot("harness/logs/log_store.cpp", "\"tests/support/fake_clock.h\""), "");
  EXPECT_EQ(WhyNot("harness/logs/log_store_test.cpp", "\"tests/support/fake_clock.h\""), "");
}

TEST(IncludeRules, AnUnknownFolderIsSaid) {
  EXPECT_THAT(WhyNot("harness/base/result.h", "\"result.h\""), HasSubstr("no row"));
  EXPECT_THAT(WhyNot("harness/cloud/a.cpp", "<string>"), HasSubstr("no row"));
}

TEST(IncludeArrows, HoldInTheWholeTree) {
  int files = 0;
  for (const std::string folder : {"app", "factors", "harness"}) {
    for (const SourceFile& file : ReadSources(folder, {".h", ".cpp"})) {
      ++files;
      for (const ForbiddenInclude& found : FindForbiddenIncludes(file.path, file.text)) {
        ADD_FAILURE() << found.file << ":" << found.line << ": " << found.header << ": "
                      << found.why;
      }
    }
  }
  EXPECT_GT(files, 50) << "TWELVE_SOURCE does not point at the repository";
}

}  // namespace
}  // namespace twelve
