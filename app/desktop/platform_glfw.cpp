#include "app/desktop/platform_glfw.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <ctime>

namespace twelve {
namespace {

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

bool IsSoftware(const char* renderer) {
  const std::string name = renderer == nullptr ? "" : renderer;
  for (const char* known : {"llvmpipe", "softpipe", "swrast"}) {
    if (name.find(known) != std::string::npos) {
      return true;
    }
  }
  return false;
}

std::optional<Key> SpecialKey(int key) {
  switch (key) {
    case GLFW_KEY_TAB:
      return Key::kTab;
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
      return Key::kEnter;
    case GLFW_KEY_ESCAPE:
      return Key::kEscape;
    case GLFW_KEY_LEFT:
      return Key::kLeft;
    case GLFW_KEY_RIGHT:
      return Key::kRight;
    case GLFW_KEY_UP:
      return Key::kUp;
    case GLFW_KEY_DOWN:
      return Key::kDown;
    case GLFW_KEY_HOME:
      return Key::kHome;
    case GLFW_KEY_END:
      return Key::kEnd;
    case GLFW_KEY_F12:
      return Key::kF12;
    default:
      return std::nullopt;
  }
}

/// The character of a key that is pressed with Ctrl, on the user's keyboard; 0 for none.
char32_t ControlCharacter(int key, int scancode) {
  if (key == GLFW_KEY_KP_ADD) {
    return U'+';
  }
  if (key == GLFW_KEY_KP_SUBTRACT) {
    return U'-';
  }
  const char* name = glfwGetKeyName(key, scancode);
  return name == nullptr ? 0 : static_cast<char32_t>(static_cast<unsigned char>(name[0]));
}

GlfwWindow* Self(GLFWwindow* window) {
  return static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window));
}

}  // namespace

Result<std::unique_ptr<GlfwWindow>> GlfwWindow::Create(int width, int height) {
  if (glfwInit() == GLFW_FALSE) {
    return Error{ErrorCode::kUnsupported,
                 "There is no display to open a window on; use twelve-lab --screenshot FILE, or "
                 "twelve demo 9 in the terminal.",
                 "glfwInit", 0};
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  GLFWwindow* window = glfwCreateWindow(width, height, "Twelve", nullptr, nullptr);
  if (window == nullptr) {
    glfwTerminate();
    return Error{ErrorCode::kUnsupported,
                 "This display has no OpenGL 3.2; install libgl1-mesa-dri, or use twelve-lab "
                 "--screenshot FILE, or twelve demo 9 in the terminal.",
                 "glfwCreateWindow", 0};
  }
  glfwSetWindowSizeLimits(window, 900, 600, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window);
  glfwSwapInterval(0);  // FramePolicy decides
  std::unique_ptr<GlfwWindow> self(new GlfwWindow(window));
  self->policy_.software = IsSoftware(reinterpret_cast<const char*>(glGetString(GL_RENDERER)));
  self->InstallCallbacks();
  return self;
}

GlfwWindow::~GlfwWindow() {
  if (writer_.joinable()) {
    writer_.join();
  }
  if (back_ends_) {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
  }
  canvas_.Free();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

void GlfwWindow::NoteInput() {
  last_input_ = SystemClock().Now();
  frames_since_event_ = 0;
}

void GlfwWindow::InstallCallbacks() {
  glfwSetWindowUserPointer(window_, this);
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
    Self(w)->keys_.Push(key, {key, scancode, action, mods, 0});
    Self(w)->NoteInput();
  });
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned character) {
    Self(w)->keys_.Push(-1, {0, 0, 0, 0, character});
    Self(w)->NoteInput();
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int mods) {
    ImGui_ImplGlfw_MouseButtonCallback(w, button, action, mods);
    Self(w)->NoteInput();
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double x, double y) {
    ImGui_ImplGlfw_ScrollCallback(w, x, y);
    Self(w)->NoteInput();
  });
  glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { Self(w)->NoteInput(); });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int entered) {
    ImGui_ImplGlfw_CursorEnterCallback(w, entered);
    Self(w)->NoteInput();
  });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int focused) {
    ImGui_ImplGlfw_WindowFocusCallback(w, focused);
    Self(w)->NoteInput();
  });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) {
    Self(w)->changes_.Forget();
    Self(w)->NoteInput();
  });
}

float GlfwWindow::content_scale() const {
  float x = 1;
  float y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  int width = 1;
  int pixels = 1;
  int ignored = 0;
  glfwGetWindowSize(window_, &width, &ignored);
  glfwGetFramebufferSize(window_, &pixels, &ignored);
  // Where a window has fewer points than pixels, ImGui scales by itself.
  return std::max(0.5F, x * static_cast<float>(width) / static_cast<float>(std::max(1, pixels)));
}

bool GlfwWindow::ToShell(Shell& shell, const KeyEvent& event) const {
  if (event.character != 0) {
    return shell.OnKey({.key = Key::kChar, .character = static_cast<char32_t>(event.character)});
  }
  if (event.action == GLFW_RELEASE) {
    return false;
  }
  KeyPress press;
  press.ctrl = (event.mods & GLFW_MOD_CONTROL) != 0;
  press.shift = (event.mods & GLFW_MOD_SHIFT) != 0;
  if (const std::optional<Key> special = SpecialKey(event.key)) {
    press.key = *special;
    return shell.OnKey(press);
  }
  if (press.ctrl) {
    press.character = ControlCharacter(event.key, event.scancode);
    return press.character != 0 && shell.OnKey(press);
  }
  return false;
}

void GlfwWindow::PumpKeys(Shell& shell) {
  keys_.Pump([&](const KeyEvent& event) {
    const bool used = ToShell(shell, event);
    if (event.character != 0) {
      if (!used) {
        ImGui_ImplGlfw_CharCallback(window_, event.character);
      }
      return;
    }
    // ImGui is told of every release, so that it never believes a key to be held.
    if (!used || event.action == GLFW_RELEASE) {
      ImGui_ImplGlfw_KeyCallback(window_, event.key, event.scancode, event.action, event.mods);
    }
  });
  if (!keys_.empty()) {
    frames_since_event_ = 0;
  }
}

void GlfwWindow::SaveScreenshot(Shell& shell) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  const std::string name =
      fmt::format("twelve-{:04}{:02}{:02}-{:02}{:02}{:02}.png", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (writer_.joinable()) {
    writer_.join();
  }
  // Compressing and writing take longer than a frame may.
  writer_ = std::thread([name, image = canvas_.Read()] { (void)WritePng(name, image); });
  shell.Say("Screenshot: " + name + " in the directory where twelve-lab was started.");
}

Status GlfwWindow::Frame(Screen& screen) {
  screen.SetContentScale(content_scale());
  if (screen.ApplySettings()) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    changes_.Forget();
  }
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  if (width == 0 || height == 0) {
    return {};  // minimised
  }
  if (width != canvas_.width() || height != canvas_.height()) {
    if (Status resized = canvas_.Resize(width, height); !resized) {
      return resized;
    }
    changes_.Forget();
  }
  ImGui_ImplOpenGL3_NewFrame();
  PumpKeys(screen.shell());
  ImGui_ImplGlfw_NewFrame();
  ImGui::NewFrame();
  const Rgb before = screen.clear_color();
  screen.Build(ToSeconds(SystemClock().Now() - started_));
  ImGui::Render();
  if (screen.clear_color() != before) {
    changes_.Forget();
  }
  const std::vector<ImRect>& areas = changes_.Find(*ImGui::GetDrawData());
  if (!areas.empty()) {
    canvas_.Paint(*ImGui::GetDrawData(), areas, screen.clear_color());
    canvas_.Show();
    glfwSwapBuffers(window_);
  }
  if (screen.shell().TakeScreenshotRequest()) {
    SaveScreenshot(screen.shell());
  }
  return {};
}

Status GlfwWindow::Run(Screen& screen, const std::function<Activity()>& activity) {
  const SystemClock clock;
  screen.ApplySettings();
  if (!ImGui_ImplGlfw_InitForOpenGL(window_, false) || !ImGui_ImplOpenGL3_Init("#version 150")) {
    return Error{ErrorCode::kUnsupported, "OpenGL 3.2 could not be set up for the window.",
                 "ImGui_ImplOpenGL3_Init", 0};
  }
  back_ends_ = true;
  started_ = last_input_ = cpu_at_ = clock.Now();
  while (glfwWindowShouldClose(window_) == 0) {
    const TimePoint frame_start = clock.Now();
    if (Status drawn = Frame(screen); !drawn) {
      return drawn;
    }
    frames_since_event_++;
    if (frame_start - cpu_at_ > std::chrono::seconds(1)) {
      const double used = OwnCpuSeconds();
      screen.shell().SetOwnCpu((used - cpu_since_) / ToSeconds(frame_start - cpu_at_) * 100);
      cpu_since_ = used;
      cpu_at_ = frame_start;
    }
    const Activity now = activity();
    const FramePolicy::State state{.now = clock.Now(),
                                   .last_input = last_input_,
                                   .running = now != Activity::kNone,
                                   .busy = now == Activity::kMeasuring,
                                   .animating = screen.ui().animating,
                                   .frames_since_event = frames_since_event_};
    const TimePoint due = frame_start + policy_.Wait(state);
    const TimePoint earliest = frame_start + std::chrono::milliseconds(policy_.software ? 50 : 16);
    // Events end a wait early, but never make frames closer than one can see.
    do {
      const TimePoint input_before = last_input_;
      const double left = std::max(0.001, ToSeconds(due - clock.Now()));
      glfwWaitEventsTimeout(left);
      if (last_input_ != input_before && clock.Now() >= earliest) {
        break;
      }
    } while (clock.Now() < (frames_since_event_ == 0 ? earliest : due) &&
             glfwWindowShouldClose(window_) == 0);
  }
  return {};
}

}  // namespace twelve
