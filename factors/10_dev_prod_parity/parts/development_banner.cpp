#include "factors/10_dev_prod_parity/parts/development_banner.h"

#include <cstdio>

namespace twelve {

Status DevelopmentBanner::Run(TerminationHandling& /*termination*/) {
  // As web frameworks word it: people look for these words, and so do checks.
  std::fputs(
      "WARNING: This is a development server. Do not use it in a production deployment.\n"
      "Press CTRL+C to quit\n",
      stderr);
  return {};
}

}  // namespace twelve
