#include "app/desktop/palette.h"

namespace twelve {

const Palette& DarkPalette() {
  static const Palette kPalette = {
      .dark = true,
      .gutter = 0x0E1217,
      .panel = 0x151A21,
      .card = 0x1C232C,
      .raised = 0x27303C,
      .line = 0x28313C,
      .edge = 0x3B4755,
      .text = 0xE8EDF2,
      .text_soft = 0xA9B5C2,
      .text_faint = 0x8793A1,
      .accent = 0x8C9EFF,
      .on_accent = 0x0E1217,
      .selection = 0x2B3A67,
      .state = {0x8FD3FA, 0x26A871, 0xFBE49A, 0x8C939D, 0xB65FCB, 0xFF4524},
      .series = {0x9ADCFB, 0xF5A114, 0x35A583, 0xA866A8, 0xC9B77A},
      .error = 0xFF6A4D,
      .warning = 0xFBE49A,
  };
  return kPalette;
}

const Palette& LightPalette() {
  static const Palette kPalette = {
      .dark = false,
      .gutter = 0xF3F5F8,
      .panel = 0xFFFFFF,
      .card = 0xF7F9FB,
      .raised = 0xE9EEF4,
      .line = 0xDCE2E9,
      .edge = 0xBBC5D0,
      .text = 0x151B23,
      .text_soft = 0x465362,
      .text_faint = 0x5E6B7A,
      .accent = 0x3D4FD6,
      .on_accent = 0xFFFFFF,
      .selection = 0xCFD8FF,
      .state = {0x2556D9, 0x1B6F4E, 0xB07500, 0x6E7782, 0x7A2E78, 0xB81D05},
      .series = {0x0B3A9E, 0xB97F10, 0x1F7352, 0xA2568A, 0x736C00},
      .error = 0xC2410C,
      .warning = 0x946200,
  };
  return kPalette;
}

Rgb StateColor(const Palette& palette, ProcessState state) {
  return palette.state[static_cast<std::size_t>(state)];
}

Rgb TypeColor(const Palette& palette, std::string_view process_or_type) {
  const std::string_view type = process_or_type.substr(0, process_or_type.find('.'));
  if (type == "web") {
    return palette.series[0];
  }
  if (type == "worker") {
    return palette.series[1];
  }
  if (type == "clock") {
    return palette.series[2];
  }
  if (type == "twelve") {
    return palette.text_soft;
  }
  return palette.series[3 + type.size() % 2];
}

Rgb LevelColor(const Palette& palette, LogLevel level) {
  switch (level) {
    case LogLevel::kUnknown:
    case LogLevel::kInfo:
      return palette.text;
    case LogLevel::kDebug:
      return palette.text_faint;
    case LogLevel::kWarn:
      return palette.warning;
    case LogLevel::kError:
      return palette.error;
  }
  return palette.text;
}

}  // namespace twelve
