// Nacre's interface as the machine drives it. Nothing else of the machine names that interface, so
// that a change of it is a change of this header and of api.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "machine/choices.h"
#include "nacre/connection.h"

namespace nacre::machine {

// When the machine's clocks start. The certificates are from 30 days before.
inline constexpr std::int64_t start = 1'800'000'000;
inline constexpr std::int64_t day = 86'400;

// The truth about a party: what it can prove, and until when.
struct Truth {
  std::vector<Octets> chain;
  std::string_view name;  // of a server
  std::int64_t end = 0;   // of what ends first on the path, anchor excluded
  bool is_honest = true;  // may be believed
  bool signs_elsewhere = false;
};
const Truth& truth_of(Party party);
Party party_of(Actor actor);
std::vector<Party> parties_of(std::uint8_t service);

// What the actors share. Outlives the endpoints.
struct World {
  explicit World(std::function<void(MutableBytes)> randomness);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  std::function<void(MutableBytes)> randomness;
  std::int64_t client_time = start;
  std::int64_t server_time = start;
  std::size_t conversation = 0;  // that is at work
  // Of the conversation at work: the one that its session was received in, and whether the server
  // took a session out of its store.
  std::optional<std::size_t> session_from;
  bool store_gave = false;

  // A guard that knows nothing of the past, as a process has that starts.
  void restart_guard();

  struct Kept;  // what the API needs
  std::unique_ptr<Kept> kept;
};

enum class Said : std::uint8_t {
  nothing,
  need_input,
  need_output,
  data,
  early_data,
  tickets,
  complete,
  closed,
  asks_configuration,
  asks_psk,
  asks_certificate,
  asks_signature,
  asks_verdict,
};
inline bool is_question(Said said) {
  return said >= Said::asks_configuration;
}

// What a call did.
struct Outcome {
  std::optional<Error> error;
  std::size_t consumed = 0;
  std::size_t produced = 0;
  Said said = Said::nothing;
  std::size_t at_least = 0;   // of need_input and need_output
  Octets data;                // received; or what is to be signed
  std::vector<Octets> chain;  // to be judged
  std::uint16_t scheme = 0;   // to sign by
};

// What an endpoint says of its conversation.
struct Facts {
  std::uint16_t cipher_suite = 0;
  std::uint16_t group = 0;
  std::uint16_t server_scheme = 0;  // 0: none
  std::uint16_t client_scheme = 0;
  std::string alpn;
  bool retried = false;
  KeySource key_source{};
  EarlyDataStatus early_data{};
  EchStatus ech{};
  std::vector<Octets> chain;
  std::string server_name;
  Octets exporter;        // empty: none
  Octets early_exporter;  // the same
};

enum class Reply : std::uint8_t { right, refusal, to_another_question };
enum class Sealing : std::uint8_t { whole, pieces, body, early };

class Endpoint {
 public:
  // Nothing: the configuration or the connection cannot be made, and `error` says why.
  static std::optional<Endpoint> client(World& world, const ClientChoice& choice, Error& error);
  static std::optional<Endpoint> server(World& world, const ServerChoice& choice, Error& error);

  Outcome advance(MutableBytes incoming, MutableBytes outgoing);
  Outcome seal(Sealing how, Bytes plaintext, MutableBytes outgoing);
  Outcome update_keys(bool request_peer, MutableBytes outgoing);
  Outcome close(MutableBytes outgoing);
  Outcome abort(std::uint8_t alert, MutableBytes outgoing);
  Outcome flush(MutableBytes outgoing);
  Outcome transport_closed();
  Outcome split();
  // Answers the question that `asked` is. `signature`: by sign(), or recorded.
  Outcome answer(const Outcome& asked, Reply reply, Bytes signature);
  Octets sign(const Outcome& asked) const;

  bool is_split() const { return std::holds_alternative<Halves>(state_); }
  bool is_complete() const;
  Facts facts() const;
  std::size_t early_data_room() const;
  // Of the last failure: the alert, and whether the peer sent it.
  std::optional<std::uint8_t> alert() const;
  bool alert_from_peer() const;
  bool has_failed() const { return failure() != nullptr; }
  // Whether nothing was written around the memory that it was given.
  bool is_in_bounds() const;

 private:
  using Halves = std::pair<Receiver, Sender>;

  const Failure* failure() const;

  std::unique_ptr<Octets> storage_;
  std::variant<std::monostate, Connection, Halves> state_;
  std::optional<ServerConfig> configuration_;  // the answer to asks_configuration
  std::vector<Party> parties_;                 // whose keys it has
};

// Whether the error says that the peer broke a rule or failed to prove something.
bool accuses(Error error);
// How much memory an endpoint may hold, that of its library of cryptography included.
std::ptrdiff_t most_held(const ServerChoice& choice);
std::string_view text_of(Error error);
std::optional<std::uint8_t> alert_of(Error error);

}  // namespace nacre::machine
