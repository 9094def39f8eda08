// Sends back what each client sends, one client after the other.
// echo_server PORT CERT.pem KEY.pem
#include <nacre/stream.h>
#include <nacre/try.h>

#include <array>
#include <iostream>
#include <span>
#include <string>

nacre::Result<void> echo(const nacre::ServerConfig& config, nacre::TcpSocket socket) {
  TRY(auto stream, nacre::accept(config, std::move(socket)));
  std::array<std::uint8_t, 4096> buffer{};
  while (true) {
    TRY(const nacre::Bytes data, stream.read(buffer));
    if (data.empty()) return stream.close();
    TRY(stream.write(data));
  }
}

nacre::Result<void> serve(std::uint16_t port, const char* certificate, const char* key) {
  TRY(auto credential, nacre::Credential::from_pem_files(certificate, key));
  TRY(const auto config, nacre::ServerConfig::Builder(credential).alpn({"echo"}).build());
  TRY(auto listener, nacre::TcpListener::bind("127.0.0.1", port));
  std::cout << "listening on port " << listener.port() << '\n' << std::flush;
  while (true) {
    TRY(auto socket, listener.accept());
    // A client that fails is no reason to end.
    if (const auto served = echo(config, std::move(socket)); !served) {
      std::cerr << "echo_server: " << nacre::describe(served.error()) << '\n';
    }
  }
}

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 4) {
    std::cerr << "usage: echo_server PORT CERT.pem KEY.pem\n";
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(std::stoi(arguments[1]));
  const auto outcome = serve(port, arguments[2], arguments[3]);
  if (!outcome) std::cerr << "echo_server: " << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
