// Resumes session after session with one server, from two threads, with early data each time, while
// its ticket keys change; then with one that keeps its sessions in a store. All of it is accepted,
// and the process's memory does not grow. `nacre_soak [count]`, 1,000,000 by default.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>

#include "nacre/connection.h"
#include "nacre/session.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

constexpr std::string_view request = "GET / HTTP/1.1\r\n\r\n";
constexpr std::size_t growth_allowed = std::size_t{1} << 20;
constexpr std::size_t threads = 2;
// So many resumptions are one second to both sides: the guard, which forgets after 25, stays at
// 12,500 flights, and the keys change every 60.
constexpr std::size_t each_second = 500;

[[noreturn]] void give_up(std::string_view what) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

void demand(bool is_so, std::string_view what) {
  if (!is_so) give_up(what);
}

// What has come for one side, and not been taken yet.
struct Inbox {
  std::array<std::uint8_t, 4 * max_record_size> room{};
  std::size_t begin = 0;
  std::size_t end = 0;

  MutableBytes content() { return MutableBytes(room).subspan(begin, end - begin); }
  MutableBytes free() { return MutableBytes(room).subspan(end); }
  void clear() { begin = end = 0; }
};

struct Side {
  Connection connection;
  Inbox& inbox;
  bool is_complete = false;
  std::size_t early_data = 0;
  std::size_t tickets = 0;

  bool step(Inbox& peer) {
    const auto step = connection.advance(inbox.content(), peer.free());
    if (!step) give_up(describe(step.error()));
    if (const auto* early = std::get_if<EarlyData>(&step->event)) early_data += early->data.size();
    if (const auto* kept = std::get_if<TicketReceived>(&step->event)) tickets += kept->count;
    inbox.begin += step->consumed;
    if (inbox.begin == inbox.end) inbox.clear();
    peer.end += step->produced;
    const bool is_done = std::holds_alternative<HandshakeComplete>(step->event);
    is_complete |= is_done;
    return step->consumed > 0 || step->produced > 0 || is_done;
  }
  void run(Inbox& peer) {
    while (step(peer)) {
    }
  }
};

// One client, which comes again and again.
class Visitor {
 public:
  Visitor(const ServerConfig& server, const Clock& clock, bool is_early)
      : server_(server),
        client_(client_config()
                    .policy(quick_policy())
                    .sessions(std::make_shared<MemoryClientSessionStore>())
                    .early_data(is_early)
                    .clock(clock)
                    .build()
                    .value()),
        is_early_(is_early) {}

  void visit(KeySource expected) {
    to_client_->clear();
    to_server_->clear();
    Side client{Connection::client(client_, "localhost").value(), *to_client_};
    Side server{Connection::server(server_).value(), *to_server_};
    client.run(*to_server_);
    const bool has_early_data = is_early_ && expected == KeySource::session;
    if (has_early_data) {
      const auto sent = client.connection.early_data(bytes_of(request), to_server_->free());
      demand(sent && sent->consumed == request.size(), "no early data");
      to_server_->end += sent->produced;
    }
    while (to_server_->end > 0 || to_client_->end > 0) {
      server.run(*to_client_);
      client.run(*to_server_);
    }
    demand(client.is_complete && server.is_complete, "an incomplete handshake");
    demand(server.connection.negotiated().key_source == expected, "not resumed");
    demand(server.early_data == (has_early_data ? request.size() : 0), "early data was lost");
    demand(client.tickets > 0, "no ticket");
  }

 private:
  ServerConfig server_;
  ClientConfig client_;
  bool is_early_;
  std::unique_ptr<Inbox> to_client_ = std::make_unique<Inbox>();
  std::unique_ptr<Inbox> to_server_ = std::make_unique<Inbox>();
};

std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t present = 0;
  file >> all >> present;
  return present * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Returns how many bytes more are in memory at the end than after a fiftieth of it.
std::size_t soak(ServerConfig::Builder builder, std::size_t count, bool is_early) {
  std::atomic<std::size_t> visits = 0;
  const Clock clock = [&] { return now + static_cast<UnixTime>(visits / each_second); };
  const ServerConfig server = builder.clock(clock).build().value();
  std::array<Visitor, threads> visitors{Visitor{server, clock, is_early},
                                        Visitor{server, clock, is_early}};
  for (Visitor& visitor : visitors) visitor.visit(KeySource::certificate);
  const auto resume = [&](std::size_t many) {
    std::array<std::jthread, threads> at_work;
    std::ranges::transform(visitors, at_work.begin(), [&](Visitor& visitor) {
      return std::jthread([&visitor, &visits, many] {
        for (std::size_t i = 0; i < many / threads; ++i, ++visits) {
          visitor.visit(KeySource::session);
        }
      });
    });
  };
  resume(count / 50);
  const std::size_t before = resident();
  resume(count - count / 50);
  const std::size_t after = resident();
  return after > before ? after - before : 0;
}

void report(const char* what, std::size_t count, std::size_t growth) {
  std::printf("%zu resumptions, %s: %zu KiB more in memory\n", count, what, growth / 1'024);
  demand(growth <= growth_allowed, "memory grows");
}

int run(std::size_t count) {
  using namespace std::chrono_literals;
  const auto keys = TicketKeys::random({.renew = 60s, .accept = 120s}).value();
  const auto guard = std::make_shared<MemoryReplayGuard>(
      MemoryReplayGuard::Start{.capacity = 65'536, .has_history = true});
  report("tickets and early data", count,
         soak(server_config().ticket_keys(keys).early_data({.guard = guard}), count, true));
  const auto store = std::make_shared<MemorySessionStore>();
  report("a store", count / 10, soak(server_config().sessions(store), count / 10, false));
  demand(store->size() <= 2 * threads, "sessions were left behind");
  return 0;
}

}  // namespace
}  // namespace nacre::test

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  return nacre::test::run(arguments.size() > 1 ? std::strtoull(arguments[1], nullptr, 10)
                                               : 1'000'000);
}
