#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "harness/logs/log_line.h"
#include "harness/process/process_status.h"

namespace twelve {

using Rgb = std::uint32_t;  // 0xRRGGBB

/// The colours of one theme. State colours mean a state and nothing else, `error` is red in every
/// place, `series` is one hue per process type (the same in cards, charts and logs), `accent` is
/// for the one primary action, selection and focus.
///
/// The six state colours keep a CIEDE2000 distance of at least 16 (dark) and 11 (light) between any
/// two, also in protan, deutan and tritan vision; every state has a shape and a word besides.
struct Palette {
  bool dark = true;
  Rgb gutter, panel, card, raised;  // from back to front
  Rgb line, edge;                   // panel border, card border
  Rgb text, text_soft, text_faint;  // contrast on `panel` at least 14, 7 and 4.9
  Rgb accent, on_accent, selection;
  std::array<Rgb, 6> state;  // indexed by ProcessState
  std::array<Rgb, 5> series;
  Rgb error, warning;
};

const Palette& DarkPalette();
const Palette& LightPalette();

Rgb StateColor(const Palette& palette, ProcessState state);
/// One hue per process type: "web" and "web.2" give the same.
Rgb TypeColor(const Palette& palette, std::string_view process_or_type);
Rgb LevelColor(const Palette& palette, LogLevel level);

}  // namespace twelve
