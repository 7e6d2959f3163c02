#include "app/desktop/platform_egl.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <backends/imgui_impl_opengl3.h>

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
  surface->canvas_ = std::make_unique<GlCanvas>();
  if (Status made = surface->canvas_->Resize(width, height); !made) {
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

EglSurface::~EglSurface() {
  if (renderer_) {
    ImGui_ImplOpenGL3_Shutdown();
  }
  canvas_.reset();
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

Image EglSurface::Render(ImDrawData& data, Rgb clear) {
  canvas_->Paint(data, {ImRect(0, 0, static_cast<float>(width_), static_cast<float>(height_))},
                 clear);
  return canvas_->Read();
}

}  // namespace twelve
