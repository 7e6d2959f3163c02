#pragma once

#include <string>

#include "factors/11_logs/parts/json_event_format.h"
#include "factors/contracts/event_sink.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Violation of factor XI, "log-to-file-only": manages a log file of its own, and stdout stays
/// empty. Whoever runs the process sees nothing of what it does.
///
/// Threads: any; the kernel appends each line whole.
class FileEventWriter final : public EventSink {
 public:
  FileEventWriter(const std::string& path, JsonEventFormat format);

  void Write(const Event& event) override;
  std::uint64_t Dropped() const override { return 0; }

 private:
  const JsonEventFormat format_;
  UniqueFd file_;
};

}  // namespace twelve
