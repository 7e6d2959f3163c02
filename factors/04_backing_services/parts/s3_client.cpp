#include "factors/04_backing_services/parts/s3_client.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include <pugixml.hpp>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/stored_name.h"

namespace twelve {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void* NewHandle() {
  static const CURLcode kStarted = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  return kStarted == CURLE_OK ? ::curl_easy_init() : nullptr;
}

std::string Sha256Hex(const std::string& bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  ::crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size());
  std::string hex;
  for (const unsigned char byte : hash) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::size_t KeepBody(char* bytes, std::size_t size, std::size_t count, void* into) {
  std::string& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > S3Client::kMaxBody) return 0;
  body.append(bytes, size * count);
  return size * count;
}

/// A child of this process, such as one of a pool, must not keep the connection open.
int CloseOnExec(void*, curl_socket_t socket, curlsocktype) {
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  return CURL_SOCKOPT_OK;
}

/// A line of a header that cannot become two.
std::string Header(const std::string& name, std::string value) {
  std::erase_if(value, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
  return name + ": " + value;
}

Status ReadFlag(const BackingUrl& url, const std::string& name, bool& flag) {
  const auto found = url.options.find(name);
  if (found == url.options.end()) return {};
  if (found->second != "0" && found->second != "1") {
    return InvalidError(fmt::format("has an option {} that is neither 0 nor 1", name));
  }
  flag = found->second == "1";
  return {};
}

}  // namespace

std::string S3Location::Place() const {
  return BackingUrl{"s3", {}, {}, host, port, "/" + bucket, {}}.Place(tls ? 443 : 80);
}

std::string S3Location::BaseUrl() const {
  const std::string authority = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const std::string place = port == 0 ? authority : fmt::format("{}:{}", authority, port);
  const char* protocol = tls ? "https" : "http";
  return path_style ? fmt::format("{}://{}/{}/", protocol, place, bucket)
                    : fmt::format("{}://{}.{}/", protocol, bucket, place);
}

Result<S3Location> ParseS3Url(const std::string& url) {
  Result<BackingUrl> parsed = ParseBackingUrl(url);
  if (!parsed) return parsed.error();
  if (parsed->scheme != "s3") return InvalidError("must begin with s3://");
  S3Location location;
  location.key = parsed->user;
  location.secret = parsed->password;
  location.host = parsed->host;
  location.port = parsed->port;
  if (location.key.empty() || location.secret.empty()) {
    return InvalidError("needs key:secret@ before its host");
  }
  location.bucket = parsed->path.substr(std::min<std::size_t>(1, parsed->path.size()));
  if (!IsStoredName(location.bucket)) {
    return InvalidError("needs the name of one bucket after its host, such as /shop");
  }
  if (Status status = ReadFlag(*parsed, "path_style", location.path_style); !status) {
    return status.error();
  }
  if (Status status = ReadFlag(*parsed, "tls", location.tls); !status) return status.error();
  for (const auto& [name, value] : parsed->options) {
    if (name == "region" && IsStoredName(value)) {
      location.region = value;
    } else if (name != "path_style" && name != "tls") {
      return InvalidError("takes region, path_style and tls after ?, and region must be a name");
    }
  }
  return location;
}

std::string S3Answer::ErrorCode() const {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return {};
  return document.child("Error").child_value("Code");
}

struct S3Client::Transfer {
  std::string url;
  HeaderList headers;
  S3Answer answer;

  void AddHeader(const std::string& line) {
    headers.reset(::curl_slist_append(headers.release(), line.c_str()));
  }
};

S3Client::S3Client(const S3Location& location) : location_(location), curl_(NewHandle()) {}

S3Client::~S3Client() {
  ::curl_easy_cleanup(curl_);
}

void S3Client::Prepare(const Request& request, Transfer& transfer, Duration timeout) {
  // Keeps the connection; whatever the last request set is gone.
  ::curl_easy_reset(curl_);
  transfer.url = location_.BaseUrl() + request.path;
  if (!request.query.empty()) transfer.url += "?" + request.query;
  // Not a default of libcurl: without it servers answer 400.
  transfer.AddHeader("x-amz-content-sha256: " + Sha256Hex(request.body));
  transfer.AddHeader("Expect:");
  if (!request.content_type.empty()) {
    transfer.AddHeader(Header("Content-Type", request.content_type));
  }
  const auto ms = std::max<std::int64_t>(
      1, std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count());
  ::curl_easy_setopt(curl_, CURLOPT_URL, transfer.url.c_str());
  ::curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, transfer.headers.get());
  ::curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(ms));
  ::curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(curl_, CURLOPT_PROXY, "");
  ::curl_easy_setopt(curl_, CURLOPT_SOCKOPTFUNCTION, CloseOnExec);
  ::curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, KeepBody);
  ::curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &transfer.answer.body);
  const std::string signature = "aws:amz:" + location_.region + ":s3";
  ::curl_easy_setopt(curl_, CURLOPT_AWS_SIGV4, signature.c_str());
  ::curl_easy_setopt(curl_, CURLOPT_USERNAME, location_.key.c_str());
  ::curl_easy_setopt(curl_, CURLOPT_PASSWORD, location_.secret.c_str());
  if (request.method == "PUT") {
    ::curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, request.body.data());
    ::curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == "HEAD") {
    ::curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    ::curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

Error S3Client::Lost(int curl_code) const {
  const auto code = static_cast<CURLcode>(curl_code);
  const std::string place = location_.Place();
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {ErrorCode::kTimeout, fmt::format("{} does not answer in time", place), {}, 0};
  }
  if (code == CURLE_WRITE_ERROR) {
    return {ErrorCode::kSystem,
            fmt::format("an answer of {} is larger than {} MB", place, kMaxBody >> 20),
            {},
            0};
  }
  return {ErrorCode::kClosed,
          fmt::format("{} is not reachable: {}", place, ::curl_easy_strerror(code)), "curl", 0};
}

Result<S3Answer> S3Client::Send(const Request& request, Duration timeout) {
  if (curl_ == nullptr) return SystemError("cannot start libcurl", "curl_easy_init", ENOMEM);
  Transfer transfer;
  Prepare(request, transfer, timeout);
  const CURLcode code = ::curl_easy_perform(curl_);
  broken_ = code != CURLE_OK;
  if (broken_) return Lost(code);
  long status = 0;
  const char* type = nullptr;
  ::curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
  ::curl_easy_getinfo(curl_, CURLINFO_CONTENT_TYPE, &type);
  transfer.answer.status = static_cast<int>(status);
  if (type != nullptr) transfer.answer.content_type = type;
  return std::move(transfer.answer);
}

std::string PercentEncode(const std::string& text) {
  char* encoded = ::curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  std::string result = encoded == nullptr ? "" : encoded;
  ::curl_free(encoded);
  return result;
}

}  // namespace twelve
