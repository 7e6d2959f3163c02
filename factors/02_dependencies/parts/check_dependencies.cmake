# Compares what BINARY links and loads with dependencies.json, by the program CHECK; fails when it
# does. Facts are left in DIRECTORY. EXACT: a version that differs fails too.
# MANIFEST names the packages whose versions are asked for.
file(READ ${MANIFEST} manifest)
string(JSON count LENGTH "${manifest}" dependencies)
math(EXPR last "${count} - 1")
set(names "")
foreach(i RANGE ${last})
  string(JSON name GET "${manifest}" dependencies ${i} name)
  list(APPEND names ${name})
endforeach()
file(MAKE_DIRECTORY ${DIRECTORY})
execute_process(COMMAND readelf -d ${BINARY} OUTPUT_FILE ${DIRECTORY}/readelf.txt
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ldd ${BINARY} OUTPUT_FILE ${DIRECTORY}/ldd.txt COMMAND_ERROR_IS_FATAL ANY)
# A system without dpkg has no versions to compare, and says so below by its name.
execute_process(COMMAND dpkg-query -W -f "\${Package} \${Version}\n" ${names}
                OUTPUT_FILE ${DIRECTORY}/packages.txt ERROR_QUIET RESULT_VARIABLE ignored)
set(exact "")
if(EXACT)
  set(exact --exact)
endif()
execute_process(COMMAND ${CHECK} ${DIRECTORY}/readelf.txt ${DIRECTORY}/ldd.txt
                        ${DIRECTORY}/packages.txt /etc/os-release ${exact}
                RESULT_VARIABLE failed)
if(NOT failed EQUAL 0)
  message(FATAL_ERROR "${BINARY} was not kept: what it needs is not what dependencies.json declares")
endif()
