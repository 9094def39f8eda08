// What a server chooses from a client's offer. RFC 9846, section 4.2.1.
#include "handshake/selection.h"

#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <span>

#include "crypto/cipher_suite.h"
#include "extensions/number_set.h"
#include "handshake/issuer_index.h"
#include "nacre/attributes.h"
#include "nacre/verify.h"

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
bool fits_name(const Credential::Impl& credential, const PeerName& name) {
  return !is_raw(credential) && credential.parsed.front().matches(name);
}

// An address in server_name names nobody (RFC 6066, section 3).
std::optional<PeerName> name_of(std::string_view host_name) {
  const Result<PeerName> name = PeerName::parse(host_name);
  return name && !name->is_address() ? std::optional(*name) : std::nullopt;
}

// The peer's wishes, read once, however long their lists are: what they cost does not grow with the
// number of our credentials.
class ReadWishes {
 public:
  explicit ReadWishes(const CertificateWishes& wishes) : wishes_(wishes) {
    for (const SignatureScheme scheme : wishes.signature_algorithms) schemes_.add(scheme);
    for (const SignatureScheme scheme : wishes.certificate_algorithms) chain_schemes_.add(scheme);
    for (const OidFilter& filter : wishes.filters) read(filter);
  }
  ReadWishes(const CertificateWishes& wishes, const IssuerIndex& index) : ReadWishes(wishes) {
    if (!wishes.authorities) return;
    for (const DistinguishedName& name : wishes.authorities->authorities) {
      if (const auto number = index.find(name.bytes)) issuers_.add(*number);
    }
  }

  // The credential's best scheme that the peer can verify and we may use.
  std::optional<SignatureScheme> common_scheme(const Credential::Impl& credential,
                                               const Policy& policy) const {
    for (const SignatureScheme scheme : credential.schemes) {
      // fault: AC-052b AC-200a
      if (policy.signature_schemes.contains(scheme) && schemes_.contains(scheme)) return scheme;
    }
    return std::nullopt;
  }
  bool can_verify(const Credential::Impl& credential) const {
    return std::ranges::all_of(credential.chain_schemes, [&](SignatureScheme scheme) {
      // fault: AC-200b
      return chain_schemes_.contains(scheme);
    });
  }
  // Section 4.3.5. A raw public key has no extension.
  bool passes_filters(const Credential::Impl& credential) const {
    if (is_raw(credential)) return wishes_.filters.empty();
    const std::span filters(filters_);
    return !has_filter_twice_ &&
           std::ranges::all_of(filters.first(filter_count_), [&](const auto& filter) {
             return credential.parsed.front().passes(filter.certificate_extension_oid.bytes,
                                                     filter.certificate_extension_values.bytes);
           });
  }
  // Section 4.3.4. `issuers`: the credential's.
  bool names_authority(const Credential::Impl& credential,
                       std::span<const std::uint16_t> issuers) const {
    if (!wishes_.authorities) return !credential.for_named_authorities;
    if (is_raw(credential)) return true;
    return std::ranges::any_of(issuers,
                               [&](std::uint16_t each) { return issuers_.contains(each); });
  }

 private:
  // Others filter nothing. Each may come once.
  void read(const OidFilter& filter) {
    const Bytes oid = filter.certificate_extension_oid.bytes;
    if (!crypto::ParsedCertificate::is_filtered(oid)) return;
    has_filter_twice_ |= filter_count_ == filters_.size() ||
                         (filter_count_ > 0 && filters_.front().certificate_extension_oid ==
                                                   filter.certificate_extension_oid);
    if (!has_filter_twice_) filters_.at(filter_count_++) = filter;
  }

  const CertificateWishes& wishes_;
  std::array<OidFilter, 2> filters_{};
  std::size_t filter_count_ = 0;
  bool has_filter_twice_ = false;
  NumberSet schemes_;
  NumberSet chain_schemes_;
  NumberSet issuers_;  // of the index
};

// Section 4.5.1.2. MD5 and SHA-1 have no scheme.
bool chain_may_be_sent(const Credential::Impl& credential) {
  return !credential.chain_schemes.contains(SignatureScheme{});
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
Result<CredentialChoice> best_fitting(std::span<const Credential> credentials,
                                      const CommonConfig& config, const CertificateWishes& wishes,
                                      const Fits& fits) {
  NACRE_UNINITIALIZED const ReadWishes read(wishes, config.issuers);
  std::optional<CredentialChoice> best;
  CredentialRank best_rank;
  Error lack = Error::no_common_certificate_type;
  for (std::size_t place = 0; place < credentials.size(); ++place) {
    const Credential::Impl& impl = credentials[place].impl();
    if (!wishes.types.contains(impl.type)) continue;
    if (lack == Error::no_common_certificate_type) lack = Error::no_common_signature_scheme;
    if (!fits(place) || !chain_may_be_sent(impl) || !read.passes_filters(impl)) continue;
    const auto scheme = read.common_scheme(impl, config.policy);
    if (!scheme) continue;
    const CredentialRank rank{!read.can_verify(impl),
                              !read.names_authority(impl, config.issuers.of(place))};
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
  // Section 4.3.3: also where keys were offered, and none is known.
  ENSURE(offer.takes_certificates, Error::missing_extension);
  const auto& all = config.credentials;
  const bool is_asked = !offer.host_name().empty();
  const std::optional<PeerName> name = name_of(offer.host_name());
  const auto has_name = [&](const Credential& each) { return fits_name(each.impl(), *name); };
  // The first that has the name: those before it need not be asked again.
  const auto named = name ? std::ranges::find_if(all, has_name) : all.end();
  const bool by_name = named != all.end();
  ENSURE(by_name || !is_asked || !config.require_known_name, Error::unrecognized_name);
  const auto first = static_cast<std::size_t>(named - all.begin());
  const auto fits = [&](std::size_t place) {
    return !by_name || is_raw(all[place].impl()) || place == first ||
           (place > first && has_name(all[place]));
  };
  TRY(auto choice, best_fitting(all, config, offer.wishes, fits));
  choice.by_name = by_name && !is_raw(*choice.credential);
  return choice;
}

std::optional<CredentialChoice> select_credential(const ClientConfig::Impl& config,
                                                  const CertificateWishes& wishes) {
  const auto choice =
      best_fitting(config.credentials, config, wishes, [](std::size_t) { return true; });
  return choice ? std::optional(*choice) : std::nullopt;
}

std::optional<CredentialChoice> select_credential(const Policy& policy, const Credential& chosen,
                                                  const CertificateWishes& wishes) {
  if (!wishes.types.contains(chosen.impl().type)) return std::nullopt;
  NACRE_UNINITIALIZED const ReadWishes read(wishes);
  const auto scheme = read.common_scheme(chosen.impl(), policy);
  if (!scheme || !chain_may_be_sent(chosen.impl()) || !read.passes_filters(chosen.impl())) {
    return std::nullopt;
  }
  return CredentialChoice{&chosen.impl(), *scheme};
}

}  // namespace nacre
