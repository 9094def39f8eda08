// Both ways at once through a Connection, which does no I/O. poll_echo HOST PORT CA.pem
#include <nacre/stream.h>
#include <nacre/try.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

nacre::Result<void> send_all(nacre::TcpSocket& socket, nacre::Bytes bytes) {
  while (!bytes.empty()) {
    TRY(const std::size_t count, socket.write(bytes));
    bytes = bytes.subspan(count);
  }
  return {};
}

nacre::Result<void> converse(nacre::Connection tls, nacre::TcpSocket socket) {
  std::vector<std::uint8_t> in, out(nacre::max_record_size), room(1024);
  std::vector<pollfd> ready{{socket.descriptor(), POLLIN, 0}, {-1, POLLIN, 0}};
  while (true) {
    const auto step = tls.advance(in, out);
    TRY(send_all(socket, nacre::Bytes(out).first(step ? step->produced : tls.alert_size())));
    if (!step) return nacre::fail(step.error());
    const auto* data = std::get_if<nacre::ApplicationData>(&step->event);
    if (data != nullptr) std::cout << nacre::text_of(data->data) << std::flush;
    if (std::holds_alternative<nacre::PeerClosed>(step->event)) return {};
    if (std::holds_alternative<nacre::HandshakeComplete>(step->event)) ready[1].fd = STDIN_FILENO;
    in.erase(in.begin(), in.begin() + std::ptrdiff_t(step->consumed));
    const bool moved = step->consumed + step->produced != 0;
    if (moved || !std::holds_alternative<nacre::NeedInput>(step->event)) continue;
    ::poll(ready.data(), ready.size(), -1);
    if (ready[0].revents != 0) {
      TRY(const std::size_t count, socket.read(room));
      if (count == 0) return tls.transport_closed();
      in.insert(in.end(), room.begin(), room.begin() + std::ptrdiff_t(count));
    } else if (ready[1].revents != 0) {
      const auto body = tls.body(out);  // plaintext is encrypted where it stands
      const auto count = std::max<ssize_t>(::read(STDIN_FILENO, body.data(), body.size()), 0);
      if (count == 0) ready[1].fd = -1;  // the end: say so, and go on reading what comes
      TRY(const auto size, count == 0 ? tls.close(out) : tls.seal_body(std::size_t(count), out));
      TRY(send_all(socket, nacre::Bytes(out).first(size)));
    }
  }
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto outcome = [&]() -> nacre::Result<void> {
    TRY(const auto anchors, nacre::TrustAnchors::from_pem_file(argv[3]));
    TRY(const auto config, nacre::ClientConfig::Builder(anchors).build());
    TRY(auto tls, nacre::Connection::client(config, argv[1]));
    TRY(auto socket, nacre::TcpSocket::connect(argv[1], std::uint16_t(std::stoi(argv[2]))));
    return converse(std::move(tls), std::move(socket));
  }();
  if (!outcome) std::cerr << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
