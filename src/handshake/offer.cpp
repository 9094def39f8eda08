// What our ClientHello offers. RFC 9846, sections 4.2.1 and 4.2.2.
#include "handshake/offer.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <vector>

#include "crypto/cipher_suite.h"
#include "extensions/registry.h"
#include "messages/client_hello.h"
#include "messages/grease.h"
#include "session/session.h"

namespace nacre {
namespace {

// Limits may be lower than when the session was kept.
bool fits_limits(const std::vector<std::vector<std::uint8_t>>& chain, const Limits& limits) {
  std::size_t bytes = 0;
  for (const auto& certificate : chain) bytes += certificate.size();
  return chain.size() <= limits.certificates && bytes <= limits.certificate_chain;
}

// Two extensions, a cipher suite, a group with its share, a version and a signature scheme: RFC
// 8701, section 3. Which ones follows from the random, so that the second ClientHello has the same.
enum class GreaseUse : std::uint8_t {
  suite,
  group,
  version,
  scheme,
  first_extension,
  second_extension
};

template <class T>
T grease_for(const Random& random, GreaseUse use) {
  const auto index = static_cast<std::uint8_t>(random.at(static_cast<std::size_t>(use)) >> 4);
  if (use != GreaseUse::second_extension) return grease<T>(index);
  // Two extensions must not be of one type.
  const std::uint8_t first = random.at(static_cast<std::size_t>(GreaseUse::first_extension)) >> 4;
  return grease<T>(index == first ? static_cast<std::uint8_t>(index ^ 1) : index);
}

constexpr std::array<std::uint8_t, 1> grease_share{0};
constexpr std::array<std::uint8_t, 1> null_compression{0};

// A KeyShareEntry.
Result<void> write_key_share(wire::Writer& list, const crypto::KeyShare& share) {
  TRY(wire::write(list, share.group()));
  return list.vector<2>([&](wire::Writer& out) -> Result<void> {
    TRY(const MutableBytes public_key, out.claim(share.public_key_size()));
    return share.write_public_key(public_key);
  });
}

}  // namespace

Result<Offer> Offer::make(const ClientConfig::Impl& config, const PeerName& server_name,
                          const EchConfigList* ech, MemoryBudget& budget) {
  Offer offer(config, server_name);
  TRY(config.random(offer.random_));
  TRY(config.random(offer.session_id_));
  for (const NamedGroup group : config.policy.key_shares) TRY(offer.add_share(group, budget));
  TRY(offer.take_session());
  if (ech != nullptr && ech->size() > 0) {
    TRY(offer.ech_, EchOffer::make(ech->impl().usable.front(), config));
  }
  offer.note_extensions();
  return offer;
}

// A session is taken only where it can be resumed: with a suite of the same hash.
Result<void> Offer::take_session() {
  const UnixTime now = config_->now();
  std::optional<Session> session;
  if (config_->sessions) {
    session = config_->sessions->take({server_name_->text(), config_->session_scope}, now);
  }
  // Whatever the store gives.
  // fault: AC-140c
  if (session && !session->impl().is_usable(now, config_->max_proof_age)) session.reset();
  if (session && !fits_limits(*session->impl().chain, config_->limits)) session.reset();
  const auto has_hash = [&](CipherSuite ours) {
    const auto a = crypto::properties(ours);
    const auto b = crypto::properties(session->impl().cipher_suite);
    return a && b && a->hash == b->hash;
  };
  if (session && std::ranges::none_of(config_->policy.cipher_suites, has_hash)) session.reset();
  return psks_.make(std::move(session), *config_, now);
}

void Offer::drop_session() {
  psks_.drop_session();
  offered_.remove(ExtensionType::early_data);
  if (psks_.empty()) offered_.remove(ExtensionType::pre_shared_key);
}

// Section 4.3.10: with the suite and the protocol of the session alone.
bool Offer::may_send_early_data() const {
  const Session::Impl* session = psks_.session();
  return config_->early_data && session != nullptr && session->max_early_data > 0 &&
         config_->policy.cipher_suites.contains(session->cipher_suite) &&
         (session->alpn.empty() || protocol(bytes_of(session->alpn)));
}

// Its memory counts until the handshake is over: few want a second one.
Result<void> Offer::add_share(NamedGroup group, MemoryBudget& budget) {
  TRY(budget.take(crypto::KeyShare::memory(group)));
  const auto random = [this](MutableBytes out) { return config_->random(out); };
  TRY(shares_.at(share_count_), crypto::KeyShare::generate(group, random, budget.arena()));
  ++share_count_;
  return {};
}

void Offer::note_extensions() {
  using enum ExtensionType;
  for (const ExtensionType type : {supported_groups, signature_algorithms,
                                   signature_algorithms_cert, supported_versions, key_share}) {
    offered_.add(type);
  }
  if (!server_name_->is_address()) offered_.add(server_name);
  if (!config_->alpn.empty()) offered_.add(application_layer_protocol_negotiation);
  if (config_->record_size_limit != 0) offered_.add(record_size_limit);
  if (config_->send_certificate_authorities) offered_.add(certificate_authorities);
  if (!config_->decompressors.empty()) offered_.add(compress_certificate);
  if (config_->ask_ocsp_response) offered_.add(status_request);
  if (config_->ask_timestamps) offered_.add(signed_certificate_timestamp);
  if (!is_x509_alone(config_->server_types)) offered_.add(server_certificate_type);
  if (!is_x509_alone(config_->own_types)) offered_.add(client_certificate_type);
  if (config_->ticket_request) offered_.add(ticket_request);
  if (!psks_.empty()) offered_.add(pre_shared_key);
  if (may_send_early_data()) offered_.add(early_data);
  if (config_->certificate_with_psk) offered_.add(tls_cert_with_extern_psk);
  if (ech_ || config_->ech_grease) offered_.add(encrypted_client_hello);
  // GREASE is not noted: a server that answers it answers what was not asked.
}

// Everything whose size is the same in each ClientHello, GREASE too: some 260 bytes.
constexpr std::size_t fixed_body_limit = 320;

std::size_t Offer::body_limit() const {
  const Policy& policy = config_->policy;
  const std::size_t lists = policy.cipher_suites.size() + policy.groups.size() +
                            2 * policy.signature_schemes.size() + config_->decompressors.size();
  std::size_t limit = fixed_body_limit + 2 * lists + server_name_->text().size() +
                      cookie_.content().size() + psks_.size();
  for (const std::string& protocol : config_->alpn) limit += 1 + protocol.size();
  if (config_->send_certificate_authorities) limit += config_->anchors.impl().authorities.size();
  for (const auto& share : shares_) limit += share ? 4 + share->public_key_size() : 0;
  return limit + unread_ech_.content().size();
}

template <class WriteEch>
Result<void> Offer::write_hello(wire::Writer& writer, Hello which, const WriteEch& ech) const {
  const bool is_outer = which == Hello::outer;
  // fault: AC-106a
  const PeerName& name = is_outer ? ech_->public_name : *server_name_;
  TRY(wire::write(writer, ProtocolVersion::tls_1_2));
  // fault: AC-106b
  TRY(writer.bytes(is_outer ? ech_->outer_random : random_));
  TRY(writer.vector<1>([&](wire::Writer& body) { return body.bytes(session_id_); }));
  TRY(writer.vector<2>([&](wire::Writer& body) { return write_cipher_suites(body); }));
  TRY(writer.vector<1>([&](wire::Writer& body) { return body.bytes(null_compression); }));
  // Those that both have lie together (RFC 9849, section 5.1).
  return writer.vector<2>([&](wire::Writer& body) -> Result<void> {
    if (!name.is_address()) TRY(write_server_name(body, bytes_of(name.text())));
    if (!is_outer) TRY(write_inner_alone(body));
    TRY(write_shared(body));
    TRY(ech(body));
    if (psks_.empty()) return {};
    // fault: AC-106c
    return is_outer ? psks_.write_grease(body) : psks_.write(body);
  });
}

Result<void> Offer::write(wire::Writer& writer) const {
  const Hello which = is_ech_rejected() ? Hello::outer : Hello::only;
  return write_hello(writer, which, [&](wire::Writer& body) -> Result<void> {
    if (unread_ech_.empty()) return {};
    return write_extension(body, EncryptedClientHello::type,
                           [&](wire::Writer& data) { return data.bytes(unread_ech_.content()); });
  });
}

Result<void> Offer::write_inner(wire::Writer& writer) const {
  return write_hello(writer, Hello::inner, [](wire::Writer& body) {
    return write_extension(body, EncryptedClientHello{EchClientHelloType::inner, {}});
  });
}

Result<void> Offer::write_outer(wire::Writer& writer, std::size_t payload_size,
                                MutableBytes& payload) const {
  return write_hello(writer, Hello::outer,
                     [&](wire::Writer& body) { return ech_->write(body, payload_size, payload); });
}

Result<void> Offer::write_cipher_suites(wire::Writer& writer) const {
  if (config_->grease) {
    TRY(wire::write(writer, grease_for<CipherSuite>(grease_source(), GreaseUse::suite)));
  }
  for (const CipherSuite suite : config_->policy.cipher_suites) TRY(wire::write(writer, suite));
  return {};
}

Result<void> Offer::write_shared(wire::Writer& writer) const {
  const auto nothing = [](wire::Writer&) -> Result<void> { return {}; };
  if (config_->grease) {
    const auto type = grease_for<ExtensionType>(grease_source(), GreaseUse::first_extension);
    TRY(write_extension(writer, type, nothing));
  }
  TRY(write_protocols(writer));
  TRY(write_algorithms(writer));
  TRY(write_key_shares(writer));
  if (!cookie_.empty()) TRY(write_extension(writer, Cookie{{cookie_.content()}}));
  TRY(write_psk_modes(writer));
  if (config_->grease) {
    const auto type = grease_for<ExtensionType>(grease_source(), GreaseUse::second_extension);
    TRY(write_extension(writer, type, nothing));
  }
  return {};
}

// Sections 4.3.9 and 4.3.10. The modes are for tickets to come, too.
Result<void> Offer::write_psk_modes(wire::Writer& writer) const {
  constexpr std::array modes{PskKeyExchangeMode::psk_dhe_ke};
  if (config_->sessions || !config_->psks.empty()) {
    TRY(write_extension_of<PskKeyExchangeModes>(writer, modes));
  }
  if (config_->ticket_request) {
    const auto& [fresh, resumed] = *config_->ticket_request;
    TRY(write_extension(writer, TicketRequest{fresh, resumed}));
  }
  if (offered_.contains(ExtensionType::tls_cert_with_extern_psk)) {
    TRY(write_extension(writer, CertificateWithPsk{}));
  }
  return has_early_data() ? write_extension(writer, EarlyDataIndication{}) : Result<void>{};
}

Result<void> Offer::bind(MutableBytes client_hello, const std::optional<Transcript>& before) const {
  return psks_.empty() ? Result<void>{} : psks_.bind(client_hello, before);
}

Result<void> Offer::write_protocols(wire::Writer& writer) const {
  if (!config_->alpn.empty()) {
    const auto names = config_->alpn | std::views::transform([](const std::string& protocol) {
                         return ProtocolName{bytes_of(protocol)};
                       });
    TRY(write_extension_of<ProtocolNameList>(writer, names));
  }
  if (config_->record_size_limit != 0) {
    const auto limit = static_cast<std::uint16_t>(config_->record_size_limit);
    TRY(write_extension(writer, RecordSizeLimit{limit}));
  }
  return {};
}

Result<void> Offer::write_algorithms(wire::Writer& writer) const {
  const Policy& policy = config_->policy;
  Preferences<NamedGroup, 9> groups;
  if (config_->grease) groups.add(grease_for<NamedGroup>(grease_source(), GreaseUse::group));
  for (const NamedGroup group : policy.groups) groups.add(group);
  TRY(write_extension_of<SupportedGroups>(writer, groups));
  Preferences<SignatureScheme, 17> schemes;
  if (config_->grease) schemes.add(grease_for<SignatureScheme>(grease_source(), GreaseUse::scheme));
  for (const SignatureScheme scheme : policy.signature_schemes) schemes.add(scheme);
  TRY(write_extension_of<SignatureAlgorithms>(writer, schemes));
  TRY(write_extension_of<SignatureAlgorithmsCert>(writer, policy.certificate_signature_schemes));
  if (config_->send_certificate_authorities) {
    TRY(write_authorities(writer, config_->anchors.impl().authorities));
  }
  TRY(write_certificate_wishes(writer));
  Preferences<ProtocolVersion, 2> versions;
  if (config_->grease)
    versions.add(grease_for<ProtocolVersion>(grease_source(), GreaseUse::version));
  versions.add(ProtocolVersion::tls_1_3);
  return write_extension_of<SupportedVersionsClientHello>(writer, versions);
}

// Section 4.5.1.1, for any responder and without request extensions.
Result<void> Offer::write_certificate_wishes(wire::Writer& writer) const {
  constexpr std::array<std::uint8_t, 4> any_responder{};
  if (config_->ask_ocsp_response) {
    TRY(write_extension(writer,
                        CertificateStatusRequest{CertificateStatusType::ocsp, {any_responder}}));
  }
  if (!config_->decompressors.empty()) TRY(write_compression(writer, config_->decompressors));
  if (config_->ask_timestamps) TRY(write_extension(writer, CertificateTimestampsWanted{}));
  return {};
}

// RFC 7250, section 4.1. They are for the server that is meant: the one of a public name is
// authenticated by X.509.
Result<void> Offer::write_inner_alone(wire::Writer& writer) const {
  if (offered_.contains(ServerCertificateTypes::type)) {
    TRY(write_extension_of<ServerCertificateTypes>(writer, config_->server_types));
  }
  if (offered_.contains(ClientCertificateTypes::type)) {
    TRY(write_extension_of<ClientCertificateTypes>(writer, config_->own_types));
  }
  return {};
}

Result<void> Offer::write_key_shares(wire::Writer& writer) const {
  return write_extension(writer, KeyShareClientHello::type, [&](wire::Writer& body) {
    return body.vector<2>([&](wire::Writer& list) -> Result<void> {
      if (config_->grease && !retried_) {
        const auto group = grease_for<NamedGroup>(grease_source(), GreaseUse::group);
        TRY(wire::write(list, KeyShareEntry{group, {grease_share}}));
      }
      for (const auto& share : shares_) {
        if (share) TRY(write_key_share(list, *share));
      }
      return {};
    });
  });
}

Result<void> Offer::check(const ServerHello& hello, std::optional<ExtensionType>* in_hand) const {
  TRY(const auto version, find<SupportedVersionsServerHello>(hello.extensions, in_hand));
  if (!version) {
    // Section 4.2.3: a server that has TLS 1.3 was made to choose an older version.
    // fault: AC-023b
    ENSURE(!has_downgrade_sentinel(hello.random), Error::downgrade_detected);
    return fail(Error::tls13_not_selected);
  }
  ENSURE(hello.legacy_version == ProtocolVersion::tls_1_2, Error::bad_legacy_version);
  // fault: AC-018b
  ENSURE(version->selected_version == ProtocolVersion::tls_1_3, Error::bad_selected_version);
  ENSURE(std::ranges::equal(hello.legacy_session_id_echo.bytes, session_id_),
         Error::bad_session_id_echo);
  // fault: AC-023a
  ENSURE(config_->policy.cipher_suites.contains(hello.cipher_suite), Error::unoffered_cipher_suite);
  ENSURE(hello.legacy_compression_method == 0, Error::bad_compression_method);
  return {};
}

Result<void> Offer::take_retry(const std::optional<KeyShareHelloRetryRequest>& key_share,
                               Bytes cookie, crypto::HashAlgorithm hash, MemoryBudget& budget) {
  // fault: AC-017a
  ENSURE(key_share || !cookie.empty(), Error::retry_changes_nothing);
  if (key_share) {
    const NamedGroup group = key_share->selected_group;
    // fault: AC-017b
    ENSURE(config_->policy.groups.contains(group), Error::retry_group_not_offered);
    for (auto& share : shares_) {
      // fault: AC-017c
      ENSURE(!share || share->group() != group, Error::retry_group_not_offered);
    }
    for (auto& share : shares_) share.reset();
    share_count_ = 0;
    TRY(add_share(group, budget));
    retried_ = true;
  }
  if (!cookie.empty()) TRY(cookie_.append(cookie, budget));
  // fault: AC-066e
  psks_.keep(hash);
  if (is_ech_rejected()) psks_.clear();
  // fault: AC-080c
  offered_.remove(ExtensionType::early_data);
  if (psks_.empty()) offered_.remove(ExtensionType::pre_shared_key);
  return {};
}

Result<crypto::SharedSecret> Offer::agree(const KeyShareEntry& server_share) {
  Result<crypto::SharedSecret> secret = fail(Error::unoffered_key_share);
  for (auto& share : shares_) {
    if (share && share->group() == server_share.group) {
      secret = (*std::move(share)).agree(server_share.key_exchange.bytes);
    }
    share.reset();
  }
  return secret;
}

std::optional<std::string_view> Offer::protocol(Bytes name) const {
  for (const std::string& protocol : config_->alpn) {
    if (protocol == text_of(name)) return protocol;
  }
  return std::nullopt;
}

}  // namespace nacre
