// Certificates that are renewed while handshakes run: a configuration is swapped for the next, and
// none is lost.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "crypto/pem.h"
#include "nacre/stream.h"
#include "nacre/try.h"
#include "support/credentials.h"

namespace nacre::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t swaps = 1'000;
constexpr auto patience = 60s;

// Two authorities, each with a certificate for localhost.
struct Renewal {
  std::array<crypto::Issued, 2> authorities;
  std::array<crypto::Issued, 2> leaves;

  Renewal() {
    for (std::size_t i = 0; i < 2; ++i) {
      authorities.at(i) = crypto::issue({.common_name = i == 0 ? "one" : "two",
                                         .not_before = now - 1'000,
                                         .not_after = now + 1'000,
                                         .is_ca = true},
                                        nullptr)
                              .value();
      leaves.at(i) = crypto::issue({.common_name = "localhost",
                                    .names = {"localhost"},
                                    .not_before = now - 1'000,
                                    .not_after = now + 1'000},
                                   &authorities.at(i))
                         .value();
    }
  }

  // A configuration with a certificate and a key that are read anew.
  ServerConfig config(std::size_t which) const {
    const crypto::Issued& leaf = leaves.at(which);
    return ServerConfig::Builder(Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value())
        .policy(quick_policy())
        .clock([] { return now; })
        .build()
        .value();
  }
  ClientConfig client() const {
    const std::string both = authorities[0].certificate_pem + authorities[1].certificate_pem;
    return ClientConfig::Builder(TrustAnchors::from_pem(both).value())
        .policy(quick_policy())
        .clock([] { return now; })
        .build()
        .value();
  }
};

// What an application keeps its current configuration in.
class Current final : public Answers {
 public:
  explicit Current(ServerConfig config) : config_(std::move(config)) {}

  ServerConfig get() const {
    const std::scoped_lock lock(mutex_);
    return config_;
  }
  void swap(ServerConfig next) {
    const std::scoped_lock lock(mutex_);
    std::swap(config_, next);
  }
  // For a handshake that asks once its ClientHello is there.
  Result<ServerConfig> configuration(const ClientHelloSeen& hello) override {
    ENSURE(hello.server_name == "localhost", Error::unrecognized_name);
    return get();
  }

 private:
  mutable std::mutex mutex_;
  ServerConfig config_;
};

// Sockets on their way from the clients to the servers.
class Backlog {
 public:
  void push(TcpSocket socket) {
    {
      const std::scoped_lock lock(mutex_);
      sockets_.push_back(std::move(socket));
    }
    ready_.notify_one();
  }
  // Nothing: there will be no more.
  std::optional<TcpSocket> pop() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !sockets_.empty(); });
    if (sockets_.empty()) return std::nullopt;
    TcpSocket socket = std::move(sockets_.front());
    sockets_.pop_front();
    return socket;
  }
  void close() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<TcpSocket> sockets_;
  bool closed_ = false;
};

// Servers and clients on threads of their own, until stop().
class Load {
 public:
  // `asking`: what servers start with whose configuration is asked for.
  Load(const Renewal& renewal, Current& current, ServerConfig asking)
      : current_(current), asking_(std::move(asking)), client_(renewal.client()) {
    for (std::size_t i = 0; i < 2; ++i) {
      leaves_.at(i) = read_pem_certificates(renewal.leaves.at(i).certificate_pem).value().front();
    }
    for (auto& thread : clients_) thread = std::thread([this] { visit(); });
    for (auto& thread : servers_) thread = std::thread([this] { serve(); });
  }
  ~Load() { stop(); }

  void stop() {
    over_ = true;
    for (auto& thread : clients_) {
      if (thread.joinable()) thread.join();
    }
    backlog_.close();
    for (auto& thread : servers_) {
      if (thread.joinable()) thread.join();
    }
  }

  std::array<std::atomic<std::size_t>, 2> seen{};  // handshakes that each certificate served
  std::atomic<std::size_t> asked = 0;              // handshakes that asked for their configuration
  std::atomic<std::size_t> served = 0;
  std::atomic<std::size_t> failed = 0;

 private:
  void serve() {
    for (bool asks = false; auto socket = backlog_.pop(); asks = !asks) {
      Stream<TcpSocket> stream(Connection::server(asks ? asking_ : current_.get()).value(),
                               *std::move(socket));
      const bool good = stream.handshake(asks ? &current_ : nullptr) &&
                        stream.write(bytes_of("x")) && stream.close();
      ++(good ? served : failed);
      if (asks) ++asked;
    }
  }

  void visit() {
    while (!over_) {
      std::array<int, 2> ends{};
      if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) {
        ++failed;
        return;
      }
      backlog_.push(TcpSocket(ends[1], patience));
      Stream<TcpSocket> stream(Connection::client(client_, "localhost").value(),
                               TcpSocket(ends[0], patience));
      const bool shaken = stream.handshake().has_value();
      const std::span chain = stream.connection().peer_chain();
      const auto which = std::ranges::find_if(leaves_, [&](const crypto::Der& leaf) {
        return shaken && std::ranges::equal(leaf, chain.front());
      });
      std::array<std::uint8_t, 1> room{};
      const auto data = stream.read(room);
      const auto end = stream.read(room);
      const bool good = which != leaves_.end() && data && data->size() == 1 && end && end->empty();
      ++(good ? seen.at(static_cast<std::size_t>(which - leaves_.begin())) : failed);
    }
  }

  Current& current_;
  ServerConfig asking_;
  ClientConfig client_;
  std::array<crypto::Der, 2> leaves_;
  Backlog backlog_;
  std::atomic<bool> over_ = false;
  std::array<std::thread, 3> clients_;
  std::array<std::thread, 2> servers_;
};

TEST_CASE("a thousand configurations swapped under load lose no handshake", "[threads]") {
  const Renewal renewal;
  Current current(renewal.config(0));
  const auto asking = server_config().ask_configuration().build().value();
  Load load(renewal, current, asking);
  std::size_t swapped = 0;
  const auto end = std::chrono::steady_clock::now() + patience;
  const auto is_well = [&] { return load.failed == 0 && std::chrono::steady_clock::now() < end; };
  for (; swapped < swaps && is_well(); ++swapped) {
    current.swap(renewal.config((swapped + 1) % 2));
    // Another handshake ends between any two swaps: the load never rests.
    for (const std::size_t before = load.served; load.served == before && is_well();) {
      std::this_thread::sleep_for(100us);
    }
  }
  load.stop();
  CHECK(swapped == swaps);
  CHECK(load.failed == 0);
  CHECK(load.seen[0] > swaps / 10);
  CHECK(load.seen[1] > swaps / 10);
  CHECK(load.asked > swaps / 10);
  CHECK(load.served == load.seen[0] + load.seen[1]);
  CHECK(load.served >= swaps);
}

}  // namespace
}  // namespace nacre::test
