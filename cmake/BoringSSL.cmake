# Gives BoringSSL::crypto and BoringSSL::pki, static and private to Nacre.
#
# The first provider that is there:
#   BORINGSSL_ROOT=<prefix>                  prebuilt: include/, lib/libcrypto.a, lib/libpki.a
#   FETCHCONTENT_SOURCE_DIR_BORINGSSL=<dir>  a source tree that you have
#   the crate boring-sys, through cargo      pinned and checked by third_party/boringssl/Cargo.lock
#
# The last two are built once per flavour into NACRE_CACHE_DIR, keyed by version, compiler and
# flags, and shared by all build trees.
include_guard(GLOBAL)
if(DEFINED ENV{XDG_CACHE_HOME})
  set(_nacre_cache "$ENV{XDG_CACHE_HOME}/nacre")
else()
  set(_nacre_cache "$ENV{HOME}/.cache/nacre")
endif()
set(NACRE_CACHE_DIR "${_nacre_cache}" CACHE PATH "Where built BoringSSLs are kept")
set(NACRE_BORINGSSL_PREFIX "NACRE_BSSL" CACHE STRING
  "Prefix of every BoringSSL symbol, so that OpenSSL can be in the same program")
set(NACRE_BORINGSSL_FLAVOUR "plain" CACHE STRING "plain, asan, tsan or consttime")
set_property(CACHE NACRE_BORINGSSL_FLAVOUR PROPERTY STRINGS plain asan tsan consttime)
set(BORINGSSL_ROOT "$ENV{BORINGSSL_ROOT}" CACHE PATH "Prefix of a prebuilt BoringSSL")

# Sets `source` and `version`: the tree to build, and the name it goes by.
function(_nacre_boringssl_source)
  if(FETCHCONTENT_SOURCE_DIR_BORINGSSL)
    set(source "${FETCHCONTENT_SOURCE_DIR_BORINGSSL}")
    file(TIMESTAMP "${source}/gen/sources.cmake" time "%s" UTC)
    string(MD5 hash "${source} ${time}")
    string(SUBSTRING "${hash}" 0 12 hash)
    set(version "tree-${hash}")
  else()
    find_program(CARGO_EXECUTABLE cargo HINTS "$ENV{HOME}/.cargo/bin")
    if(NOT CARGO_EXECUTABLE)
      message(FATAL_ERROR "No BoringSSL. Install cargo, or give -DBORINGSSL_ROOT=<prefix> or "
        "-DFETCHCONTENT_SOURCE_DIR_BORINGSSL=<source tree>.")
    endif()
    execute_process(
      COMMAND "${CARGO_EXECUTABLE}" metadata --locked --format-version 1
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}/third_party/boringssl"
      OUTPUT_VARIABLE json ERROR_VARIABLE err RESULT_VARIABLE failed)
    string(REGEX MATCH "\"manifest_path\":\"([^\"]*/boring-sys-([^/\"]*))/Cargo.toml\""
      found "${json}")
    if(failed OR NOT found)
      message(FATAL_ERROR "cargo could not fetch BoringSSL: ${err}")
    endif()
    set(source "${CMAKE_MATCH_1}/deps/boringssl")
    set(version "boring-sys-${CMAKE_MATCH_2}")
  endif()
  if(NOT EXISTS "${source}/include/openssl/is_boringssl.h")
    message(FATAL_ERROR "${source} is no BoringSSL tree")
  endif()
  set(source "${source}" PARENT_SCOPE)
  set(version "${version}" PARENT_SCOPE)
endfunction()

# Sets `cc` and `cxx`. Clang where there is one, whatever compiles Nacre: with g++ 12 X25519 and
# Ed25519 take twice as long.
function(_nacre_boringssl_compiler)
  foreach(name clang-22 clang-23 clang-21 clang-20 clang-19 clang)
    string(REPLACE clang clang++ name_cxx "${name}")
    find_program(cc "${name}" NO_CACHE)
    find_program(cxx "${name_cxx}" NO_CACHE)
    if(cc AND cxx)
      break()
    endif()
    unset(cc)
    unset(cxx)
  endforeach()
  if(NOT cxx OR CMAKE_CROSSCOMPILING OR CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(cc "${CMAKE_C_COMPILER}")
    set(cxx "${CMAKE_CXX_COMPILER}")
  endif()
  set(cc "${cc}" PARENT_SCOPE)
  set(cxx "${cxx}" PARENT_SCOPE)
endfunction()

# ASan's flavour lets it see BoringSSL write past a buffer of ours; TSan's is needed, because locks
# taken in uninstrumented code look like races; consttime's tells valgrind what BoringSSL makes
# public of a secret.
set(_nacre_boringssl_option_asan -DASAN=ON)
set(_nacre_boringssl_option_tsan -DTSAN=ON)
set(_nacre_boringssl_option_consttime -DCONSTANT_TIME_VALIDATION=ON)

function(_nacre_boringssl_run log)
  execute_process(COMMAND ${ARGN} OUTPUT_FILE "${log}" ERROR_FILE "${log}" RESULT_VARIABLE failed)
  if(failed)
    file(READ "${log}" text)
    string(LENGTH "${text}" length)
    if(length GREATER 4000)
      math(EXPR start "${length} - 4000")
      string(SUBSTRING "${text}" ${start} -1 text)
    endif()
    message(FATAL_ERROR "BoringSSL does not build:\n${text}\nAll of it: ${log}")
  endif()
endfunction()

# Sets `root` to a finished build, making it when there is none.
function(_nacre_boringssl_build)
  _nacre_boringssl_source()
  _nacre_boringssl_compiler()
  execute_process(COMMAND "${cxx}" --version OUTPUT_VARIABLE compiler)
  set(flags "-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    string(APPEND flags " -fcf-protection=full -fstack-clash-protection")
    set(asm_flags "-fcf-protection=full")
  endif()
  if(NACRE_BORINGSSL_FLAVOUR MATCHES "san")
    string(REPLACE "_FORTIFY_SOURCE=3" "_FORTIFY_SOURCE=0" flags "${flags}")  # hides calls from it
  endif()
  set(options
    -DCMAKE_BUILD_TYPE=Release "-DCMAKE_C_FLAGS=${flags}" "-DCMAKE_CXX_FLAGS=${flags}"
    "-DCMAKE_ASM_FLAGS=${asm_flags}"
    "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG -g0 -w" "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG -g0 -w"
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF
    "-DBORINGSSL_PREFIX=${NACRE_BORINGSSL_PREFIX}"
    ${_nacre_boringssl_option_${NACRE_BORINGSSL_FLAVOUR}})
  string(MD5 hash "${version} ${CMAKE_SYSTEM_PROCESSOR} ${cxx} ${compiler} ${options}")
  string(SUBSTRING "${hash}" 0 12 hash)
  set(root "${NACRE_CACHE_DIR}/boringssl/${version}-${NACRE_BORINGSSL_FLAVOUR}-${hash}")
  set(root "${root}" PARENT_SCOPE)
  set(version "${version}" PARENT_SCOPE)

  file(MAKE_DIRECTORY "${NACRE_CACHE_DIR}/boringssl")
  file(LOCK "${root}.lock" GUARD FUNCTION TIMEOUT 1800)
  if(EXISTS "${root}/lib/libcrypto.a")
    return()
  endif()
  message(STATUS "Building BoringSSL (${NACRE_BORINGSSL_FLAVOUR}), once, into ${root}")
  set(work "${root}.build")
  file(REMOVE_RECURSE "${work}")
  file(MAKE_DIRECTORY "${work}/done/lib")
  set(generator "Unix Makefiles")
  cmake_host_system_information(RESULT jobs QUERY NUMBER_OF_LOGICAL_CORES)
  find_program(ninja ninja NO_CACHE)
  if(ninja)
    set(generator Ninja)
  endif()
  _nacre_boringssl_run("${work}/log"
    "${CMAKE_COMMAND}" -S "${source}" -B "${work}/b" -G "${generator}"
    "-DCMAKE_C_COMPILER=${cc}" "-DCMAKE_CXX_COMPILER=${cxx}" ${options})
  _nacre_boringssl_run("${work}/log"
    "${CMAKE_COMMAND}" --build "${work}/b" --target crypto pki -j ${jobs})
  file(COPY "${work}/b/libcrypto.a" "${work}/b/libpki.a" DESTINATION "${work}/done/lib")
  file(COPY "${source}/include" "${source}/LICENSE" DESTINATION "${work}/done")
  file(RENAME "${work}/done" "${root}")  # all or nothing: a broken-off build leaves no root
  file(REMOVE_RECURSE "${work}")
endfunction()

function(_nacre_boringssl_import)
  if(BORINGSSL_ROOT)
    set(root "${BORINGSSL_ROOT}")
    set(version "prebuilt")
  else()
    _nacre_boringssl_build()
  endif()
  find_package(Threads REQUIRED)
  set(prefixed "$<$<BOOL:${NACRE_BORINGSSL_PREFIX}>:BORINGSSL_PREFIX=${NACRE_BORINGSSL_PREFIX}>")
  foreach(lib crypto pki)
    if(NOT EXISTS "${root}/lib/lib${lib}.a" OR NOT EXISTS "${root}/include/openssl/is_boringssl.h")
      message(FATAL_ERROR "${root} holds no built BoringSSL")
    endif()
    add_library(BoringSSL::${lib} STATIC IMPORTED GLOBAL)
    set_target_properties(BoringSSL::${lib} PROPERTIES
      IMPORTED_LOCATION "${root}/lib/lib${lib}.a"
      INTERFACE_INCLUDE_DIRECTORIES "${root}/include"
      INTERFACE_COMPILE_DEFINITIONS "${prefixed}")
  endforeach()
  target_link_libraries(BoringSSL::crypto INTERFACE Threads::Threads)
  target_link_libraries(BoringSSL::pki INTERFACE BoringSSL::crypto)
  set(NACRE_BORINGSSL_VERSION "${version}" PARENT_SCOPE)
  set(NACRE_BORINGSSL_ROOT "${root}" PARENT_SCOPE)
  message(STATUS "BoringSSL ${version} from ${root}")
endfunction()

_nacre_boringssl_import()
