#include "factors/04_backing_services/parts/sql_item_store.h"

#include <charconv>

namespace twelve {
namespace {

using std::chrono::milliseconds;

std::int64_t ToNumber(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

WallTime ToTime(const std::optional<std::string>& ms) {
  return WallTime(milliseconds(ToNumber(ms)));
}

/// REQUIRES: the columns id, name, quantity, created_ms, updated_ms.
Item ReadItem(const std::vector<std::optional<std::string>>& row) {
  return {row[0].value_or(""), row[1].value_or(""), ToNumber(row[2]), ToTime(row[3]),
          ToTime(row[4])};
}

std::string Containing(const std::string& search) {
  std::string pattern = "%";
  for (const char c : search) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

Result<bool> SqlItemStore::Put(Item& item) {
  const std::int64_t now =
      std::chrono::duration_cast<milliseconds>(clock_.WallNow().time_since_epoch()).count();
  // One statement, so that nobody comes between looking and writing. What was updated is always
  // younger than what was created, even within a millisecond: that tells the two apart.
  const Result<SqlRows> rows = database_.Query(
      "INSERT INTO items (id, name, quantity, created_ms, updated_ms) VALUES ($1, $2, $3, $4, $4) "
      "ON CONFLICT (id) DO UPDATE SET name = excluded.name, quantity = excluded.quantity, "
      "updated_ms = CASE WHEN excluded.updated_ms > items.created_ms THEN excluded.updated_ms "
      "ELSE items.created_ms + 1 END RETURNING created_ms, updated_ms",
      {item.id, item.name, item.quantity, now});
  if (!rows) return rows.error();
  item.created_at = ToTime(rows->rows[0][0]);
  item.updated_at = ToTime(rows->rows[0][1]);
  return item.created_at == item.updated_at;
}

Result<std::optional<Item>> SqlItemStore::Find(const std::string& id) {
  const Result<SqlRows> rows = database_.Query(
      "SELECT id, name, quantity, created_ms, updated_ms FROM items WHERE id = $1", {id});
  if (!rows) return rows.error();
  return rows->rows.empty() ? std::nullopt : std::optional(ReadItem(rows->rows[0]));
}

Result<bool> SqlItemStore::Remove(const std::string& id) {
  const Result<SqlRows> rows = database_.Query("DELETE FROM items WHERE id = $1", {id});
  if (!rows) return rows.error();
  return rows->affected > 0;
}

Result<std::vector<Item>> SqlItemStore::List(const std::string& search, std::int64_t limit) {
  const std::string columns = "SELECT id, name, quantity, created_ms, updated_ms FROM items ";
  const std::string order = "ORDER BY created_ms DESC, id DESC LIMIT ";
  const Result<SqlRows> rows =
      search.empty() ? database_.Query(columns + order + "$1", {limit})
                     : database_.Query(columns + "WHERE name LIKE $1 ESCAPE '\\' " + order + "$2",
                                       {Containing(search), limit});
  if (!rows) return rows.error();
  std::vector<Item> items;
  for (const auto& row : rows->rows) items.push_back(ReadItem(row));
  return items;
}

}  // namespace twelve
