#pragma once

#include <string>
#include <vector>

#include "app/desktop/draw.h"
#include "app/desktop/widgets/picture_view.h"
#include "factors/scene.h"

namespace twelve {

// Pictures that only some factors need. Each fills `area`, whose pane the caller has begun; what
// does not fit is cut with "…" or said as a count. Pure but for the mouse.

void DrawHistogram(Ui& ui, const ImRect& area, const Histogram& histogram);
/// A drag over a curve that asks for one draws a guess and posts it when the button is let go.
void DrawCurve(Ui& ui, const ImRect& area, const Curve& curve, Actions& actions);
void DrawWaterfall(Ui& ui, const ImRect& area, const Waterfall& waterfall);
void DrawCommitGraph(Ui& ui, const ImRect& area, const CommitGraph& graph);
void DrawPipeline(Ui& ui, const ImRect& area, const Pipeline& pipeline);
void DrawClient(Ui& ui, const ImRect& area, const Client& client);
void DrawWires(Ui& ui, const ImRect& area, const Wires& wires, Actions& actions);
void DrawCode(Ui& ui, const ImRect& area, const Code& code);
void DrawFormula(Ui& ui, const ImRect& area, const Formula& formula, Actions& actions);
void DrawMarkedTable(Ui& ui, const ImRect& area, const TablePanel& table);

/// Whether a scene's panel is one of these, so that the page gives it a place of its own.
bool HasView(const Panel& panel);
std::string TitleOf(const Panel& panel);
void DrawPanelView(Ui& ui, const ImRect& area, const Panel& panel, Actions& actions);

}  // namespace twelve
