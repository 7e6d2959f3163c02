#include "app/cli/report_outputs.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>

#include "app/cli/terminal.h"
#include "harness/report/badge_report.h"
#include "harness/report/console_sink.h"
#include "harness/report/github_report.h"
#include "harness/report/html_report.h"
#include "harness/report/json_sink.h"
#include "harness/report/junit_report.h"
#include "harness/report/markdown_report.h"
#include "harness/report/sarif_report.h"
#include "harness/report/tap_report.h"

namespace twelve {
namespace {

using Write = std::function<void(std::string_view)>;
using Render = std::string (*)(const FinishedReport&);

struct Format {
  std::string_view name;
  Render render;  // null: console and json, which have sinks of their own
};

constexpr std::array<Format, 10> kFormats = {{{"console", nullptr},
                                              {"json", nullptr},
                                              {"junit", JunitReport},
                                              {"sarif", SarifReport},
                                              {"sarif-full", SarifFullReport},
                                              {"tap", TapReport},
                                              {"github", GithubReport},
                                              {"markdown", MarkdownReport},
                                              {"html", HtmlReport},
                                              {"badge", BadgeReport}}};

const Format* FindFormat(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

std::unique_ptr<ReportSink> MakeSink(const Format& format, bool to_stdout,
                                     const std::string& version, Write write) {
  if (format.render != nullptr) {
    return std::make_unique<DocumentSink>(version, format.render, std::move(write));
  }
  if (format.name == "json") return std::make_unique<JsonSink>(version, std::move(write));
  const Terminal terminal = to_stdout ? StandardOutput() : Terminal{};
  return std::make_unique<ConsoleSink>(
      ConsoleOptions{terminal.colour, terminal.is_terminal, terminal.width, version},
      std::move(write));
}

}  // namespace

void ReportOutputs::CloseFile::operator()(std::FILE* file) const {
  if (file != nullptr && file != stdout) std::fclose(file);
}

std::string ReportOutputs::FormatNames() {
  std::string names;
  for (const Format& format : kFormats) {
    if (!names.empty()) names += ", ";
    names += format.name;
  }
  return names;
}

Result<ReportOutputs::Output*> ReportOutputs::OpenOutput(const std::string& path,
                                                         const char* mode) {
  auto output = std::make_unique<Output>();
  output->path = path;
  output->file.reset(path.empty() ? stdout : std::fopen(path.c_str(), mode));
  if (!output->file) {
    return SystemError("the report " + path + " cannot be written", "fopen", errno);
  }
  outputs_.push_back(std::move(output));
  return outputs_.back().get();
}

Result<ReportOutputs> ReportOutputs::Open(const std::vector<std::string>& wanted,
                                          const std::string& version,
                                          const std::string& step_summary) {
  const std::vector<std::string> reports =
      wanted.empty() ? std::vector<std::string>{"console"} : wanted;
  ReportOutputs out;
  bool stdout_taken = false;
  const auto writer = [](Output* to) {
    return [to](std::string_view text) {
      to->failed |= std::fwrite(text.data(), 1, text.size(), to->file.get()) != text.size();
      to->failed |= std::fflush(to->file.get()) != 0;
    };
  };
  for (const std::string& report : reports) {
    const std::size_t equals = report.find('=');
    const Format* const format = FindFormat(report.substr(0, equals));
    const std::string path = equals == std::string::npos ? "" : report.substr(equals + 1);
    if (format == nullptr) {
      return InvalidError(fmt::format("--report {}: there is no such format; there are {}",
                                      report.substr(0, equals), FormatNames()));
    }
    if (equals != std::string::npos && path.empty()) {
      return InvalidError("--report " + report + ": the file's name is missing");
    }
    if (path.empty() && std::exchange(stdout_taken, true)) {
      return InvalidError(
          "only one report fits on standard output; give the others a file, such as "
          "--report json=report.json");
    }
    const Result<Output*> output = out.OpenOutput(path, "we");
    if (!output) return output.error();
    out.sinks_.push_back(MakeSink(*format, path.empty(), version, writer(*output)));
    if (format->name == "github" && !step_summary.empty()) {
      const Result<Output*> summary = out.OpenOutput(step_summary, "ae");
      if (!summary) return summary.error();
      out.sinks_.push_back(
          std::make_unique<DocumentSink>(version, MarkdownReport, writer(*summary)));
    }
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
