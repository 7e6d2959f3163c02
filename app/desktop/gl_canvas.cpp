#include "app/desktop/gl_canvas.h"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

/// Cuts every command of `data` to `area` while it lives.
class Clipped {
 public:
  Clipped(ImDrawData& data, const ImRect& area) : data_(data) {
    for (int i = 0; i < data.CmdListsCount; i++) {
      for (ImDrawCmd& command : data.CmdLists[i]->CmdBuffer) {
        saved_.push_back(command.ClipRect);
        ImRect rect(command.ClipRect);
        rect.ClipWithFull(area);
        command.ClipRect = ImVec4(rect.Min.x, rect.Min.y, rect.Max.x, rect.Max.y);
      }
    }
  }
  ~Clipped() {
    std::size_t at = 0;
    for (int i = 0; i < data_.CmdListsCount; i++) {
      for (ImDrawCmd& command : data_.CmdLists[i]->CmdBuffer) {
        command.ClipRect = saved_[at++];
      }
    }
  }
  Clipped(const Clipped&) = delete;
  Clipped& operator=(const Clipped&) = delete;

 private:
  ImDrawData& data_;
  std::vector<ImVec4> saved_;
};

}  // namespace

GlCanvas::~GlCanvas() {
  Free();
}

void GlCanvas::Free() {
  if (framebuffer_ != 0) {
    glDeleteFramebuffers(1, &framebuffer_);
    glDeleteTextures(1, &texture_);
    framebuffer_ = 0;
  }
}

Status GlCanvas::Resize(int width, int height) {
  Free();
  width_ = std::max(1, width);
  height_ = std::max(1, height);
  glGenFramebuffers(1, &framebuffer_);
  glGenTextures(1, &texture_);
  glBindTexture(GL_TEXTURE_2D, texture_);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width_, height_, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
    return Error{ErrorCode::kUnsupported,
                 "OpenGL has no framebuffer of this size; try a smaller window.",
                 "glCheckFramebufferStatus", 0};
  }
  return {};
}

void GlCanvas::Paint(ImDrawData& data, const std::vector<ImRect>& areas, Rgb clear) {
  const ImVec4 color = ImGui::ColorConvertU32ToFloat4(
      IM_COL32((clear >> 16) & 255U, (clear >> 8) & 255U, clear & 255U, 255));
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  glViewport(0, 0, width_, height_);
  glClearColor(color.x, color.y, color.z, 1);
  for (const ImRect& area : areas) {
    const ImRect whole(ImFloor(area.Min.x), ImFloor(area.Min.y), std::ceil(area.Max.x),
                       std::ceil(area.Max.y));
    const ImVec2 scale = data.FramebufferScale;
    glEnable(GL_SCISSOR_TEST);
    glScissor(static_cast<int>(whole.Min.x * scale.x),
              height_ - static_cast<int>(whole.Max.y * scale.y),
              static_cast<int>(whole.GetWidth() * scale.x),
              static_cast<int>(whole.GetHeight() * scale.y));
    glClear(GL_COLOR_BUFFER_BIT);
    glDisable(GL_SCISSOR_TEST);
    const Clipped clipped(data, whole);
    ImGui_ImplOpenGL3_RenderDrawData(&data);
  }
}

void GlCanvas::Show() const {
  glBindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer_);
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
  glBlitFramebuffer(0, 0, width_, height_, 0, 0, width_, height_, GL_COLOR_BUFFER_BIT, GL_NEAREST);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

Image GlCanvas::Read() const {
  Image image{width_, height_, {}};
  const std::size_t row = static_cast<std::size_t>(width_) * 3;
  image.rgb.resize(row * static_cast<std::size_t>(height_));
  std::vector<std::uint8_t> below(image.rgb.size());
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width_, height_, GL_RGB, GL_UNSIGNED_BYTE, below.data());
  for (std::size_t y = 0; y < static_cast<std::size_t>(height_); y++) {
    const auto* from = below.data() + (static_cast<std::size_t>(height_) - 1 - y) * row;
    std::copy(from, from + row, image.rgb.data() + y * row);
  }
  return image;
}

}  // namespace twelve
