#include "factors/04_backing_services/parts/file_routes.h"

#include <algorithm>
#include <string_view>

#include "factors/04_backing_services/parts/json_answer.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostNames = 1000;
constexpr const char* kAnyType = "application/octet-stream";

HttpResponse NoneAttached() {
  return RefuseJson(503, "no object storage is attached; set STORAGE_URL");
}

HttpResponse Failed(const Error& error) {
  if (error.code == ErrorCode::kInvalid) return RefuseJson(400, error.message);
  return Unavailable("the object storage", error);
}

/// What the client says, when it can be the value of a header again.
std::string ContentType(const HttpRequest& request) {
  const std::string_view type = request.headers.Get("Content-Type");
  const bool plain =
      std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return type.empty() || type.size() > 200 || !plain ? kAnyType : std::string(type);
}

HttpResponse Put(ObjectStorage& storage, const HttpRequest& request) {
  const Status status = storage.Put({request.captures[0], request.body, ContentType(request)});
  if (!status) return Failed(status.error());
  return AnswerJson(200, {{"name", request.captures[0]}, {"bytes", request.body.size()}});
}

HttpResponse Get(ObjectStorage& storage, const std::string& name) {
  Result<std::optional<StoredObject>> found = storage.Get(name);
  if (!found) return Failed(found.error());
  if (!found.value()) return RefuseJson(404, "no such file");
  StoredObject& object = **found;
  HttpResponse response{200, std::move(object.bytes), std::move(object.content_type)};
  // Somebody else's file: a browser must not take it for a page of this service.
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Content-Disposition", "attachment");
  return response;
}

HttpResponse Remove(ObjectStorage& storage, const std::string& name) {
  const Result<bool> removed = storage.Remove(name);
  if (!removed) return Failed(removed.error());
  return removed.value() ? HttpResponse{204} : RefuseJson(404, "no such file");
}

HttpResponse List(ObjectStorage& storage) {
  const Result<std::vector<std::string>> names = storage.List(kMostNames);
  if (!names) return Failed(names.error());
  return AnswerJson(200, {{"files", *names}});
}

}  // namespace

std::vector<HttpRoute> FileRoutes(ObjectStorage* storage) {
  const std::string all = "/api/v1/files";
  const std::string one = all + "/{name}";
  const RouteParameter name{"name", "letters, digits, '.', '_' and '-'", "picture.png"};
  const auto with = [storage](auto handle) {
    return [storage, handle](const HttpRequest& request) {
      return storage == nullptr ? NoneAttached() : handle(*storage, request);
    };
  };
  return {
      {"GET",
       all,
       with([](ObjectStorage& it, const HttpRequest&) { return List(it); }),
       {"The names of the files", {200, 503}}},
      {"PUT", one, with(Put), {"Store a file", {200, 400, 503}, {name}, "any bytes"}},
      {"GET",
       one,
       with([](ObjectStorage& it, const HttpRequest& request) {
         return Get(it, request.captures[0]);
       }),
       {"A file, as it was stored", {200, 400, 404, 503}, {name}, {}, kAnyType}},
      {"DELETE",
       one,
       with([](ObjectStorage& it, const HttpRequest& request) {
         return Remove(it, request.captures[0]);
       }),
       {"Remove a file", {204, 400, 404, 503}, {name}}},
  };
}

}  // namespace twelve
