# Gives the library of cryptography that NACRE_CRYPTO names, static and private to Nacre: its targets,
# NACRE_CRYPTO_TARGETS, and NACRE_CRYPTO_NAME, NACRE_CRYPTO_VERSION and NACRE_CRYPTO_ROOT of it.
#
# What comes as source is built once per flavour into NACRE_CACHE_DIR, keyed by version, compiler
# and flags, and shared by all build trees.
include_guard(GLOBAL)
if(DEFINED ENV{XDG_CACHE_HOME})
  set(_nacre_cache "$ENV{XDG_CACHE_HOME}/nacre")
else()
  set(_nacre_cache "$ENV{HOME}/.cache/nacre")
endif()
set(NACRE_CACHE_DIR "${_nacre_cache}" CACHE PATH "Where built libraries of cryptography are kept")
set(NACRE_CRYPTO "boringssl" CACHE STRING "The library of cryptography: boringssl or aws-lc")
set_property(CACHE NACRE_CRYPTO PROPERTY STRINGS boringssl aws-lc)
set(NACRE_CRYPTO_FLAVOUR "plain" CACHE STRING "plain, asan, tsan or consttime")
set_property(CACHE NACRE_CRYPTO_FLAVOUR PROPERTY STRINGS plain asan tsan consttime)

# Each has what differs: names, and `_nacre_crypto_source`, which sets `source` and `version`, and what
# besides BORINGSSL_PREFIX it takes to have the symbols prefixed: `prefix_flags` for the compiler,
# `prefix_options` for its CMake, `prefix_headers` to install.
if(NACRE_CRYPTO STREQUAL "boringssl")
  include("${CMAKE_CURRENT_LIST_DIR}/BoringSSL.cmake")
elseif(NACRE_CRYPTO STREQUAL "aws-lc")
  include("${CMAKE_CURRENT_LIST_DIR}/AwsLc.cmake")
else()
  message(FATAL_ERROR "NACRE_CRYPTO is boringssl or aws-lc, not \"${NACRE_CRYPTO}\"")
endif()
string(REPLACE - _ NACRE_CRYPTO_FOLDER "${NACRE_CRYPTO}")
set(NACRE_CRYPTO_PREFIX "${_nacre_crypto_prefix}" CACHE STRING
  "Prefix of every symbol of that library, so that OpenSSL can be in the same program")

# Sets `directory` and `version`, of the crate that third_party/<pin> pins. cargo fetches it, and
# checks it against Cargo.lock.
function(_nacre_crypto_crate pin crate)
  find_program(CARGO_EXECUTABLE cargo HINTS "$ENV{HOME}/.cargo/bin")
  if(NOT CARGO_EXECUTABLE)
    message(FATAL_ERROR "No ${NACRE_CRYPTO_NAME}. Install cargo, or give ${_nacre_crypto_help}.")
  endif()
  execute_process(
    COMMAND "${CARGO_EXECUTABLE}" metadata --locked --format-version 1
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}/third_party/${pin}"
    OUTPUT_VARIABLE json ERROR_VARIABLE err RESULT_VARIABLE failed)
  string(REGEX MATCH "\"manifest_path\":\"([^\"]*/${crate}-([^/\"]*))/Cargo.toml\""
    found "${json}")
  if(failed OR NOT found)
    message(FATAL_ERROR "cargo could not fetch ${NACRE_CRYPTO_NAME}: ${err}")
  endif()
  set(directory "${CMAKE_MATCH_1}" PARENT_SCOPE)
  set(version "${crate}-${CMAKE_MATCH_2}" PARENT_SCOPE)
endfunction()

# Sets `cc` and `cxx`. Clang where there is one, whatever compiles Nacre: with g++ 12 X25519 and
# Ed25519 take twice as long.
function(_nacre_crypto_compiler)
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

# ASan's flavour lets it see the library write past a buffer of ours, and counts its edges for the
# fuzz targets (fuzz/cost.h); TSan's is needed, because locks
# taken in uninstrumented code look like races; consttime's tells valgrind what the library makes
# public of a secret.
set(_nacre_crypto_option_asan -DASAN=ON)
set(_nacre_crypto_option_tsan -DTSAN=ON)
set(_nacre_crypto_option_consttime -DCONSTANT_TIME_VALIDATION=ON)

function(_nacre_crypto_run log)
  execute_process(COMMAND ${ARGN} OUTPUT_FILE "${log}" ERROR_FILE "${log}" RESULT_VARIABLE failed)
  if(failed)
    file(READ "${log}" text)
    string(LENGTH "${text}" length)
    if(length GREATER 4000)
      math(EXPR start "${length} - 4000")
      string(SUBSTRING "${text}" ${start} -1 text)
    endif()
    message(FATAL_ERROR "${NACRE_CRYPTO_NAME} does not build:\n${text}\nAll of it: ${log}")
  endif()
endfunction()

# Sets `root` to a finished build, making it when there is none.
function(_nacre_crypto_build)
  _nacre_crypto_source()
  if(NOT EXISTS "${source}/include/${_nacre_crypto_mark}")
    message(FATAL_ERROR "${source} is no tree of ${NACRE_CRYPTO_NAME}")
  endif()
  _nacre_crypto_compiler()
  execute_process(COMMAND "${cxx}" --version OUTPUT_VARIABLE compiler)
  set(flags "-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    string(APPEND flags " -fcf-protection=full -fstack-clash-protection")
    set(asm_flags "-fcf-protection=full")
  endif()
  if(NACRE_CRYPTO_FLAVOUR MATCHES "san")
    string(REPLACE "_FORTIFY_SOURCE=3" "_FORTIFY_SOURCE=0" flags "${flags}")  # hides calls from it
  endif()
  if(NACRE_CRYPTO_FLAVOUR STREQUAL "asan")
    string(APPEND flags " -fsanitize-coverage=trace-pc-guard")
  endif()
  if(prefix_flags)  # what the library's own build does not pass on
    string(APPEND flags " ${prefix_flags}")
    string(APPEND asm_flags " ${prefix_flags}")
  endif()
  set(options
    -DCMAKE_BUILD_TYPE=Release "-DCMAKE_C_FLAGS=${flags}" "-DCMAKE_CXX_FLAGS=${flags}"
    "-DCMAKE_ASM_FLAGS=${asm_flags}"
    "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG -g0 -w" "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG -g0 -w"
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF
    "-DBORINGSSL_PREFIX=${NACRE_CRYPTO_PREFIX}"
    ${_nacre_crypto_option_${NACRE_CRYPTO_FLAVOUR}} ${_nacre_crypto_options})
  string(MD5 hash "${version} ${CMAKE_SYSTEM_PROCESSOR} ${cxx} ${compiler} ${options}")
  string(SUBSTRING "${hash}" 0 12 hash)
  set(root "${NACRE_CACHE_DIR}/${NACRE_CRYPTO}/${version}-${NACRE_CRYPTO_FLAVOUR}-${hash}")
  set(root "${root}" PARENT_SCOPE)
  set(version "${version}" PARENT_SCOPE)

  file(MAKE_DIRECTORY "${NACRE_CACHE_DIR}/${NACRE_CRYPTO}")
  file(LOCK "${root}.lock" GUARD FUNCTION TIMEOUT 1800)
  if(EXISTS "${root}/lib/libcrypto.a")
    return()
  endif()
  message(STATUS "Building ${NACRE_CRYPTO_NAME} (${NACRE_CRYPTO_FLAVOUR}), once, into ${root}")
  set(work "${root}.build")
  file(REMOVE_RECURSE "${work}")
  file(MAKE_DIRECTORY "${work}/done/lib")
  set(generator "Unix Makefiles")
  cmake_host_system_information(RESULT jobs QUERY NUMBER_OF_LOGICAL_CORES)
  find_program(ninja ninja NO_CACHE)
  if(ninja)
    set(generator Ninja)
  endif()
  _nacre_crypto_run("${work}/log"
    "${CMAKE_COMMAND}" -S "${source}" -B "${work}/b" -G "${generator}"
    "-DCMAKE_C_COMPILER=${cc}" "-DCMAKE_CXX_COMPILER=${cxx}" ${options} ${prefix_options}
    "-DCMAKE_ARCHIVE_OUTPUT_DIRECTORY=${work}/done/lib")
  _nacre_crypto_run("${work}/log"
    "${CMAKE_COMMAND}" --build "${work}/b" --target ${_nacre_crypto_libs} -j ${jobs})
  file(COPY "${source}/include" "${source}/LICENSE" DESTINATION "${work}/done")
  foreach(header IN LISTS prefix_headers)  # in the place of others, which may be of the same time
    get_filename_component(name "${header}" NAME)
    file(COPY_FILE "${header}" "${work}/done/include/openssl/${name}")
  endforeach()
  file(RENAME "${work}/done" "${root}")  # all or nothing: a broken-off build leaves no root
  file(REMOVE_RECURSE "${work}")
endfunction()

function(_nacre_crypto_import)
  if(_nacre_crypto_prebuilt)
    set(root "${_nacre_crypto_prebuilt}")
    set(version "prebuilt")
  else()
    _nacre_crypto_build()
  endif()
  find_package(Threads REQUIRED)
  set(prefixed "$<$<BOOL:${NACRE_CRYPTO_PREFIX}>:BORINGSSL_PREFIX=${NACRE_CRYPTO_PREFIX}>")
  foreach(lib IN LISTS _nacre_crypto_libs)
    if(NOT EXISTS "${root}/lib/lib${lib}.a" OR NOT EXISTS "${root}/include/${_nacre_crypto_mark}")
      message(FATAL_ERROR "${root} holds no built ${NACRE_CRYPTO_NAME}")
    endif()
    add_library(Crypto::${lib} STATIC IMPORTED GLOBAL)
    set_target_properties(Crypto::${lib} PROPERTIES
      IMPORTED_LOCATION "${root}/lib/lib${lib}.a"
      INTERFACE_INCLUDE_DIRECTORIES "${root}/include"
      INTERFACE_COMPILE_DEFINITIONS "${prefixed}")
    list(APPEND targets Crypto::${lib})
  endforeach()
  target_link_libraries(Crypto::crypto INTERFACE Threads::Threads)
  set(NACRE_CRYPTO_TARGETS "${targets}" PARENT_SCOPE)
  set(NACRE_CRYPTO_LIBS "${_nacre_crypto_libs}" PARENT_SCOPE)
  set(NACRE_CRYPTO_VERSION "${version}" PARENT_SCOPE)
  set(NACRE_CRYPTO_ROOT "${root}" PARENT_SCOPE)
  message(STATUS "${NACRE_CRYPTO_NAME} ${version} from ${root}")
endfunction()

_nacre_crypto_import()
