#include "app/desktop/widgets/log_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

constexpr std::size_t kMaxCopied = 20000;  // lines

std::string Grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (int i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), " ");
  }
  return digits;
}

}  // namespace

void LogView::Show(std::shared_ptr<LogStore> store) {
  if (feed_ != nullptr && feed_->store() == store) {
    return;
  }
  feed_.reset();
  lines_.clear();
  open_.clear();
  shown_.clear();
  selection_.reset();
  top_ = 0;
  follow_ = true;
  rate_since_ = -1;
  if (store != nullptr) {
    feed_ = std::make_unique<LogFeed>(std::move(store));
    SetFilter(filter_);
  }
}

void LogView::SetFilter(const std::string& query) {
  filter_ = query;
  filter_error_.clear();
  if (feed_ == nullptr) {
    return;
  }
  if (const Status set = feed_->SetFilter(query); !set) {
    filter_error_ = set.error().message;
  }
}

std::uint64_t LogView::Rows() const {
  return progress_.filtered ? progress_.matched : progress_.counts.next - progress_.counts.first;
}

std::uint64_t LogView::TopRow() const {
  return feed_->reader().RowFrom(top_);
}

void LogView::ScrollTo(double row, const Frame& frame) {
  const double last =
      std::max(0.0, static_cast<double>(Rows()) - static_cast<double>(frame.visible));
  row = std::clamp(row, 0.0, last);
  follow_ = row >= last;
  const auto whole = static_cast<std::uint64_t>(row);
  part_ = row - static_cast<double>(whole);
  const std::vector<LogLine> first = feed_->reader().Rows(whole, 1);
  if (!first.empty()) {
    top_ = first.front().sequence;
  }
}

void LogView::ReadVisible(const Frame& frame) {
  const LogReader& reader = feed_->reader();
  if (follow_) {
    open_ = reader.OpenLines();
    const std::size_t keep = std::min(open_.size(), frame.visible / 2);
    open_.resize(keep);
    lines_ = reader.LastRows(frame.visible - keep);
    part_ = 0;
    if (!lines_.empty()) {
      top_ = lines_.front().sequence;
    }
    return;
  }
  open_.clear();
  lines_ = reader.Rows(TopRow(), frame.visible + 2);
}

void LogView::MeasureRate(double seconds) {
  const std::uint64_t next = progress_.counts.next;
  if (rate_since_ < 0 || seconds < rate_since_) {
    rate_since_ = seconds;
    rate_from_ = next;
  } else if (seconds - rate_since_ >= 1) {
    rate_ = static_cast<double>(next - rate_from_) / (seconds - rate_since_);
    rate_since_ = seconds;
    rate_from_ = next;
  }
}

void LogView::HandleWheel(const Frame& frame) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.MouseWheel == 0 || !frame.text.Contains(io.MousePos)) {
    return;
  }
  if (io.KeyShift) {
    left_ = std::max(0, left_ - static_cast<int>(io.MouseWheel * 8));
    return;
  }
  ScrollTo(static_cast<double>(TopRow()) + part_ - static_cast<double>(io.MouseWheel) * 3, frame);
}

LogAnchor LogView::AnchorAt(ImVec2 mouse, const Frame& frame) const {
  if (lines_.empty()) {
    return {};
  }
  const double down = (mouse.y - frame.text.Min.y) / frame.line_height + part_;
  const auto row = static_cast<std::size_t>(
      std::clamp(std::floor(down), 0.0, static_cast<double>(lines_.size() - 1)));
  const float across = (mouse.x - frame.text.Min.x) / frame.advance + 0.5F;
  const int column = std::max(0, static_cast<int>(std::floor(across))) + left_;
  return {lines_[row].sequence, column};
}

void LogView::HandleMouse(const Frame& frame) {
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemActivated()) {
    const LogAnchor at = AnchorAt(io.MousePos, frame);
    selection_ = Selection{at, at};
    follow_ = false;
  } else if (ImGui::IsItemActive() && selection_) {
    selection_->end = AnchorAt(io.MousePos, frame);
    if (io.MousePos.y < frame.text.Min.y) {
      ScrollTo(static_cast<double>(TopRow()) - 1, frame);
    } else if (io.MousePos.y > frame.text.Max.y) {
      ScrollTo(static_cast<double>(TopRow()) + 1, frame);
    }
  }
  if (ImGui::IsItemDeactivated() && selection_ && selection_->begin == selection_->end) {
    selection_.reset();
  }
}

void LogView::DrawSelection(Ui& ui, const Frame& frame, const LogLine& line, float y, int length) {
  if (!selection_) {
    return;
  }
  const LogAnchor begin = std::min(selection_->begin, selection_->end);
  const LogAnchor end = std::max(selection_->begin, selection_->end);
  if (line.sequence < begin.sequence || line.sequence > end.sequence) {
    return;
  }
  const int from = line.sequence == begin.sequence ? std::min(begin.column, length) : 0;
  const int to = line.sequence == end.sequence ? std::min(end.column, length) : length + 1;
  const float x0 = frame.text.Min.x + static_cast<float>(std::max(0, from - left_)) * frame.advance;
  const float x1 = frame.text.Min.x + static_cast<float>(std::max(0, to - left_)) * frame.advance;
  ImGui::GetWindowDrawList()->AddRectFilled(
      {x0, y}, {std::min(x1, frame.text.Max.x), y + frame.line_height}, Ink(ui.colors().selection));
}

void LogView::ShowFields(bool on) {
  fields_ = on;
  shown_.clear();
  selection_.reset();  // columns mean other characters now
}

const std::string& LogView::Shown(const LogLine& line) {
  auto it = shown_.find(line.sequence);
  if (it == shown_.end()) {
    if (shown_.size() > 4 * lines_.size() + 64) {
      shown_.clear();
    }
    it = shown_.emplace(line.sequence, ShownLine(line, sources_, source_width_, fields_)).first;
  }
  return it->second;
}

void LogView::DrawLine(Ui& ui, const Frame& frame, const LogLine& line, float y, bool open) {
  const Palette& p = ui.colors();
  ImFont* font = ui.fonts.mono;
  const std::string shown = open ? ShownLine(line, sources_, source_width_, false) : Shown(line);
  const int length = CharacterCount(shown);
  DrawSelection(ui, frame, line, y, length);
  const float text_y = y + (frame.line_height - compat::FontSize(font)) / 2;
  const int columns = static_cast<int>(frame.text.GetWidth() / frame.advance);
  const std::string_view view(shown);
  const auto part = [&](int from, int to, Rgb color) {
    from = std::max(from, left_);
    to = std::min({to, left_ + columns, length});
    if (to > from) {
      const std::size_t a = ByteOfColumn(view, from);
      const std::size_t b = a + ByteOfColumn(view.substr(a), to - from);
      DrawText(ui, font,
               {frame.text.Min.x + static_cast<float>(from - left_) * frame.advance, text_y}, color,
               view.substr(a, b - a));
    }
  };
  const int text_from = 13 + static_cast<int>(source_width_) + 1;
  const std::string_view source =
      line.source < sources_.size() ? std::string_view(sources_[line.source]) : std::string_view();
  const bool error = line.level == LogLevel::kError;
  if (error || line.level == LogLevel::kWarn) {
    ImGui::GetWindowDrawList()->AddRectFilled({frame.text.Min.x - ui.Px(7), y + 1},
                                              {frame.text.Min.x - ui.Px(4), y + frame.line_height},
                                              Ink(LevelColor(p, line.level)));
  }
  part(0, 12, p.text_faint);
  part(13, 13 + CharacterCount(source), TypeColor(p, source));
  const bool ours = line.stream == LogStream::kTwelve;
  part(text_from, length, open || ours ? p.text_soft : LevelColor(p, line.level));
  if (length > left_ + columns) {
    const std::string more = fmt::format(" +{} ", length - left_ - columns);
    const float width = TextWidth(font, more);
    const ImVec2 at(frame.text.Max.x - width, y);
    ImGui::GetWindowDrawList()->AddRectFilled(at, {frame.text.Max.x, y + frame.line_height},
                                              Ink(p.raised));
    DrawText(ui, font, {at.x, text_y}, p.text_soft, more);
  }
}

void LogView::DrawLines(Ui& ui, const Frame& frame) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->PushClipRect({frame.text.Min.x - ui.Px(8), frame.text.Min.y}, frame.text.Max, true);
  float y = ImFloor(frame.text.Min.y - static_cast<float>(part_) * frame.line_height);
  for (const LogLine& line : lines_) {
    DrawLine(ui, frame, line, y, false);
    y += frame.line_height;
  }
  for (const LogLine& line : open_) {
    DrawLine(ui, frame, line, y, true);
    y += frame.line_height;
  }
  list->PopClipRect();
}

void LogView::DrawBar(Ui& ui, const Frame& frame) {
  const Palette& p = ui.colors();
  ImGui::SetCursorScreenPos(frame.bar.Min);
  ImGui::InvisibleButton("scroll", frame.bar.GetSize());
  ui.registry.Last("scroll", false, false);
  const double rows = static_cast<double>(Rows());
  const auto height = static_cast<double>(frame.bar.GetHeight());
  if (ImGui::IsItemActive() && rows > 0) {
    const double at = (ImGui::GetIO().MousePos.y - frame.bar.Min.y) / height;
    ScrollTo(at * rows - static_cast<double>(frame.visible) / 2, frame);
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::size_t pixels = static_cast<std::size_t>(std::max(1.0, height / 2));
  if (!progress_.filtered) {
    const std::vector<LogLevel> parts =
        feed_->minimap().Parts(progress_.counts.first, progress_.counts.next, pixels);
    for (std::size_t i = 0; i < parts.size(); i++) {
      if (parts[i] >= LogLevel::kWarn) {
        const float y = frame.bar.Min.y + static_cast<float>(i) * 2;
        list->AddRectFilled({frame.bar.Min.x + ui.Px(2), y}, {frame.bar.Max.x - ui.Px(2), y + 2},
                            Ink(LevelColor(p, parts[i]), 0.8F));
      }
    }
  }
  if (rows > static_cast<double>(frame.visible)) {
    const double top =
        follow_ ? rows - static_cast<double>(frame.visible) : static_cast<double>(TopRow()) + part_;
    const double size = std::max(static_cast<double>(ui.Px(18)),
                                 height * static_cast<double>(frame.visible) / rows);
    const double room = rows - static_cast<double>(frame.visible);
    const auto y =
        static_cast<float>(frame.bar.Min.y + (height - size) * std::min(1.0, top / room));
    list->AddRectFilled({frame.bar.Min.x, y}, {frame.bar.Max.x, y + static_cast<float>(size)},
                        Ink(p.text_faint, ImGui::IsItemHovered() ? 0.8F : 0.5F), ui.Px(4));
  }
}

void LogView::Draw(Ui& ui, const ImRect& area) {
  if (feed_ == nullptr) {
    return;
  }
  progress_ = feed_->reader().Now();
  if (progress_.counts.next != woken_for_ || !progress_.up_to_date) {
    woken_for_ = progress_.counts.next;
    feed_->Wake();
  }
  sources_ = feed_->store()->Sources();
  std::size_t widest = 6;
  for (const std::string& source : sources_) {
    widest = std::clamp(source.size(), widest, std::size_t{16});
  }
  if (widest != source_width_) {
    source_width_ = widest;
    shown_.clear();
  }
  MeasureRate(ui.seconds);
  Frame frame;
  frame.line_height = compat::FontSize(ui.fonts.mono) + ui.Px(2);
  frame.advance = compat::Advance(ui.fonts.mono, '0');
  frame.text = ImRect({area.Min.x + ui.Px(8), area.Min.y}, {area.Max.x - ui.Px(16), area.Max.y});
  frame.bar = ImRect({area.Max.x - ui.Px(12), area.Min.y}, area.Max);
  if (frame.text.GetWidth() < frame.advance * 4 || frame.text.GetHeight() < frame.line_height) {
    return;
  }
  frame.visible = static_cast<std::size_t>(frame.text.GetHeight() / frame.line_height);
  HandleWheel(frame);
  ReadVisible(frame);
  ImGui::SetCursorScreenPos(frame.text.Min);
  compat::AllowOverlapBefore();  // what fills the view while no line matches lies on top
  ImGui::InvisibleButton("view", frame.text.GetSize());
  compat::AllowOverlapAfter();
  ui.registry.Last("view", false, false);
  HandleMouse(frame);
  DrawLines(ui, frame);
  DrawBar(ui, frame);
  ui.registry.Value("rows", std::to_string(Rows()));
  ui.registry.Value("following", follow_ ? "yes" : "no");
}

std::string LogView::Selected() const {
  std::string copied;
  if (!selection_) {
    for (const LogLine& line : lines_) {
      copied += ShownLine(line, sources_, source_width_, fields_) + "\n";
    }
    return copied;
  }
  const LogAnchor begin = std::min(selection_->begin, selection_->end);
  const LogAnchor end = std::max(selection_->begin, selection_->end);
  const std::uint64_t first = feed_->reader().RowFrom(begin.sequence);
  for (const LogLine& line : feed_->reader().Rows(first, kMaxCopied)) {
    if (line.sequence > end.sequence) {
      break;
    }
    const std::string shown = ShownLine(line, sources_, source_width_, fields_);
    const std::size_t a = line.sequence == begin.sequence ? ByteOfColumn(shown, begin.column) : 0;
    const std::size_t b =
        line.sequence == end.sequence ? ByteOfColumn(shown, end.column) : shown.size();
    copied += shown.substr(a, b > a ? b - a : 0);
    copied += line.sequence == end.sequence ? "" : "\n";
  }
  return copied;
}

std::string LogView::Summary() const {
  const LogCounts& counts = progress_.counts;
  std::string text = Grouped(counts.next - counts.first) + " lines";
  if (progress_.filtered) {
    text = Grouped(progress_.matched) + " of " + text;
  }
  if (counts.dropped > 0) {
    text += ", " + Grouped(counts.dropped) + " older ones dropped";
  }
  if (rate_ >= 0.5) {
    text += ", " + Grouped(static_cast<std::uint64_t>(std::lround(rate_))) + "/s";
  }
  return text;
}

}  // namespace twelve
