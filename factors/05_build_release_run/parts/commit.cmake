# Writes OUTPUT, the source of twelve::BuiltFromCommit() and twelve::BuiltFromCleanTree(), when the
# commit of ROOT or the state of its tree has changed. A file that nobody has added counts as a
# change too: it can be compiled in, and no clone would have it.
set(commit "unknown")
set(clean "false")
find_program(git git)
if(git)
  execute_process(COMMAND ${git} -C ${ROOT} rev-parse --short=12 HEAD OUTPUT_VARIABLE head
                  RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(failed EQUAL 0 AND head MATCHES "^[0-9a-f]+$")
    set(commit "${head}")
    execute_process(COMMAND ${git} -C ${ROOT} --no-optional-locks status --porcelain
                            --untracked-files=normal
                    OUTPUT_VARIABLE changes RESULT_VARIABLE failed ERROR_QUIET)
    if(failed EQUAL 0 AND "${changes}" STREQUAL "")
      set(clean "true")
    else()
      string(APPEND commit "-dirty")
    endif()
  endif()
endif()
string(CONFIGURE [=[
#include "factors/05_build_release_run/parts/release_identity.h"

namespace twelve {
std::string_view BuiltFromCommit() { return "@commit@"; }
bool BuiltFromCleanTree() { return @clean@; }
}  // namespace twelve
]=] source @ONLY)
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT "${old}" STREQUAL "${source}")
  file(WRITE ${OUTPUT} "${source}")
endif()
