#include "app/desktop/registry.h"

#include <algorithm>

namespace twelve {

void Registry::BeginFrame() {
  items_.clear();
  values_.clear();
  texts_.clear();
  prefix_.clear();
}

std::string Registry::Path(std::string_view label) const {
  std::string path = prefix_;
  path += label;
  return path;
}

void Registry::Last(std::string_view label, bool text_field, bool focusable) {
  const ImGuiContext& context = *GImGui;
  ImRect rect = context.LastItemData.Rect;
  rect.ClipWithFull(context.CurrentWindow->ClipRect);
  const bool popup = (context.CurrentWindow->RootWindow->Flags & ImGuiWindowFlags_Popup) != 0;
  items_.push_back({Path(label), context.LastItemData.ID, rect, text_field, focusable, popup});
}

void Registry::Value(std::string_view label, std::string_view value) {
  if (recording_) {
    values_[Path(label)] = value;
  }
}

void Registry::NoteText(std::string_view text, const ImRect& rect, const ImRect& panel) {
  if (recording_) {
    texts_.push_back({std::string(text), rect, panel, prefix_});
  }
}

const Registry::Item* Registry::Find(std::string_view path) const {
  const auto it = std::find_if(items_.begin(), items_.end(),
                               [&](const Item& item) { return item.path == path; });
  return it == items_.end() ? nullptr : &*it;
}

std::optional<std::string> Registry::FindValue(std::string_view path) const {
  const auto it = values_.find(std::string(path));
  return it == values_.end() ? std::nullopt : std::optional<std::string>(it->second);
}

Registry::Scope::Scope(Registry& registry, std::string_view name)
    : registry_(registry), length_(registry.prefix_.size()) {
  registry_.prefix_ += name;
  registry_.prefix_ += '/';
}

Registry::Scope::~Scope() {
  registry_.prefix_.resize(length_);
}

}  // namespace twelve
