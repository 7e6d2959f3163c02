#include "app/cli/explain_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/terminal.h"
#include "factors/catalog.h"
#include "harness/conformance/engine.h"
#include "harness/report/text_layout.h"

namespace twelve {
namespace {

constexpr std::size_t kIndent = 2;

void AddSection(std::string& text, std::string_view title, std::string_view body,
                std::size_t width) {
  if (body.empty()) return;
  text += fmt::format("\n{}\n{}", title, Wrapped(body, kIndent, width));
}

std::string Explain(const Check& check, std::size_t width) {
  std::string text = fmt::format("{}  {}, {}, factor {}\n", check.id, ToString(check.level),
                                 ToString(check.method), FindFactor(check.factor)->title);
  text += Wrapped(check.question, 0, width);
  AddSection(text, "The rule", check.requirement, width);
  AddSection(text, "What it does", check.steps, width);
  std::string needs;
  for (const Need& need : check.needs) {
    const bool field = need.kind == Need::Kind::kField;
    needs += fmt::format("{} {}\n", field ? "twelve.json:" : "this machine:", need.name);
  }
  AddSection(text, "What it needs", needs, width);
  std::string thresholds;
  for (const Threshold& threshold : check.thresholds) {
    thresholds += fmt::format("{} = {:g} {}: {}\n", threshold.name, threshold.value, threshold.unit,
                              threshold.source);
  }
  AddSection(text, "Thresholds, and where they come from", thresholds, width);
  AddSection(text, "Where it may be wrong", check.known_false, width);
  AddSection(text, "What helps", check.remedy, width);
  for (const auto& [runtime, remedy] : check.remedy_by_runtime) {
    text += Wrapped(fmt::format("{}: {}", runtime, remedy), kIndent, width);
  }
  text += fmt::format("\nIt takes about {}.\n", HumanSeconds(check.cost_seconds));
  return text;
}

}  // namespace

void AddExplainCommand(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("explain", "Say what a check asks, how it decides and what helps");
  const auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "A check, such as IX-term-drain, or the beginning of its id")
      ->required();
  command->footer("Example: twelve explain IX-term-drain");
  command->callback([&exit_code, id] {
    std::string text;
    for (const Check* check : AllChecks()) {
      if (!Selects(*id, check->id)) continue;
      text += text.empty() ? "" : "\n";
      text += Explain(*check, StandardOutput().width);
    }
    if (text.empty()) {
      std::fputs(
          fmt::format("twelve: there is no check \"{}\"; `twelve list` shows them all\n", *id)
              .c_str(),
          stderr);
      exit_code = kExitUsage;
      return;
    }
    exit_code = std::fputs(text.c_str(), stdout) < 0 ? kExitBroken : 0;
  });
}

}  // namespace twelve
