#pragma once

#include <string>
#include <string_view>

#include "app/desktop/ui.h"

namespace twelve {

// Small shapes and texts. Positions are pixels of the screen. Every text is noted in the registry
// together with the panel that it belongs to.

float TextWidth(const ImFont* font, std::string_view text);
/// How many bytes of `text` fit into `width`, cut between two characters.
std::size_t FittingLength(const ImFont* font, std::string_view text, float width);
/// Returns the width that it took.
float DrawText(Ui& ui, ImFont* font, ImVec2 at, Rgb color, std::string_view text);
/// Cut with "…" where it would be wider than `width`.
float DrawTextElided(Ui& ui, ImFont* font, ImVec2 at, Rgb color, std::string_view text,
                     float width);
void DrawTextRight(Ui& ui, ImFont* font, ImVec2 right_top, Rgb color, std::string_view text);
/// Broken at blanks; the last of `max_lines` is elided. Returns the height that it took.
/// `gap` lies between lines, at scale 1.
float DrawTextWrapped(Ui& ui, ImFont* font, ImVec2 at, Rgb color, std::string_view text,
                      float width, int max_lines = 1000, float gap = 4);
float WrappedHeight(const Ui& ui, ImFont* font, std::string_view text, float width,
                    int max_lines = 1000, float gap = 4);
float LineHeight(const Ui& ui, const ImFont* font);

/// "CAPTION" in small bold letters, behind an icon unless null; returns the width.
float DrawCaption(Ui& ui, ImVec2 at, const char* icon, std::string_view caption);

/// The shape of a state: each differs, so that colour is never the only cue.
void DrawStateShape(Ui& ui, ImVec2 center, float radius, ProcessState state);
/// Shape and word; returns the width.
float DrawState(Ui& ui, ImVec2 at, ProcessState state, bool paused = false);
float StateWidth(const Ui& ui, ProcessState state, bool paused = false);

void DrawDashed(ImDrawList* list, ImVec2 top, float bottom, ImU32 color, float dash);

/// A tooltip sized by its text, for the item before.
void Tooltip(Ui& ui, std::string_view text);

/// Moves an edge to where the pixel grid has it.
inline float Snap(float x) {
  return ImFloor(x) + 0.5F;
}

}  // namespace twelve
