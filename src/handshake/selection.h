// What is chosen from a peer's offer. RFC 9846, sections 4.2.1 and 4.5.1.
#pragma once

#include <optional>
#include <string_view>

#include "handshake/client_offer.h"
#include "handshake/config.h"
#include "handshake/core.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/policy.h"
#include "nacre/try.h"

namespace nacre {

// The first of ours that the client has. Errors: no_common_cipher_suite.
// With a hash: among those that have it.
Result<CipherSuite> select_cipher_suite(const Policy& policy, const ClientOffer& offer,
                                        std::optional<crypto::HashAlgorithm> hash = std::nullopt);

struct GroupChoice {
  NamedGroup group{};
  Bytes share;  // empty: the client must be asked for one
};
// The first of ours that the client sent a share for; but a hybrid group is worth a
// HelloRetryRequest, where both sides have one. Errors: no_common_group.
Result<GroupChoice> select_group(const Policy& policy, const ClientOffer& offer);

// The first of ours that the client has; empty where either side has no list (RFC 7301, section
// 3.2). Lives as long as the configuration. Errors: no_application_protocol.
Result<std::string_view> select_protocol(const CommonConfig& config, const ClientOffer& offer);

// Errors: unrecognized_name, no_common_certificate_type, no_common_signature_scheme,
// no_wanted_authority.
Result<CredentialChoice> select_credential(const ServerConfig::Impl& config,
                                           const ClientOffer& offer);
// A client's, for a CertificateRequest. Nothing: no credential fits, and the server is told so by
// an empty list (section 4.5.1.3).
std::optional<CredentialChoice> select_credential(const ClientConfig::Impl& config,
                                                  const CertificateWishes& wishes);
// The one that the application has chosen, where it can sign as the peer wants it.
std::optional<CredentialChoice> select_credential(const Policy& policy, const Credential& chosen,
                                                  const CertificateWishes& wishes);

}  // namespace nacre
