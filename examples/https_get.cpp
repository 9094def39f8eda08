// Fetches one page over HTTP/1.1, and prints the answer as it comes, headers and all.
// https_get HOST PORT PATH [CA.pem]
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

nacre::Result<void> get(const std::string& host, std::uint16_t port, const std::string& path,
                        const std::string& ca) {
  TRY(const auto anchors, anchors_from(ca));
  TRY(const auto config, nacre::ClientConfig::Builder(anchors).alpn({"http/1.1"}).build());
  TRY(auto socket, nacre::TcpSocket::connect(host, port));
  TRY(auto stream, nacre::connect(config, host, std::move(socket)));

  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  TRY(stream.write(nacre::bytes_of(request)));
  std::array<std::uint8_t, 16'384> buffer{};
  while (true) {
    // An end without close_notify is an error: an attacker may have cut the page short.
    TRY(const nacre::Bytes data, stream.read(buffer));
    if (data.empty()) return stream.close();
    std::cout << nacre::text_of(data);
  }
}

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 4) {
    std::cerr << "usage: https_get HOST PORT PATH [CA.pem]\n";
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(std::stoi(arguments[2]));
  const std::string ca = arguments.size() > 4 ? arguments[4] : "";
  const auto outcome = get(arguments[1], port, arguments[3], ca);
  if (!outcome) std::cerr << "https_get: " << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
