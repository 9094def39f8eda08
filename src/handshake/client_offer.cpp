// What a ClientHello asks for. RFC 9846, sections 4.2.1, 4.2.2 and 9.2.
#include "handshake/client_offer.h"

#include <array>
#include <cassert>

#include "wire/writer.h"

namespace nacre {
namespace {

// Sections 4.2.2 and 4.3.1. What a client without TLS 1.3 sends is not looked at any further.
Result<void> check_version(const ClientHello& hello, std::optional<ExtensionType>* in_hand) {
  TRY(const auto versions, find<SupportedVersionsClientHello>(hello.extensions, in_hand));
  // fault: AC-021.1 AC-022
  ENSURE(versions && wire::contains(versions->versions, ProtocolVersion::tls_1_3),
         Error::tls13_not_offered);
  ENSURE(hello.legacy_version == ProtocolVersion::tls_1_2, Error::bad_legacy_version);
  const Bytes methods = hello.legacy_compression_methods.bytes;
  ENSURE(methods.size() == 1 && methods.front() == 0, Error::bad_compression_method);
  return {};
}

// An extension that section 9.2 wants.
template <class T>
Result<T> require(const Extensions& extensions, std::optional<ExtensionType>* in_hand) {
  TRY(const auto extension, find<T>(extensions, in_hand));
  if (!extension) *in_hand = T::type;
  // fault: AC-051
  ENSURE(extension, Error::missing_extension);
  return *extension;
}

// Section 4.3.9: whoever offers PSKs says how they may be used; and we use them with (EC)DHE alone.
Result<void> read_psks(ClientOffer& offer, std::optional<ExtensionType>* in_hand) {
  const Extensions& extensions = offer.hello.extensions;
  TRY(const auto psks, find<OfferedPsks>(extensions, in_hand));
  offer.names_psks = psks.has_value();
  if (psks) TRY(require<PskKeyExchangeModes>(extensions, in_hand));
  TRY(const auto modes, find<PskKeyExchangeModes>(extensions, in_hand));
  offer.takes_tickets = modes && wire::contains(modes->ke_modes, PskKeyExchangeMode::psk_dhe_ke);
  if (psks && offer.takes_tickets) offer.psks = psks;
  TRY(const auto early_data, find<EarlyDataIndication>(extensions, in_hand));
  offer.early_data = early_data.has_value();
  TRY(const auto with_certificate, find<CertificateWithPsk>(extensions, in_hand));
  offer.certificate_with_psk = with_certificate.has_value();
  TRY(offer.ticket_request, find<TicketRequest>(extensions, in_hand));
  return {};
}

// RFC 7250, section 4.1.
Result<void> read_certificate_types(ClientOffer& offer, std::optional<ExtensionType>* in_hand) {
  TRY(const auto of_server, find<ServerCertificateTypes>(offer.hello.extensions, in_hand));
  TRY(const auto of_client, find<ClientCertificateTypes>(offer.hello.extensions, in_hand));
  offer.wishes.types = known_types(of_server);
  offer.client_types = known_types(of_client);
  offer.names_server_types = of_server.has_value();
  offer.names_client_types = of_client.has_value();
  return {};
}

bool may_change(ExtensionType type) {
  using enum ExtensionType;
  // fault: AC-020b
  return type == key_share || type == cookie || type == pre_shared_key || type == early_data ||
         type == padding;
}

}  // namespace

Result<CertificateWishes> CertificateWishes::read(const Extensions& extensions,
                                                  std::optional<ExtensionType>* in_hand) {
  TRY(const auto algorithms, require<SignatureAlgorithms>(extensions, in_hand));
  CertificateWishes wishes{.signature_algorithms = algorithms.supported_signature_algorithms,
                           .certificate_algorithms = algorithms.supported_signature_algorithms,
                           .authorities = std::nullopt,
                           .types = {CertificateType::x509},
                           .filters = {},
                           .compression = {}};
  TRY(const auto for_chain, find<SignatureAlgorithmsCert>(extensions, in_hand));
  if (for_chain) wishes.certificate_algorithms = for_chain->supported_signature_algorithms;
  TRY(wishes.authorities, find<CertificateAuthorities>(extensions, in_hand));
  TRY(const auto timestamps, find<CertificateTimestampsWanted>(extensions, in_hand));
  wishes.timestamps = timestamps.has_value();
  TRY(const auto compression, find<CompressCertificate>(extensions, in_hand));
  if (compression) wishes.compression = compression->algorithms;
  return wishes;
}

Result<ClientOffer> ClientOffer::read(const ClientHello& hello, const Limits& limits,
                                      std::optional<ExtensionType>* in_hand) {
  TRY(check_version(hello, in_hand));
  TRY(check_block(Where::client_hello, hello.extensions, limits, nullptr, in_hand));
  // fault: AC-057a
  ClientOffer offer;
  offer.hello = hello;
  TRY(offer.groups, require<SupportedGroups>(hello.extensions, in_hand));
  TRY(offer.key_shares, require<KeyShareClientHello>(hello.extensions, in_hand));
  TRY(read_psks(offer, in_hand));
  TRY(const auto algorithms, find<SignatureAlgorithms>(hello.extensions, in_hand));
  offer.takes_certificates = algorithms.has_value();
  if (algorithms || !offer.psks) {
    TRY(offer.wishes, CertificateWishes::read(hello.extensions, in_hand));
  }
  TRY(read_certificate_types(offer, in_hand));
  TRY(const auto status, find<CertificateStatusRequest>(hello.extensions, in_hand));
  offer.wishes.ocsp_response = status && status->status_type == CertificateStatusType::ocsp;
  *in_hand = KeyShareClientHello::type;
  // fault: AC-058b
  TRY(offer.key_shares.check_against(offer.groups));
  in_hand->reset();
  TRY(offer.server_name, find<ServerNameList>(hello.extensions, in_hand));
  TRY(offer.protocols, find<ProtocolNameList>(hello.extensions, in_hand));
  TRY(offer.record_size_limit, find<RecordSizeLimit>(hello.extensions, in_hand));
  TRY(offer.cookie, find<Cookie>(hello.extensions, in_hand));
  TRY(const auto ech, find<EncryptedClientHello>(hello.extensions, in_hand));
  if (ech) offer.ech = ech->variant;
  return offer;
}

std::string_view ClientOffer::host_name() const {
  return server_name ? text_of(server_name->host_name()) : std::string_view{};
}

Bytes ClientOffer::share(NamedGroup group) const {
  for (const KeyShareEntry& entry : key_shares.client_shares) {
    if (entry.group == group) return entry.key_exchange.bytes;
  }
  return {};
}

crypto::Digest ClientOffer::unchangeable() const {
  crypto::Hash hash(crypto::HashAlgorithm::sha256);
  // Each part with its length, so that no two hellos look alike.
  const auto add = [&](std::uint32_t label, Bytes bytes) {
    std::array<std::uint8_t, 8> prefix{};
    wire::Writer writer(prefix);
    const bool fits = writer.integer<4>(label) && writer.integer<4>(bytes.size());
    assert(fits);
    hash.update(prefix);
    hash.update(bytes);
  };
  add(0x10000, hello.random);
  add(0x10001, hello.legacy_session_id.bytes);
  add(0x10002, hello.cipher_suites.encoding());
  for (const Extension& extension : hello.extensions) {
    if (may_change(extension.extension_type)) continue;
    // What a second outer ClientHello has there, where the first was rejected, is not looked at.
    if (extension.extension_type == EncryptedClientHello::type && ech == EchClientHelloType::outer)
      continue;
    add(static_cast<std::uint16_t>(extension.extension_type), extension.extension_data.bytes);
  }
  return hash.digest();
}

}  // namespace nacre
