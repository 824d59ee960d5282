# Debian packages: `cmake --workflow --preset package`, or cpack in a build with
# GROUPRING_DEBIAN.
set(packager "groupring packages <groupring@example.org>")
if(DEFINED ENV{DEBEMAIL})
  set(packager "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
endif()
set(GROUPRING_PACKAGER "${packager}" CACHE STRING
  "Whom the packages name as their maintainer; by default DEBFULLNAME, DEBEMAIL")
set(GROUPRING_DEBIAN_RELEASE 1 CACHE STRING
  "Which packages of this version they are: 2 is an upgrade from 1")
set(version ${PROJECT_VERSION}-${GROUPRING_DEBIAN_RELEASE})
set(packages groupring groupring-checker groupring-lua2 libgroupring1
  libgroupring-dev groupring-dbgsym)

# A date that does not depend on when they are built.
execute_process(COMMAND date -u -d ${GROUPRING_DATE} +%s
  OUTPUT_VARIABLE epoch OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND env LC_ALL=C date -u -R -d ${GROUPRING_DATE}
  OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
file(CONFIGURE OUTPUT packages-date.cmake
  CONTENT "if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${epoch})
endif()
")
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_BINARY_DIR}/packages-date.cmake)

# Copyright and changes in each, as policy wants them.
set(here ${CMAKE_CURRENT_LIST_DIR})
set(documents ${CMAKE_CURRENT_BINARY_DIR}/documents)
configure_file(${here}/changelog.in ${documents}/changelog.Debian @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${documents}/changelog
  COPYONLY)
foreach(file changelog.Debian changelog)
  execute_process(COMMAND gzip -9nkf ${documents}/${file}
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
set(components program checker lua2 library dev symbols)
foreach(component package IN ZIP_LISTS components packages)
  install(FILES ${here}/copyright ${documents}/changelog.Debian.gz
      ${documents}/changelog.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
    COMPONENT ${component})
  string(TOUPPER ${component} COMPONENT)
  set(CPACK_DEBIAN_${COMPONENT}_PACKAGE_NAME ${package})
  file(GLOB control ${here}/${package}/*)
  set(CPACK_DEBIAN_${COMPONENT}_PACKAGE_CONTROL_EXTRA ${control})
endforeach()

# What is stripped off the others, by build id, where debuggers look for it.
# (CPack makes such packages as well, without copyright and with wrong checksums.)
set(built $<TARGET_FILE:groupring> $<TARGET_FILE:libgroupring>)
install(CODE "
  foreach(file ${built})
    execute_process(COMMAND readelf -n \${file} OUTPUT_VARIABLE notes
      COMMAND_ERROR_IS_FATAL ANY)
    if(NOT notes MATCHES \"Build ID: (..)([0-9a-f]+)\")
      message(FATAL_ERROR \"\${file} has no build id\")
    endif()
    set(place \"\$ENV{DESTDIR}/usr/lib/debug/.build-id/\${CMAKE_MATCH_1}\")
    file(MAKE_DIRECTORY \${place})
    set(symbols \${place}/\${CMAKE_MATCH_2}.debug)
    execute_process(COMMAND objcopy --only-keep-debug --compress-debug-sections
      \${file} \${symbols} COMMAND_ERROR_IS_FATAL ANY)
    file(CHMOD \${symbols} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ
      WORLD_READ)
  endforeach()" COMPONENT symbols)
set(CPACK_STRIP_FILES ON)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE
  OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_NAME groupring)
set(CPACK_PACKAGE_CONTACT ${GROUPRING_PACKAGER})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${GROUPRING_DEBIAN_RELEASE})
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(what "Answers PowerDNS from groups held in Redis")
set(more
  "groupring keeps each client network on one group of servers: it hashes the"
  "client's subnet onto a consistent-hash ring of groups and answers A and AAAA"
  "with a random healthy address of that group.")
list(JOIN more "\n" more)
set(same "(= ${version})")
set(users "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")

set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "${what}
${more}
The daemon that PowerDNS' remote and pipe backends ask, and the commands of
operators.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "${users}")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS
  "pdns-backend-remote | pdns-backend-pipe")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS
  "redis-server | valkey-server, groupring-checker")

set(CPACK_DEBIAN_CHECKER_PACKAGE_SECTION net)
set(CPACK_DEBIAN_CHECKER_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_CHECKER_DESCRIPTION "Probes the addresses that groupring answers
${more}
The service that probes those addresses and says in Redis which are up.")
set(CPACK_DEBIAN_CHECKER_PACKAGE_DEPENDS "groupring ${same}, ${users}")

set(CPACK_DEBIAN_LUA2_PACKAGE_SECTION net)
set(CPACK_DEBIAN_LUA2_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_LUA2_DESCRIPTION "groupring inside PowerDNS: for its Lua2 backend
${more}
The script that has PowerDNS' Lua2 backend answer by it, with no protocol
between.")
set(CPACK_DEBIAN_LUA2_PACKAGE_DEPENDS
  "groupring ${same}, libgroupring1 ${same}, pdns-backend-lua2, ${users}")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "groupring as a library
${more}
The engine for use inside other programs.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_DESCRIPTION "groupring as a library: header and link
${more}
The header and what compilers and linkers need.")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libgroupring1 ${same}")

set(CPACK_DEBIAN_SYMBOLS_PACKAGE_SECTION debug)
set(CPACK_DEBIAN_SYMBOLS_DESCRIPTION "groupring: symbols for debuggers
${more}
What a debugger needs to show where in the source a process or a core dump is.")
set(CPACK_DEBIAN_SYMBOLS_PACKAGE_RECOMMENDS
  "groupring ${same} | libgroupring1 ${same}")

include(CPack)
