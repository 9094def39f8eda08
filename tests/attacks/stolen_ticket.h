// A client whose ticket somebody has seen on the wire, where it travels in the clear: the stranger
// has the ticket, and no key of its.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "attacks/psk_hello.h"
#include "nacre/limits.h"
#include "nacre/session.h"
#include "support/ech.h"
#include "support/sessions.h"

namespace nacre::test {

// A chain, the leaf first.
using Chain = std::vector<Data>;
Chain chain_of(Connection& connection);

// Sessions, the last one first, for whoever asks.
class Shelf final : public ClientSessionStore {
 public:
  void put(const SessionScope&, Session session) override { kept.push_back(std::move(session)); }
  std::optional<Session> take(const SessionScope&, UnixTime) override;

  std::vector<Session> kept;
};

struct Theft {
  // A server with ticket keys, or with a store. The victim has met it.
  explicit Theft(bool is_stateful);
  // The victim meets the server, and the stranger sees a ticket.
  void see_ticket();

  ServerConfig::Builder server() const;
  ClientConfig::Builder victim() const;
  // Offers the ticket, with a key that it has guessed; and what it has itself.
  ClientConfig::Builder stranger() const;
  Session forged_session() const;
  std::optional<EchConfigList> ech() const;
  std::string_view name() const { return with_ech ? secret_name : "localhost"; }

  // Of six certificates, and of one.
  static const Chain& chain_of_victim();
  static const Chain& chain_of_stranger();

  // The ClientHello that resumes the victim's session; and one that resumes the stranger's own.
  Message hello_of_victim() const;
  std::pair<PskHello, PskHello::Key> hello_of_known_stranger() const;

  bool is_required = false;  // a certificate: the stranger then shows its own
  bool with_ech = false;
  bool with_own_key = false;  // the stranger has an external PSK that the server knows
  Limits limits;              // of the server
  Data ticket;

 private:
  std::shared_ptr<TicketKeys> keys_;
  std::shared_ptr<SessionStore> store_;
  std::shared_ptr<Shelf> of_victim_ = std::make_shared<Shelf>();
};

}  // namespace nacre::test
