#include "factors/06_processes/parts/disk_uploads.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

HttpResponse Answer(int status, const Json& json) {
  return {status, json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

/// Careless about where state belongs, not about whose files it touches.
bool IsPlainName(const std::string& name) {
  return !name.empty() && name.size() <= 200 && name[0] != '.' &&
         name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
}

fs::path PathOf(const std::string& name) {
  return fs::path("uploads") / name;
}

HttpResponse Put(const HttpRequest& request) {
  std::error_code error;
  fs::create_directory("uploads", error);
  std::ofstream file(PathOf(request.captures[0]), std::ios::binary | std::ios::trunc);
  file.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
  file.close();
  if (!file) return Answer(503, {{"error", "cannot write into ./uploads"}});
  return Answer(200, {{"name", request.captures[0]}, {"bytes", request.body.size()}});
}

HttpResponse Get(const HttpRequest& request) {
  std::ifstream file(PathOf(request.captures[0]), std::ios::binary);
  if (!file) return Answer(404, {{"error", "no such file"}});
  return {200, std::string(std::istreambuf_iterator<char>(file), {}), "application/octet-stream"};
}

HttpResponse Remove(const HttpRequest& request) {
  std::error_code error;
  if (fs::remove(PathOf(request.captures[0]), error)) return {204};
  return Answer(404, {{"error", "no such file"}});
}

HttpResponse List(const HttpRequest&) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("uploads", error)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return Answer(200, {{"files", names}});
}

HttpHandler WithPlainName(HttpResponse (*handle)(const HttpRequest&)) {
  return [handle](const HttpRequest& request) {
    if (!IsPlainName(request.captures[0])) {
      return Answer(400, {{"error", "a name must be plain: no '/', and no '.' at its beginning"}});
    }
    return handle(request);
  };
}

}  // namespace

std::vector<HttpRoute> KeepUploadsOnDisk(std::vector<HttpRoute> routes) {
  for (HttpRoute& route : routes) {
    if (route.pattern == "/api/v1/files") route.handler = List;
    if (route.pattern != "/api/v1/files/{name}") continue;
    if (route.method == "PUT") route.handler = WithPlainName(Put);
    if (route.method == "GET") route.handler = WithPlainName(Get);
    if (route.method == "DELETE") route.handler = WithPlainName(Remove);
  }
  return routes;
}

}  // namespace twelve
