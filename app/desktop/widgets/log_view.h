#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/desktop/draw.h"
#include "app/desktop/log_feed.h"
#include "app/desktop/widgets/log_text.h"

namespace twelve {

/// A place in a log that survives scrolling, following and the loss of old lines.
struct LogAnchor {
  std::uint64_t sequence = 0;
  int column = 0;  // characters of the line as it is shown
  friend bool operator==(const LogAnchor&, const LogAnchor&) = default;
  friend bool operator<(const LogAnchor& a, const LogAnchor& b) {
    return a.sequence != b.sequence ? a.sequence < b.sequence : a.column < b.column;
  }
};

/// A log of any length. The position is a line number, not a number of pixels: ImGui's own
/// scrolling loses whole lines to float rounding from half a million lines on. Lines are of equal
/// height and width, so what lies under the mouse is a division.
///
/// Follows the end until the user scrolls up; goes on following when the end is reached again.
/// Threads: the window's. Reads at most what is visible.
class LogView {
 public:
  /// Null: no log.
  void Show(std::shared_ptr<LogStore> store);
  void SetFilter(const std::string& query);
  const std::string& filter() const { return filter_; }
  const std::string& filter_error() const { return filter_error_; }

  bool following() const { return follow_; }
  void Follow() { follow_ = true; }
  void Pause() { follow_ = false; }

  /// Fills `area` of the current child window.
  void Draw(Ui& ui, const ImRect& area);
  /// What is selected, or every visible line when nothing is.
  std::string Selected() const;
  bool shows_fields() const { return fields_; }
  void ShowFields(bool on);
  bool has_selection() const { return selection_.has_value(); }
  /// "1 048 576 lines, 12 shown" and what was lost.
  std::string Summary() const;
  double lines_per_second() const { return rate_; }
  LogReader::Progress progress() const { return progress_; }

 private:
  struct Frame {
    ImRect text, bar;
    float line_height = 0, advance = 0;
    std::size_t visible = 0;  // whole lines
  };
  std::uint64_t Rows() const;
  std::uint64_t TopRow() const;
  void ScrollTo(double row, const Frame& frame);
  void ReadVisible(const Frame& frame);
  void MeasureRate(double seconds);
  void HandleWheel(const Frame& frame);
  void HandleMouse(const Frame& frame);
  void DrawLines(Ui& ui, const Frame& frame);
  void DrawLine(Ui& ui, const Frame& frame, const LogLine& line, float y, bool open);
  void DrawSelection(Ui& ui, const Frame& frame, const LogLine& line, float y, int length);
  void DrawBar(Ui& ui, const Frame& frame);
  LogAnchor AnchorAt(ImVec2 mouse, const Frame& frame) const;

  std::unique_ptr<LogFeed> feed_;
  std::string filter_, filter_error_;
  bool follow_ = true;
  bool fields_ = true;
  std::uint64_t top_ = 0;  // sequence of the first visible line
  double part_ = 0;        // of that line that is scrolled out, 0 … 1
  int left_ = 0;           // characters scrolled out at the left
  struct Selection {
    LogAnchor begin, end;
  };
  std::optional<Selection> selection_;
  LogReader::Progress progress_;
  const std::string& Shown(const LogLine& line);

  std::vector<LogLine> lines_;                  // visible ones
  std::map<std::uint64_t, std::string> shown_;  // of the lines that were visible, by sequence
  std::vector<LogLine> open_;                   // unfinished ones, below the last
  std::vector<std::string> sources_;
  std::size_t source_width_ = 8;
  std::uint64_t woken_for_ = ~std::uint64_t{0};
  double rate_ = 0, rate_since_ = -1;
  std::uint64_t rate_from_ = 0;
};

}  // namespace twelve
