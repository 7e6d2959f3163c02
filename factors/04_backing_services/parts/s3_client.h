#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// s3://key:secret@host:port/bucket?region=us-east-1&path_style=1&tls=0
struct S3Location {
  std::string key;
  std::string secret;
  std::string host;
  std::uint16_t port = 0;  // 0: the one of the protocol
  std::string bucket;
  std::string region = "us-east-1";
  bool path_style = false;  // the bucket in the path of the URL instead of in its host
  bool tls = true;

  /// Without credentials.
  std::string Place() const;
  /// Where objects are, with a '/' at its end.
  std::string BaseUrl() const;
};

/// Errors: kInvalid; the message completes "STORAGE_URL …" and holds no secret.
Result<S3Location> ParseS3Url(const std::string& url);

struct S3Answer {
  int status = 0;
  std::string content_type;
  std::string body;
  /// Of an error: "NoSuchKey"; empty when the body has none.
  std::string ErrorCode() const;
};

/// A client of one bucket: one request at a time over a connection that is kept. Requests are
/// signed by libcurl (Signature Version 4), their bodies covered by a SHA-256.
///
/// Threads: one at a time.
/// Owns:    the connection, which is close-on-exec.
/// Errors:  kClosed when nobody is there, kTimeout; an answer with any status is no error. Uses no
///          proxy, whatever the environment says, and follows no redirects.
class S3Client {
 public:
  /// The largest answer that it takes.
  static constexpr std::size_t kMaxBody = 64u << 20;

  explicit S3Client(const S3Location& location);
  ~S3Client();
  S3Client(const S3Client&) = delete;
  S3Client& operator=(const S3Client&) = delete;

  struct Request {
    std::string method = "GET";
    std::string path;   // below the bucket: a name, or empty
    std::string query;  // encoded, its names in order, as the signature needs them
    std::string body = {};
    std::string content_type = {};
  };
  Result<S3Answer> Send(const Request& request, Duration timeout);

  bool LooksAlive() const { return true; }  // libcurl looks before it uses its connection again
  bool broken() const { return broken_; }

 private:
  struct Transfer;
  void Prepare(const Request& request, Transfer& transfer, Duration timeout);
  Error Lost(int curl_code) const;

  const S3Location& location_;
  void* const curl_;
  bool broken_ = false;
};

/// Some bytes in a query. "a b" is "a%20b".
std::string PercentEncode(const std::string& text);

}  // namespace twelve
