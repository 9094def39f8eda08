# AWS-LC, for Crypto.cmake. The first that is there:
#   AWSLC_ROOT=<prefix>    prebuilt: include/, lib/libcrypto.a; its FIPS module, for one
#   the crate aws-lc-sys   pinned by third_party/aws-lc; with its generated sources neither Go nor
#                          Perl is needed
set(AWSLC_ROOT "$ENV{AWSLC_ROOT}" CACHE PATH "Prefix of a prebuilt AWS-LC")
set(NACRE_CRYPTO_NAME "AWS-LC")
set(NACRE_CRYPTO_SHORT "awslc")
set(_nacre_crypto_libs crypto)
set(_nacre_crypto_mark "openssl/is_awslc.h")
set(_nacre_crypto_prefix "NACRE_AWSLC")
set(_nacre_crypto_prebuilt "${AWSLC_ROOT}")
set(_nacre_crypto_help "-DAWSLC_ROOT=<prefix>")
# Randomness is the operating system's, as with BoringSSL: to gather the CPU's jitter besides takes
# each process 55 ms.
set(_nacre_crypto_options -DDISABLE_CPU_JITTER_ENTROPY=ON -DBUILD_LIBSSL=OFF -DBUILD_TOOL=OFF
  -DDISABLE_GO=ON -DDISABLE_PERL=ON -DENABLE_SOURCE_MODIFICATION=OFF)

# The crate has the list of symbols as headers; that of the tree itself is empty.
function(_nacre_crypto_source)
  _nacre_crypto_crate(aws-lc aws-lc-sys)
  if(NACRE_CRYPTO_PREFIX)
    set(generated "${directory}/generated-include")
    file(GLOB headers "${generated}/openssl/*.h")
    set(prefix_headers "${headers}" PARENT_SCOPE)
    set(prefix_options "-DBORINGSSL_PREFIX_HEADERS=${generated}" PARENT_SCOPE)
    set(prefix_flags "-DBORINGSSL_PREFIX=${NACRE_CRYPTO_PREFIX}" PARENT_SCOPE)
  endif()
  set(source "${directory}/aws-lc" PARENT_SCOPE)
  set(version "${version}" PARENT_SCOPE)
endfunction()
