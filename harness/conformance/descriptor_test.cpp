#include "harness/conformance/descriptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using testing::HasSubstr;

/// Files that exist only in a test; a directory is a path that ends in "/".
class FakeFiles final : public FileReader {
 public:
  explicit FakeFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  Result<std::string> Read(const std::string& path, std::size_t) const override {
    const auto found = files_.find(path);
    if (found == files_.end()) return Error{ErrorCode::kNotFound, path + " is not there", "", 0};
    return found->second;
  }
  bool Exists(const std::string& path) const override {
    return files_.count(path) != 0 || files_.count(path + "/") != 0;
  }

 private:
  std::map<std::string, std::string> files_;
};

TEST(Descriptor, ReadsEveryField) {
  const Result<Target> target = ParseDescriptor(R"({
  // all of them
  "$schema": "twelve.schema.json",
  "name": "shop", "command": "./shop --port $PORT", "directory": "src",
  "env": {"GREETING": "hi"}, "port_variable": "SERVER_PORT", "port": 8080,
  "health": "/health", "slow": "/slow?s=3", "stop_signal": "SIGQUIT",
  "pre_stop_delay_ms": 500, "ready_timeout_s": 90, "require": ["IX-term-drain"]
})",
                                                "twelve.json");
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->name, "shop");
  EXPECT_EQ(target->command, "./shop --port $PORT");
  EXPECT_EQ(target->directory, "src");
  EXPECT_EQ(target->environment, (Environment{{"GREETING", "hi"}}));
  EXPECT_EQ(target->port_variable, "SERVER_PORT");
  EXPECT_EQ(target->fixed_port, 8080);
  EXPECT_EQ(target->health_path, "/health");
  EXPECT_EQ(target->slow_path, "/slow?s=3");
  EXPECT_EQ(target->stop_signal, 3);
  EXPECT_EQ(target->pre_stop_delay, std::chrono::milliseconds(500));
  EXPECT_EQ(target->ready_timeout, std::chrono::seconds(90));
  EXPECT_EQ(target->require, std::vector<std::string>{"IX-term-drain"});
}

TEST(Descriptor, NamesEveryMistakeAtOnceWithLineAndColumn) {
  const Result<Target> target = ParseDescriptor(
      "{\n"
      "  \"comand\": \"./a\",\n"
      "  \"port\": 70000,\n"
      "  \"port_variable\": \"9X\", \"health\": \"no slash\",\n"
      "  \"env\": {\"A\": 1, \"B C\": \"x\"},\n"
      "  \"stop_signal\": \"SIGNOPE\",\n"
      "  \"ready_timeout_s\": \"60\",\n"
      "  \"require\": \"IX\",\n"
      "  \"name\": \"\", \"colour\": 1, \"name\": \"b\"\n"
      "}\n",
      "twelve.json");
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().code, ErrorCode::kInvalid);
  const std::string& message = target.error().message;
  EXPECT_THAT(message, HasSubstr("twelve.json:1:1: \"command\" is missing"));
  EXPECT_THAT(message, HasSubstr("twelve.json:2:3: \"comand\" is not a field; did you mean "
                                 "\"command\"?"));
  EXPECT_THAT(message, HasSubstr("twelve.json:3:3: \"port\" must be a whole number from 1 to"));
  EXPECT_THAT(message, HasSubstr("twelve.json:4:3: \"port_variable\" must be the name of a"));
  EXPECT_THAT(message, HasSubstr("twelve.json:4:26: \"health\" must be a path"));
  EXPECT_THAT(message, HasSubstr("twelve.json:5:11: \"env.A\" must be a text"));
  EXPECT_THAT(message, HasSubstr("twelve.json:5:19: \"B C\" cannot be the name"));
  EXPECT_THAT(message, HasSubstr("twelve.json:6:3: \"stop_signal\" must be a signal"));
  EXPECT_THAT(message, HasSubstr("twelve.json:7:3: \"ready_timeout_s\" must be a whole number"));
  EXPECT_THAT(message, HasSubstr("twelve.json:8:3: \"require\" must be a list"));
  EXPECT_THAT(message, HasSubstr("twelve.json:9:15: \"colour\" is not a field; there are name,"));
  EXPECT_THAT(message, HasSubstr("\"name\" is there twice"));
}

TEST(Descriptor, SaysWhereTheTextIsNotJson) {
  const Result<Target> target = ParseDescriptor("{\n  \"command\": \"x\",\n}", "t.json");
  ASSERT_FALSE(target.ok());
  EXPECT_THAT(target.error().message, HasSubstr("t.json:3:1: this is not JSON: unexpected '}'"));
  EXPECT_FALSE(ParseDescriptor("", "t.json").ok());
  EXPECT_FALSE(ParseDescriptor("[]", "t.json").ok());
  EXPECT_FALSE(ParseDescriptor(R"({"command": "a\u0000b"})", "t.json").ok());
}

TEST(Descriptor, TheSchemaListsTheSameFields) {
  const char* source = std::getenv("TWELVE_SOURCE");
  ASSERT_NE(source, nullptr);
  std::ifstream file(std::string(source) + "/docs/twelve.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  const nlohmann::json schema = nlohmann::json::parse(text.str());
  std::vector<std::string> in_schema;
  for (const auto& [name, value] : schema["properties"].items()) {
    if (name != "$schema") in_schema.push_back(name);
  }
  std::vector<std::string> in_code;
  for (const std::string_view name : DescriptorFields()) in_code.emplace_back(name);
  EXPECT_THAT(in_schema, testing::UnorderedElementsAreArray(in_code));
  EXPECT_EQ(schema["additionalProperties"], false);
}

TEST(TargetFrom, ACommandLine) {
  const Result<Target> target = TargetFromCommand("/usr/bin/python3 -m http.server $PORT", "/srv");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->name, "python3");
  EXPECT_EQ(target->directory, "/srv");
  EXPECT_EQ(target->source, "--cmd");
  EXPECT_FALSE(TargetFromCommand("", "/srv").ok());
  EXPECT_FALSE(TargetFromCommand("echo 'open", "/srv").ok());
}

TEST(TargetFrom, ADirectoryWithADescriptorBeforeOneWithAProcfile) {
  const FakeFiles files({{"/srv/shop/", ""},
                         {"/srv/shop/twelve.json", R"({"command": "./a", "directory": "bin"})"},
                         {"/srv/shop/Procfile", "web: ./b\n"},
                         {"/srv/site/", ""},
                         {"/srv/site/Procfile", "worker: ./w\nweb: ./serve $PORT\n"},
                         {"/srv/empty/", ""},
                         {"/srv/jobs/Procfile", "worker: ./w\n"}});
  Result<Target> target = TargetFromPath("/srv/shop", files);
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->command, "./a");
  EXPECT_EQ(target->name, "shop");
  EXPECT_EQ(target->directory, "/srv/shop/bin");
  target = TargetFromPath("/srv/site", files);
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->command, "./serve $PORT");
  EXPECT_EQ(target->source, "/srv/site/Procfile:2");
  EXPECT_EQ(TargetFromPath("/srv/empty", files).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(TargetFromPath("/srv/absent", files).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(TargetFromPath("/srv/jobs/Procfile", files).error().message,
              HasSubstr("no process type \"web\""));
}

TEST(Declares, OnlyWhatHasAUsableValue) {
  Target target;
  EXPECT_FALSE(Declares(target, "slow"));
  EXPECT_FALSE(Declares(target, "port"));
  EXPECT_TRUE(Declares(target, "health"));
  target.slow_path = "/slow";
  EXPECT_TRUE(Declares(target, "slow"));
}

}  // namespace
}  // namespace twelve
