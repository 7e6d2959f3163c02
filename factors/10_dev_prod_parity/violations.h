#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kDevProdParityViolations[] = {
    {"dev-server-banner", 10, "says that it is a development server", "X-dev-server=FAIL",
     "XI-line-shape"},
    {"dev-uses-sqlite", 10, "uses SQLite where APP_ENV is development, whatever DATABASE_URL says",
     "X-adapter-switch=FAIL", "III-orthogonal,VI-file-census,V-readonly-release"},
    {"sqlite-in-dev", 10, "is developed on SQLite and deployed on PostgreSQL",
     "X-backing-parity=FAIL", "", "factors/10_dev_prod_parity/fixtures/sqlite-in-dev"},
};

}  // namespace twelve
