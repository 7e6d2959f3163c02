#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kConfigViolations[] = {
    {"cache-config-file", 3, "leaves its whole config, secrets included, in cache.json",
     "III-secret-argv-disk=FAIL", "VI-file-census,V-readonly-release,V-foreign-surroundings"},
    {"commit-dotenv", 3, "has its .env, with a password, in its repository",
     "III-secret-source=FAIL", "", "factors/03_config/fixtures/commit-dotenv"},
    {"config-by-env-name", 3, "takes what is not set from config.$APP_ENV.json",
     "III-named-env=FAIL", "III-config-file-opened,I-deploy-same-code"},
    {"debug-env-endpoint", 3, "answers GET /debug/vars with its environment",
     "III-secret-http=FAIL", "B-api-contract"},
    {"default-secret", 3, "takes \"changeme\" for a secret that is required and not set",
     "III-fail-fast=FAIL", ""},
    {"dotenv-overrides", 3, "lets the values of .env win over the environment",
     "III-dotenv-precedence=FAIL", "III-config-file-opened,VII-port-env",
     "factors/03_config/fixtures/dotenv-overrides"},
    {"env-name-overrides-db", 3, "ignores DATABASE_URL when APP_ENV is development",
     "III-orthogonal=FAIL", "X-adapter-switch"},
    {"hardcode-api-key", 3, "carries a key in its source", "III-secret-source=FAIL", "",
     "factors/03_config/fixtures/hardcode-api-key"},
    {"lazy-config", 3, "looks for API_KEY at the first request that needs it", "III-fail-fast=FAIL",
     ""},
    {"log-db-url-on-error", 3,
     "prints its database's URL, password and all, when it cannot connect", "III-secret-logs=FAIL",
     "XI-line-shape"},
    {"log-env-at-boot", 3, "prints its whole environment at the start", "III-secret-logs=FAIL",
     "XI-line-shape,III-named-env"},
    {"missing-env-no-name", 3, "says \"config error\" and names no variable", "III-fail-fast=WARN",
     "VII-port-bad-value"},
    {"reads-config-yml", 3, "lets config.yml win over the environment",
     "III-config-file-opened=FAIL", "III-env-effective,VII-port-env"},
    {"serves-dotenv", 3, "serves the files of the directory that it runs in, .env among them",
     "III-secret-http=FAIL", ""},
    {"stacktrace-500", 3, "shows its environment in every answer from 500 on",
     "III-secret-http=FAIL", ""},
};

}  // namespace twelve
