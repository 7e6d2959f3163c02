#include "app/cli/report_outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "app/cli/terminal.h"
#include "harness/report/console_sink.h"
#include "harness/report/json_sink.h"

namespace twelve {

void ReportOutputs::CloseFile::operator()(std::FILE* file) const {
  if (file != nullptr && file != stdout) std::fclose(file);
}

Result<ReportOutputs> ReportOutputs::Open(const std::vector<std::string>& wanted,
                                          const std::string& version) {
  const std::vector<std::string> reports =
      wanted.empty() ? std::vector<std::string>{"console"} : wanted;
  ReportOutputs out;
  bool stdout_taken = false;
  for (const std::string& report : reports) {
    const std::size_t equals = report.find('=');
    const std::string format = report.substr(0, equals);
    auto output = std::make_unique<Output>();
    if (equals != std::string::npos) output->path = report.substr(equals + 1);
    if (format != "console" && format != "json") {
      return InvalidError(
          fmt::format("--report {}: there is no such format; there are console and json", format));
    }
    if (equals != std::string::npos && output->path.empty()) {
      return InvalidError("--report " + report + ": the file's name is missing");
    }
    if (output->path.empty() && std::exchange(stdout_taken, true)) {
      return InvalidError(
          "only one report fits on standard output; give the others a file, such as "
          "--report json=report.json");
    }
    output->file.reset(output->path.empty() ? stdout : std::fopen(output->path.c_str(), "we"));
    if (!output->file) {
      return SystemError("the report " + output->path + " cannot be written", "fopen", errno);
    }
    Output* const to = output.get();
    const auto write = [to](std::string_view text) {
      to->failed |= std::fwrite(text.data(), 1, text.size(), to->file.get()) != text.size();
      to->failed |= std::fflush(to->file.get()) != 0;
    };
    if (format == "json") {
      out.sinks_.push_back(std::make_unique<JsonSink>(version, write));
    } else {
      const Terminal terminal = to->path.empty() ? StandardOutput() : Terminal{};
      out.sinks_.push_back(std::make_unique<ConsoleSink>(
          ConsoleOptions{terminal.colour, terminal.is_terminal, terminal.width, version}, write));
    }
    out.outputs_.push_back(std::move(output));
  }
  return out;
}

std::vector<ReportSink*> ReportOutputs::sinks() const {
  std::vector<ReportSink*> sinks;
  for (const auto& sink : sinks_) sinks.push_back(sink.get());
  return sinks;
}

Status ReportOutputs::Finish() {
  for (const auto& output : outputs_) {
    if (!output->failed) continue;
    return Error{ErrorCode::kSystem,
                 (output->path.empty() ? "standard output" : output->path) +
                     " could not be written: the report is not complete",
                 "", 0};
  }
  return {};
}

}  // namespace twelve
