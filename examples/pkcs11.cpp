// Both roles with a private key that stays in a PKCS#11 module: a smart card, an HSM, SoftHSM.
//   PIN=... pkcs11 server PORT MODULE.so TOKEN KEY CHAIN.pem CA.pem
//   PIN=... pkcs11 client HOST PORT MODULE.so TOKEN KEY CHAIN.pem CA.pem
// TOKEN and KEY are labels; CHAIN is of that key's certificate. The server asks its clients for
// certificates by CA, and repeats the first data that comes; the client sends "hello".
#include <nacre/stream.h>
#include <nacre/try.h>

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "pkcs11_key.h"

Result<void> serve(std::uint16_t port, const nacre::Credential& credential,
                   const nacre::TrustAnchors& anchors, TokenKey& key) {
  TRY(const auto config,
      nacre::ServerConfig::Builder(credential).client_authentication({.anchors = anchors}).build());
  TRY(auto listener, nacre::TcpListener::bind("127.0.0.1", port));
  std::cout << "listening on port " << listener.port() << '\n' << std::flush;
  TRY(auto socket, listener.accept());
  TRY(auto connection, nacre::Connection::server(config));
  nacre::Stream stream(std::move(connection), std::move(socket));
  TRY(stream.handshake(&key));
  Octets buffer(4'096);
  TRY(const auto data, stream.read(buffer));
  TRY(stream.write(data));
  return stream.close();
}

Result<void> visit(const char* host, std::uint16_t port, const nacre::Credential& credential,
                   const nacre::TrustAnchors& anchors, TokenKey& key) {
  TRY(const auto config, nacre::ClientConfig::Builder(anchors).credential(credential).build());
  TRY(auto socket, nacre::TcpSocket::connect(host, port));
  TRY(auto connection, nacre::Connection::client(config, host));
  nacre::Stream stream(std::move(connection), std::move(socket));
  TRY(stream.handshake(&key));
  TRY(stream.write(nacre::bytes_of("hello\n")));
  Octets buffer(4'096);
  TRY(const auto data, stream.read(buffer));  // a server that refuses us says so only now
  std::cout << nacre::text_of(data);
  return stream.close();
}

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool is_server = words.size() == 7 && words[0] == "server";
  if (!is_server && (words.size() != 8 || words[0] != "client")) return 2;
  const auto outcome = [&]() -> Result<void> {
    const std::size_t i = is_server ? 2 : 3;
    std::ifstream file(words[i + 3]);
    const std::string chain{std::istreambuf_iterator<char>(file), {}};
    TRY(const auto credential, nacre::Credential::from_chain_pem(chain));
    TRY(const auto anchors, nacre::TrustAnchors::from_pem_file(words[i + 4]));
    TRY(auto key, TokenKey::open(words[i].c_str(), words[i + 1], words[i + 2]));
    const auto port = static_cast<std::uint16_t>(std::stoi(words[i - 1]));
    return is_server ? serve(port, credential, anchors, key)
                     : visit(words[1].c_str(), port, credential, anchors, key);
  }();
  if (!outcome) std::cerr << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
