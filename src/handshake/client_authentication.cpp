// A server that asks its client for a certificate. RFC 9846, sections 4.4.2 and 4.5.
#include <algorithm>

#include "extensions/registry.h"
#include "handshake/server.h"

namespace nacre {

Result<std::vector<std::uint8_t>> authorities_of(
    const ServerConfig::Builder::ClientAuthentication& clients) {
  if (!clients.authorities) {
    if (!clients.anchors) return std::vector<std::uint8_t>{};
    const auto& names = clients.anchors->impl().authorities;
    return names.size() <= max_authorities ? names : std::vector<std::uint8_t>{};
  }
  std::vector<std::uint8_t> encoded(max_authorities);
  wire::Writer writer(encoded);
  for (const auto& name : *clients.authorities) {
    ENSURE(!name.empty() && wire::write(writer, DistinguishedName{name}), Error::bad_configuration);
  }
  encoded.resize(writer.used());
  return encoded;
}

bool ServerHandshake::requires_certificate() const {
  // fault: AC-007
  return config().client_authentication && config().client_authentication->required;
}

const HandshakeCore::SignatureSchemes& ServerHandshake::client_schemes() const {
  const auto& own = config().client_authentication->signature_schemes;
  // fault: AC-004b
  return own.empty() ? config().policy.signature_schemes : own;
}

// RFC 7250, section 4.2: the first of ours that the client has.
Result<void> ServerHandshake::select_client_type(const ClientOffer& offer) {
  const auto& ours = config().client_types;
  const auto both = [&](CertificateType type) { return offer.client_types.contains(type); };
  const auto* const type = std::ranges::find_if(ours, both);
  if (type == ours.end()) core_.extension_in_hand = ExtensionType::client_certificate_type;
  // fault: AC-008f
  ENSURE(type != ours.end(), Error::no_common_certificate_type);
  core_.established.negotiated.peer_certificate_type = *type;
  return {};
}

// RFC 7250, section 4.2: answers to a client that asks. A session that is resumed needs no
// certificate; what there would be is told all the same, as other servers do.
Result<void> ServerHandshake::write_certificate_types(wire::Writer& writer,
                                                      const ClientOffer& offer) const {
  if (offer.names_server_types && !config().credentials.empty()) {
    const Result<CredentialChoice> choice = is_by_certificate()
                                                ? Result<CredentialChoice>(core_.own)
                                                : select_credential(config(), offer);
    if (choice) {
      TRY(write_extension(writer, ServerCertificateTypeAnswer{choice->credential->type}));
    }
  }
  if (!is_by_certificate() || !offer.names_client_types || !config().client_authentication)
    return {};
  const CertificateType type = core_.established.negotiated.peer_certificate_type;
  return write_extension(writer, ClientCertificateTypeAnswer{type});
}

// Section 4.4.2. No certificate_request_context: it is for authentication after the handshake.
Result<void> ServerHandshake::send_certificate_request() {
  const auto& of_certificates = config().policy.certificate_signature_schemes;
  const Bytes authorities = config().client_authorities;
  const auto extensions = [&](wire::Writer& writer) -> Result<void> {
    TRY(write_extension_of<SignatureAlgorithms>(writer, client_schemes()));
    TRY(write_extension_of<SignatureAlgorithmsCert>(writer, of_certificates));
    if (!config().decompressors.empty()) TRY(write_compression(writer, config().decompressors));
    return authorities.empty() ? Result<void>{} : write_authorities(writer, authorities);
  };
  return core_.send(HandshakeType::certificate_request, 256 + authorities.size(),
                    [&](wire::Writer& writer) -> Result<void> {
                      TRY(writer.integer<1>(0));
                      return writer.vector<2>(extensions);
                    });
}

// Section 4.5.1. An empty list: the client has none, or does not want to show it.
auto ServerHandshake::on_certificate(const Certificate& certificate, Bytes encoding)
    -> Result<Next<ask_certificate_verdict, wait_finished>> {
  ENSURE(certificate.certificate_request_context.bytes.empty(), Error::bad_certificate_context);
  if (certificate.certificate_list.empty()) {
    // fault: AC-117b
    ENSURE(core_.peer_chain.empty(), Error::internal);
    core_.transcript->add(encoding);
    return to<wait_finished>;
  }
  TRY(take_certificate(certificate, encoding));
  return to<ask_certificate_verdict>;
}

auto ServerHandshake::on_required_certificate(const Certificate& certificate, Bytes encoding)
    -> Result<Next<ask_certificate_verdict>> {
  ENSURE(certificate.certificate_request_context.bytes.empty(), Error::bad_certificate_context);
  ENSURE(!certificate.certificate_list.empty(), Error::certificate_required);
  TRY(take_certificate(certificate, encoding));
  return to<ask_certificate_verdict>;
}

// Our CertificateRequest asks for no extension that a certificate could answer.
Result<void> ServerHandshake::take_certificate(const Certificate& certificate, Bytes encoding) {
  return core_.take_certificate(certificate, OfferedSet{}, encoding);
}

auto ServerHandshake::on_verdict(const Verdict& verdict) -> Result<Next<wait_cv>> {
  if (verdict.refused) return fail(*verdict.refused);
  return to<wait_cv>;
}

// Section 4.5.2.
auto ServerHandshake::on_certificate_verify(const CertificateVerify& verify, Bytes encoding)
    -> Result<Next<wait_finished>> {
  TRY(core_.take_certificate_verify(Purpose::client, client_schemes(), verify, encoding));
  core_.established.negotiated.client_signature_scheme = verify.algorithm;
  return to<wait_finished>;
}

}  // namespace nacre
