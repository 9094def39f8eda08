// The part of the C interface's test that is written in C.
#ifndef NACRE_TESTS_CAPI_C_H
#define NACRE_TESTS_CAPI_C_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct capi_test_input {
  const char* ca_pem;
  const char* chain_pem;
  const char* key_pem;
};

// Writes a signature, and returns its size.
typedef size_t (*capi_test_sign)(uint16_t scheme, const uint8_t* content, size_t size,
                                 uint8_t* signature);

// How many checks failed.
int capi_test(const struct capi_test_input* input);
int capi_test_null(const struct capi_test_input* input);
int capi_test_signature(const struct capi_test_input* input, capi_test_sign sign);

#ifdef __cplusplus
}
#endif

#endif
