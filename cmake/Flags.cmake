# How Nacre's own code is compiled and linked: warnings, hardening (OpenSSF's list, as far as g++ 12
# and Clang take it), and one sanitizer at a time. No flag is probed: one that a compiler does not
# take is an error, not a weaker build.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# assert() holds our own invariants: it stays on in releases.
foreach(_language C CXX)
  foreach(_type RELEASE RELWITHDEBINFO MINSIZEREL)
    string(REPLACE "-DNDEBUG" "" CMAKE_${_language}_FLAGS_${_type}
      "${CMAKE_${_language}_FLAGS_${_type}}")
  endforeach()
endforeach()

set(_clang "$<CXX_COMPILER_ID:Clang,AppleClang>")
add_compile_options(-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wformat=2
  -Wimplicit-fallthrough $<${_clang}:-Wdangling>
  # `#pragma clang unsafe_buffer_usage`; types of files that a unity build takes for headers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-unknown-pragmas>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
if(NACRE_WERROR)
  add_compile_options(-Werror)
endif()

add_compile_options(-fstack-protector-strong -fno-delete-null-pointer-checks -fno-strict-aliasing)
add_compile_definitions(_GLIBCXX_ASSERTIONS
  _LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_EXTENSIVE)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-fstack-clash-protection -fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  add_compile_options(-fstack-clash-protection -mbranch-protection=standard)
endif()
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack LINKER:--as-needed)
endif()

if(NACRE_SANITIZE OR NACRE_VALGRIND)
  # What follows below hides from these tools what they look for.
  add_compile_options(-g -gdwarf-4 -fno-omit-frame-pointer)  # valgrind 3.19 cannot read DWARF 5
else()
  add_compile_options(-ftrivial-auto-var-init=zero -fno-strict-overflow)
  add_compile_options($<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
endif()

if(NACRE_SANITIZE STREQUAL "address")
  set(_sanitizers address,undefined,integer,implicit-conversion,local-bounds,nullability)
elseif(NACRE_SANITIZE STREQUAL "thread")
  set(_sanitizers thread)
elseif(NACRE_SANITIZE)
  message(FATAL_ERROR "NACRE_SANITIZE is address, thread or empty")
endif()
if(_sanitizers)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "The sanitizer builds need Clang")
  endif()
  add_compile_options(-fsanitize=${_sanitizers} -fno-sanitize-recover=all
    -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizer_ignore.txt
    $<$<BOOL:${NACRE_FUZZ}>:-fsanitize=fuzzer-no-link>
    $<$<BOOL:${NACRE_FUZZ}>:-fsanitize-coverage=trace-pc-guard>)  # fuzz/cost.h
  add_link_options(-fsanitize=${_sanitizers})
endif()
if(NACRE_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
