#include "factors/service/violation_switches.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "factors/01_codebase/violations.h"
#include "factors/02_dependencies/violations.h"
#include "factors/03_config/violations.h"
#include "factors/04_backing_services/violations.h"
#include "factors/05_build_release_run/parts/careless_release.h"
#include "factors/05_build_release_run/violations.h"
#include "factors/06_processes/violations.h"
#include "factors/07_port_binding/violations.h"
#include "factors/08_concurrency/violations.h"
#include "factors/09_disposability/violations.h"
#include "factors/10_dev_prod_parity/violations.h"
#include "factors/11_logs/violations.h"
#include "factors/12_admin_processes/violations.h"
#include "factors/service/backing_switches.h"
#include "factors/service/config_switches.h"
#include "factors/service/log_switches.h"
#include "factors/service/process_switches.h"
#include "factors/service/web_switches.h"

namespace twelve {
namespace {

template <typename Step>
void Boot(PartChoice& parts) {
  parts.boot.push_back(std::make_unique<Step>());
}

constexpr ViolationSwitch kSwitches[] = {
    {"compile-at-boot", Boot<CompileBoot>},
    {"hot-reload", Boot<HotReloadBoot>},
    {"needs-home", Boot<HomeBoot>},
    {"writes-in-codedir", Boot<CodeDirectoryCacheBoot>},
};

std::vector<std::string> Split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  }
  return parts;
}

}  // namespace

const ViolationSwitch* FindSwitch(std::string_view name) {
  const std::span<const ViolationSwitch> all = AllSwitches();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const ViolationSwitch& s) { return s.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::span<const ViolationSwitch> AllSwitches() {
  static const std::vector<ViolationSwitch> kAll = [] {
    std::vector<ViolationSwitch> all(std::begin(kSwitches), std::end(kSwitches));
    for (const std::span<const ViolationSwitch> more :
         {BackingSwitches(), ConfigSwitches(), ProcessSwitches(), WebSwitches(), LogSwitches()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return kAll;
}

const Violation* FindFixture(std::string_view name) {
  static const std::vector<Violation> kAll = AllViolations();
  const auto found = std::find_if(kAll.begin(), kAll.end(), [name](const Violation& row) {
    return row.name == name && !row.fixture.empty();
  });
  return found == kAll.end() ? nullptr : &*found;
}

std::vector<Violation> AllViolations() {
  std::vector<Violation> all;
  all.insert(all.end(), std::begin(kCodebaseViolations), std::end(kCodebaseViolations));
  all.insert(all.end(), std::begin(kDependenciesViolations), std::end(kDependenciesViolations));
  all.insert(all.end(), std::begin(kConfigViolations), std::end(kConfigViolations));
  all.insert(all.end(), std::begin(kBackingServicesViolations),
             std::end(kBackingServicesViolations));
  all.insert(all.end(), std::begin(kBuildReleaseRunViolations),
             std::end(kBuildReleaseRunViolations));
  all.insert(all.end(), std::begin(kProcessesViolations), std::end(kProcessesViolations));
  all.insert(all.end(), std::begin(kPortBindingViolations), std::end(kPortBindingViolations));
  all.insert(all.end(), std::begin(kConcurrencyViolations), std::end(kConcurrencyViolations));
  all.insert(all.end(), std::begin(kAdminProcessesViolations), std::end(kAdminProcessesViolations));
  all.insert(all.end(), std::begin(kDisposabilityViolations), std::end(kDisposabilityViolations));
  all.insert(all.end(), std::begin(kDevProdParityViolations), std::end(kDevProdParityViolations));
  all.insert(all.end(), std::begin(kLogsViolations), std::end(kLogsViolations));
  std::stable_sort(all.begin(), all.end(),
                   [](const Violation& a, const Violation& b) { return a.factor < b.factor; });
  return all;
}

std::string ViolationsAsText() {
  std::string text;
  for (const Violation& row : AllViolations()) {
    text += fmt::format("factor {:<2}  {:<20} The service {}.\n{:32}must cause {}\n", row.factor,
                        row.name, row.what, "", row.must_cause);
    if (!row.fixture.empty()) text += fmt::format("{:32}a source tree: {}\n", "", row.fixture);
    if (!row.may_move.empty()) text += fmt::format("{:32}may move {}\n", "", row.may_move);
  }
  return text;
}

std::string ViolationsAsJson() {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Violation& row : AllViolations()) {
    json.push_back({{"factor", row.factor},
                    {"name", row.name},
                    {"what", row.what},
                    {"kind", row.fixture.empty() ? "part" : "fixture"},
                    {"fixture", row.fixture},
                    {"must_cause", Split(row.must_cause)},
                    {"may_move", Split(row.may_move)}});
  }
  return json.dump(2) + "\n";
}

}  // namespace twelve
