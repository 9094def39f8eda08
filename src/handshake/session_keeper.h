// Makes sessions of the tickets that a client gets. RFC 9846, section 4.7.1.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "messages/new_session_ticket.h"
#include "nacre/config.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "session/session.h"

namespace nacre {

// What tickets need of their handshake, for as long as the connection is open.
class SessionKeeper {
 public:
  struct Origin {
    ClientConfig config;
    std::string server_name;
    std::string alpn;
    CipherSuite cipher_suite{};
    crypto::HashAlgorithm hash{};
    crypto::HashSecret resumption_secret;
    KeySource began_with{};
    ProvedTime proved;
    std::vector<std::uint8_t> psk_identity;
    SessionChain chain;
    CertificateType server_certificate_type{};
  };
  explicit SessionKeeper(Origin origin) : origin_(std::move(origin)) {}

  // Puts the ticket's session in the configuration's store; whether it is of use.
  Result<bool> keep(const NewSessionTicket& ticket, std::uint32_t max_early_data) const;

 private:
  Origin origin_;
};

}  // namespace nacre
