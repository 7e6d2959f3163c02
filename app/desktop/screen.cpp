#include "app/desktop/screen.h"

namespace twelve {
namespace {

// 13 px of em at scale 1 become 18: readable from the back of a room.
constexpr float kPresentingScale = 1.4F;

ImGuiContext* NewContext() {
  ImGuiContext* context = ImGui::CreateContext();
  ImGui::SetCurrentContext(context);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigInputTextCursorBlink = false;  // a blinking cursor would redraw twice a second
  return context;
}

}  // namespace

Screen::Screen(WindowModel& model, Options options)
    : options_(std::move(options)), context_(NewContext()), shell_(ui_, model) {
  shell_.settings().dark = options_.dark;
}

Screen::~Screen() {
  ImGui::DestroyContext(context_);
}

void Screen::BuildFonts(float scale) {
  if (!options_.built_in_font) {
    ui_.fonts = LoadFonts(scale, options_.font_directory);
    return;
  }
  ImGui::GetIO().Fonts->Clear();
  ImFont* font = ImGui::GetIO().Fonts->AddFontDefault();
  compat::BuildFonts(ImGui::GetIO().Fonts);
  Fonts& f = ui_.fonts;
  for (ImFont** face : {&f.body, &f.strong, &f.italic, &f.small, &f.caption, &f.heading, &f.title,
                        &f.verdict_small, &f.verdict, &f.mono, &f.mono_strong}) {
    *face = font;
  }
}

bool Screen::ApplySettings() {
  const Settings& settings = shell_.settings();
  const float scale = options_.content_scale * settings.user_scale *
                      (settings.presenting ? kPresentingScale : 1.0F);
  if (styled_scale_ != scale || styled_dark_ != settings.dark) {
    ui_.palette = settings.dark ? &DarkPalette() : &LightPalette();
    ApplyStyle(*ui_.palette, scale);
    styled_scale_ = scale;
    styled_dark_ = settings.dark;
  }
  ui_.scale = scale;
  if (font_scale_ == scale) {
    return false;
  }
  BuildFonts(scale);
  font_scale_ = scale;
  return true;
}

void Screen::Build(double seconds) {
  ui_.seconds = seconds;
  compat::PushFont(ui_.fonts.body);
  shell_.Draw();
  ImGui::PopFont();
}

}  // namespace twelve
