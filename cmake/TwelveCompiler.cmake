# One place for language level, warnings, sanitizers, build types and the compiler cache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
# Dev, what tests run: compiled for speed of compiling; assertions stay on.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev CACHE STRING "Dev or Release" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release")
  # g++ 12 sees overflows inside inlined std::string that are not there (GCC bugs 105329, 105651).
  # Inside std::optional and std::variant it takes values for unset that are never read then (GCC
  # bug 80635). Dev and both sanitizer builds keep these warnings.
  add_compile_options(-Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
                      -Wno-stringop-overread)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wthread-safety)
  # ccache can keep what a precompiled header made only if the header carries no time.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
if(TWELVE_SANITIZE)
  add_compile_options(-fsanitize=${TWELVE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TWELVE_SANITIZE})
endif()

find_program(TWELVE_CCACHE ccache)
if(TWELVE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${TWELVE_CCACHE})
endif()
include_directories(${CMAKE_SOURCE_DIR})
