// Sends each line of standard input to a TLS echo server, and prints what comes back.
// echo_client HOST PORT [CA.pem]
#include <nacre/stream.h>
#include <nacre/try.h>

#include <array>
#include <iostream>
#include <span>
#include <string>

nacre::Result<nacre::TrustAnchors> anchors_from(const std::string& file) {
  return file.empty() ? nacre::TrustAnchors::from_system()
                      : nacre::TrustAnchors::from_pem_file(file);
}

nacre::Result<void> echo(const std::string& host, std::uint16_t port, const std::string& ca) {
  TRY(const auto anchors, anchors_from(ca));
  TRY(const auto config, nacre::ClientConfig::Builder(anchors).alpn({"echo"}).build());
  TRY(auto socket, nacre::TcpSocket::connect(host, port));
  TRY(auto stream, nacre::connect(config, host, std::move(socket)));

  std::array<std::uint8_t, 4096> buffer{};
  for (std::string line; std::getline(std::cin, line);) {
    line += '\n';
    TRY(stream.write(nacre::bytes_of(line)));
    // A stream has no messages: the answer to one write may come in several reads.
    for (std::size_t received = 0; received < line.size();) {
      TRY(const nacre::Bytes reply, stream.read(buffer));
      if (reply.empty()) return stream.close();
      std::cout << nacre::text_of(reply) << std::flush;
      received += reply.size();
    }
  }
  return stream.close();
}

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 3) {
    std::cerr << "usage: echo_client HOST PORT [CA.pem]\n";
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(std::stoi(arguments[2]));
  const auto outcome = echo(arguments[1], port, arguments.size() > 3 ? arguments[3] : "");
  if (!outcome) std::cerr << "echo_client: " << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
