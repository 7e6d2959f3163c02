#include "app/desktop/saved_state.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

constexpr int kVersion = 1;

std::string ToText(const Shell& shell) {
  nlohmann::json learned = nlohmann::json::array();
  for (int factor = 1; factor <= 12; factor++) {
    if (shell.progress().learned[static_cast<std::size_t>(factor)]) learned.push_back(factor);
  }
  return nlohmann::json{{"version", kVersion},
                        {"theme", shell.settings().dark ? "dark" : "light"},
                        {"scale", shell.settings().user_scale},
                        {"learned", learned},
                        {"page", static_cast<int>(shell.page())},
                        {"factor", shell.factor()},
                        {"service", shell.check().command}}
             .dump(2) +
         "\n";
}

template <typename T>
T ValueOr(const nlohmann::json& state, const char* name, T otherwise) {
  const auto found = state.find(name);
  if (found == state.end()) return otherwise;
  if constexpr (std::is_same_v<T, std::string>) {
    return found->is_string() ? found->get<std::string>() : otherwise;
  } else {
    return found->is_number() ? found->get<T>() : otherwise;
  }
}

void Apply(const nlohmann::json& state, Shell& shell) {
  shell.settings().dark = ValueOr(state, "theme", std::string("dark")) != "light";
  shell.settings().user_scale = std::clamp(ValueOr(state, "scale", 1.0F), 0.7F, 2.5F);
  shell.check().command = ValueOr(state, "service", std::string());
  const auto learned = state.find("learned");
  if (learned != state.end() && learned->is_array()) {
    for (const nlohmann::json& factor : *learned) {
      const int number = factor.is_number_integer() ? factor.get<int>() : 0;
      if (number >= 1 && number <= 12) {
        shell.progress().learned[static_cast<std::size_t>(number)] = true;
      }
    }
  }
  switch (ValueOr(state, "page", 0)) {
    case static_cast<int>(PageKind::kFactor):
      shell.OpenFactor(ValueOr(state, "factor", 9));
      break;
    case static_cast<int>(PageKind::kCheck):
      shell.OpenCheck();
      break;
    default:
      break;
  }
}

}  // namespace

std::string SavedState::FileFor(const char* xdg_state_home, const char* home) {
  // The XDG base directory specification: a relative path is as if it were not set.
  if (xdg_state_home != nullptr && *xdg_state_home == '/') {
    return std::string(xdg_state_home) + "/twelve/lab.json";
  }
  if (home != nullptr && *home == '/') return std::string(home) + "/.local/state/twelve/lab.json";
  return {};
}

Status SavedState::Load(Shell& shell) {
  if (file_.empty()) return {};
  std::ifstream in(file_, std::ios::binary);
  if (!in) return {};
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const nlohmann::json state = nlohmann::json::parse(text, nullptr, false);
  if (!state.is_object() || ValueOr(state, "version", 0) != kVersion) {
    return InvalidError(file_ +
                        " is not the saved state of this version; the window begins afresh.");
  }
  Apply(state, shell);
  saved_ = text;
  return {};
}

Status SavedState::Save(const Shell& shell) {
  const std::string text = ToText(shell);
  if (file_.empty() || text == saved_) return {};
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(file_).parent_path(), failed);
  const std::string unfinished = file_ + ".tmp";
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) std::filesystem::rename(unfinished, file_, failed);
  if (!out || failed) {
    return Error{ErrorCode::kSystem,
                 "What was learned cannot be kept: " + file_ + " cannot be written.",
                 {},
                 0};
  }
  saved_ = text;
  return {};
}

}  // namespace twelve
