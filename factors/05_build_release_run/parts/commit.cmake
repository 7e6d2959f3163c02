# Writes OUTPUT, the source of twelve::BuiltFromCommit(), when the commit of ROOT has changed.
set(commit "unknown")
find_program(git git)
if(git)
  execute_process(COMMAND ${git} -C ${ROOT} rev-parse --short=12 HEAD OUTPUT_VARIABLE head
                  RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(failed EQUAL 0 AND head MATCHES "^[0-9a-f]+$")
    set(commit "${head}")
    execute_process(COMMAND ${git} -C ${ROOT} --no-optional-locks status --porcelain
                            --untracked-files=no
                    OUTPUT_VARIABLE changes ERROR_QUIET)
    if(NOT "${changes}" STREQUAL "")
      string(APPEND commit "-dirty")
    endif()
  endif()
endif()
string(CONFIGURE [=[
#include "factors/05_build_release_run/parts/release_identity.h"

namespace twelve {
std::string_view BuiltFromCommit() { return "@commit@"; }
}  // namespace twelve
]=] source @ONLY)
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT "${old}" STREQUAL "${source}")
  file(WRITE ${OUTPUT} "${source}")
endif()
