#include "factors/04_backing_services/parts/item_routes.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "factors/04_backing_services/parts/json_answer.h"
#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestId = 64;
constexpr std::size_t kLongestName = 200;  // bytes
constexpr std::int64_t kGreatestQuantity = 1'000'000'000;
constexpr std::int64_t kListedAtMost = 1000;
constexpr std::int64_t kListedUnlessAsked = 100;

std::int64_t ToMs(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Json ToJson(const Item& item) {
  return {{"id", item.id},
          {"name", item.name},
          {"quantity", item.quantity},
          {"created_ms", ToMs(item.created_at)},
          {"updated_ms", ToMs(item.updated_at)}};
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool IsGoodId(const std::string& id) {
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

Result<Item> ReadItem(const std::string& body) {
  const Json json = ParseJsonBody(body);
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string()) {
    return InvalidError("the body must be a JSON object with a text \"name\"");
  }
  Item item;
  item.name = json["name"];
  if (item.name.empty() || item.name.size() > kLongestName ||
      std::any_of(item.name.begin(), item.name.end(), IsControl)) {
    return InvalidError("\"name\" must have 1 to 200 bytes and no control characters");
  }
  const Json quantity = json.value("quantity", Json(1));
  if (!quantity.is_number_integer() || quantity < 0 || quantity > kGreatestQuantity) {
    return InvalidError("\"quantity\" must be a whole number from 0 to 1000000000");
  }
  item.quantity = quantity;
  return item;
}

HttpResponse Failed(const Error& error) {
  if (error.code == ErrorCode::kInvalid) {
    return RefuseJson(503, "the database refuses the statement; has \"admin migrate\" been run?");
  }
  return Unavailable("the database", error);
}

HttpResponse Save(ItemStore& store, Item item) {
  const Result<bool> created = store.Put(item);
  if (!created) return Failed(created.error());
  HttpResponse response = AnswerJson(created.value() ? 201 : 200, ToJson(item));
  if (created.value()) response.headers.emplace_back("Location", "/api/v1/items/" + item.id);
  return response;
}

HttpResponse Create(ItemStore& store, const HttpRequest& request) {
  Result<Item> item = ReadItem(request.body);
  if (!item) return RefuseJson(400, item.error().message);
  item->id = RandomHex<8>();
  return Save(store, std::move(item).value());
}

HttpResponse Replace(ItemStore& store, const HttpRequest& request) {
  if (!IsGoodId(request.captures[0])) {
    return RefuseJson(400, "an id has 1 to 64 letters, digits, '.', '_' and '-'");
  }
  Result<Item> item = ReadItem(request.body);
  if (!item) return RefuseJson(400, item.error().message);
  item->id = request.captures[0];
  return Save(store, std::move(item).value());
}

HttpResponse Find(ItemStore& store, const HttpRequest& request) {
  const std::string& id = request.captures[0];
  const Result<std::optional<Item>> found =
      IsGoodId(id) ? store.Find(id) : Result<std::optional<Item>>(std::optional<Item>());
  if (!found) return Failed(found.error());
  return found.value() ? AnswerJson(200, ToJson(**found)) : RefuseJson(404, "no such item");
}

HttpResponse Remove(ItemStore& store, const HttpRequest& request) {
  const std::string& id = request.captures[0];
  const Result<bool> removed = IsGoodId(id) ? store.Remove(id) : Result<bool>(false);
  if (!removed) return Failed(removed.error());
  return removed.value() ? HttpResponse{204} : RefuseJson(404, "no such item");
}

HttpResponse List(ItemStore& store, const HttpRequest& request) {
  const auto value = [&request](const char* name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string() : found->second;
  };
  const std::string search = value("search");
  if (std::any_of(search.begin(), search.end(), IsControl)) {
    return RefuseJson(400, "\"search\" must have no control characters");
  }
  std::int64_t limit = kListedUnlessAsked;
  if (const std::string text = value("limit"); !text.empty()) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (problem != std::errc() || end != text.data() + text.size() || limit < 1 ||
        limit > kListedAtMost) {
      return RefuseJson(400, "\"limit\" must be a whole number from 1 to 1000");
    }
  }
  const Result<std::vector<Item>> items = store.List(search, limit);
  if (!items) return Failed(items.error());
  Json json = {{"items", Json::array()}};
  for (const Item& item : *items) json["items"].push_back(ToJson(item));
  return AnswerJson(200, json);
}

const RouteParameter kId = {"id", "1 to 64 letters, digits, '.', '_' and '-'", "apple-1"};
constexpr const char* kBody = R"({"name":"Apple","quantity":3})";

}  // namespace

std::vector<HttpRoute> ItemRoutes(ItemStore& store) {
  const std::string all = "/api/v1/items";
  const std::string one = all + "/{id}";
  const auto with = [&store](HttpResponse (*handle)(ItemStore&, const HttpRequest&)) {
    return [&store, handle](const HttpRequest& request) { return handle(store, request); };
  };
  return {
      {"POST",
       all,
       with(Create),
       {.summary = "Make an item", .statuses = {201, 400, 503}, .body = kBody}},
      {"GET",
       all,
       with(List),
       {.summary = "List the newest items",
        .statuses = {200, 400, 503},
        .parameters = {{"search", "what the name must contain", "app", false, false},
                       {"limit", "at most so many, 1 to 1000", "10", true, false}}}},
      {"GET",
       one,
       with(Find),
       {.summary = "Find an item", .statuses = {200, 404, 503}, .parameters = {kId}}},
      {"PUT",
       one,
       with(Replace),
       {.summary = "Make or replace an item",
        .statuses = {200, 201, 400, 503},
        .parameters = {kId},
        .body = kBody}},
      {"DELETE",
       one,
       with(Remove),
       {.summary = "Remove an item", .statuses = {204, 404, 503}, .parameters = {kId}}},
  };
}

}  // namespace twelve
