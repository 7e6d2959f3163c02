#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/conformance/engine.h"

namespace twelve {

/// The reports that were asked for with --report, each with where it goes.
///
/// Threads: one.
/// Owns:    sinks and files.
/// Errors:  Open refuses an unknown format, two reports on standard output, a file that cannot be
///          written; Finish says when something could not be written.
class ReportOutputs {
 public:
  /// `wanted`: "FORMAT" or "FORMAT=FILE"; none asks for the console.
  static Result<ReportOutputs> Open(const std::vector<std::string>& wanted,
                                    const std::string& version);

  std::vector<ReportSink*> sinks() const;
  Status Finish();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const;
  };
  struct Output {
    std::string path;  // empty: standard output
    std::unique_ptr<std::FILE, CloseFile> file;
    bool failed = false;
  };

  // Sinks keep pointers to their outputs.
  std::vector<std::unique_ptr<Output>> outputs_;
  std::vector<std::unique_ptr<ReportSink>> sinks_;
};

}  // namespace twelve
