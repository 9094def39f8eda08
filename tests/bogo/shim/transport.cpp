#include "shim/transport.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace nacre::bogo {
namespace {

constexpr std::chrono::seconds patience{20};
constexpr std::size_t largest_read = 4096;
constexpr std::size_t piece = 7;

}  // namespace

Result<Transport> Transport::connect(const Flags& flags) {
  TRY(TcpSocket socket, TcpSocket::connect(flags.ipv6 ? "::1" : "127.0.0.1", flags.port, patience));
  Transport transport(std::move(socket), false);
  std::array<std::uint8_t, 8> id{};
  std::uint64_t rest = flags.shim_id;
  for (std::uint8_t& byte : id) {
    byte = static_cast<std::uint8_t>(rest & 0xff);
    rest >>= 8;
  }
  TRY(transport.send(id));
  transport.piecemeal_ = flags.async;
  return transport;
}

Result<bool> Transport::receive(std::vector<std::uint8_t>& inbox) {
  std::array<std::uint8_t, largest_read> buffer{};
  const MutableBytes room = MutableBytes(buffer).first(piecemeal_ ? 1 : buffer.size());
  TRY(const std::size_t size, socket_.read(room));
  inbox.insert(inbox.end(), buffer.begin(),
               std::next(buffer.begin(), std::ssize(room.first(size))));
  return size > 0;
}

Result<void> Transport::send(Bytes bytes) {
  while (!bytes.empty()) {
    TRY(const std::size_t sent,
        socket_.write(piecemeal_ ? bytes.first(std::min(bytes.size(), piece)) : bytes));
    bytes = bytes.subspan(sent);
  }
  return {};
}

void Transport::finish() {
  socket_.shutdown_write();
  std::array<std::uint8_t, largest_read> buffer{};
  while (true) {
    const auto size = socket_.read(buffer);
    if (!size || *size == 0) return;
  }
}

}  // namespace nacre::bogo
