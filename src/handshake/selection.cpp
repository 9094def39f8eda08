// What a server chooses from a client's offer. RFC 9846, section 4.2.1.
#include "handshake/selection.h"

#include <algorithm>
#include <compare>
#include <optional>

#include "crypto/cipher_suite.h"

namespace nacre {
namespace {

constexpr bool is_post_quantum(NamedGroup group) {
  return group == NamedGroup::x25519_mlkem768 || group == NamedGroup::secp256r1_mlkem768 ||
         group == NamedGroup::secp384r1_mlkem1024 || group == NamedGroup::mlkem1024;
}

bool is_raw(const Credential::Impl& credential) {
  return credential.type == CertificateType::raw_public_key;
}

// A raw public key has no names: whoever pins it knows whose it is.
bool fits_name(const Credential::Impl& credential, std::string_view host_name) {
  return !is_raw(credential) && credential.parsed.front().matches_dns(host_name);
}

// The credential's best scheme that the peer can verify and we may use.
std::optional<SignatureScheme> common_scheme(const Credential::Impl& credential,
                                             const Policy& policy,
                                             const CertificateWishes& wishes) {
  for (const SignatureScheme scheme : credential.schemes) {
    // fault: AC-052b
    if (policy.signature_schemes.contains(scheme) &&
        wire::contains(wishes.signature_algorithms, scheme)) {
      return scheme;
    }
  }
  return std::nullopt;
}

// Whether `accepts` all schemes of the chain's signatures, but for a self-signed one, which is not
// verified.
bool each_signature(const Credential::Impl& credential, const auto& accepts) {
  return std::ranges::all_of(credential.parsed, [&](const auto& certificate) {
    return certificate.is_self_issued() || accepts(certificate.signature_scheme());
  });
}

// Section 4.5.1.2. MD5 and SHA-1 have no scheme.
bool chain_may_be_sent(const Credential::Impl& credential) {
  return each_signature(credential,
                        [](SignatureScheme scheme) { return scheme != SignatureScheme{}; });
}

bool chain_is_verifiable(const Credential::Impl& credential, const CertificateWishes& wishes) {
  return each_signature(credential, [&](SignatureScheme scheme) {
    return wire::contains(wishes.certificate_algorithms, scheme);
  });
}

// Section 4.3.5. A raw public key has no extension.
bool passes_filters(const Credential::Impl& credential, const CertificateWishes& wishes) {
  for (const OidFilter& filter : wishes.filters) {
    if (is_raw(credential) ||
        !credential.parsed.front().passes(filter.certificate_extension_oid.bytes,
                                          filter.certificate_extension_values.bytes)) {
      return false;
    }
  }
  return true;
}

// Section 4.3.4.
bool has_wanted_authority(const Credential::Impl& credential, const CertificateWishes& wishes) {
  if (!wishes.authorities) return !credential.for_named_authorities;
  if (is_raw(credential)) return true;
  return std::ranges::any_of(credential.parsed, [&](const auto& certificate) {
    return wire::contains(wishes.authorities->authorities, DistinguishedName{certificate.issuer()});
  });
}

}  // namespace

Result<CipherSuite> select_cipher_suite(const Policy& policy, const ClientOffer& offer,
                                        std::optional<crypto::HashAlgorithm> hash) {
  std::optional<CipherSuite> best;
  std::optional<std::size_t> best_rank;
  for (const CipherSuite suite : offer.hello.cipher_suites) {
    const auto rank = policy.cipher_suites.rank(suite);
    if (!rank || (best_rank && *rank >= *best_rank)) continue;
    if (const auto properties = crypto::properties(suite);
        hash && (!properties || properties->hash != *hash)) {
      continue;
    }
    best = suite;
    best_rank = rank;
  }
  ENSURE(best, Error::no_common_cipher_suite);
  return *best;
}

namespace {

// Post-quantum groups come first, whatever the order.
struct GroupRank {
  bool classical = false;
  std::size_t rank = 0;

  auto operator<=>(const GroupRank&) const = default;
};

struct RankedGroup {
  NamedGroup group{};
  GroupRank rank;
};

void keep_better(std::optional<RankedGroup>& best, const RankedGroup& other) {
  if (!best || other.rank < best->rank) best = other;
}

}  // namespace

// A share in hand saves a round trip, and wins over a better group; but not over a post-quantum
// one.
Result<GroupChoice> select_group(const Policy& policy, const ClientOffer& offer) {
  std::optional<RankedGroup> best;
  std::optional<RankedGroup> shared;
  for (const NamedGroup group : offer.groups.named_group_list) {
    const auto rank = policy.groups.rank(group);
    if (!rank) continue;
    const RankedGroup ranked{group, {!is_post_quantum(group), *rank}};
    keep_better(best, ranked);
    if (!offer.share(group).empty()) keep_better(shared, ranked);
  }
  ENSURE(best, Error::no_common_group);
  const bool worth_a_retry = !shared || (shared->rank.classical && !best->rank.classical);
  if (worth_a_retry) return GroupChoice{best->group, {}};
  return GroupChoice{shared->group, offer.share(shared->group)};
}

Result<std::string_view> select_protocol(const CommonConfig& config, const ClientOffer& offer) {
  if (config.alpn.empty() || !offer.protocols) return std::string_view{};
  for (const std::string& protocol : config.alpn) {
    const ProtocolName name{bytes_of(protocol)};
    if (wire::contains(offer.protocols->protocol_name_list, name)) {
      return std::string_view(protocol);
    }
  }
  // fault: AC-054
  return fail(Error::no_application_protocol);
}

namespace {

// What the peer cannot verify to the end comes last (section 4.5.1.2); among equals, what none of
// the authorities has issued that it named (section 4.3.4).
struct CredentialRank {
  bool unverifiable = false;
  bool unwanted = false;

  auto operator<=>(const CredentialRank&) const = default;
};

// The first of the best rank. Errors: no_common_certificate_type, no_common_signature_scheme,
// no_wanted_authority.
template <class Fits>
Result<CredentialChoice> best_fitting(std::span<const Credential> credentials, const Policy& policy,
                                      const CertificateWishes& wishes, const Fits& fits) {
  std::optional<CredentialChoice> best;
  CredentialRank best_rank;
  Error lack = Error::no_common_certificate_type;
  for (const Credential& credential : credentials) {
    const Credential::Impl& impl = credential.impl();
    if (!wishes.types.contains(impl.type)) continue;
    if (lack == Error::no_common_certificate_type) lack = Error::no_common_signature_scheme;
    if (!fits(impl) || !chain_may_be_sent(impl) || !passes_filters(impl, wishes)) continue;
    const auto scheme = common_scheme(impl, policy, wishes);
    if (!scheme) continue;
    const CredentialRank rank{!chain_is_verifiable(impl, wishes),
                              !has_wanted_authority(impl, wishes)};
    if (rank.unwanted && impl.for_named_authorities) {
      lack = Error::no_wanted_authority;
      continue;
    }
    if (best && rank >= best_rank) continue;
    best = CredentialChoice{&impl, *scheme};
    best_rank = rank;
    if (rank == CredentialRank{}) break;
  }
  ENSURE(best, lack);
  return *best;
}

}  // namespace

Result<CredentialChoice> select_credential(const ServerConfig::Impl& config,
                                           const ClientOffer& offer) {
  const std::string_view host_name = offer.host_name();
  // The first that has the name: those before it need not be asked again.
  const auto& all = config.credentials;
  const auto named = host_name.empty() ? all.end() : std::ranges::find_if(all, [&](const auto& c) {
    return fits_name(c.impl(), host_name);
  });
  const bool by_name = named != all.end();
  ENSURE(by_name || host_name.empty() || !config.require_known_name, Error::unrecognized_name);
  const auto fits = [&](const Credential::Impl& credential) {
    return !by_name || is_raw(credential) || &credential == &named->impl() ||
           fits_name(credential, host_name);
  };
  TRY(auto choice, best_fitting(config.credentials, config.policy, offer.wishes, fits));
  choice.by_name = by_name && !is_raw(*choice.credential);
  return choice;
}

std::optional<CredentialChoice> select_credential(const ClientConfig::Impl& config,
                                                  const CertificateWishes& wishes) {
  const auto choice = best_fitting(config.credentials, config.policy, wishes,
                                   [](const Credential::Impl&) { return true; });
  return choice ? std::optional(*choice) : std::nullopt;
}

std::optional<CredentialChoice> select_credential(const Policy& policy, const Credential& chosen,
                                                  const CertificateWishes& wishes) {
  if (!wishes.types.contains(chosen.impl().type)) return std::nullopt;
  const auto scheme = common_scheme(chosen.impl(), policy, wishes);
  if (!scheme || !chain_may_be_sent(chosen.impl()) || !passes_filters(chosen.impl(), wishes)) {
    return std::nullopt;
  }
  return CredentialChoice{&chosen.impl(), *scheme};
}

}  // namespace nacre
