#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// Factor X: environments are declared as data, all in one place, so that a machine can say where
/// they differ and a person need not remember where they may.
struct DeclaredEnvironment {
  std::string name;                           // "staging"
  std::map<std::string, std::string> values;  // by field; a number or a truth value as JSON has it
};

/// What one thing may do between two environments.
struct ParityField {
  std::string name;
  bool may_differ = false;
  std::string why;
};

struct ParityDeclaration {
  std::vector<ParityField> fields;
  std::vector<DeclaredEnvironment> environments;
};

/// Of {"fields": [{"name", "may_differ", "why"}], "environments": [{"name", FIELD: value, …}]}.
/// Errors: kInvalid, a sentence that names the place: no JSON, a name twice, a value of a field
/// that has no rule, a value that is a list or an object.
Result<ParityDeclaration> ReadParityDeclaration(std::string_view json);

/// The three environments that the lessons use: a module of the same kind, in three sizes.
const ParityDeclaration& ExampleEnvironments();

/// One field, compared between all environments.
struct ParityRow {
  std::string field;
  std::vector<std::string> values;  // in the order of the environments; "" where it is not said
  bool differs = false;
  bool may_differ = false;
  std::string why;

  bool IsGap() const { return differs && !may_differ; }
};

struct ParityReport {
  std::vector<std::string> environments;
  std::vector<ParityRow> rows;  // in the order of the fields

  int Gaps() const;
};

/// Pure. What an environment does not say differs from what another one says.
ParityReport CompareEnvironments(const ParityDeclaration& declaration);

}  // namespace twelve
