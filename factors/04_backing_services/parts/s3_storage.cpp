#include "factors/04_backing_services/parts/s3_storage.h"

#include <fmt/format.h>

#include <algorithm>

#include <pugixml.hpp>

#include "factors/04_backing_services/parts/stored_name.h"

namespace twelve {
namespace {

constexpr int kNamesPerPage = 1000;  // what S3 gives at most

bool Succeeded(const S3Answer& answer) {
  return answer.status >= 200 && answer.status < 300;
}

/// Of an object: 404 with NoSuchBucket is another matter. HEAD has no body to tell them apart.
bool IsMissingObject(const S3Answer& answer) {
  return answer.status == 404 && answer.ErrorCode() != "NoSuchBucket";
}

}  // namespace

S3Storage::S3Storage(S3Location location, const BackingOptions& options, const Clock& clock)
    : location_(std::move(location)),
      place_(location_.Place()),
      timeout_(options.statement_timeout),
      pool_(
          place_, {1, options.pool_most, options.pool_wait, options.connect_timeout},
          [this](Duration timeout) { return Open(timeout); }, clock) {}

Error S3Storage::Refused(const S3Answer& answer) const {
  const std::string code = answer.ErrorCode();
  ErrorCode kind = ErrorCode::kSystem;
  if (answer.status == 401 || answer.status == 403) kind = ErrorCode::kDenied;
  if (answer.status == 429 || answer.status == 503) kind = ErrorCode::kBusy;
  return {kind,
          fmt::format("{} refuses with status {}{}{}", place_, answer.status,
                      code.empty() ? "" : ": ", code),
          {},
          0};
}

Status S3Storage::Probe(S3Client& client, Duration timeout) const {
  const Result<S3Answer> answer = client.Send({"HEAD", "", ""}, timeout);
  if (!answer) return answer.error();
  if (answer->status == 404) {
    return Error{ErrorCode::kSystem, fmt::format("there is no such bucket at {}", place_), {}, 0};
  }
  return Succeeded(*answer) ? Status() : Refused(*answer);
}

Result<std::unique_ptr<S3Client>> S3Storage::Open(Duration timeout) const {
  auto client = std::make_unique<S3Client>(location_);
  if (Status status = Probe(*client, timeout); !status) return status.error();
  return client;
}

Status S3Storage::Check(Duration timeout) {
  const Result<Pool::Lease> lease = pool_.Take(timeout);
  if (!lease) return lease.error();
  return Probe(**lease, timeout);
}

Result<S3Answer> S3Storage::Send(const S3Client::Request& request) {
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  return (*lease)->Send(request, timeout_);
}

Status S3Storage::Put(const StoredObject& object) {
  if (Status status = CheckStoredName(object.name); !status) return status;
  const Result<S3Answer> answer = Send({"PUT", object.name, "", object.bytes, object.content_type});
  if (!answer) return answer.error();
  return Succeeded(*answer) ? Status() : Refused(*answer);
}

Result<std::optional<StoredObject>> S3Storage::Get(const std::string& name) {
  if (Status status = CheckStoredName(name); !status) return status.error();
  Result<S3Answer> answer = Send({"GET", name, ""});
  if (!answer) return answer.error();
  if (IsMissingObject(*answer)) return std::optional<StoredObject>();
  if (!Succeeded(*answer)) return Refused(*answer);
  return std::optional(
      StoredObject{name, std::move(answer->body), std::move(answer->content_type)});
}

Result<bool> S3Storage::Remove(const std::string& name) {
  if (Status status = CheckStoredName(name); !status) return status.error();
  // DELETE says the same whether there was something or not.
  const Result<S3Answer> there = Send({"HEAD", name, ""});
  if (!there) return there.error();
  if (there->status == 404) return false;
  if (!Succeeded(*there)) return Refused(*there);
  const Result<S3Answer> answer = Send({"DELETE", name, ""});
  if (!answer) return answer.error();
  if (IsMissingObject(*answer)) return false;
  if (!Succeeded(*answer)) return Refused(*answer);
  return true;
}

Result<std::vector<std::string>> S3Storage::List(int max) {
  std::vector<std::string> names;
  std::string after;
  while (static_cast<int>(names.size()) < max) {
    const int count = std::min(kNamesPerPage, max - static_cast<int>(names.size()));
    std::string query = after.empty() ? "" : "continuation-token=" + PercentEncode(after) + "&";
    query += fmt::format("list-type=2&max-keys={}", count);
    const Result<S3Answer> answer = Send({"GET", "", query});
    if (!answer) return answer.error();
    if (!Succeeded(*answer)) return Refused(*answer);
    pugi::xml_document document;
    if (!document.load_buffer(answer->body.data(), answer->body.size())) {
      return Error{ErrorCode::kSystem, fmt::format("{} answers with a broken list", place_), {}, 0};
    }
    const pugi::xml_node list = document.child("ListBucketResult");
    for (const pugi::xml_node entry : list.children("Contents")) {
      // Others may keep objects in the bucket whose names mean nothing to this service.
      std::string name = entry.child_value("Key");
      if (IsStoredName(name)) names.push_back(std::move(name));
    }
    const std::string next = list.child_value("NextContinuationToken");
    if (next.empty() || next == after) break;
    after = next;
  }
  return names;
}

}  // namespace twelve
