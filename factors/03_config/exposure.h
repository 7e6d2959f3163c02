#pragma once

#include <set>
#include <string>
#include <vector>

#include "factors/03_config/judge.h"
#include "factors/lab/lab.h"
#include "harness/rig/rig.h"

namespace twelve::config {

/// A random value that exists nowhere else, so that wherever it is found, it came from here.
std::string MakeCanary(const std::string& kind);

/// The lines of `instance` that were printed after `since`.
std::vector<LogLine> LinesSince(const Instance& instance, TimePoint since);

/// A file's bytes; empty when it cannot be read.
std::string Bytes(const std::string& path);
/// 16 hexadecimal digits that stand for a file's bytes; empty when it cannot be read.
std::string Fingerprint(const std::string& path);

/// Where to look for a secret of one process.
struct Subject {
  const Instance* instance = nullptr;
  std::uint16_t port = 0;
  TimePoint since;        // log lines from then on
  std::string directory;  // of its files
  std::string program;    // the file that would be published
  std::vector<HttpAsk> asks;
  std::set<std::string> not_its_own;  // files in `directory` that it did not write
};

/// Looks in every place. Waits for answers alone. The order of the places is always the same.
std::vector<Look> LookFor(Lab& lab, const Subject& subject, const std::string& secret);

}  // namespace twelve::config
