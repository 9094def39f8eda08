// A whole client's side to a server. The first byte says how: as it is, as records without
// protection, as sealed records behind a true ClientHello, or as sealed records after a handshake.
#include "connection_fuzz.h"
#include "cost.h"

using namespace nacre;
using namespace nacre::fuzz;

namespace {

void fuzz_server(std::uint8_t mode, Bytes input) {
  Subject server(Connection::server(server_config()).value());
  if (mode == 0) {
    (void)server.feed(input);
    return;
  }
  if (mode == 1) {
    feed_plain(server, input);
    return;
  }
  const auto secrets = std::make_shared<Secrets>();
  Subject client(Connection::client(client_config(secrets), "localhost").value());
  require(client.feed({}));
  require(server.feed(client.output()));
  // The client's secrets are there once it has seen the server's flight.
  require(client.feed(server.output()));
  if (mode == 3) require(server.feed(client.output()));
  require(server.is_complete() == (mode == 3));
  feed_sealed(server, input, *secrets, "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
              "CLIENT_TRAFFIC_SECRET_0");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nacre::fuzz::CostBound bound(size, nacre::fuzz::connection_cost);
  if (size == 0) return 0;
  const Bytes input(data, size);
  fuzz_server(input[0] % 4, input.subspan(1));
  return 0;
}
