// TCP sockets, as transports for a Stream.
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "connection/deadline.h"
#include "connection/resolve.h"
#include "nacre/stream.h"
#include "nacre/try.h"

namespace nacre {

namespace {

std::size_t count(const addrinfo* address) {
  std::size_t number = 0;
  for (; address != nullptr; address = address->ai_next) ++number;
  return number;
}

// Closes its descriptor, unless that is taken away.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

Result<Descriptor> open_socket(const addrinfo& address) {
  const int type = address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK;
  Descriptor socket(::socket(address.ai_family, type, address.ai_protocol));
  ENSURE(socket.number() >= 0, Error::transport);
  return socket;
}

void set_option(int descriptor, int level, int option, int value) {
  (void)::setsockopt(descriptor, level, option, &value, sizeof(value));
}

Result<Descriptor> connect_to(const addrinfo& address, const Deadline& deadline) {
  TRY(Descriptor socket, open_socket(address));
  set_option(socket.number(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  // An interrupted connect() goes on by itself.
  ENSURE(errno == EINPROGRESS || errno == EINTR, Error::transport);
  TRY(deadline.wait(socket.number(), POLLOUT));
  int error = 0;
  socklen_t size = sizeof(error);
  ENSURE(::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0,
         Error::transport);
  return socket;
}

// The port that the system has chosen.
Result<std::uint16_t> bound_port(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  auto* const address = static_cast<sockaddr*>(static_cast<void*>(&storage));
  ENSURE(::getsockname(descriptor, address, &size) == 0, Error::transport);
  std::array<char, NI_MAXSERV> text{};
  ENSURE(::getnameinfo(address, size, nullptr, 0, text.data(), text.size(), NI_NUMERICSERV) == 0,
         Error::transport);
  return static_cast<std::uint16_t>(std::stoul(text.data()));
}

}  // namespace

// Each address has its share of the time that is left, so that one that is silent does not keep the
// next from its turn.
Result<TcpSocket> TcpSocket::connect(std::string_view host, std::uint16_t port,
                                     std::chrono::milliseconds timeout) {
  const Deadline deadline(timeout);
  TRY(const Addresses addresses, resolve(std::string(host), port, AI_ADDRCONFIG, deadline));
  Error last = Error::name_not_found;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    std::chrono::milliseconds share{};
    if (const auto left = deadline.left()) {
      ENSURE(left->count() > 0, Error::timed_out);
      share = std::max(*left / static_cast<int>(count(address)), std::chrono::milliseconds(1));
    }
    auto socket = connect_to(*address, Deadline(share));
    if (socket) {
      TcpSocket connected(socket->release(), timeout);
      // fault: AC-241c
      connected.time_.for_set_up = deadline.left().value_or(std::chrono::milliseconds(0));
      return connected;
    }
    last = socket.error();
  }
  return fail(last);
}

TcpSocket::TcpSocket(int descriptor, std::chrono::milliseconds timeout)
    : descriptor_(descriptor), time_{.for_call = timeout, .for_set_up = timeout, .end = {}} {}

TcpSocket::TcpSocket(TcpSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), time_(other.time_) {}

TcpSocket& TcpSocket::operator=(TcpSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(time_, other.time_);
  return *this;
}

TcpSocket::~TcpSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Deadline TcpSocket::Time::deadline() const {
  return end ? Deadline(*end) : Deadline(for_call);
}

// One that is used up is not one that has no bound.
void TcpSocket::set_up(bool under_way) {
  time_.end.reset();
  if (under_way && time_.for_call.count() != 0) {
    // fault: AC-241b
    time_.end = Deadline::end_of(time_.for_set_up);
  }
}

namespace {

// Repeats `call` until it moves bytes, waiting for `events` where there is nothing to move.
Result<std::size_t> move_bytes(int descriptor, const Deadline& deadline, short events, auto call) {
  while (true) {
    if (const ssize_t moved = call(); moved >= 0) return static_cast<std::size_t>(moved);
    if (errno == EINTR) continue;
    ENSURE(errno == EAGAIN || errno == EWOULDBLOCK, Error::transport);
    TRY(deadline.wait(descriptor, events));
  }
}

}  // namespace

Result<std::size_t> TcpSocket::read(MutableBytes buffer) {
  return move_bytes(descriptor_, time_.deadline(), POLLIN, [&] {
    return ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  });
}

Result<std::size_t> TcpSocket::write(Bytes data) {
  return move_bytes(descriptor_, time_.deadline(), POLLOUT, [&] {
    return ::send(descriptor_, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  });
}

void TcpSocket::shutdown_write() {
  (void)::shutdown(descriptor_, SHUT_WR);
}

Result<TcpListener> TcpListener::bind(std::string_view address, std::uint16_t port) {
  TRY(const Addresses addresses,
      resolve(std::string(address), port, AI_PASSIVE, Deadline(default_timeout)));
  Error last = Error::name_not_found;
  for (const addrinfo* entry = addresses.get(); entry != nullptr; entry = entry->ai_next) {
    auto socket = open_socket(*entry);
    last = Error::transport;
    if (!socket) continue;
    set_option(socket->number(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(socket->number(), entry->ai_addr, entry->ai_addrlen) != 0) continue;
    if (::listen(socket->number(), SOMAXCONN) != 0) continue;
    TRY(const std::uint16_t chosen, bound_port(socket->number()));
    return TcpListener(socket->release(), chosen);
  }
  return fail(last);
}

TcpListener::TcpListener(int descriptor, std::uint16_t port)
    : descriptor_(descriptor), port_(port) {}

TcpListener::TcpListener(TcpListener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), port_(other.port_) {}

TcpListener& TcpListener::operator=(TcpListener&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(port_, other.port_);
  return *this;
}

TcpListener::~TcpListener() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<TcpSocket> TcpListener::accept() {
  // fault: AC-241h
  return accept_within({}, default_timeout);
}

Result<TcpSocket> TcpListener::accept(std::chrono::milliseconds timeout) {
  return accept_within(timeout, timeout);
}

Result<TcpSocket> TcpListener::accept_within(std::chrono::milliseconds wait,
                                             std::chrono::milliseconds timeout) {
  const Deadline deadline(wait);
  while (true) {
    const int descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor >= 0) {
      set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
      return TcpSocket(descriptor, timeout);
    }
    // A connection that was gone before it was taken is not the listener's end.
    if (errno == EINTR || errno == ECONNABORTED) continue;
    ENSURE(errno == EAGAIN || errno == EWOULDBLOCK, Error::transport);
    TRY(deadline.wait(descriptor_, POLLIN));
  }
}

}  // namespace nacre
