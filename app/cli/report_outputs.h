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
  /// `wanted`: "FORMAT" or "FORMAT=FILE"; none asks for the console. `step_summary` is where
  /// GitHub Actions wants the Markdown of a step, its GITHUB_STEP_SUMMARY: with the format github
  /// it is appended there; empty: nowhere.
  static Result<ReportOutputs> Open(const std::vector<std::string>& wanted,
                                    const std::string& version,
                                    const std::string& step_summary = "");
  /// "console, json, …" for help and refusals.
  static std::string FormatNames();

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
  Result<Output*> OpenOutput(const std::string& path, const char* mode);

  // Sinks keep pointers to their outputs.
  std::vector<std::unique_ptr<Output>> outputs_;
  std::vector<std::unique_ptr<ReportSink>> sinks_;
};

}  // namespace twelve
