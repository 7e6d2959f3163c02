# twelve_library(NAME SOURCES a.cpp … [PUBLIC deps…] [PRIVATE deps…])
#   A static library: one per folder. Listed by hand, alphabetically.
# twelve_test(NAME SOURCES a_test.cpp … DEPS deps… [LABELS …] [SERIAL])
#   One test program per folder; each TEST is one ctest entry. SERIAL keeps it off a shared machine:
#   no other test runs beside it.
# twelve_embed(TARGET NAME FILES …)
#   Adds a generated source to TARGET that holds the files' bytes; see cmake/embed.cmake.

function(twelve_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  target_precompile_headers(${name} REUSE_FROM twelve_pch)
endfunction()

function(twelve_test name)
  if(NOT TWELVE_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "SERIAL" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM twelve_test_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  set(properties TIMEOUT 300)
  if(arg_SERIAL)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  list(LENGTH arg_LABELS labels)
  if(labels GREATER 1)
    # gtest_discover_tests would take a list of labels apart and lose what comes behind it.
    message(FATAL_ERROR "${name} may have one label and has: ${arg_LABELS}")
  endif()
  if(arg_LABELS)
    list(APPEND properties LABELS "${arg_LABELS}")
  endif()
  # One variable for each property: gtest_discover_tests takes lists of variables apart.
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
                       DISCOVERY_TIMEOUT 60
                       PROPERTIES ${properties}
                                  ENVIRONMENT "TWELVE_BIN=${CMAKE_BINARY_DIR}/bin"
                                  ENVIRONMENT_MODIFICATION "TWELVE_SOURCE=set:${CMAKE_SOURCE_DIR}")
endfunction()

function(twelve_embed target name)
  cmake_parse_arguments(arg "" "" "FILES" ${ARGN})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  list(JOIN arg_FILES "|" joined)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUTPUT=${output} -DROOT=${CMAKE_SOURCE_DIR}
            "-DFILES=${joined}" -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${arg_FILES} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
  set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# Precompiled headers are shared: each folder's library takes the one of twelve_pch.
file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp "")
add_library(twelve_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
target_precompile_headers(twelve_pch PRIVATE
  <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <span>
  <string> <string_view> <utility> <variant> <vector>)
if(TWELVE_TESTS)
  find_package(GTest REQUIRED)
  add_library(twelve_test_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
  target_link_libraries(twelve_test_pch PUBLIC GTest::gmock GTest::gtest)
  target_precompile_headers(twelve_test_pch PRIVATE
    <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <span>
    <string> <string_view> <utility> <variant> <vector> <gmock/gmock.h> <gtest/gtest.h>)
endif()
