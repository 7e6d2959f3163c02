#pragma once

#include <map>
#include <string>
#include <vector>

#include "factors/03_config/judge.h"
#include "factors/lab/lab.h"
#include "factors/scene.h"

namespace twelve::config {

/// What the steps found out, for the picture.
struct PictureNotes {
  std::map<std::string, std::string> fingerprints;  // by deploy, once it was taken
  std::vector<Look> key_looks, password_looks;      // empty: not looked for yet
  std::string complaint;                            // of the latest start that failed
};

/// Who can see the secrets, place by place.
TablePanel DrawSecretMap(const PictureNotes& notes);
/// One build, and what each environment adds to it. Secrets are masked.
TablePanel DrawEnvironments(const Lab& lab, const PictureNotes& notes);
/// What the log says of the outage, with the lines marked that hold the password.
Code DrawOutage(const std::vector<std::string>& lines, const std::string& password);
Code DrawComplaint(const PictureNotes& notes);

}  // namespace twelve::config
