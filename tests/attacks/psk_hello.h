// A ClientHello that offers pre-shared keys, taken apart so that a test can change one thing and
// bind it again. RFC 9846, section 4.3.11.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "attacks/side.h"
#include "crypto/hash.h"
#include "handshake/edit.h"
#include "handshake/key_schedule.h"
#include "handshake/transcript.h"

namespace nacre::test {

struct PskHello {
  static constexpr int extension = 41;
  struct Identity {
    Data identity;
    std::size_t obfuscated_ticket_age = 0;
  };
  // A key that a binder is made with.
  struct Key {
    PskKind kind{};
    crypto::HashAlgorithm hash{};
    Data secret;
  };

  static PskHello parse(const Message& encoding);
  Message encode() const;
  // The same, with the binder of `key` in that place, as long as what stands there. `before`: what
  // came before this ClientHello.
  Message bound(const Key& key, std::size_t place = 0,
                const std::optional<Transcript>& before = std::nullopt);

  Hello hello;
  std::vector<Identity> identities;
  std::vector<Data> binders;
};

// A ClientHello that the server knows the keys of, or two of them where it retries.
struct Attempt {
  // What a client says to such a server.
  Attempt(ClientConfig::Builder client, std::function<Side()> make_server,
          std::optional<PskHello::Key> key = std::nullopt);

  // A server that waits for the last one; and one that has heard `last` in its place.
  Side waiting() const;
  Side told(const Message& last) const;

  std::vector<Message> hellos;
  std::function<Side()> make_server;
  std::optional<PskHello::Key> key;  // where it is no ticket's
};

// With a ticket, an external key or an imported one, of each hash, with and without a retry.
const std::vector<Attempt>& attempts();

// The policy with that suite alone; and with a group that the server asks for.
Policy with_suite(CipherSuite suite, const Policy& policy = quick_policy());
Policy retried_policy();
Policy retrying_policy();

}  // namespace nacre::test
