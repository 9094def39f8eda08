// Names, addresses and sockets, under a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nacre/stream.h"
#include "tlscli/problem.h"

struct addrinfo;

namespace nacre::tlscli {

using SteadyTime = std::chrono::steady_clock::time_point;

// A bound on everything that is done until it passes.
class Deadline {
 public:
  static Deadline after(double seconds);
  static Deadline never() { return Deadline(SteadyTime::max()); }

  bool has_passed() const { return std::chrono::steady_clock::now() >= at_; }
  SteadyTime at() const { return at_; }
  // For poll(2): milliseconds that are left, rounded up; -1 for no bound.
  int poll_timeout() const;

 private:
  explicit Deadline(SteadyTime at) : at_(at) {}
  SteadyTime at_;
};

struct Endpoint {
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

// "example.com", "example.com:443", "192.0.2.1:443", "[2001:db8::1]:443".
Outcome<Endpoint> parse_endpoint(std::string_view text, std::optional<std::uint16_t> default_port);
// The inverse.
std::string to_string(const Endpoint& endpoint);

struct Dialed {
  TcpSocket socket;
  std::string address;  // "127.0.0.1:4433"
};

// The addresses of a host, looked up once.
class Route {
 public:
  static Outcome<Route> find(const Endpoint& endpoint, Deadline deadline);
  // Tries the addresses in turn.
  Outcome<Dialed> dial(Deadline deadline) const;

 private:
  using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;
  Route(Endpoint endpoint, Addresses addresses)
      : endpoint_(std::move(endpoint)), addresses_(std::move(addresses)) {}
  Endpoint endpoint_;
  Addresses addresses_;
};

// Looks the name up and tries its addresses in turn.
Outcome<Dialed> dial(const Endpoint& endpoint, Deadline deadline);

// The other end of a connected socket, as text: "127.0.0.1:50000".
std::string peer_address(int descriptor);
// Our own end of a bound socket.
std::string local_address(int descriptor);

// Waits until `descriptor` is ready for `events` or `stop` (-1: none) is readable. False when the
// deadline passes.
bool wait_for(int descriptor, short events, int stop, Deadline deadline);

}  // namespace nacre::tlscli
