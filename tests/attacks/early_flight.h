// A client that has offered early data, the server that has heard of it, and the key to write more.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>

#include "attacks/side.h"
#include "support/sessions.h"

namespace nacre::test {

class EarlyFlight {
 public:
  // `first` decides what the session is of, `then` what is changed when it is resumed.
  using Change = std::function<void(Resumable&)>;
  explicit EarlyFlight(const Change& first = {}, const Change& then = {});

  Side& client() { return between->client; }
  Side& server() { return between->server; }
  bool is_accepted() { return status() == EarlyDataStatus::accepted; }
  bool is_rejected() { return status() == EarlyDataStatus::rejected; }
  // Another server of the same configuration, which has heard nothing.
  Side another_server() { return Side(pair.server_builder()); }

  // A record under the client's early keys, and one that nobody can open.
  Octets early(std::string_view text) { return keys->data(text); }
  static Octets stray(std::size_t size);
  // Hands the server what an honest client still has to say, all of it or its Finished alone.
  void end_early_data();
  void finish();
  // What the client does when the server's flight has come: EndOfEarlyData where there was some,
  // and Finished.
  std::deque<Message> answer();

  Message hello;  // that the client has begun with
  Resumable pair;
  std::optional<Between> between;
  std::optional<Forger> keys;

 private:
  EarlyDataStatus status() { return server().peer.connection.negotiated().early_data; }
};

// A client and a server that asks for another share.
void retry(Resumable& pair);

// EndOfEarlyData.
inline const Message end_of_early_data{5, 0, 0, 0};

}  // namespace nacre::test
