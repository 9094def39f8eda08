// A whole server's side to a client. The first byte says how: as it is, as records without
// protection, as sealed records behind a true ServerHello, or as sealed records after a handshake.
#include "connection_fuzz.h"

using namespace nacre;
using namespace nacre::fuzz;

namespace {

void fuzz_client(std::uint8_t mode, Bytes input) {
  const auto secrets = std::make_shared<Secrets>();
  Subject client(Connection::client(client_config(secrets), "localhost").value());
  require(client.feed({}));
  if (mode == 0) {
    (void)client.feed(input);
    return;
  }
  if (mode == 1) {
    feed_plain(client, input);
    return;
  }
  Subject server(Connection::server(server_config()).value());
  require(server.feed(client.output()));
  const Octets flight = server.output();
  const auto header = record::read_header(flight).value();
  // ServerHello alone, or all.
  const std::size_t size = mode == 2 ? header.record_size() : flight.size();
  require(client.feed(Bytes(flight).first(size)));
  require(client.is_complete() == (mode == 3));
  feed_sealed(client, input, *secrets, "SERVER_HANDSHAKE_TRAFFIC_SECRET",
              "SERVER_TRAFFIC_SECRET_0");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input(data, size);
  fuzz_client(input[0] % 4, input.subspan(1));
  return 0;
}
