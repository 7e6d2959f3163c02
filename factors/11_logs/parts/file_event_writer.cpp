#include "factors/11_logs/parts/file_event_writer.h"

#include <fcntl.h>
#include <unistd.h>

namespace twelve {

FileEventWriter::FileEventWriter(const std::string& path, JsonEventFormat format)
    : format_(std::move(format)),
      file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {}

void FileEventWriter::Write(const Event& event) {
  const std::optional<std::string> line = format_.Line(event);
  if (!line || !file_.valid()) return;
  // A log file that cannot be written fails in silence: that is part of what is wrong with it.
  [[maybe_unused]] const ssize_t written = ::write(file_.get(), line->data(), line->size());
}

}  // namespace twelve
