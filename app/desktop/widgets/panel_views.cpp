#include "app/desktop/widgets/panel_views.h"

#include <type_traits>

namespace twelve {
namespace {

template <typename T>
constexpr bool kIsView =
    std::is_same_v<T, Histogram> || std::is_same_v<T, Curve> || std::is_same_v<T, Waterfall> ||
    std::is_same_v<T, CommitGraph> || std::is_same_v<T, Pipeline> || std::is_same_v<T, Client> ||
    std::is_same_v<T, Wires> || std::is_same_v<T, Code> || std::is_same_v<T, Formula> ||
    std::is_same_v<T, TablePanel>;

struct Drawer {
  Ui& ui;
  const ImRect& area;
  Actions& actions;

  void operator()(const Histogram& panel) const { DrawHistogram(ui, area, panel); }
  void operator()(const Curve& panel) const { DrawCurve(ui, area, panel, actions); }
  void operator()(const Waterfall& panel) const { DrawWaterfall(ui, area, panel); }
  void operator()(const CommitGraph& panel) const { DrawCommitGraph(ui, area, panel); }
  void operator()(const Pipeline& panel) const { DrawPipeline(ui, area, panel); }
  void operator()(const Client& panel) const { DrawClient(ui, area, panel); }
  void operator()(const Wires& panel) const { DrawWires(ui, area, panel, actions); }
  void operator()(const Code& panel) const { DrawCode(ui, area, panel); }
  void operator()(const Formula& panel) const { DrawFormula(ui, area, panel, actions); }
  void operator()(const TablePanel& panel) const { DrawMarkedTable(ui, area, panel); }
  template <typename T>
  void operator()(const T&) const {}
};

}  // namespace

bool HasView(const Panel& panel) {
  return std::visit([](const auto& value) { return kIsView<std::remove_cvref_t<decltype(value)>>; },
                    panel);
}

std::string TitleOf(const Panel& panel) {
  return std::visit(
      [](const auto& value) -> std::string {
        if constexpr (kIsView<std::remove_cvref_t<decltype(value)>>) {
          return value.title;
        } else {
          return {};
        }
      },
      panel);
}

void DrawPanelView(Ui& ui, const ImRect& area, const Panel& panel, Actions& actions) {
  std::visit(Drawer{ui, area, actions}, panel);
}

}  // namespace twelve
