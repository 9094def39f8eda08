# BoringSSL, for Crypto.cmake. The first that is there:
#   BORINGSSL_ROOT=<prefix>                  prebuilt: include/, lib/libcrypto.a, lib/libpki.a
#   FETCHCONTENT_SOURCE_DIR_BORINGSSL=<dir>  a source tree that you have
#   the crate boring-sys                     pinned by third_party/boringssl
set(BORINGSSL_ROOT "$ENV{BORINGSSL_ROOT}" CACHE PATH "Prefix of a prebuilt BoringSSL")
set(NACRE_CRYPTO_NAME "BoringSSL")
set(NACRE_CRYPTO_SHORT "bssl")
set(_nacre_crypto_libs pki crypto)  # in the order of linking
set(_nacre_crypto_mark "openssl/is_boringssl.h")
set(_nacre_crypto_prefix "NACRE_BSSL")
set(_nacre_crypto_prebuilt "${BORINGSSL_ROOT}")
set(_nacre_crypto_help
  "-DBORINGSSL_ROOT=<prefix> or -DFETCHCONTENT_SOURCE_DIR_BORINGSSL=<source tree>")

function(_nacre_crypto_source)
  if(FETCHCONTENT_SOURCE_DIR_BORINGSSL)
    set(source "${FETCHCONTENT_SOURCE_DIR_BORINGSSL}")
    file(TIMESTAMP "${source}/gen/sources.cmake" time "%s" UTC)
    string(MD5 hash "${source} ${time}")
    string(SUBSTRING "${hash}" 0 12 hash)
    set(version "tree-${hash}")
  else()
    _nacre_crypto_crate(boringssl boring-sys)
    set(source "${directory}/deps/boringssl")
  endif()
  set(source "${source}" PARENT_SCOPE)
  set(version "${version}" PARENT_SCOPE)
endfunction()
