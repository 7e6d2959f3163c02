#pragma once

#include <memory>
#include <string>
#include <thread>

#include "app/desktop/draw_changes.h"
#include "app/desktop/frame_policy.h"
#include "app/desktop/gl_canvas.h"
#include "app/desktop/keys.h"
#include "app/desktop/screen.h"

struct GLFWwindow;

namespace twelve {

/// A window of the desktop by GLFW and OpenGL 3.2.
///
/// Threads: the main thread.
/// Owns:    the window, its context, ImGui's back ends. Destroy it before the Screen.
/// Errors:  Create fails when there is no display or no OpenGL 3.2.
class GlfwWindow {
 public:
  static Result<std::unique_ptr<GlfwWindow>> Create(int width, int height);
  ~GlfwWindow();
  GlfwWindow(const GlfwWindow&) = delete;
  GlfwWindow& operator=(const GlfwWindow&) = delete;

  float content_scale() const;
  /// Whether scenes keep coming, and whether a step is being measured.
  enum class Activity { kNone, kRunning, kMeasuring };
  /// Draws until the window is closed.
  Status Run(Screen& screen, const std::function<Activity()>& activity);

 private:
  struct KeyEvent {
    int key = 0, scancode = 0, action = 0, mods = 0;
    unsigned character = 0;  // not 0: a character instead of a key
  };
  explicit GlfwWindow(GLFWwindow* window) : window_(window) {}
  void InstallCallbacks();
  void PumpKeys(Shell& shell);
  bool ToShell(Shell& shell, const KeyEvent& event) const;
  Status Frame(Screen& screen);
  void SaveScreenshot(Shell& shell);
  void NoteInput();

  GLFWwindow* window_;
  FramePolicy policy_;
  GlCanvas canvas_;
  DrawChanges changes_;
  KeyTrickle<KeyEvent> keys_;
  std::thread writer_;  // of a screenshot
  bool back_ends_ = false;
  TimePoint last_input_, started_;
  int frames_since_event_ = 0;
  double cpu_since_ = 0;
  TimePoint cpu_at_;
};

}  // namespace twelve
