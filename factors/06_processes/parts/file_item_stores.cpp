#include "factors/06_processes/parts/file_item_stores.h"

#include <cerrno>
#include <chrono>
#include <fstream>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

std::int64_t ToMs(WallTime time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

Json ToJson(const Item& item) {
  return {{"id", item.id},
          {"name", item.name},
          {"quantity", item.quantity},
          {"created_ms", ToMs(item.created_at)},
          {"updated_ms", ToMs(item.updated_at)}};
}

Item ToItem(const Json& json) {
  return {json.value("id", ""), json.value("name", ""), json.value("quantity", std::int64_t{0}),
          WallTime(milliseconds(json.value("created_ms", std::int64_t{0}))),
          WallTime(milliseconds(json.value("updated_ms", std::int64_t{0})))};
}

std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Status Written(std::ofstream& file, const char* name) {
  file.flush();
  if (file.good()) return {};
  return SystemError(std::string("cannot write ") + name, "write", errno);
}

}  // namespace

Status FileItemStore::Load(Items& items) {
  std::ifstream file(kFile);
  const Json json = Json::parse(file, nullptr, false);
  items.clear();
  if (!json.is_array()) return {};
  for (const Json& entry : json) {
    if (entry.is_object()) items[entry.value("id", "")] = ToItem(entry);
  }
  return {};
}

Status FileItemStore::Save(const Items& items, const std::string& /*changed_id*/) {
  Json json = Json::array();
  for (const auto& [id, item] : items) json.push_back(ToJson(item));
  std::ofstream file(kFile, std::ios::trunc);
  file << Text(json);
  return Written(file, kFile);
}

Status AppendedItemStore::Load(Items& items) {
  items.clear();
  std::ifstream file(kFile);
  for (std::string line; std::getline(file, line);) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) continue;
    const std::string id = json.value("id", "");
    if (json.contains("removed")) {
      items.erase(id);
    } else {
      items[id] = ToItem(json);
    }
  }
  return {};
}

Status AppendedItemStore::Save(const Items& items, const std::string& changed_id) {
  const auto item = items.find(changed_id);
  std::ofstream file(kFile, std::ios::app);
  file << Text(item == items.end() ? Json{{"id", changed_id}, {"removed", true}}
                                   : ToJson(item->second))
       << '\n';
  return Written(file, kFile);
}

}  // namespace twelve
