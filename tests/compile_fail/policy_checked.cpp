// A policy of constants that cannot be followed does not compile.
// expect 1: policy_is_inconsistent
// expect 2: policy_is_inconsistent
// expect 3: policy_is_inconsistent
#include "nacre/policies.h"

using namespace nacre;

constexpr Policy with(Preferences<NamedGroup, 8> shares, SignatureScheme scheme,
                      std::uint32_t bits) {
  Policy policy = policy_2026;
  policy.number = 0;
  policy.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  policy.key_shares = shares;
  policy.signature_schemes = {scheme};
  policy.minimum_rsa_bits = bits;
  return policy;
}

#if FAIL == 1
constexpr Policy policy =
    checked(with({NamedGroup::secp384r1}, SignatureScheme::rsa_pss_rsae_sha256, 3072));
#elif FAIL == 2
constexpr Policy policy =
    checked(with({NamedGroup::x25519}, SignatureScheme::rsa_pkcs1_sha256, 3072));
#elif FAIL == 3
constexpr Policy policy =
    checked(with({NamedGroup::x25519}, SignatureScheme::rsa_pss_rsae_sha256, 1024));
#else
constexpr Policy policy =
    checked(with({NamedGroup::x25519}, SignatureScheme::rsa_pss_rsae_sha256, 3072));
#endif
static_assert(policy.number == 0);
