#include "factors/catalog.h"

#include <array>

#include "factors/01_codebase/violations.h"
#include "factors/02_dependencies/violations.h"
#include "factors/03_config/experiment.h"
#include "factors/03_config/violations.h"
#include "factors/04_backing_services/experiment.h"
#include "factors/04_backing_services/violations.h"
#include "factors/05_build_release_run/violations.h"
#include "factors/06_processes/experiment.h"
#include "factors/06_processes/violations.h"
#include "factors/07_port_binding/checks/port_binding_checks.h"
#include "factors/07_port_binding/violations.h"
#include "factors/08_concurrency/violations.h"
#include "factors/09_disposability/checks/disposability_checks.h"
#include "factors/09_disposability/experiment.h"
#include "factors/09_disposability/violations.h"
#include "factors/10_dev_prod_parity/experiment.h"
#include "factors/10_dev_prod_parity/violations.h"
#include "factors/11_logs/checks/logs_checks.h"
#include "factors/11_logs/violations.h"
#include "factors/12_admin_processes/violations.h"
#include "factors/lesson_text.h"

namespace twelve {
namespace {

std::vector<const Check*> NoChecks() {
  return {};
}

struct Row {
  int number;
  std::string_view numeral, slug, title, rule;
  std::vector<const Check*> (*checks)();
  std::span<const Violation> violations;
  std::unique_ptr<Experiment> (*make_experiment)(const ProgramPaths& programs);
};

// The one place that names a factor. `rule` begins the paragraph "The rule" of its lesson.
// clang-format off
constexpr std::array<Row, 12> kRows = {{
    {1, "I", "01_codebase", "Codebase",
     "One application is one codebase in version control, and every deploy comes from it.",
     &NoChecks, kCodebaseViolations, nullptr},
    {2, "II", "02_dependencies", "Dependencies",
     "Name every library with its exact version, and use nothing that is not named.",
     &NoChecks, kDependenciesViolations, nullptr},
    {3, "III", "03_config", "Config",
     "What differs between deploys comes from environment variables, never from the code.",
     &NoChecks, kConfigViolations, &MakeConfigExperiment},
    {4, "IV", "04_backing_services", "Backing services",
     "A database, queue or cache is attached by a URL and can be swapped without "
     "touching code.",
     &NoChecks, kBackingServicesViolations, &MakeBackingServicesExperiment},
    {5, "V", "05_build_release_run", "Build, release, run",
     "Build once, join the build with its config into a numbered release, and run "
     "only releases.",
     &NoChecks, kBuildReleaseRunViolations, nullptr},
    {6, "VI", "06_processes", "Processes",
     "A process keeps nothing that a later request may need.",
     &NoChecks, kProcessesViolations, &MakeProcessesExperiment},
    {7, "VII", "07_port_binding", "Port binding",
     "The service is its own web server and listens on the port that it is told.",
     &PortBindingChecks, kPortBindingViolations, nullptr},
    {8, "VIII", "08_concurrency", "Concurrency",
     "Split the work into process types, and grow by running more processes of a type.",
     &NoChecks, kConcurrencyViolations, nullptr},
    {9, "IX", "09_disposability", "Disposability",
     "A process may be started or stopped at any moment, and no user notices.",
     &DisposabilityChecks, kDisposabilityViolations, &MakeDisposabilityExperiment},
    {10, "X", "10_dev_prod_parity", "Dev/prod parity",
     "Development and production use the same kinds and versions of everything; only "
     "size differs.",
     &NoChecks, kDevProdParityViolations, &MakeDevProdParityExperiment},
    {11, "XI", "11_logs", "Logs",
     "Write one event per line to standard output, at once, and leave the rest to the "
     "platform.",
     &LogsChecks, kLogsViolations, nullptr},
    {12, "XII", "12_admin_processes", "Admin processes",
     "Run a one-off task as a process of the same release, with the same config.",
     &NoChecks, kAdminProcessesViolations, nullptr},
}};
// clang-format on

std::vector<Factor> MakeCatalog() {
  std::vector<Factor> factors;
  factors.reserve(kRows.size());
  for (const Row& row : kRows) {
    Factor factor;
    factor.number = row.number;
    factor.numeral = row.numeral;
    factor.slug = row.slug;
    factor.title = row.title;
    factor.rule = row.rule;
    factor.lesson_md = LessonText(row.number);
    factor.checks = row.checks();
    factor.violations = row.violations;
    factor.make_experiment = row.make_experiment;
    factors.push_back(std::move(factor));
  }
  return factors;
}

}  // namespace

std::span<const Factor> Catalog() {
  static const std::vector<Factor> kFactors = MakeCatalog();
  return kFactors;
}

const Factor* FindFactor(int number) {
  for (const Factor& factor : Catalog()) {
    if (factor.number == number) return &factor;
  }
  return nullptr;
}

std::vector<const Check*> AllChecks() {
  std::vector<const Check*> checks;
  for (const Factor& factor : Catalog()) {
    checks.insert(checks.end(), factor.checks.begin(), factor.checks.end());
  }
  return checks;
}

}  // namespace twelve
