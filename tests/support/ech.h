// A client and a server with Encrypted Client Hello: what is meant is "secret.example", what shows
// "public.example".
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "nacre/ech.h"
#include "support/peers.h"

namespace nacre::test {

inline constexpr std::string_view secret_name = "secret.example";
inline constexpr std::string_view public_name = "public.example";

// A key for public_name.
EchKey make_ech_key(std::uint8_t config_id = 1, std::uint8_t maximum_name_length = 32);
const EchKey& ech_key();
// A key that no server of the tests has, with the config_id of ech_key().
const EchKey& other_ech_key();

// Has certificates for both names, and decrypts with ech_key().
ServerConfig::Builder ech_server_config();
// The same that decrypts nothing.
ServerConfig::Builder two_name_server_config();

// Two sides, of which the client encrypts with `list`.
Peers ech_peers(const EchConfigList& list = ech_key().config_list(),
                const ClientConfig& client = *client_config().build(),
                const ServerConfig& server = *ech_server_config().build(),
                std::string_view name = secret_name);

// The ClientHello of a peer's first record, a whole message; and where in it something stands.
Octets first_hello(const Peer& peer);
std::optional<std::size_t> find_in(Bytes whole, Bytes part);

}  // namespace nacre::test
