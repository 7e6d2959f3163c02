// The golden JSON report, held against docs/report.schema.json.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/report/report_fixture.h"

namespace twelve {
namespace {

using nlohmann::json;

json ReadJson(const std::string& path) {
  std::ifstream file(std::string(std::getenv("TWELVE_SOURCE")) + "/" + path);
  return json::parse(file);
}

bool HasType(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

/// The keywords that docs/report.schema.json uses, and a complaint about any other.
class SchemaCheck {
 public:
  explicit SchemaCheck(json schema) : root_(std::move(schema)) {}

  std::vector<std::string> Complaints(const json& value) {
    complaints_.clear();
    Look(value, root_, "");
    return complaints_;
  }

 private:
  void Complain(const std::string& where, const std::string& what) {
    complaints_.push_back(where + ": " + what);
  }

  void Look(const json& value, const json& schema, const std::string& where) {
    static const std::set<std::string> kKnown = {
        "$schema",     "$id",  "$defs",    "$ref",       "title",
        "description", "type", "required", "properties", "additionalProperties",
        "items",       "enum", "const",    "minimum",    "maximum"};
    for (const auto& [keyword, unused] : schema.items()) {
      if (kKnown.count(keyword) == 0) Complain(where, "the schema uses " + keyword);
    }
    if (schema.contains("$ref")) {
      return Look(value, root_.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1))),
                  where);
    }
    LookAtValue(value, schema, where);
    if (value.is_object()) LookAtMembers(value, schema, where);
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        Look(value[i], schema["items"], fmt::format("{}/{}", where, i));
      }
    }
  }

  void LookAtValue(const json& value, const json& schema, const std::string& where) {
    if (schema.contains("type")) {
      const json& type = schema["type"];
      bool fits = type.is_string() && HasType(value, type);
      if (type.is_array()) {
        for (const auto& one : type) fits |= HasType(value, one);
      }
      if (!fits) Complain(where, "is no " + type.dump());
    }
    if (schema.contains("enum") && !std::count(schema["enum"].begin(), schema["enum"].end(), value))
      Complain(where, value.dump() + " is not among " + schema["enum"].dump());
    if (schema.contains("const") && schema["const"] != value) Complain(where, "has another value");
    if (!value.is_number()) return;
    if (schema.contains("minimum") && value < schema["minimum"]) Complain(where, "is too small");
    if (schema.contains("maximum") && value > schema["maximum"]) Complain(where, "is too large");
  }

  void LookAtMembers(const json& value, const json& schema, const std::string& where) {
    for (const auto& name : schema.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) Complain(where, "lacks " + name.dump());
    }
    const json properties = schema.value("properties", json::object());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        Look(member, properties[name], where + "/" + name);
      } else if (schema.contains("additionalProperties") && !schema["additionalProperties"]) {
        Complain(where, "has " + name + ", which the schema does not know");
      }
    }
  }

  const json root_;
  std::vector<std::string> complaints_;
};

class ReportSchema : public ReportTest {
 protected:
  SchemaCheck schema_{ReadJson("docs/report.schema.json")};
};

TEST_F(ReportSchema, DescribesTheReport) {
  EXPECT_THAT(schema_.Complaints(ReadJson("harness/report/testdata/report.json")),
              testing::IsEmpty());
  EXPECT_THAT(schema_.Complaints(json::parse(Json())), testing::IsEmpty());
}

TEST_F(ReportSchema, RefusesWhatIsNoReport) {
  const json good = json::parse(Json());
  const auto refuses = [&](const std::string& pointer, const json& value) {
    json bad = good;
    bad[json::json_pointer(pointer)] = value;
    return !schema_.Complaints(bad).empty();
  };
  EXPECT_TRUE(refuses("/schema_version", 2));
  EXPECT_TRUE(refuses("/checks/0/verdict", "OK"));
  EXPECT_TRUE(refuses("/checks/0/level", "MAY"));
  EXPECT_TRUE(refuses("/checks/0/duration_ms", -1));
  EXPECT_TRUE(refuses("/checks/0/factor", 13));
  EXPECT_TRUE(refuses("/checks/0/score", 7));
  EXPECT_TRUE(refuses("/checks/2/evidence/0/text", nullptr));
  EXPECT_TRUE(refuses("/exit_code", 4));
  for (const auto& [name, unused] : good.items()) {
    json bad = good;
    bad.erase(name);
    EXPECT_FALSE(schema_.Complaints(bad).empty()) << name;
  }
}

}  // namespace
}  // namespace twelve
