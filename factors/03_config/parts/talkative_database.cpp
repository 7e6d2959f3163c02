#include "factors/03_config/parts/talkative_database.h"

#include <fmt/format.h>

#include <cstdio>

namespace twelve {

Status TalkativeDatabase::Connect(Duration timeout) {
  Status status = inner_->Connect(timeout);
  if (!status) {
    fmt::print(stderr, "cannot connect to {}: {}\n", url_, status.error().message);
  }
  return status;
}

}  // namespace twelve
