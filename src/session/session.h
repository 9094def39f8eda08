// A session as its client keeps it. RFC 9846, section 4.7.1.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crypto/secret.h"
#include "nacre/connection.h"
#include "nacre/names.h"
#include "nacre/session.h"
#include "session/time.h"

namespace nacre {

// The server's chain, shared by the sessions of one connection: DER, the leaf first.
using SessionChain = std::shared_ptr<const std::vector<std::vector<std::uint8_t>>>;

// A longer ticket is not kept. With ECH, or GREASE for it, a ClientHello has it twice, and its
// extensions are 65,535 bytes at most.
inline constexpr std::size_t max_kept_ticket = 16'384;

struct Session::Impl {
  CipherSuite cipher_suite{};
  crypto::HashSecret psk;
  std::uint32_t age_add = 0;
  std::uint32_t max_early_data = 0;
  UnixTime received = 0;
  UnixTime expires = 0;  // `received` and the ticket's lifetime
  std::string server_name;
  std::string alpn;
  std::vector<std::uint8_t> ticket;
  // What the server has proved in the handshake that began it all: how, and when; and the identity
  // of the external PSK, if there was one.
  KeySource began_with{};
  ProvedTime proved;
  std::vector<std::uint8_t> psk_identity;
  SessionChain chain;                                               // never null
  CertificateType server_certificate_type = CertificateType::x509;  // of what is in `chain`

  // Whether it keeps the bounds of the RFC, and its secret fits its suite.
  bool is_sound() const;
  // Whether it was received, by a clock that is not far behind, and has not expired.
  bool is_usable(UnixTime now) const;
  // The same, where what the server has proved counts for `age` at most.
  bool is_usable(UnixTime now, std::chrono::seconds age) const {
    return is_usable(now) && proved.is_fresh(now, age);
  }
};

}  // namespace nacre
