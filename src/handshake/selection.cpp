// What a server chooses from a client's offer. RFC 9846, section 4.2.1.
#include "handshake/selection.h"

#include <algorithm>
#include <optional>

namespace nacre {
namespace {

constexpr bool is_hybrid(NamedGroup group) {
  return group == NamedGroup::x25519_mlkem768 || group == NamedGroup::secp256r1_mlkem768 ||
         group == NamedGroup::secp384r1_mlkem1024;
}

bool fits_name(const Credential::Impl& credential, std::string_view host_name) {
  return credential.parsed.front().matches_dns(host_name);
}

// The credential's best scheme that the client can verify and we may use.
std::optional<SignatureScheme> common_scheme(const Credential::Impl& credential,
                                             const Policy& policy, const ClientOffer& offer) {
  for (const SignatureScheme scheme : credential.schemes) {
    if (policy.signature_schemes.contains(scheme) &&
        wire::contains(offer.signature_algorithms.supported_signature_algorithms, scheme)) {
      return scheme;
    }
  }
  return std::nullopt;
}

// Section 4.5.1.1: the chain's signatures, but for a self-signed one, which is not verified.
bool chain_is_verifiable(const Credential::Impl& credential, const ClientOffer& offer) {
  return std::ranges::all_of(credential.parsed, [&](const auto& certificate) {
    return certificate.is_self_issued() ||
           wire::contains(offer.certificate_algorithms, certificate.signature_scheme());
  });
}

// Section 4.3.4.
bool has_wanted_authority(const Credential::Impl& credential, const ClientOffer& offer) {
  if (!offer.authorities) return true;
  return std::ranges::any_of(credential.parsed, [&](const auto& certificate) {
    return wire::contains(offer.authorities->authorities, DistinguishedName{certificate.issuer()});
  });
}

}  // namespace

Result<CipherSuite> select_cipher_suite(const Policy& policy, const ClientOffer& offer) {
  for (const CipherSuite suite : policy.cipher_suites) {
    if (wire::contains(offer.hello.cipher_suites, suite)) return suite;
  }
  return fail(Error::no_common_cipher_suite);
}

Result<GroupChoice> select_group(const Policy& policy, const ClientOffer& offer) {
  std::optional<NamedGroup> best;
  std::optional<NamedGroup> shared;
  for (const NamedGroup group : policy.groups) {
    if (!wire::contains(offer.groups.named_group_list, group)) continue;
    if (!best || (is_hybrid(group) && !is_hybrid(*best))) best = group;
    const bool better = !shared || (is_hybrid(group) && !is_hybrid(*shared));
    if (better && !offer.share(group).empty()) shared = group;
  }
  ENSURE(best, Error::no_common_group);
  if (!shared || (is_hybrid(*best) && !is_hybrid(*shared))) return GroupChoice{*best, {}};
  return GroupChoice{*shared, offer.share(*shared)};
}

Result<std::string_view> select_protocol(const CommonConfig& config, const ClientOffer& offer) {
  if (config.alpn.empty() || !offer.protocols) return std::string_view{};
  for (const std::string& protocol : config.alpn) {
    const ProtocolName name{bytes_of(protocol)};
    if (wire::contains(offer.protocols->protocol_name_list, name)) {
      return std::string_view(protocol);
    }
  }
  return fail(Error::no_application_protocol);
}

Result<CredentialChoice> select_credential(const ServerConfig::Impl& config,
                                           const ClientOffer& offer) {
  const std::string_view host_name = offer.host_name();
  const auto fits = [&](const Credential& credential) {
    return fits_name(credential.impl(), host_name);
  };
  const bool by_name = !host_name.empty() && std::ranges::any_of(config.credentials, fits);
  ENSURE(by_name || host_name.empty() || !config.require_known_name, Error::unrecognized_name);

  // First what the client can verify to the end; then what it can verify at all (section 4.5.1.1).
  for (const bool to_the_end : {true, false}) {
    for (const Credential& credential : config.credentials) {
      const Credential::Impl& impl = credential.impl();
      if (by_name && !fits_name(impl, host_name)) continue;
      const auto scheme = common_scheme(impl, config.policy, offer);
      if (!scheme) continue;
      if (to_the_end && !(chain_is_verifiable(impl, offer) && has_wanted_authority(impl, offer))) {
        continue;
      }
      return CredentialChoice{&impl, *scheme, by_name};
    }
  }
  return fail(Error::no_common_signature_scheme);
}

}  // namespace nacre
