#include "app/desktop/fonts.h"

#include <array>
#include <filesystem>

namespace twelve {
namespace {

// Latin, general punctuation, arrows, mathematical operators, box drawing and geometric shapes.
constexpr ImWchar kFullRange[] = {0x20,   0x17F,  0x2010, 0x2027, 0x2030, 0x203A, 0x2190,
                                  0x21FF, 0x2200, 0x22FF, 0x2500, 0x25FF, 0};
constexpr ImWchar kShortRange[] = {0x20, 0xFF, 0x2010, 0x2027, 0x2190, 0x2193, 0x2260, 0x2265, 0};
constexpr ImWchar kIconRange[] = {0xF000, 0xF2E0, 0};

std::string FindFont(const std::string& directory, const char* system_folder, const char* file) {
  std::error_code ignored;
  if (!directory.empty()) {
    const std::filesystem::path own = std::filesystem::path(directory) / file;
    if (std::filesystem::exists(own, ignored)) {
      return own.string();
    }
  }
  for (const char* root : {"/usr/share/fonts", "/usr/local/share/fonts"}) {
    const std::filesystem::path path = std::filesystem::path(root) / system_folder / file;
    if (std::filesystem::exists(path, ignored)) {
      return path.string();
    }
  }
  return {};
}

class Loader {
 public:
  Loader(float scale, const std::string& directory) : scale_(scale), directory_(directory) {
    icons_ = FindFont(directory, "truetype/font-awesome", "fontawesome-webfont.ttf");
    if (icons_.empty()) {
      Missing("fonts-font-awesome");
    }
  }

  ImFont* Inter(const char* file, float size, const ImWchar* range) {
    return Add(FindFont(directory_, "opentype/inter", file), "fonts-inter", size, range);
  }
  ImFont* Mono(const char* file, float size, const ImWchar* range) {
    return Add(FindFont(directory_, "truetype/jetbrains-mono", file), "fonts-jetbrains-mono", size,
               range);
  }
  std::string TakeWarning() { return std::move(warning_); }

 private:
  void Missing(const char* package) {
    if (warning_.find(package) == std::string::npos) {
      warning_ += warning_.empty() ? "Fonts are missing; install " : " and ";
      warning_ += package;
    }
  }

  ImFont* Add(const std::string& path, const char* package, float size, const ImWchar* range) {
    ImFontAtlas* atlas = ImGui::GetIO().Fonts;
    ImFontConfig config;
    config.OversampleH = 1;
    config.OversampleV = 1;
    config.PixelSnapH = true;
    const float pixels = ImFloor(size * scale_);
    if (path.empty()) {
      Missing(package);
      config.SizePixels = ImFloor(pixels * 0.8F);
      return atlas->AddFontDefault(&config);
    }
    ImFont* font = atlas->AddFontFromFileTTF(path.c_str(), pixels, &config, range);
    if (!icons_.empty()) {
      ImFontConfig merge;
      merge.MergeMode = true;
      merge.PixelSnapH = true;
      merge.OversampleH = 1;
      // Icons look as large as the text beside them at 0.88 of its size.
      merge.GlyphMinAdvanceX = ImFloor(pixels * 0.88F * 1.15F);
      atlas->AddFontFromFileTTF(icons_.c_str(), ImFloor(pixels * 0.88F), &merge, kIconRange);
    }
    return font;
  }

  float scale_;
  std::string directory_;
  std::string icons_;
  std::string warning_;
};

}  // namespace

Fonts LoadFonts(float scale, const std::string& directory) {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  atlas->Clear();
  atlas->TexDesiredWidth = scale > 1.5F ? 4096 : 2048;
  compat::UseFreeType(atlas);
  Loader loader(scale, directory);
  Fonts fonts;
  fonts.body = loader.Inter("Inter-Regular.otf", 17, kFullRange);
  fonts.strong = loader.Inter("Inter-SemiBold.otf", 17, kFullRange);
  fonts.italic = loader.Inter("Inter-Italic.otf", 17, kShortRange);
  fonts.small = loader.Inter("Inter-Regular.otf", 16, kFullRange);
  fonts.caption = loader.Inter("Inter-SemiBold.otf", 16, kShortRange);
  fonts.heading = loader.Inter("Inter-SemiBold.otf", 21, kShortRange);
  fonts.title = loader.Inter("InterDisplay-SemiBold.otf", 29, kShortRange);
  fonts.verdict_small = loader.Inter("InterDisplay-SemiBold.otf", 31, kShortRange);
  fonts.verdict = loader.Inter("InterDisplay-SemiBold.otf", 40, kShortRange);
  fonts.mono = loader.Mono("JetBrainsMono-Regular.ttf", 18, kFullRange);
  fonts.mono_strong = loader.Mono("JetBrainsMono-Medium.ttf", 18, kShortRange);
  compat::BuildFonts(atlas);
  fonts.warning = loader.TakeWarning();
  return fonts;
}

}  // namespace twelve
