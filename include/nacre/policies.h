// The released policies. Each is frozen: its number says for ever what it held, and what is better
// gets a number of its own. docs/policies.md says when to use which.
#pragma once

#include "nacre/names.h"
#include "nacre/policy.h"

namespace nacre {

// The recommended policy of 2026, and the default: hybrid key exchange first.
inline constexpr Policy policy_2026 = checked({
    .number = 2026'01,
    .cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256, CipherSuite::tls_aes_256_gcm_sha384,
                      CipherSuite::tls_chacha20_poly1305_sha256},
    .groups = {NamedGroup::x25519_mlkem768, NamedGroup::x25519, NamedGroup::secp256r1,
               NamedGroup::secp384r1, NamedGroup::secp256r1_mlkem768,
               NamedGroup::secp384r1_mlkem1024, NamedGroup::secp521r1},
    .key_shares = {NamedGroup::x25519_mlkem768, NamedGroup::x25519},
    .signature_schemes = {SignatureScheme::ecdsa_secp256r1_sha256,
                          SignatureScheme::ecdsa_secp384r1_sha384,
                          SignatureScheme::ecdsa_secp521r1_sha512, SignatureScheme::ed25519,
                          SignatureScheme::mldsa65, SignatureScheme::mldsa87,
                          SignatureScheme::mldsa44, SignatureScheme::rsa_pss_rsae_sha256,
                          SignatureScheme::rsa_pss_rsae_sha384,
                          SignatureScheme::rsa_pss_rsae_sha512, SignatureScheme::rsa_pss_pss_sha256,
                          SignatureScheme::rsa_pss_pss_sha384, SignatureScheme::rsa_pss_pss_sha512},
    .certificate_signature_schemes =
        {SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::ecdsa_secp384r1_sha384,
         SignatureScheme::ecdsa_secp521r1_sha512, SignatureScheme::ed25519,
         SignatureScheme::mldsa65, SignatureScheme::mldsa87, SignatureScheme::mldsa44,
         SignatureScheme::rsa_pss_rsae_sha256, SignatureScheme::rsa_pss_rsae_sha384,
         SignatureScheme::rsa_pss_rsae_sha512, SignatureScheme::rsa_pss_pss_sha256,
         SignatureScheme::rsa_pss_pss_sha384, SignatureScheme::rsa_pss_pss_sha512,
         SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha384,
         SignatureScheme::rsa_pkcs1_sha512},
    .minimum_rsa_bits = 2048,
});

// As policy_2026, but no key exchange without ML-KEM: whoever records the connection cannot read it
// with a quantum computer later.
inline constexpr Policy policy_2026_pq = checked({
    .number = 2026'02,
    .cipher_suites = policy_2026.cipher_suites,
    .groups = {NamedGroup::x25519_mlkem768, NamedGroup::secp256r1_mlkem768,
               NamedGroup::secp384r1_mlkem1024},
    .key_shares = {NamedGroup::x25519_mlkem768},
    .signature_schemes = policy_2026.signature_schemes,
    .certificate_signature_schemes = policy_2026.certificate_signature_schemes,
    .minimum_rsa_bits = 2048,
});

// After CNSA 2.0 and its years of transition: AES-256 with SHA-384, ML-KEM-1024 alone or with P-384
// besides, ML-DSA-87 or ECDSA with P-384, in chains too.
inline constexpr Policy policy_2026_cnsa2 = checked({
    .number = 2026'03,
    .cipher_suites = {CipherSuite::tls_aes_256_gcm_sha384},
    .groups = {NamedGroup::secp384r1_mlkem1024, NamedGroup::mlkem1024},
    .key_shares = {NamedGroup::secp384r1_mlkem1024},
    .signature_schemes = {SignatureScheme::mldsa87, SignatureScheme::ecdsa_secp384r1_sha384},
    .certificate_signature_schemes = {SignatureScheme::mldsa87,
                                      SignatureScheme::ecdsa_secp384r1_sha384},
    .minimum_rsa_bits = 3072,
});

// As policy_2026, for peers that know none of the hybrids and perhaps P-256 alone: it has a share
// for each of them, so that none needs a HelloRetryRequest. The price: 65 bytes and a key more in
// each ClientHello.
inline constexpr Policy policy_compat = checked({
    .number = 2026'04,
    .cipher_suites = policy_2026.cipher_suites,
    .groups = policy_2026.groups,
    .key_shares = {NamedGroup::x25519_mlkem768, NamedGroup::x25519, NamedGroup::secp256r1},
    .signature_schemes = policy_2026.signature_schemes,
    .certificate_signature_schemes = policy_2026.certificate_signature_schemes,
    .minimum_rsa_bits = 2048,
});

}  // namespace nacre
