# twelve_factors: the catalogue, the lessons and what a scene is made of.
# A factor's own library (twelve_factor_NN) joins the PRIVATE list when its row in catalog.cpp names
# its checks or its experiment.
twelve_library(twelve_factors
  SOURCES
    catalog.cpp
    lesson.cpp
    lesson_blocks.cpp
    lesson_text.cpp
  PUBLIC
    nlohmann_json::nlohmann_json
    twelve_base
  PRIVATE
    fmt::fmt
    PkgConfig::MD4C
    twelve_factor_03
    twelve_factor_04
    twelve_factor_06
    twelve_factor_07
    twelve_factor_09
    twelve_factor_10
    twelve_factor_11
)
twelve_embed(twelve_factors LessonFiles FILES
  ${CMAKE_CURRENT_SOURCE_DIR}/01_codebase/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/02_dependencies/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/03_config/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/04_backing_services/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/05_build_release_run/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/06_processes/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/07_port_binding/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/08_concurrency/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/09_disposability/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/10_dev_prod_parity/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/11_logs/lesson.md
  ${CMAKE_CURRENT_SOURCE_DIR}/12_admin_processes/lesson.md)
twelve_test(twelve_factors_test
  SOURCES lesson_blocks_test.cpp lesson_test.cpp
  DEPS twelve_factors fmt::fmt)
