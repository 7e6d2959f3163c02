// `twelve check` on servers that nobody here wrote: the verdicts of tests/known_servers.json.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/integration/shell_lines.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json ReadJson(const fs::path& path) {
  std::ifstream file(path);
  return json::parse(file, nullptr, false);
}

class KnownServers : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "twelve-known-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    list_ = ReadJson(fs::path(Variable("TWELVE_SOURCE")) / "tests" / "known_servers.json");
    ASSERT_TRUE(list_.contains("servers"));
  }
  void TearDown() override { fs::remove_all(directory_); }

  /// Runs all checks on the server of that name and compares each verdict.
  void Check(const std::string& name) {
    const json* server = nullptr;
    for (const json& candidate : list_["servers"]) {
      if (candidate["name"] == name) server = &candidate;
    }
    ASSERT_NE(server, nullptr) << name << " is not in tests/known_servers.json";
    CopyFiles(*server);
    const std::string command = (*server)["cmd"];
    const std::string program = command.substr(0, command.find(' '));
    ASSERT_TRUE(program[0] != '/' || fs::exists(program))
        << program << " is not installed: apt install " << (*server)["package"];
    RunCheck(*server);
    const json report = ReadJson(directory_ / "report.json");
    ASSERT_TRUE(report.contains("checks")) << FileText(directory_ / "console.txt");
    Compare((*server)["verdicts"], report);
  }

  json list_;

 private:
  void CopyFiles(const json& server) {
    const fs::path from = fs::path(Variable("TWELVE_SOURCE")) / "tests" / "known_servers";
    fs::create_directory(directory_ / "app");
    for (const std::string file : server["files"]) {
      fs::copy_file(from / file, directory_ / "app" / file);
    }
  }

  void RunCheck(const json& server) {
    std::string line = "cd " + Quoted(directory_ / "app") + " && " +
                       Quoted(Variable("TWELVE_BIN") + "/twelve") + " check --cmd " +
                       Quoted(server["cmd"]) + " --stop-signal " + Quoted(server["stop_signal"]) +
                       " --report json=../report.json" + " --report console=../console.txt";
    if (server["slow"] != "") line += " --slow " + Quoted(server["slow"]);
    line += " >../said.txt 2>&1";
    const int status = std::system(line.c_str());
    ASSERT_TRUE(WIFEXITED(status)) << FileText(directory_ / "said.txt");
    exit_code_ = WEXITSTATUS(status);
  }

  void Compare(const json& verdicts, const json& report) {
    EXPECT_EQ(report["checks"].size(), verdicts.size());
    bool fails = false;
    for (const json& check : report["checks"]) {
      const std::string id = check["id"];
      ASSERT_TRUE(verdicts.contains(id)) << id << " has no verdict in tests/known_servers.json";
      EXPECT_EQ(check["verdict"], verdicts[id]) << id << "\n" << check.dump(2);
      fails |= check["level"] == "MUST" && verdicts[id] == "FAIL";
    }
    EXPECT_EQ(exit_code_, fails ? 1 : 0) << FileText(directory_ / "console.txt");
  }

  fs::path directory_;
  int exit_code_ = -1;
};

TEST_F(KnownServers, FlaskDevelopment) {
  Check("flask_development");
}
TEST_F(KnownServers, GunicornSync) {
  Check("gunicorn_sync");
}
TEST_F(KnownServers, NginxSigquit) {
  Check("nginx_sigquit");
}
TEST_F(KnownServers, NginxSigterm) {
  Check("nginx_sigterm");
}
TEST_F(KnownServers, NodeGraceful) {
  Check("node_graceful");
}
TEST_F(KnownServers, NodePlain) {
  Check("node_plain");
}
TEST_F(KnownServers, PhpBuiltin) {
  Check("php_builtin");
}
TEST_F(KnownServers, Puma) {
  Check("puma");
}
TEST_F(KnownServers, PythonHttpServer) {
  Check("python_http_server");
}

TEST_F(KnownServers, EachIsMeasuredByHandForEachCheck) {
  EXPECT_EQ(list_["servers"].size(), 9u) << "add a TEST_F for a new server";
  for (const json& server : list_["servers"]) {
    SCOPED_TRACE(server["name"].get<std::string>());
    for (const auto& [id, verdict] : server["verdicts"].items()) {
      EXPECT_TRUE(server["measured"].contains(id)) << id << ": say how " << verdict << " was seen";
    }
  }
}

}  // namespace
}  // namespace twelve
