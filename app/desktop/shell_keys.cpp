#include <algorithm>

#include "app/desktop/shell.h"

namespace twelve {
namespace {

constexpr float kSmallest = 0.7F;
constexpr float kLargest = 2.5F;

/// The factor of a key of the number row: 1 … 9, 0, -, = are I … XII.
int FactorOfKey(char32_t character) {
  constexpr std::u32string_view kRow = U"1234567890-=";
  const std::size_t at = kRow.find(character);
  return at == std::u32string_view::npos ? 0 : static_cast<int>(at) + 1;
}

}  // namespace

void Shell::Zoom(float factor) {
  settings_.user_scale = std::clamp(factor, kSmallest, kLargest);
}

void Shell::ActOnSelected(const char* signal) {
  if (page_ != PageKind::kFactor) {
    return;
  }
  const std::string& selected = pages_[factor_].stage.selected;
  if (selected.empty() || model_.Latest(factor_) == nullptr) {
    return;
  }
  if (*signal == 0) {
    model_.Post(factor_, {"relaunch", selected, ""});
  } else {
    model_.Post(factor_, {"signal", selected, signal});
  }
}

bool Shell::OnControlKey(char32_t character) {
  switch (character) {
    case U'+':
    case U'=':
      Zoom(settings_.user_scale + 0.1F);
      return true;
    case U'-':
      Zoom(settings_.user_scale - 0.1F);
      return true;
    case U'0':
      Zoom(1);
      return true;
    case U'c':
      if (!ImGui::GetIO().WantTextInput && page_ == PageKind::kFactor &&
          pages_[factor_].log.has_selection()) {
        ImGui::SetClipboardText(pages_[factor_].log.Selected().c_str());
        return true;
      }
      return false;
    default:
      return false;
  }
}

bool Shell::OnCharacter(char32_t character) {
  FactorPageState& state = pages_[factor_];
  if (const int factor = FactorOfKey(character)) {
    OpenFactor(factor);
    return true;
  }
  switch (character) {
    case U'/':
      state.tab = BottomTab::kLogs;
      state.focus_filter = true;
      return true;
    case U' ':
      state.log.following() ? state.log.Pause() : state.log.Follow();
      return true;
    case U'k':
      ActOnSelected("KILL");
      return true;
    case U't':
      ActOnSelected("TERM");
      return true;
    case U'r':
      ActOnSelected("");
      return true;
    case U'?':
      open_keys_ = true;
      return true;
    default:
      return false;
  }
}

bool Shell::OnKey(const KeyPress& press) {
  if (press.key == Key::kF12) {
    screenshot_ = true;
    return true;
  }
  if (press.key == Key::kChar && press.ctrl) {
    return OnControlKey(press.character);
  }
  if (focus_.OnKey(ui_, press)) {
    return true;
  }
  if (ImGui::GetIO().WantTextInput) {
    return false;
  }
  switch (press.key) {
    case Key::kEscape:
      if (!GImGui->OpenPopupStack.empty()) {
        ImGui::ClosePopupToLevel(0, false);
      } else if (!ui_.focus.empty()) {
        focus_.Clear(ui_);
      } else {
        settings_.presenting = false;
      }
      return true;
    case Key::kEnd:
      pages_[factor_].log.Follow();
      return true;
    case Key::kChar:
      return OnCharacter(press.character);
    default:
      return false;
  }
}

}  // namespace twelve
