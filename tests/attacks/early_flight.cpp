#include "attacks/early_flight.h"

#include <catch2/catch_test_macros.hpp>

#include "attacks/psk_hello.h"

namespace nacre::test {

EarlyFlight::EarlyFlight(const Change& first, const Change& then) {
  pair.early_data = true;
  if (first) first(pair);
  (void)pair.connect();
  if (then) then(pair);
  between.emplace(pair.client_builder(), pair.server_builder());
  hello = client().messages().front();
  server().hear(hello);
  between->inbox = server().messages();
  keys.emplace(*client().secrets, "CLIENT_EARLY_TRAFFIC_SECRET",
               client().peer.connection.negotiated().cipher_suite);
}

Octets EarlyFlight::stray(std::size_t size) {
  return WireRecord{ContentType::application_data, 0x0303, Octets(size, 0x5a)}.encode();
}

void EarlyFlight::end_early_data() {
  server().take(keys->record(ContentType::handshake, end_of_early_data));
}

std::deque<Message> EarlyFlight::answer() {
  between->tell_client(between->inbox.size());
  return client().messages();
}

void EarlyFlight::finish() {
  server().hear(answer().back());
}

void retry(Resumable& pair) {
  pair.client = [](ClientConfig::Builder& builder) { builder.policy(retried_policy()); };
  pair.server = [](ServerConfig::Builder& builder) { builder.policy(retrying_policy()); };
}

}  // namespace nacre::test
