#pragma once

#include "harness/guard/protocol.h"

namespace twelve::guard {

/// What the host asks for, decoded. Everything points into one block that lives as long as the
/// program.
struct Request {
  RequestHeader header;
  char* directory = nullptr;  // empty: stay
  char** argv = nullptr;
  char** environment = nullptr;
  char** read_only_paths = nullptr;
  char** directories_to_remove = nullptr;

  bool Has(RequestFlag flag) const { return (header.flags & flag) != 0; }
};

/// Waits for the whole request. False when the host is gone or talks another version.
bool ReadRequest(int fd, Request* request);

}  // namespace twelve::guard
