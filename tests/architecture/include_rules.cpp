#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <optional>

namespace twelve {
namespace {

// A unit is a folder that the table has a row for. "factors/NN" is the lesson side of any factor,
// "factors/NN/parts" its side in the reference service; each stands for one factor at a time.
constexpr std::string_view kLesson = "factors/NN";
constexpr std::string_view kParts = "factors/NN/parts";
// The list of a factor's violations: data that both sides read.
constexpr std::string_view kViolations = "factors/NN/violations.h";

struct Arrows {
  std::string_view from;
  std::vector<std::string_view> to;
};

/// Who may include whom; a unit may always include itself. docs/ARCHITECTURE.md draws it.
const std::vector<Arrows>& Table() {
  static const std::vector<Arrows> kTable = {
      {"harness/base", {}},
      {"harness/os", {"harness/base"}},
      {"harness/loop", {"harness/base"}},
      {"harness/guard", {}},
      {"harness/os/posix", {"harness/base", "harness/os", "harness/loop", "harness/guard"}},
      {"harness/logs", {"harness/base", "harness/os", "harness/loop"}},
      {"harness/net", {"harness/base", "harness/os", "harness/loop"}},
      {"harness/process",
       {"harness/base", "harness/os", "harness/loop", "harness/logs", "harness/net"}},
      {"harness/load", {"harness/base", "harness/os", "harness/loop", "harness/net"}},
      {"harness/router",
       {"harness/base", "harness/os", "harness/loop", "harness/net", "harness/load"}},
      {"harness/rig",
       {"harness/base", "harness/os", "harness/loop", "harness/logs", "harness/net",
        "harness/process", "harness/load", "harness/router"}},
      {"harness/backing",
       {"harness/base", "harness/os", "harness/process", "harness/logs", "harness/rig"}},
      {"harness/release",
       {"harness/base", "harness/os", "harness/loop", "harness/logs", "harness/process"}},
      {"harness/conformance",
       {"harness/base", "harness/os", "harness/process", "harness/logs", "harness/load",
        "harness/rig"}},
      {"harness/report",
       {"harness/base", "harness/process", "harness/logs", "harness/conformance"}},

      {"factors/contracts", {"harness/base"}},
      {kParts, {"factors/contracts", "harness/base"}},
      {kViolations, {"factors/contracts"}},
      {"factors/service", {kParts, kViolations, "factors/contracts", "harness/base"}},
      {"factors",
       {"factors/contracts", "harness/base", "harness/os", "harness/process", "harness/logs",
        "harness/load", "harness/rig", "harness/conformance"}},
      {"factors/lab",
       {"factors", "factors/contracts", "harness/base", "harness/os", "harness/process",
        "harness/logs", "harness/net", "harness/load", "harness/router", "harness/rig",
        "harness/conformance"}},
      {kLesson,
       {"factors", "factors/lab", kViolations, "factors/contracts", "harness/base", "harness/os",
        "harness/process", "harness/logs", "harness/net", "harness/load", "harness/router",
        "harness/rig", "harness/backing", "harness/conformance"}},

      {"app/session",
       {"factors", "harness/base", "harness/os", "harness/loop", "harness/process", "harness/logs",
        "harness/net", "harness/load", "harness/router", "harness/rig", "harness/conformance"}},
      {"app/cli",
       {"app/session", "factors", "harness/os/posix", "harness/base", "harness/os", "harness/loop",
        "harness/process", "harness/logs", "harness/net", "harness/load", "harness/router",
        "harness/rig", "harness/backing", "harness/conformance", "harness/release",
        "harness/report"}},
      {"app/desktop",
       {"app/session", "factors", "harness/base", "harness/os", "harness/loop", "harness/process",
        "harness/logs", "harness/net", "harness/load", "harness/router", "harness/rig",
        "harness/conformance", "harness/report"}},
  };
  return kTable;
}

/// Single files that may do more than their folder.
const std::vector<Arrows>& FileTable() {
  static const std::vector<Arrows> kTable = {
      {"factors/catalog.cpp", {kLesson, kViolations}},
      // Prints the sums of factor VIII.
      {"app/cli/capacity_command.cpp", {kLesson}},
      // Where the real things are put together; every command of app/cli does it too.
      {"harness/rig/live_rig.cpp", {"harness/os/posix"}},
      {"app/desktop/main.cpp", {"harness/os/posix"}},
      {"app/session/live_check_tools.cpp", {"harness/os/posix"}},
      {"app/session/machine_capabilities.cpp", {"harness/os/posix"}},
  };
  return kTable;
}

/// Headers of the system and of packages that only some units may use.
struct Fenced {
  std::string_view header;  // a prefix of what stands between the brackets
  std::vector<std::string_view> units;
  std::string_view why;
};
const std::vector<Fenced>& Fences() {
  static const std::vector<std::string_view> kProcessUnits = {"harness/os/posix", "harness/guard",
                                                              kParts, "factors/service"};
  static constexpr std::string_view kSeam =
      "processes and polling go through the seams of harness/os and harness/loop";
  static constexpr std::string_view kWindow = "only app/desktop knows a window";
  static const std::vector<Fenced> kFences = {
      {"sys/epoll.h", kProcessUnits, kSeam},
      {"spawn.h", kProcessUnits, kSeam},
      {"sys/wait.h", kProcessUnits, kSeam},
      {"poll.h", kProcessUnits, kSeam},
      {"sys/poll.h", kProcessUnits, kSeam},
      {"sys/ptrace.h", kProcessUnits, kSeam},
      {"sys/signalfd.h", kProcessUnits, kSeam},
      {"imgui", {"app/desktop"}, kWindow},
      {"GLFW/", {"app/desktop"}, kWindow},
      {"GL/", {"app/desktop"}, kWindow},
      {"EGL/", {"app/desktop"}, kWindow},
      {"X11/", {"app/desktop"}, kWindow},
      {"sqlite3.h", {kParts}, "only a part of the service opens a database"},
      {"libpq-fe.h", {kParts}, "only a part of the service opens a database"},
      {"hiredis/", {kParts}, "only a part of the service opens a cache or a queue"},
      {"libpq-fe.h", {kParts}, "only a part of the service opens a database"},
      {"hiredis/", {kParts}, "only a part of the service speaks to Redis"},
      {"curl/", {kParts}, "only a part of the service speaks to an object store"},
      {"httplib.h", {kParts, "factors/service"}, "only the service uses cpp-httplib"},
      {"archive", {"harness/release"}, "only harness/release packs and unpacks slugs"},
      {"sodium", {"harness/release", kParts}, "only what seals and signs uses cryptography"},
      {"md4c.h", {"factors"}, "only factors/lesson_blocks.cpp reads Markdown"},
      {"CLI/",
       {"app/cli", "app/desktop", "factors/service"},
       "only the programs read command lines"},
  };
  return kFences;
}

struct Unit {
  std::string_view row;     // of the table
  std::string_view factor;  // "09_disposability"; empty outside of the factors
};

bool IsBelow(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

/// Empty for a folder that the table does not know.
std::optional<Unit> UnitOf(std::string_view path) {
  constexpr std::string_view kFactors = "factors/";
  const std::string_view below =
      path.starts_with(kFactors) ? path.substr(kFactors.size()) : std::string_view();
  const bool numbered =
      below.size() > 2 && below[2] == '_' && below.find_first_not_of("0123456789") == 2;
  if (numbered) {
    const std::string_view factor = below.substr(0, below.find('/'));
    const std::string_view rest = below.substr(factor.size());
    if (rest == "/violations.h") return Unit{kViolations, factor};
    return Unit{rest.starts_with("/parts/") ? kParts : kLesson, factor};
  }
  std::optional<Unit> best;
  for (const Arrows& arrows : Table()) {
    if (IsBelow(path, arrows.from) && (!best || arrows.from.size() > best->row.size())) {
      best = Unit{arrows.from, {}};
    }
  }
  return best;
}

bool Lists(const std::vector<Arrows>& table, std::string_view from, std::string_view to) {
  return std::any_of(table.begin(), table.end(), [&](const Arrows& arrows) {
    return arrows.from == from &&
           std::find(arrows.to.begin(), arrows.to.end(), to) != arrows.to.end();
  });
}

/// Tests stand beside what they test; they may also use the fakes and the real system.
bool TestMayInclude(std::string_view header) {
  return header.starts_with("tests/support/") || header.starts_with("harness/os/posix/") ||
         header.starts_with("harness/loop/");
}

std::string WhyNotOurs(std::string_view file, const Unit& unit, std::string_view header) {
  if (file.ends_with("_test.cpp") && TestMayInclude(header)) return {};
  if (header.starts_with("tests/")) return "nothing but tests includes tests/";
  const std::optional<Unit> target = UnitOf(header);
  if (!target) {
    return "its folder has no row in tests/architecture/include_rules.cpp, or the path does not "
           "start at the root of the repository";
  }
  if (!unit.factor.empty() && !target->factor.empty() && unit.factor != target->factor) {
    return "a factor includes no other factor; use factors/contracts";
  }
  if (target->row == unit.row) return {};
  if (Lists(Table(), unit.row, target->row) || Lists(FileTable(), file, target->row)) return {};
  return std::string(unit.row) + " may not include " + std::string(target->row);
}

std::string WhyNotSystem(std::string_view file, const Unit& unit, std::string_view header) {
  if (file.ends_with("_test.cpp")) return {};
  for (const Fenced& fence : Fences()) {
    if (!header.starts_with(fence.header)) continue;
    if (std::find(fence.units.begin(), fence.units.end(), unit.row) == fence.units.end()) {
      return std::string(fence.why);
    }
  }
  return {};
}

/// "<poll.h>" or "\"harness/base/result.h\"" with its delimiters; empty for any other line.
std::string_view HeaderOf(std::string_view line) {
  const auto skip = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip();
  constexpr std::string_view kInclude = "include";
  if (!line.starts_with(kInclude)) return {};
  line.remove_prefix(kInclude.size());
  skip();
  if (line.empty() || (line[0] != '"' && line[0] != '<')) return {};
  const std::size_t end = line.find(line[0] == '"' ? '"' : '>', 1);
  return end == std::string_view::npos ? std::string_view() : line.substr(0, end + 1);
}

}  // namespace

std::vector<ForbiddenInclude> FindForbiddenIncludes(std::string_view file, std::string_view text) {
  std::vector<ForbiddenInclude> found;
  const std::optional<Unit> unit = UnitOf(file);
  if (!unit) {
    found.push_back({std::string(file), 0, "",
                     "its folder has no row in tests/architecture/include_rules.cpp"});
    return found;
  }
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    ++number;
    const std::string_view header = HeaderOf(text.substr(0, end));
    if (header.size() > 2) {
      const std::string_view name = header.substr(1, header.size() - 2);
      // Our own headers are in quotes; a package's stays a package's in either form.
      const bool ours = header[0] == '"' && !name.starts_with("imgui");
      const std::string why =
          ours ? WhyNotOurs(file, *unit, name) : WhyNotSystem(file, *unit, name);
      if (!why.empty()) found.push_back({std::string(file), number, std::string(header), why});
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

}  // namespace twelve
