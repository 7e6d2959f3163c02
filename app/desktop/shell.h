#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "app/desktop/focus.h"
#include "app/desktop/keys.h"
#include "app/desktop/ui.h"
#include "app/desktop/views/check_page.h"
#include "app/desktop/views/factor_page.h"
#include "app/desktop/views/rail.h"
#include "app/desktop/window_model.h"

namespace twelve {

enum class PageKind { kStart, kFactor, kCheck };

/// What the user has set; a change of theme or scale is a request to the platform, which rebuilds
/// style and font atlas between frames.
struct Settings {
  bool dark = true;
  float user_scale = 1;     // Ctrl +/-/0
  bool presenting = false;  // large type
};

/// The whole window: top bar, rail, the current page, popups and keys.
///
/// Threads: the window's. Draws with ImGui alone: it knows no window system and no GL.
class Shell {
 public:
  Shell(Ui& ui, WindowModel& model);

  /// Before the frame in which it is to act. True if it was used; ImGui should not see it then.
  bool OnKey(const KeyPress& press);
  /// Everything between ImGui::NewFrame and ImGui::Render.
  void Draw();

  void OpenFactor(int factor);
  void OpenStart() { page_ = PageKind::kStart; }
  void OpenCheck() { page_ = PageKind::kCheck; }
  /// Leaves or begins large type.
  void SetPresenting(bool on);

  const Settings& settings() const { return settings_; }
  Settings& settings() { return settings_; }
  PageKind page() const { return page_; }
  int factor() const { return factor_; }
  FactorPageState& PageOf(int factor) { return pages_[factor]; }
  Progress& progress() { return progress_; }
  const Progress& progress() const { return progress_; }
  CheckPageState& check() { return check_; }
  const CheckPageState& check() const { return check_; }
  /// F12 was pressed since the last call.
  bool TakeScreenshotRequest() { return std::exchange(screenshot_, false); }
  /// A line for the bottom of the window, such as where the screenshot went; gone after 4 s.
  void Say(std::string text);
  /// The program's own use of processor time, for the settings popup.
  void SetOwnCpu(double percent) { own_cpu_ = percent; }

 private:
  struct Running {
    int factor = 0;
    std::shared_ptr<const Scene> scene;
    std::size_t processes = 0;
  };
  std::optional<Running> FindRunning() const;
  void DrawTopBar(const ImRect& area);
  void DrawTopState(ImVec2 at, float right);
  void DrawTopButtons(const ImRect& area, float& left);
  void DrawPage(const ImRect& body);
  void DrawGutters(const ImRect& area);
  void DrawSettings();
  void DrawKeys();
  void DrawToast(const ImRect& window);
  void Post(const Actions& actions);
  void NoteProgress();
  bool OnControlKey(char32_t character);
  bool OnCharacter(char32_t character);
  void ActOnSelected(const char* signal);
  void Zoom(float factor);

  Ui& ui_;
  WindowModel& model_;
  Settings settings_;
  PageKind page_ = PageKind::kStart;
  int factor_ = 9;
  std::map<int, FactorPageState> pages_;
  StageState start_stage_;
  CheckPageState check_;
  std::uint64_t noted_check_ = 0;  // generation of the run that the rail shows
  Progress progress_;
  Focus focus_;
  bool screenshot_ = false;
  bool open_settings_ = false, open_keys_ = false;
  std::string toast_;
  double toast_until_ = 0;
  double own_cpu_ = 0;
};

}  // namespace twelve
