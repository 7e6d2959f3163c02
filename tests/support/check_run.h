#pragma once

#include <string_view>

#include "harness/conformance/check.h"
#include "tests/support/fake_rig.h"

namespace twelve {

/// One check on a program that exists only in a FakeRig: collect and decide, in fake time.
struct CheckRun {
  CheckRun() {
    target.name = "service";
    target.directory = "/srv";
    target.command = "./service";
    capabilities.all = {{"pid_namespace", true, "", "", ""}};
  }

  Finding Run(const Check& check) {
    CheckContext context{rig, target, capabilities, calibration};
    observation = check.collect(context);
    return Judge(check, observation, calibration);
  }

  FakeRig rig;
  Target target;
  Capabilities capabilities;
  Calibration calibration;
  Observation observation;
};

/// What `check` says of facts that were recorded, as JSON.
inline Finding JudgeFacts(const Check& check, std::string_view facts, double calibration = 1) {
  Observation observation;
  observation.facts = nlohmann::json::parse(facts);
  return Judge(check, observation, Calibration{calibration});
}

/// What `check` says when nothing could be measured.
inline Finding JudgeBlocked(const Check& check) {
  Observation observation;
  observation.blocked = "the service ended 0.10 s after its start (exit 1)";
  return Judge(check, observation, {});
}

}  // namespace twelve
