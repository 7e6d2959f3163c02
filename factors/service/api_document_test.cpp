// The whole binary: its OpenAPI document and its metrics, judged by tools that nobody here wrote.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;

/// For what tests install: in the build tree, kept from one run to the next.
std::string ToolDirectory(const std::string& name) {
  const char* bin = std::getenv("TWELVE_BIN");
  const auto path = std::filesystem::absolute(bin == nullptr ? "bin" : bin).parent_path() / "tools";
  std::filesystem::create_directories(path / name);
  return (path / name).string();
}

/// The exit code of a shell command; its output is in `log`.
int RunShell(const std::string& command, const std::string& log) {
  const int status = std::system(fmt::format("( {} ) >{} 2>&1", command, log).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string Read(const std::string& path) {
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

/// One request that the document describes, with its examples filled in.
struct Described {
  std::string method;
  std::string path;
  std::string body;
  json responses;
};

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string AsText(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Described Describe(const std::string& pattern, const std::string& method, const json& operation,
                   const std::map<std::string, std::string>& made) {
  Described one{Upper(method), pattern, {}, operation["responses"]};
  for (const json& parameter : operation.value("parameters", json::array())) {
    const std::string slot = "{" + parameter["name"].get<std::string>() + "}";
    const std::size_t at = one.path.find(slot);
    if (at == std::string::npos) continue;
    const std::string parent = pattern.substr(0, pattern.find(slot));
    const auto known = made.find(parent);
    one.path.replace(at, slot.size(),
                     known == made.end() ? AsText(parameter["example"]) : known->second);
  }
  if (operation.contains("requestBody")) {
    one.body = AsText((*operation["requestBody"]["content"].begin())["example"]);
  }
  return one;
}

std::optional<RawClient::Answer> Send(std::uint16_t port, const Described& one) {
  RawClient client(port);
  client.Send(fmt::format("{} {} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n{}",
                          one.method, one.path, one.body.size(), one.body));
  return client.Receive();
}

class ApiTest : public ::testing::Test {
 protected:
  void Start(const std::vector<std::string>& arguments = {"web"}) {
    service_ = std::make_unique<ServiceProcess>(
        directory_,
        ServiceProcess::Options{.arguments = arguments, .environment = {{"DRAIN_DELAY_MS", "1"}}});
    port_ = service_->WaitForPort();
    ASSERT_NE(port_, 0) << service_->Stderr();
    const auto answer = RawClient(port_).Get("/openapi.json");
    ASSERT_TRUE(answer.has_value());
    document_ = json::parse(answer->body);
  }

  /// Asks each documented path once. `made` has what stands behind a path that ends in a name.
  void Walk(std::map<std::string, std::string>& made) {
    for (const char* method : {"post", "get", "put", "delete"}) {
      for (const auto& [pattern, operations] : document_["paths"].items()) {
        // Detaching is for the tests of backing services: afterwards all others are 503.
        if (!operations.contains(method) || pattern.ends_with("tach")) continue;
        Check(Describe(pattern, method, operations[method], made), pattern, made);
      }
    }
  }

  void Check(const Described& one, const std::string& pattern,
             std::map<std::string, std::string>& made) {
    const auto answer = Send(port_, one);
    ASSERT_TRUE(answer.has_value()) << one.method << " " << one.path;
    EXPECT_TRUE(one.responses.contains(std::to_string(answer->status)))
        << one.method << " " << one.path << " answered " << answer->status << ", documented are "
        << one.responses.dump();
    EXPECT_THAT(answer->body, ::testing::Not(::testing::HasSubstr("there is nothing at this path")))
        << one.method << " " << one.path;
    answered_[one.method + " " + pattern].insert(answer->status);
    const auto location = answer->headers.find("location");
    if (answer->status == 201 && location != answer->headers.end()) {
      made[pattern + "/"] = location->second.substr(pattern.size() + 1);
    }
  }

  ScratchDirectory directory_;
  std::unique_ptr<ServiceProcess> service_;
  std::uint16_t port_ = 0;
  json document_;
  std::map<std::string, std::set<int>> answered_;
};

TEST_F(ApiTest, TheServiceDoesWhatItsDocumentSays) {
  Start();
  std::map<std::string, std::string> nothing, made;
  Walk(nothing);
  Walk(made);
  // The second walk found what the first one made, so that its good answers were seen too.
  EXPECT_TRUE(answered_["GET /api/v1/sessions/{id}"].count(200));
  EXPECT_TRUE(answered_["DELETE /api/v1/sessions/{id}"].count(204));
}

TEST_F(ApiTest, EveryRouteIsDescribed) {
  Start();
  std::set<std::string> ids;
  for (const auto& [pattern, operations] : document_["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      EXPECT_NE(operation["summary"], "") << method << " " << pattern;
      EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second) << pattern;
      for (const json& parameter : operation.value("parameters", json::array())) {
        EXPECT_NE(parameter["description"], "") << method << " " << pattern;
      }
    }
  }
  for (const char* path : {"/", "/health", "/ready", "/version", "/config", "/metrics",
                           "/openapi.json", "/api/v1/sessions/{id}", "/delay/{ms}"}) {
    EXPECT_TRUE(document_["paths"].contains(path)) << path;
  }
}

TEST_F(ApiTest, TheDocumentIsValidOpenApi) {
  Start();
  const std::string tool = ToolDirectory("swagger-parser");
  const std::string log = directory_.path() + "/log";
  if (!std::filesystem::exists(tool + "/node_modules/@apidevtools/swagger-parser")) {
    ASSERT_EQ(
        RunShell("npm install --prefix " + tool +
                     " --no-audit --no-fund --ignore-scripts @apidevtools/swagger-parser@10.1.1"
                     " openapi-types@12.1.3",
                 log),
        0)
        << "npm could not install swagger-parser: " << Read(log);
  }
  std::ofstream(directory_.path() + "/validate.js")
      << "require('" << tool << "/node_modules/@apidevtools/swagger-parser')"
      << ".validate(process.argv[2]).then(() => {}, "
         "error => { console.error(error.message); process.exit(1); });\n";
  const std::string validate =
      fmt::format("node {0}/validate.js {0}/document.json", directory_.path());
  std::ofstream(directory_.path() + "/document.json") << document_.dump();
  EXPECT_EQ(RunShell(validate, log), 0) << Read(log);
  // And it would have told.
  document_["paths"]["/health"]["get"].erase("responses");
  std::ofstream(directory_.path() + "/document.json") << document_.dump();
  EXPECT_EQ(RunShell(validate, log), 1);
}

TEST_F(ApiTest, DriftPromisesWhatIsNotThere) {
  Start({"web", "--violate", "openapi-drift"});
  EXPECT_TRUE(document_["paths"].contains("/version"));
  EXPECT_EQ(RawClient(port_).Get("/version")->status, 404);
}

/// promtool from PATH, or out of Debian's package, which is too large to be installed for this.
std::string Promtool(const std::string& log) {
  if (RunShell("command -v promtool", log) == 0) return "promtool";
  const std::string tool = ToolDirectory("promtool");
  if (!std::filesystem::exists(tool + "/promtool") &&
      RunShell(fmt::format("cd {} && apt-get download prometheus && dpkg-deb --fsys-tarfile "
                           "prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool && "
                           "rm prometheus_*.deb",
                           tool),
               log) != 0) {
    return "";
  }
  return tool + "/promtool";
}

TEST_F(ApiTest, PromtoolAcceptsTheMetrics) {
  const std::string log = directory_.path() + "/log";
  const std::string promtool = Promtool(log);
  ASSERT_NE(promtool, "") << "no promtool, and no package to take it from: " << Read(log);
  const std::string check =
      fmt::format("{} check metrics <{}/metrics", promtool, directory_.path());
  for (const bool good : {true, false}) {
    Start(good ? std::vector<std::string>{"web"}
               : std::vector<std::string>{"web", "--violate", "bad-metrics"});
    for (const char* path : {"/", "/nowhere", "/status/500", "/api/v1/sessions"}) {
      RawClient(port_).Get(path);
    }
    std::ofstream(directory_.path() + "/metrics") << RawClient(port_).Get("/metrics")->body;
    EXPECT_EQ(RunShell(check, log) == 0, good) << Read(log);
  }
}

}  // namespace
}  // namespace twelve
