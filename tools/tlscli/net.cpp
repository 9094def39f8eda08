// Endpoints, name resolution and TCP connections.
#include "tlscli/net.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <future>
#include <memory>
#include <thread>

#include "tlscli/explain.h"

namespace nacre::tlscli {
namespace {

struct Lookup {
  int status = EAI_AGAIN;
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses{nullptr, &freeaddrinfo};
};

Lookup look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Lookup lookup;
  lookup.status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (lookup.status == 0) lookup.addresses.reset(found);
  return lookup;
}

// getaddrinfo() takes as long as it likes, so it has a thread of its own, left behind if need be.
Result<Lookup> look_up(const Endpoint& endpoint, Deadline deadline) {
  std::promise<Lookup> promise;
  auto future = promise.get_future();
  std::thread([endpoint, promise = std::move(promise)]() mutable {
    promise.set_value(look_up(endpoint.host, endpoint.port));
  }).detach();
  if (future.wait_until(deadline.at()) != std::future_status::ready) return fail(Error::timed_out);
  return future.get();
}

// 0, or the errno.
int connect_socket(int descriptor, const addrinfo& address, Deadline deadline) {
  if (::connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(descriptor, POLLOUT, -1, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

std::string address_text(const sockaddr* address, socklen_t size) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (getnameinfo(address, size, host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  return to_string(
      {.host = host.data(), .port = static_cast<std::uint16_t>(std::stoi(port.data()))});
}

// getsockname() and getpeername() have one type.
std::string address_by(int (*ask)(int, sockaddr*, socklen_t*), int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = static_cast<sockaddr*>(static_cast<void*>(&storage));
  if (ask(descriptor, address, &size) != 0) return "unknown";
  return address_text(address, size);
}

Problem dial_problem(const Endpoint& endpoint, Error error, int system_error, std::string detail) {
  Situation situation;
  situation.error = error;
  situation.peer = to_string(endpoint);
  situation.system_error = system_error;
  situation.detail = std::move(detail);
  return explain(situation);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), port);
  if (error != std::errc{} || end != text.end()) return std::nullopt;
  return port;
}

}  // namespace

Outcome<Endpoint> parse_endpoint(std::string_view text, std::optional<std::uint16_t> default_port) {
  const std::string wrong = "\"" + printable(text) + "\" is no HOST:PORT";
  constexpr auto hint = "write example.com:443, 192.0.2.1:443 or [2001:db8::1]:443";
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return usage_problem(wrong, hint);
    host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return usage_problem(wrong, hint);
    if (!rest.empty()) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && text.rfind(':') == colon) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  const auto number = port ? parse_port(*port) : default_port;
  if (host.empty() || !number) return usage_problem(wrong, hint);
  return Endpoint{.host = std::string(host), .port = *number};
}

std::string to_string(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" +
         std::to_string(endpoint.port);
}

Outcome<Route> Route::find(const Endpoint& endpoint, Deadline deadline) {
  auto lookup = look_up(endpoint, deadline);
  if (!lookup) return fail(dial_problem(endpoint, lookup.error(), 0, "the name's lookup took all"));
  if (lookup->status != 0) {
    return fail(dial_problem(endpoint, Error::name_not_found, 0, gai_strerror(lookup->status)));
  }
  return Route(endpoint, std::move(lookup->addresses));
}

Outcome<Dialed> Route::dial(Deadline deadline) const {
  int error = 0;
  std::string tried;
  for (const addrinfo* at = addresses_.get(); at != nullptr; at = at->ai_next) {
    TcpSocket socket(::socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const std::string address = address_text(at->ai_addr, at->ai_addrlen);
    error = socket.descriptor() < 0 ? errno : connect_socket(socket.descriptor(), *at, deadline);
    if (error == 0) {
      const int on = 1;  // what we send is whole messages: none waits for the next
      ::setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return Dialed{.socket = std::move(socket), .address = address};
    }
    tried += (tried.empty() ? "tried " : ", ") + address;
    if (deadline.has_passed()) error = ETIMEDOUT;
    if (error == ETIMEDOUT) break;
  }
  const Error cause = error == ETIMEDOUT ? Error::timed_out : Error::transport;
  return fail(dial_problem(endpoint_, cause, error, tried));
}

Outcome<Dialed> dial(const Endpoint& endpoint, Deadline deadline) {
  TRY(const Route route, Route::find(endpoint, deadline));
  return route.dial(deadline);
}

std::string peer_address(int descriptor) {
  return address_by(&getpeername, descriptor);
}

std::string local_address(int descriptor) {
  return address_by(&getsockname, descriptor);
}

}  // namespace nacre::tlscli
