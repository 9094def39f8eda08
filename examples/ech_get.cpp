// Fetches one page of a name that nobody on the way sees: with Encrypted Client Hello, and once
// more where the server has other keys than we knew. ECH holds an ECHConfigList, the "ech" of the
// HTTPS record, as bytes. ech_get HOST PORT PATH ECH CA.pem
#include <nacre/stream.h>
#include <nacre/try.h>

#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <utility>

using nacre::Result, nacre::Stream, nacre::TcpSocket;

Result<Stream<TcpSocket>> connect(const nacre::ClientConfig& config, const std::string& host,
                                  std::uint16_t port, const nacre::EchConfigList& ech,
                                  bool is_retry) {
  TRY(auto connection, nacre::Connection::client(config, host, ech));
  TRY(auto socket, TcpSocket::connect(host, port));
  Stream<TcpSocket> stream(std::move(connection), std::move(socket));
  const auto done = stream.handshake();
  if (done) return stream;
  // Only a server that has proved to be the public name has a say, and it has it once.
  const auto retry = stream.connection().ech_retry_configs();
  if (is_retry || !retry || retry->size() == 0) return nacre::fail(done.error());
  return connect(config, host, port, *retry, true);
}

Result<void> get(const std::string& host, std::uint16_t port, const std::string& path,
                 const std::string& ech, const std::string& ca) {
  TRY(const auto anchors, nacre::TrustAnchors::from_pem_file(ca));
  TRY(const auto config, nacre::ClientConfig::Builder(anchors).alpn({"http/1.1"}).build());
  TRY(const auto list, nacre::EchConfigList::parse(nacre::bytes_of(ech)));
  TRY(auto stream, connect(config, host, port, list, false));
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  TRY(stream.write(nacre::bytes_of(request)));
  std::array<std::uint8_t, 16'384> buffer{};
  while (true) {
    TRY(const nacre::Bytes data, stream.read(buffer));
    if (data.empty()) return stream.close();
    std::cout << nacre::text_of(data);
  }
}

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 6) {
    std::cerr << "usage: ech_get HOST PORT PATH ECH CA.pem\n";
    return 2;
  }
  std::ifstream file(arguments[4], std::ios::binary);
  const std::string ech{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto port = static_cast<std::uint16_t>(std::stoi(arguments[2]));
  const auto outcome = get(arguments[1], port, arguments[3], ech, arguments[5]);
  if (!outcome) std::cerr << "ech_get: " << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
