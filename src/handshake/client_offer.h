// What a ClientHello asks for, read once. RFC 9846, sections 4.2.1, 4.2.2 and 9.2.
#pragma once

#include <optional>

#include "crypto/hash.h"
#include "extensions/registry.h"
#include "messages/client_hello.h"
#include "nacre/bytes.h"
#include "nacre/limits.h"
#include "nacre/try.h"

namespace nacre {

// What a peer wants of our certificate. Views of its message. RFC 9846, sections 4.3.3 and 4.3.4.
struct CertificateWishes {
  SignatureAlgorithms::List signature_algorithms;
  // The same, where the peer does not tell them apart.
  SignatureAlgorithms::List certificate_algorithms;
  std::optional<CertificateAuthorities> authorities;
  // What it can take: a client says so; to a server we have said it.
  CertificateTypes types{CertificateType::x509};
  // Whether it asks for an OCSP response, and for timestamps (section 4.5.1.1).
  bool ocsp_response = false;
  bool timestamps = false;
  // What a server wants of a client's leaf (section 4.3.5); empty: nothing.
  OidFilters::List filters;
  // What it can decompress (RFC 8879); empty: nothing.
  CompressCertificate::List compression;

  // Errors: missing_extension, and those of reading.
  static Result<CertificateWishes> read(const Extensions& extensions,
                                        std::optional<ExtensionType>* in_hand);
};

// Views of the ClientHello's bytes, which live as long as those.
struct ClientOffer {
  ClientHello hello;
  SupportedGroups groups;
  KeyShareClientHello key_shares;
  CertificateWishes wishes;
  // What the client can present.
  CertificateTypes client_types{CertificateType::x509};
  bool names_server_types = false;  // server_certificate_type is there
  bool names_client_types = false;  // client_certificate_type
  std::optional<ServerNameList> server_name;
  std::optional<ProtocolNameList> protocols;
  std::optional<RecordSizeLimit> record_size_limit;
  std::optional<Cookie> cookie;
  // Without psk_dhe_ke among the client's modes, none is looked at (section 4.3.9).
  std::optional<OfferedPsks> psks;
  bool names_psks = false;  // pre_shared_key is there
  bool early_data = false;
  bool certificate_with_psk = false;
  // A client that offers keys need not be able to verify a certificate (section 9.2).
  bool takes_certificates = false;
  std::optional<TicketRequest> ticket_request;
  bool takes_tickets = false;  // the client has psk_dhe_ke
  std::optional<EchClientHelloType> ech;

  // Errors: those of parsing and of check_block(), tls13_not_offered, bad_legacy_version,
  // bad_compression_method, missing_extension, unoffered_group, duplicate_share.
  static Result<ClientOffer> read(const ClientHello& hello, const Limits& limits,
                                  std::optional<ExtensionType>* in_hand);

  // The name asked for; empty: none.
  std::string_view host_name() const;

  // The share for `group`; empty: none.
  Bytes share(NamedGroup group) const;

  // A hash of everything that a second ClientHello may not change (section 4.2.2).
  crypto::Digest unchangeable() const;
};

}  // namespace nacre
