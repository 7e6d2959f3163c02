#include "factors/03_config/parts/talkative_database.h"

#include <fmt/format.h>

#include <cstdio>

namespace twelve {

Status TalkativeDatabase::Connect(Duration timeout) {
  return Told(inner_->Connect(timeout));
}

Status TalkativeDatabase::Check(Duration timeout) {
  return Told(inner_->Check(timeout));
}

Status TalkativeDatabase::Told(Status status) const {
  if (!status) {
    fmt::print(stderr, "cannot connect to {}: {}\n", url_, status.error().message);
  }
  return status;
}

}  // namespace twelve
