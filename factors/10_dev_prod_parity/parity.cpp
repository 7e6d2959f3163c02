#include "factors/10_dev_prod_parity/parity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <span>

#include <nlohmann/json.hpp>

#include "harness/base/embedded_file.h"

namespace twelve {

std::span<const EmbeddedFile> ParityFiles();

namespace {

using nlohmann::json;

std::string TextOf(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<ParityField> ReadField(const json& row) {
  if (!row.is_object()) return InvalidError("a row of \"fields\" is no object");
  ParityField field{TextOf(row, "name"), false, TextOf(row, "why")};
  if (field.name.empty()) return InvalidError("a row of \"fields\" has no \"name\"");
  const auto may_differ = row.find("may_differ");
  if (may_differ == row.end() || !may_differ->is_boolean() || field.why.empty()) {
    return InvalidError(fmt::format(
        "the field \"{}\" must say \"may_differ\", true or false, and \"why\"", field.name));
  }
  field.may_differ = may_differ->get<bool>();
  return field;
}

Result<DeclaredEnvironment> ReadEnvironment(const json& row, const std::set<std::string>& fields) {
  if (!row.is_object()) return InvalidError("a row of \"environments\" is no object");
  DeclaredEnvironment environment{TextOf(row, "name"), {}};
  if (environment.name.empty()) {
    return InvalidError("a row of \"environments\" has no \"name\"");
  }
  for (const auto& [name, value] : row.items()) {
    if (name == "name") continue;
    if (!fields.contains(name)) {
      return InvalidError(
          fmt::format("\"{}\" of the environment \"{}\" has no rule: add it to "
                      "\"fields\" and say whether it may differ",
                      name, environment.name));
    }
    if (value.is_structured() || value.is_null()) {
      return InvalidError(
          fmt::format("\"{}\" of the environment \"{}\" is neither a text, nor a "
                      "number, nor true or false",
                      name, environment.name));
    }
    environment.values[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return environment;
}

const json& ListOf(const json& document, const char* member) {
  static const json kNone = json::array();
  const auto found = document.find(member);
  return found != document.end() && found->is_array() ? *found : kNone;
}

std::string ValueOf(const DeclaredEnvironment& environment, const std::string& field) {
  const auto found = environment.values.find(field);
  return found == environment.values.end() ? std::string() : found->second;
}

}  // namespace

Result<ParityDeclaration> ReadParityDeclaration(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return InvalidError("the environments are no JSON object");
  ParityDeclaration declaration;
  std::set<std::string> fields;
  for (const json& row : ListOf(document, "fields")) {
    Result<ParityField> field = ReadField(row);
    if (!field) return field.error();
    if (!fields.insert(field->name).second) {
      return InvalidError(fmt::format("the field \"{}\" is there twice", field->name));
    }
    declaration.fields.push_back(std::move(field).value());
  }
  std::set<std::string> names;
  for (const json& row : ListOf(document, "environments")) {
    Result<DeclaredEnvironment> environment = ReadEnvironment(row, fields);
    if (!environment) return environment.error();
    if (!names.insert(environment->name).second) {
      return InvalidError(fmt::format("the environment \"{}\" is there twice", environment->name));
    }
    declaration.environments.push_back(std::move(environment).value());
  }
  return declaration;
}

const ParityDeclaration& ExampleEnvironments() {
  // The file is built in and tested: it is always read.
  static const ParityDeclaration kDeclaration =
      ReadParityDeclaration(ParityFiles().front().contents).value();
  return kDeclaration;
}

int ParityReport::Gaps() const {
  return static_cast<int>(
      std::count_if(rows.begin(), rows.end(), [](const ParityRow& row) { return row.IsGap(); }));
}

ParityReport CompareEnvironments(const ParityDeclaration& declaration) {
  ParityReport report;
  for (const DeclaredEnvironment& environment : declaration.environments) {
    report.environments.push_back(environment.name);
  }
  for (const ParityField& field : declaration.fields) {
    ParityRow row{field.name, {}, false, field.may_differ, field.why};
    for (const DeclaredEnvironment& environment : declaration.environments) {
      row.values.push_back(ValueOf(environment, field.name));
      row.differs = row.differs || row.values.back() != row.values.front();
    }
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace twelve
