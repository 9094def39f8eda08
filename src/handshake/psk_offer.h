// The keys that our ClientHello names: a session, keys of the configuration, and their binders. RFC
// 9846, section 4.3.11.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "crypto/hash.h"
#include "handshake/config.h"
#include "handshake/key_schedule.h"
#include "handshake/transcript.h"
#include "nacre/bytes.h"
#include "nacre/session.h"
#include "nacre/try.h"
#include "wire/writer.h"

namespace nacre {

class PskOffer {
 public:
  // One of them. The views live as long as the offer.
  struct Key {
    PskKind kind{};
    crypto::HashAlgorithm hash{};
    Bytes identity;
    std::uint32_t obfuscated_ticket_age = 0;
    Bytes secret;
  };

  // The session goes first; `now` tells its age. Errors: unoffered_cipher_suite.
  Result<void> make(std::optional<Session> session, const ClientConfig::Impl& config, UnixTime now);
  // Leaves out all.
  void clear() { count_ = 0; }
  void drop_session();
  // Leaves out all of another hash: no server can choose those any more (section 4.2.4).
  void keep(crypto::HashAlgorithm hash);

  bool empty() const { return count_ == 0; }
  // Null: there is none, or it is left out.
  const Session::Impl* session() const;
  // By its place in the ClientHello that was written last. Nothing: there is none.
  std::optional<Key> at(std::size_t index) const;

  // Writes the extension, with zeros in place of the binders.
  Result<void> write(wire::Writer& writer) const;
  // Writes as many and as long ones of random bytes. RFC 9849, section 6.1.2.
  Result<void> write_grease(wire::Writer& writer) const;
  std::size_t size() const;
  // Writes the binders at the end of our ClientHello; `before`: what came before it, if anything.
  Result<void> bind(MutableBytes client_hello, const std::optional<Transcript>& before) const;

 private:
  std::size_t binders_size() const;

  const ClientConfig::Impl* config_ = nullptr;
  std::optional<Session> session_;
  std::uint32_t ticket_age_ = 0;
  crypto::HashAlgorithm session_hash_{};
  // What is offered, in order: 0 the session, i + 1 the configuration's key i.
  std::array<std::uint8_t, max_identities> offered_{};
  std::size_t count_ = 0;
};

}  // namespace nacre
