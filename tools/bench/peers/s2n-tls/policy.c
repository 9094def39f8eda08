// A security policy of one group and one suite, so that every peer agrees on the same. It takes the
// place of the entry "20240603" in s2n's table: a policy of one's own has no public API.
#include <string.h>

#include "crypto/s2n_ecc_evp.h"
#include "tls/s2n_cipher_preferences.h"
#include "tls/s2n_cipher_suites.h"
#include "tls/s2n_ecc_preferences.h"
#include "tls/s2n_kem.h"
#include "tls/s2n_kem_preferences.h"
#include "tls/s2n_security_policies.h"

enum { x25519, secp256r1, x25519_mlkem768 };
enum { aes_128_gcm, aes_256_gcm, chacha20_poly1305 };

static struct s2n_security_policy policy;
static struct s2n_cipher_suite* suites[1];
static struct s2n_cipher_preferences ciphers = {.count = 1, .suites = suites};
static const struct s2n_ecc_named_curve* curves[1];
static struct s2n_ecc_preferences ecc = {.count = 1, .ecc_curves = curves};
static const struct s2n_kem_group* groups[1];
static struct s2n_kem_preferences kem = {.tls13_kem_group_count = 1, .tls13_kem_groups = groups};

static struct s2n_cipher_suite* suite_of(int cipher) {
  switch (cipher) {
    case aes_128_gcm:
      return &s2n_tls13_aes_128_gcm_sha256;
    case aes_256_gcm:
      return &s2n_tls13_aes_256_gcm_sha384;
    default:
      return &s2n_tls13_chacha20_poly1305_sha256;
  }
}

static const struct s2n_security_policy* make_policy(const struct s2n_security_policy* base,
                                                     int group, int cipher) {
  policy = *base;
  policy.minimum_protocol_version = S2N_TLS13;
  suites[0] = suite_of(cipher);
  policy.cipher_preferences = &ciphers;
  curves[0] = group == secp256r1 ? &s2n_ecc_curve_secp256r1 : &s2n_ecc_curve_x25519;
  policy.ecc_preferences = &ecc;
  if (group == x25519_mlkem768) {
    groups[0] = &s2n_x25519_mlkem_768;
    policy.kem_preferences = &kem;
  }
  return &policy;
}

// 0 for success.
int bench_set_policy(int group, int cipher) {
  static const struct s2n_security_policy* base;
  for (struct s2n_security_policy_selection* entry = security_policy_selection; entry->version;
       entry++) {
    if (strcmp(entry->version, "20240603") != 0) continue;
    if (!base) base = entry->security_policy;
    entry->security_policy = make_policy(base, group, cipher);
    return 0;
  }
  return -1;
}
