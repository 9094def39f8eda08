# Installs Nacre: headers, library, CMake package and pkg-config file. A static libnacre needs
# those of the library of cryptography beside it, under names of their own.
include(CMakePackageConfigHelpers)
set(_package "${CMAKE_INSTALL_LIBDIR}/cmake/nacre")

install(DIRECTORY include/nacre TYPE INCLUDE)
install(TARGETS nacre nacre_compression EXPORT nacre)
install(EXPORT nacre NAMESPACE nacre:: DESTINATION "${_package}" FILE nacreTargets.cmake)
set(NACRE_INSTALLED_LIBS ${NACRE_CRYPTO_LIBS})
list(REVERSE NACRE_INSTALLED_LIBS)
list(TRANSFORM NACRE_INSTALLED_LIBS PREPEND "${NACRE_CRYPTO_SHORT}_")
list(JOIN NACRE_INSTALLED_LIBS " " NACRE_INSTALLED_LIBS)
configure_package_config_file(cmake/nacreConfig.cmake.in "${PROJECT_BINARY_DIR}/nacreConfig.cmake"
  INSTALL_DESTINATION "${_package}" PATH_VARS CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/nacreConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/nacreConfig.cmake"
  "${PROJECT_BINARY_DIR}/nacreConfigVersion.cmake"
  DESTINATION "${_package}")

set(NACRE_PC_LIBS "-lnacre")
if(NOT BUILD_SHARED_LIBS)
  foreach(lib IN LISTS NACRE_CRYPTO_LIBS)
    install(FILES "${NACRE_CRYPTO_ROOT}/lib/lib${lib}.a" DESTINATION "${CMAKE_INSTALL_LIBDIR}"
      RENAME libnacre_${NACRE_CRYPTO_SHORT}_${lib}.a)
    string(APPEND NACRE_PC_LIBS " -lnacre_${NACRE_CRYPTO_SHORT}_${lib}")
  endforeach()
  string(APPEND NACRE_PC_LIBS " -lpthread -lstdc++")
endif()
file(RELATIVE_PATH NACRE_PC_INCLUDE "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig"
  "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
configure_file(cmake/nacre.pc.in "${PROJECT_BINARY_DIR}/nacre.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/nacre.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
install(FILES LICENSE TYPE DOC)
