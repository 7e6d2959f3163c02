#include "harness/conformance/secrets.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(SecretMask, HidesValuesOfNamesThatLookSecret) {
  const SecretMask mask(Environment{{"DB_PASSWORD", "hunter2hunter2"},
                                    {"api_key", "k-123456"},
                                    {"GREETING", "hello"},
                                    {"AUTH_TOKEN", "hunter2hunter2extra"}});
  EXPECT_EQ(mask.Apply("hello hunter2hunter2, Xk-123456X hunter2hunter2extra"),
            "hello [masked], X[masked]X [masked]");
}

TEST(SecretMask, HidesTheUserOfAUrl) {
  const SecretMask mask(Environment{{"DATABASE_URL", "postgres://app:s3cr3t@127.0.0.1/db"}});
  EXPECT_EQ(mask.Apply("url postgres://app:s3cr3t@127.0.0.1/db"), "url [masked]");
  EXPECT_EQ(mask.Apply("login app:s3cr3t failed: s3cr3t"), "login [masked] failed: [masked]");
}

TEST(SecretMask, AUrlWithoutUserIsNoSecret) {
  EXPECT_FALSE(LooksSecret("DATABASE_URL", "sqlite:/tmp/db"));
  EXPECT_FALSE(LooksSecret("HOME_PAGE", "http://127.0.0.1/a@b"));
  EXPECT_TRUE(LooksSecret("UPSTREAM", "http://u@127.0.0.1/"));
}

TEST(SecretMask, AShortValueGoesOnlyAsAWord) {
  const SecretMask mask(Environment{{"KEY", "abc"}, {"TOKEN", "1"}});
  EXPECT_EQ(mask.Apply("abc abcd exit 1 (abc)"), "[masked] abcd exit 1 ([masked])");
}

TEST(SecretMask, EachLineOfALongValueIsHidden) {
  const SecretMask mask(Environment{{"PRIVATE_KEY", "-----BEGIN\nMIIEabcdef\n-----END"}});
  EXPECT_EQ(mask.Apply("log: MIIEabcdef"), "log: [masked]");
}

}  // namespace
}  // namespace twelve
