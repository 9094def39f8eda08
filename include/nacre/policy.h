// What an endpoint offers and accepts, as a value. A released policy is frozen: its number says
// for ever what it held.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>

#include "nacre/names.h"

namespace nacre {

// At most `Capacity` values (64 and fewer), in order of preference, without memory of its own
// elsewhere.
template <class T, std::size_t Capacity>
class Preferences {
 public:
  constexpr Preferences() = default;
  constexpr Preferences(std::initializer_list<T> values) {
    for (const T value : values) add(value);
  }

  // Appends `value`. Returns false when the list is full or has it already.
  constexpr bool add(T value) {
    if (count_ == Capacity || contains(value)) return false;
    values_.at(count_++) = value;
    return true;
  }

  // The same, for a value that is as good as the one before it: a server then takes the one that
  // the client prefers.
  constexpr bool add_tied(T value) {
    const std::size_t index = count_;
    if (index == 0 || !add(value)) return false;
    tied_ |= std::uint64_t{1} << index;
    return true;
  }

  // 0 for the best values, the same number for tied ones; nothing for a value that is not here.
  constexpr std::optional<std::size_t> rank(T value) const {
    std::size_t rank = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (i > 0 && (tied_ >> i & 1) == 0) ++rank;
      if (values_.at(i) == value) return rank;
    }
    return std::nullopt;
  }

  constexpr bool contains(T value) const { return std::find(begin(), end(), value) != end(); }
  constexpr auto begin() const { return values_.begin(); }
  constexpr auto end() const { return std::next(begin(), static_cast<std::ptrdiff_t>(count_)); }
  constexpr std::size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr void clear() {
    count_ = 0;
    tied_ = 0;
  }

  friend constexpr bool operator==(const Preferences& a, const Preferences& b) {
    return a.tied_ == b.tied_ && std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  std::array<T, Capacity> values_{};
  std::size_t count_ = 0;
  std::uint64_t tied_ = 0;  // bit i: values_[i] is as good as the one before
};

struct Policy {
  std::uint32_t number = 0;
  // The three suites of RFC 9846, section 9.1. A server follows its own order, and the client's
  // where its own has a tie.
  Preferences<CipherSuite, 3> cipher_suites;
  // Groups for the key exchange (section 4.3.7).
  Preferences<NamedGroup, 8> groups;
  // The groups that a ClientHello carries a share for (section 4.3.8): a subset of `groups`, in
  // the same order.
  Preferences<NamedGroup, 8> key_shares;
  // Schemes for CertificateVerify (section 4.3.3).
  Preferences<SignatureScheme, 16> signature_schemes;
  // Schemes for the signatures within a chain (section 4.3.3, signature_algorithms_cert).
  Preferences<SignatureScheme, 16> certificate_signature_schemes;
  // The shortest RSA key that is accepted, in bits.
  std::uint32_t minimum_rsa_bits = 2048;

  friend constexpr bool operator==(const Policy&, const Policy&) = default;
};

// The recommended policy of 2026, and the default: hybrid key exchange first.
inline constexpr Policy policy_2026{
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
};

}  // namespace nacre
