#include "factors/service/log_switches.h"

#include <unistd.h>

#include "factors/11_logs/parts/buffered_event_writer.h"
#include "factors/11_logs/parts/careless_event_writers.h"
#include "factors/11_logs/parts/file_event_writer.h"

namespace twelve {
namespace {

constexpr const char* kFile = "app.log";

template <typename Writer>
void WriteToStdout(PartChoice& parts) {
  parts.make_events = [](JsonEventFormat format) {
    return std::make_unique<Writer>(STDOUT_FILENO, std::move(format));
  };
}

void WriteLate(PartChoice& parts) {
  parts.make_events = [](JsonEventFormat format) {
    static const SystemClock clock;
    return std::make_unique<LateEventWriter>(STDOUT_FILENO, std::move(format), clock);
  };
}

void WriteToFileOnly(PartChoice& parts) {
  parts.make_events = [](JsonEventFormat format) {
    return std::make_unique<FileEventWriter>(kFile, std::move(format));
  };
}

void WriteToFileToo(PartChoice& parts) {
  parts.make_events = [inner = std::move(parts.make_events)](const JsonEventFormat& format) {
    return std::make_unique<BothEventWriters>(inner(format),
                                              std::make_unique<FileEventWriter>(kFile, format));
  };
}

void WriteToSyslog(PartChoice& parts) {
  parts.make_events = [](JsonEventFormat format) {
    return std::make_unique<SyslogEventWriter>(SyslogEventWriter::kSocket, std::move(format));
  };
}

void WriteNothing(PartChoice& parts) {
  parts.make_events = [](JsonEventFormat format) {
    return std::make_unique<SilentEventWriter>(std::move(format));
  };
}

constexpr ViolationSwitch kSwitches[] = {
    {"ansi-multiline", WriteToStdout<ColouredEventWriter>},
    {"buffered-stdout", WriteToStdout<BufferedEventWriter>},
    {"log-to-file", WriteToFileToo},
    {"log-to-file-only", WriteToFileOnly},
    {"lost-on-exit", WriteLate},
    {"silent", WriteNothing},
    {"split-writes", WriteToStdout<SplitEventWriter>},
    {"syslog-direct", WriteToSyslog},
};

}  // namespace

std::span<const ViolationSwitch> LogSwitches() {
  return kSwitches;
}

}  // namespace twelve
