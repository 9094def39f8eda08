// A whole server's side to a client. The first byte says how: as it is, as records without
// protection, as sealed records behind a true ServerHello, as sealed records after a handshake, or
// as sealed records behind a true ServerHello that does not take the encrypted ClientHello.
#include "connection_fuzz.h"
#include "cost.h"

using namespace nacre;
using namespace nacre::fuzz;

namespace {

void fuzz_client(std::uint8_t mode, Bytes input) {
  const auto secrets = std::make_shared<Secrets>();
  const ClientConfig config = client_config(secrets);
  const bool encrypts = mode == 4;
  const EchConfigList ech = EchKey::from_pem(ech_key).value().config_list();
  Subject client((encrypts ? Connection::client(config, "hidden.example", ech)
                           : Connection::client(config, "localhost"))
                     .value());
  require(client.feed({}));
  if (mode == 0) {
    (void)client.feed(input);
    return;
  }
  if (mode == 1) {
    feed_plain(client, input);
    return;
  }
  Subject server(Connection::server(server_config(!encrypts)).value());
  require(server.feed(client.output()));
  const Octets flight = server.output();
  const auto header = record::read_header(flight).value();
  // ServerHello alone, or all.
  const std::size_t size = mode == 3 ? flight.size() : header.record_size();
  require(client.feed(Bytes(flight).first(size)));
  require(client.is_complete() == (mode == 3));
  feed_sealed(client, input, *secrets, "SERVER_HANDSHAKE_TRAFFIC_SECRET",
              "SERVER_TRAFFIC_SECRET_0");
  require(!encrypts || !client.is_complete());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nacre::fuzz::CostBound bound(size, nacre::fuzz::connection_cost);
  if (size == 0) return 0;
  const Bytes input(data, size);
  fuzz_client(input[0] % 5, input.subspan(1));
  return 0;
}
