#include "factors/04_backing_services/parts/open_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/04_backing_services/parts/s3_client.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(OpenStorage, KnowsTheStorageByItsUrl) {
  const SystemClock clock;
  const struct {
    const char* url;
    const char* place;
  } cases[] = {
      {"file:///var/files", "file:///var/files"},
      {"s3://key:hunter2@127.0.0.1:4568/shop?region=eu-1&path_style=1&tls=0",
       "s3://127.0.0.1:4568/shop"},
      {"s3://key:hunter2@store.example/shop", "s3://store.example:443/shop"},
  };
  for (const auto& c : cases) {
    const auto storage = OpenStorage(c.url, {}, clock);
    ASSERT_TRUE(storage.ok()) << c.url << ": " << storage.error().message;
    EXPECT_EQ(storage.value()->place(), c.place);
    EXPECT_EQ(storage.value()->kind(), BackingKind::kStorage);
  }
}

TEST(OpenStorage, NamesTheKnownSchemesAndNoSecret) {
  for (const char* url :
       {"ftp://key:hunter2@host/x", "hunter2", "s3://host/hunter2", "s3://key:hunter2@host",
        "s3://key:hunter2@host/a/b", "s3://key:hunter2@host/shop?tls=yes",
        "s3://key:hunter2@host/shop?endpoint=x", "s3://key:hunter2@host/shop?region="}) {
    const Status status = CheckStorageUrl(url);
    ASSERT_FALSE(status.ok()) << url;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalid) << url;
    EXPECT_THAT(status.error().message, Not(HasSubstr("hunter2")));
  }
  EXPECT_THAT(CheckStorageUrl("ftp://host/x").error().message, HasSubstr("known are file, s3"));
}

TEST(S3Location, PutsTheBucketInThePathOrInTheHost) {
  EXPECT_EQ(ParseS3Url("s3://k:s@127.0.0.1:4568/shop?path_style=1&tls=0")->BaseUrl(),
            "http://127.0.0.1:4568/shop/");
  EXPECT_EQ(ParseS3Url("s3://k:s@s3.example/shop?region=eu-1")->BaseUrl(),
            "https://shop.s3.example/");
  EXPECT_EQ(ParseS3Url("s3://k:s@[::1]/shop?path_style=1")->BaseUrl(), "https://[::1]/shop/");
}

TEST(S3Storage, AServerThatIsNotThereIsClosedAndNamed) {
  const SystemClock clock;
  // Port 1 of the loopback is reserved and nobody's.
  const auto storage =
      OpenStorage("s3://key:hunter2@127.0.0.1:1/shop?path_style=1&tls=0", {}, clock);
  ASSERT_TRUE(storage.ok());
  const Status connected = storage.value()->Connect(std::chrono::seconds(5));
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, ErrorCode::kClosed);
  EXPECT_THAT(connected.error().message, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(connected.error().message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace twelve
