// How long setting up a connection may take: name resolution, connection and handshake.
#include <dlfcn.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include "connection/resolve.h"
#include "nacre/stream.h"
#include "support/peers.h"

namespace {

// While it is shut, lookups of names that end in ".slow.test" wait here.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_, ++waiting_);
    changed_.notify_all();
    changed_.wait(lock, [&] { return is_open_; });
    --waiting_;
  }
  void shut() {
    const std::lock_guard lock(mutex_);
    is_open_ = false;
    most_ = 0;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void wait_for_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return most_ > 0; });
  }
  // How many waited at a time since it was shut.
  int most() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  int most_ = 0;
  bool is_open_ = true;
};

// Never destroyed: threads may be on their way to it.
Gate& gate() {
  static Gate* const only = std::make_unique<Gate>().release();
  return *only;
}

bool is_slow(const char* name) {
  return name != nullptr && std::string_view(name).ends_with(".slow.test");
}

}  // namespace

// In the C library's place.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** list) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (is_slow(name)) {
    if ((hints->ai_flags & AI_NUMERICHOST) != 0) return EAI_NONAME;
    gate().pass();
    return real("127.0.0.1", service, hints, list);
  }
  return real(name, service, hints, list);
}

namespace nacre::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The gate, shut; whoever waits there without bound waits for twenty seconds.
class Shut {
 public:
  Shut() { gate().shut(); }

 private:
  std::jthread opens_{[](const std::stop_token& stop) {
    for (int i = 0; i < 2'000 && !stop.stop_requested(); ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    gate().open();
  }};
};

TEST_CASE("AC-241: a name that is not resolved is given up in time", "[AC-241]") {
  const Shut shut;
  CHECK(resolve("one.slow.test", 1, 0, Deadline(milliseconds(20))) == fail(Error::timed_out));
  CHECK(TcpSocket::connect("two.slow.test", 1, milliseconds(20)) == fail(Error::timed_out));
}

TEST_CASE("AC-241: lookups that nobody waits for are bounded", "[AC-241]") {
  const Shut shut;
  for (int i = 0; i < max_lookups + 10; ++i) {
    REQUIRE(resolve("many.slow.test", 1, 0, Deadline(milliseconds(1))) == fail(Error::timed_out));
  }
  CHECK(gate().most() <= max_lookups);
  gate().open();
  // Those end, and there is room again.
  CHECK(resolve("again.slow.test", 1, 0, Deadline(seconds(60))));
}

// A pair of sockets; ours has that time.
std::pair<TcpSocket, TcpSocket> sockets(milliseconds timeout) {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  return {TcpSocket(ends[0], timeout), TcpSocket(ends[1], seconds(20))};
}

TEST_CASE("AC-241: a peer that sends a byte now and then does not draw a handshake out",
          "[AC-241]") {
  for (const bool is_client : {true, false}) {
    auto [ours, theirs] = sockets(milliseconds(100));
    std::jthread drips([peer = std::move(theirs)]() mutable {
      // A handshake record, a byte at a time; then the end.
      const std::array<std::uint8_t, 5> header{22, 3, 3, 0x40, 0};
      if (!peer.write(header)) return;
      for (int i = 0; i < 150; ++i) {
        std::this_thread::sleep_for(milliseconds(2));
        if (!peer.write(std::array<std::uint8_t, 1>{2})) return;
      }
    });
    const Error error =
        is_client ? connect(*client_config().build(), "localhost", std::move(ours)).error()
                  : accept(*server_config().build(), std::move(ours)).error();
    CHECK(error == Error::timed_out);
  }
}

TEST_CASE("AC-241: what connecting took is no more there for the handshake", "[AC-241]") {
  auto listener = TcpListener::bind("127.0.0.1", 0);
  REQUIRE(listener);
  gate().shut();
  std::jthread opens([] {
    gate().wait_for_one();
    std::this_thread::sleep_for(milliseconds(50));
    gate().open();
  });
  const auto begin = std::chrono::steady_clock::now();
  auto socket = TcpSocket::connect("late.slow.test", listener->port(), seconds(5));
  const auto connected = std::chrono::steady_clock::now();
  REQUIRE(socket);
  REQUIRE(connected - begin >= milliseconds(50));
  CHECK(socket->set_up_time() <= seconds(5) - milliseconds(50));
}

TEST_CASE("AC-241: a time that has passed bounds, and one for ever does not overflow", "[AC-241]") {
  auto listener = TcpListener::bind("127.0.0.1", 0);
  REQUIRE(listener);
  for (const milliseconds passed : {milliseconds(-3), milliseconds::min()}) {
    CHECK_FALSE(listener->accept(passed));
    CHECK_FALSE(TcpSocket::connect("127.0.0.1", listener->port(), passed));
    TcpSocket socket(-1, passed);
    socket.set_up(true);
  }
  const auto ours = TcpSocket::connect("127.0.0.1", listener->port(), milliseconds::max());
  REQUIRE(ours);
  CHECK(ours->set_up_time() > std::chrono::hours(24));
  CHECK(listener->accept(milliseconds::max()));
}

TEST_CASE("AC-241: sockets have a time that nobody has to ask for", "[AC-241]") {
  CHECK(TcpSocket(-1).set_up_time() == default_timeout);
  auto listener = TcpListener::bind("127.0.0.1", 0);
  REQUIRE(listener);
  const auto ours = TcpSocket::connect("127.0.0.1", listener->port());
  REQUIRE(ours);
  const auto theirs = listener->accept();
  REQUIRE(theirs);
  CHECK(theirs->set_up_time() == default_timeout);
}

}  // namespace
}  // namespace nacre::test
