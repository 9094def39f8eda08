// What an endpoint offers and accepts, as a value, and whether it can be followed. Those that are
// released are in nacre/policies.h.
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
  // Of a released policy, the year and its place in it: it says for ever what the policy held. 0
  // for a policy of your own.
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

namespace detail {

// Each switch is without default: a new enumerator does not compile before it is here.
constexpr bool is_known(CipherSuite suite) {
  switch (suite) {
    case CipherSuite::tls_aes_128_gcm_sha256:
    case CipherSuite::tls_aes_256_gcm_sha384:
    case CipherSuite::tls_chacha20_poly1305_sha256:
      return true;
  }
  return false;
}

constexpr bool is_known(NamedGroup group) {
  switch (group) {
    case NamedGroup::secp256r1:
    case NamedGroup::secp384r1:
    case NamedGroup::secp521r1:
    case NamedGroup::x25519:
    case NamedGroup::mlkem1024:
    case NamedGroup::secp256r1_mlkem768:
    case NamedGroup::x25519_mlkem768:
    case NamedGroup::secp384r1_mlkem1024:
      return true;
  }
  return false;
}

// RFC 9846, section 4.3.3: what signs certificates alone.
constexpr bool is_for_certificates_alone(SignatureScheme scheme) {
  return scheme == SignatureScheme::rsa_pkcs1_sha256 ||
         scheme == SignatureScheme::rsa_pkcs1_sha384 || scheme == SignatureScheme::rsa_pkcs1_sha512;
}

constexpr bool is_known(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::rsa_pkcs1_sha256:
    case SignatureScheme::rsa_pkcs1_sha384:
    case SignatureScheme::rsa_pkcs1_sha512:
    case SignatureScheme::ecdsa_secp256r1_sha256:
    case SignatureScheme::ecdsa_secp384r1_sha384:
    case SignatureScheme::ecdsa_secp521r1_sha512:
    case SignatureScheme::rsa_pss_rsae_sha256:
    case SignatureScheme::rsa_pss_rsae_sha384:
    case SignatureScheme::rsa_pss_rsae_sha512:
    case SignatureScheme::ed25519:
    case SignatureScheme::rsa_pss_pss_sha256:
    case SignatureScheme::rsa_pss_pss_sha384:
    case SignatureScheme::rsa_pss_pss_sha512:
    case SignatureScheme::mldsa44:
    case SignatureScheme::mldsa65:
    case SignatureScheme::mldsa87:
      return true;
  }
  return false;
}

// Something, and nothing that Nacre does not have.
constexpr bool is_usable(const auto& values) {
  return !values.empty() && std::all_of(values.begin(), values.end(),
                                        [](const auto value) { return is_known(value); });
}

// RFC 9846, section 4.3.8: the shares are of groups that are offered, in the order of the offer.
constexpr bool is_ordered_subset(const auto& part, const auto& whole) {
  auto from = whole.begin();
  for (const auto value : part) {
    const auto found = std::find(from, whole.end(), value);
    if (found == whole.end()) return false;
    from = std::next(found);
  }
  return true;
}

// Has no body: a call of it stops the compiler, which names it.
void policy_is_inconsistent();

}  // namespace detail

// Whether the policy can be followed: it has suites, groups and schemes that Nacre knows, and no
// others; its key shares are as Policy tells; the rsa_pkcs1 schemes are for certificates alone; RSA
// keys have 2,048 to 16,384 bits at least. build() fails with bad_configuration where it cannot.
constexpr bool is_consistent(const Policy& policy) {
  return detail::is_usable(policy.cipher_suites) && detail::is_usable(policy.groups) &&
         detail::is_ordered_subset(policy.key_shares, policy.groups) &&
         detail::is_usable(policy.signature_schemes) &&
         std::none_of(policy.signature_schemes.begin(), policy.signature_schemes.end(),
                      detail::is_for_certificates_alone) &&
         detail::is_usable(policy.certificate_signature_schemes) &&
         policy.minimum_rsa_bits >= 2048 && policy.minimum_rsa_bits <= 16'384;
}

// The policy itself, where is_consistent() holds; otherwise the program does not compile. For a
// policy of constants: `constexpr Policy mine = checked({...});`.
consteval Policy checked(Policy policy) {
  if (!is_consistent(policy)) detail::policy_is_inconsistent();
  return policy;
}

}  // namespace nacre
