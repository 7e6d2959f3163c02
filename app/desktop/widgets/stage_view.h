#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/desktop/widgets/picture_view.h"
#include "factors/scene.h"

namespace twelve {

/// What the user chose on the stage; kept from frame to frame.
struct StageState {
  std::string selected;            // a process; keys k, t and r act on it
  std::set<std::string> unfolded;  // process types that show all their cards
};

/// Requests answered per second by all processes together: the sum of the cards.
double AnsweredPerSecond(const Stage& stage);
/// "2 of 3 ready".
std::string ReadySentence(const Stage& stage);

/// Load, one trunk per process type, a card per process; types with more than 12 processes are
/// folded into one card. Below: what can be done with the selected process, and the experiment's
/// controls.
class StageView {
 public:
  /// `actions_row`: below the cards, what can be done with the selected process.
  StageView(Ui& ui, const Stage& stage, const std::vector<ControlView>& controls, StageState& state,
            bool actions_row = true);
  /// Folds more types, the largest first, until the stage is at most this high.
  void FoldInto(float width, float height);
  /// At this width.
  float Height(float width) const;
  void Draw(const ImRect& area, Actions& actions);

 private:
  struct Group {
    std::string type;
    std::vector<const ProcessCard*> cards;
    bool folded = false;
    double requests = 0;
  };
  struct Grid {
    int columns = 1, rows = 1;
    float card_width = 0, card_height = 0;
  };
  Grid GridFor(const Group& group, float width) const;
  int RowsOf(const Group& group, float width) const;
  bool Compact(float width) const;
  float CardsHeight(float width) const;
  float ControlsHeight(float width) const;
  float LoadWidth() const;
  void DrawHeader(const ImRect& area);
  void DrawLoad(const ImRect& rect);
  void DrawTrunk(ImVec2 from, const ImRect& to, const Group& group);
  void DrawGroup(const ImRect& area, const Group& group, const Grid& grid, Actions& actions);
  void DrawCard(const ImRect& rect, const ProcessCard& card, Actions& actions);
  void DrawCardText(const ImRect& rect, const ProcessCard& card, float slot);
  void DrawFoldedCard(const ImRect& rect, const Group& group);
  void DrawSelected(const ImRect& area, Actions& actions);
  void DrawControls(const ImRect& area, Actions& actions);

  Ui& ui_;
  const Stage& stage_;
  const std::vector<ControlView>& controls_;
  StageState& state_;
  const bool actions_row_;
  std::vector<Group> groups_;
};

}  // namespace twelve
