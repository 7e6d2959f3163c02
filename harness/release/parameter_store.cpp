#include "harness/release/parameter_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "harness/logs/text_cleaner.h"
#include "harness/release/durable_file.h"
#include "harness/release/iso_time.h"
#include "harness/release/sha256.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Those of AWS Systems Manager Parameter Store.
constexpr std::size_t kLongestPath = 1011;
constexpr int kMostParts = 15;

bool IsPathCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

Error NotThere(const std::string& path) {
  return {ErrorCode::kNotFound,
          fmt::format("there is no parameter {}; `twelve param list` shows what there is", path),
          {},
          0};
}

}  // namespace

Status CheckParameterPath(std::string_view path) {
  const bool shaped =
      path.size() > 1 && path.size() <= kLongestPath && path.front() == '/' && path.back() != '/' &&
      path.find("//") == std::string_view::npos &&
      std::all_of(path.begin(), path.end(), [](char c) { return c == '/' || IsPathCharacter(c); });
  if (shaped && std::count(path.begin(), path.end(), '/') <= kMostParts) return {};
  return InvalidError(fmt::format(
      "\"{}\" is no path of a parameter; write it like /app/database/host, with at most {} parts",
      CleanText(path), kMostParts));
}

Result<std::string> VariableNameOf(std::string_view path, std::string_view prefix) {
  std::string_view rest = path;
  if (rest.starts_with(prefix)) rest.remove_prefix(prefix.size());
  while (rest.starts_with('/')) rest.remove_prefix(1);
  std::string name;
  for (const char c : rest) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += lower ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
  }
  if (const Status good = CheckConfigName(name); !good) {
    return InvalidError(fmt::format("{} below {} would be the variable \"{}\": {}", path, prefix,
                                    name, good.error().message));
  }
  return name;
}

Result<Config> ConfigFrom(const std::vector<Parameter>& parameters, std::string_view prefix) {
  Config config;
  std::map<std::string, std::string> sources;
  for (const Parameter& parameter : parameters) {
    const Result<std::string> name = VariableNameOf(parameter.path, prefix);
    if (!name) return name.error();
    const auto [other, is_new] = sources.emplace(*name, parameter.path);
    if (!is_new) {
      return InvalidError(fmt::format("{} and {} would both be the variable {}; rename one",
                                      other->second, parameter.path, *name));
    }
    config[*name] = {parameter.current().value, parameter.current().secure};
  }
  return config;
}

std::string ParameterStore::RecordOf(const std::string& path) const {
  return fmt::format("parameters/{}.json", Sha256Hex(path));
}

Result<ParameterVersion> ParameterStore::ReadVersion(const json& row,
                                                     const std::string& path) const {
  ParameterVersion version;
  row.at("version").get_to(version.version);
  row.at("created").get_to(version.created);
  row.at("secure").get_to(version.secure);
  row.at("value").get_to(version.value);
  if (!version.secure) return version;
  const Result<std::string> plain = store_.key().Decrypt(version.value);
  if (!plain) {
    return Error{ErrorCode::kDenied,
                 fmt::format("{} cannot be read: {}", path, plain.error().message),
                 {},
                 0};
  }
  version.value = *plain;
  return version;
}

Result<Parameter> ParameterStore::Read(const std::string& record) const {
  const Result<json> body = store_.ReadSealed(record);
  if (!body) return body.error();
  Parameter parameter;
  // The library tells a wrong kind by an exception; it goes no further.
  try {
    body->at("path").get_to(parameter.path);
    for (const json& row : body->at("versions")) {
      Result<ParameterVersion> version = ReadVersion(row, parameter.path);
      if (!version) return version.error();
      parameter.versions.push_back(std::move(version).value());
    }
  } catch (const json::exception&) {
    return InvalidError("the record of a parameter is not one that this Twelve can read");
  }
  if (parameter.versions.empty()) return NotThere(parameter.path);
  return parameter;
}

Result<Parameter> ParameterStore::Get(const std::string& path) const {
  if (const Status good = CheckParameterPath(path); !good) return good.error();
  Result<Parameter> parameter = Read(RecordOf(path));
  if (!parameter && parameter.error().code == ErrorCode::kNotFound) return NotThere(path);
  return parameter;
}

Result<Parameter> ParameterStore::Put(const std::string& path, const std::string& value,
                                      bool secure) const {
  if (const Status good = CheckParameterPath(path); !good) return good.error();
  if (const Status good = CheckConfigValue(path, value); !good) return good.error();
  const Result<StoreLock> lock = store_.Lock();
  if (!lock) return lock.error();
  Result<Parameter> found = Get(path);
  if (!found && found.error().code != ErrorCode::kNotFound) return found;
  Parameter parameter = found ? std::move(found).value() : Parameter{path, {}};
  const bool was_secure = !parameter.versions.empty() && parameter.current().secure;
  const int next = parameter.versions.empty() ? 1 : parameter.current().version + 1;
  parameter.versions.push_back({next, value, secure || was_secure, IsoTime(clock_.WallNow())});
  json rows = json::array();
  for (const ParameterVersion& version : parameter.versions) {
    rows.push_back(
        {{"version", version.version},
         {"created", version.created},
         {"secure", version.secure},
         {"value", version.secure ? store_.key().Encrypt(version.value) : version.value}});
  }
  const Status written = store_.WriteSealed(RecordOf(path), {{"path", path}, {"versions", rows}});
  if (!written) return written.error();
  return parameter;
}

Result<std::vector<Parameter>> ParameterStore::List(std::string_view prefix) const {
  std::vector<Parameter> parameters;
  std::error_code failed;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(store_.Path("parameters"), failed)) {
    Result<Parameter> parameter = Read("parameters/" + entry.path().filename().string());
    if (!parameter) return parameter.error();
    if (parameter->path.starts_with(prefix)) {
      parameters.push_back(std::move(parameter).value());
    }
  }
  std::sort(parameters.begin(), parameters.end(),
            [](const Parameter& a, const Parameter& b) { return a.path < b.path; });
  return parameters;
}

Status ParameterStore::Delete(const std::string& path) const {
  const Result<StoreLock> lock = store_.Lock();
  if (!lock) return lock.error();
  const Result<Parameter> found = Get(path);
  if (!found) return found.error();
  if (unlink(store_.Path(RecordOf(path)).c_str()) != 0) {
    return SystemError("cannot delete " + path, "unlink", errno);
  }
  return SyncDirectory(store_.Path("parameters"));
}

}  // namespace twelve
