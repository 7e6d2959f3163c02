#include "app/desktop/platform_egl.h"

#define GL_GLEXT_PROTOTYPES
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <GL/glext.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>

namespace twelve {
namespace {

Error NoEgl(const char* call) {
  return {ErrorCode::kUnsupported,
          "Off-screen pictures need EGL: install libegl1 and libgl1-mesa-dri.", call, 0};
}

}  // namespace

Result<std::unique_ptr<EglSurface>> EglSurface::Create(int width, int height) {
  std::unique_ptr<EglSurface> surface(new EglSurface(width, height));
  if (Status opened = surface->Open(); !opened) {
    return opened.error();
  }
  if (Status made = surface->MakeFramebuffer(); !made) {
    return made.error();
  }
  return surface;
}

Status EglSurface::Open() {
  const auto get_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(
      eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (get_display == nullptr) {
    return NoEgl("eglGetProcAddress");
  }
  display_ = get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  EGLint major = 0;
  EGLint minor = 0;
  if (display_ == EGL_NO_DISPLAY || eglInitialize(display_, &major, &minor) == EGL_FALSE) {
    display_ = nullptr;
    return NoEgl("eglInitialize");
  }
  eglBindAPI(EGL_OPENGL_API);
  const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                           EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (eglChooseConfig(display_, wanted, &config, 1, &count) == EGL_FALSE || count == 0) {
    return NoEgl("eglChooseConfig");
  }
  const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION,
                            3,
                            EGL_CONTEXT_MINOR_VERSION,
                            2,
                            EGL_CONTEXT_OPENGL_PROFILE_MASK,
                            EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                            EGL_NONE};
  context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version);
  if (context_ == EGL_NO_CONTEXT ||
      eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) == EGL_FALSE) {
    return NoEgl("eglMakeCurrent");
  }
  return {};
}

Status EglSurface::MakeFramebuffer() {
  glGenFramebuffers(1, &framebuffer_);
  glGenTextures(1, &texture_);
  glBindTexture(GL_TEXTURE_2D, texture_);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width_, height_, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
    return NoEgl("glCheckFramebufferStatus");
  }
  return {};
}

EglSurface::~EglSurface() {
  if (renderer_) {
    ImGui_ImplOpenGL3_Shutdown();
  }
  if (display_ != nullptr) {
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context_ != nullptr) {
      eglDestroyContext(display_, context_);
    }
    eglTerminate(display_);
  }
}

Status EglSurface::UseFonts() {
  if (!renderer_) {
    if (!ImGui_ImplOpenGL3_Init("#version 150")) {
      return NoEgl("ImGui_ImplOpenGL3_Init");
    }
    renderer_ = true;
    return {};
  }
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
  return {};
}

void EglSurface::NewFrame() {
  ImGui_ImplOpenGL3_NewFrame();
}

Image EglSurface::Render(ImDrawData* data, Rgb clear) {
  const ImVec4 color = ImGui::ColorConvertU32ToFloat4(
      IM_COL32((clear >> 16) & 255U, (clear >> 8) & 255U, clear & 255U, 255));
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  glViewport(0, 0, width_, height_);
  glClearColor(color.x, color.y, color.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(data);
  Image image{width_, height_, {}};
  const std::size_t row = static_cast<std::size_t>(width_) * 3;
  image.rgb.resize(row * static_cast<std::size_t>(height_));
  std::vector<std::uint8_t> below(image.rgb.size());
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width_, height_, GL_RGB, GL_UNSIGNED_BYTE, below.data());
  for (std::size_t y = 0; y < static_cast<std::size_t>(height_); y++) {
    const auto* from = below.data() + (static_cast<std::size_t>(height_) - 1 - y) * row;
    std::copy(from, from + row, image.rgb.data() + y * row);
  }
  return image;
}

}  // namespace twelve
