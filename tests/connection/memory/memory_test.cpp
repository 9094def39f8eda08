// What a connection costs: counted by standing in for the allocator.
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>
#include <variant>

#include "connection/memory/failing.h"
#include "nacre/danger.h"
#include "support/peers.h"

namespace {

// Volatile: the compiler takes malloc for what the C library has, which changes neither.
volatile std::atomic<std::size_t> allocations = 0;
volatile std::atomic<std::ptrdiff_t> bytes_held = 0;
volatile std::atomic<std::ptrdiff_t> most_bytes_held = 0;

void* counted(void* memory) {
  ++allocations;
  if (memory != nullptr) bytes_held += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  most_bytes_held = std::max<std::ptrdiff_t>(most_bytes_held, bytes_held);
  return memory;
}

void discount(void* memory) {
  if (memory != nullptr) bytes_held -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
}

bool fails() {
  return nacre::test::until_failure >= 0 && nacre::test::until_failure-- == 0;
}

}  // namespace

volatile std::atomic<std::ptrdiff_t> nacre::test::until_failure = -1;

// The linker puts these in the place of the C functions, for the library's objects too.
extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);
void __real_free(void* memory);
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t count, std::size_t size);
void* __wrap_realloc(void* memory, std::size_t size);
void __wrap_free(void* memory);

void* __wrap_malloc(std::size_t size) {
  return counted(__real_malloc(size));
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  return counted(__real_calloc(count, size));
}
void* __wrap_realloc(void* memory, std::size_t size) {
  discount(memory);
  return counted(__real_realloc(memory, size));
}
void __wrap_free(void* memory) {
  discount(memory);
  __real_free(memory);
}
}

void* operator new(std::size_t size) {
  void* const memory = fails() ? nullptr : std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace nacre::test {
namespace {

TEST_CASE("the counter counts", "[memory]") {
  const std::size_t before = allocations;
  const std::ptrdiff_t held = bytes_held;
  // Volatile, lest the pair be optimized away. No check between, which would allocate.
  void* volatile memory = ::operator new(100);
  const std::size_t after = allocations;
  const std::ptrdiff_t held_meanwhile = bytes_held;
  ::operator delete(memory);
  const std::ptrdiff_t held_afterwards = bytes_held;
  CHECK(after == before + 1);
  CHECK(held_meanwhile >= held + 100);
  CHECK(held_afterwards == held);
}

// Data both ways, bodies sealed in place, KeyUpdates asked for and answered, closure.
void exchange(Connection& from, Connection& to, MutableBytes wire, MutableBytes back) {
  const auto read = [](Connection& at, MutableBytes bytes, MutableBytes room) {
    while (!bytes.empty()) {
      const auto step = at.advance(bytes, room);
      if (!step) std::abort();
      bytes = bytes.subspan(step->consumed);
    }
    const auto step = at.advance({}, room);
    if (!step) std::abort();
    return step->produced;
  };
  static constexpr std::array<std::uint8_t, 1'000> plaintext{};
  const auto sealed = from.seal(plaintext, wire);
  if (!sealed) std::abort();
  read(to, wire.first(sealed->produced), {});
  const auto body = from.seal_body(from.body(wire).size(), wire);
  if (!body) std::abort();
  read(to, wire.first(*body), {});
  const auto update = from.update_keys(true, wire);
  if (!update) std::abort();
  const std::size_t answer = read(to, wire.first(*update), back);
  if (answer == 0) std::abort();
  read(from, back.first(answer), {});
}

TEST_CASE("records allocate nothing once the handshake is over", "[memory][rfc9846-5]") {
  for (const CipherSuite suite : policy_2026.cipher_suites) {
    Policy policy = quick_policy();
    policy.cipher_suites = {suite};
    ClientConfig::Builder config = client_config();
    danger::update_keys_after(config.policy(policy), 3);
    Peers peers = connected(*config.build());
    Octets wire(2 * max_record_size);
    Octets back(max_record_size);
    const std::size_t before = allocations;
    for (int i = 0; i < 100; ++i) {
      exchange(peers.client.connection, peers.server.connection, wire, back);
      exchange(peers.server.connection, peers.client.connection, wire, back);
    }
    const std::size_t allocated = allocations - before;
    CHECK(allocated == 0);
  }
}

std::ptrdiff_t cost_of_established(bool of_client) {
  const auto client = client_config().alpn({"h2"}).build().value();
  const auto server = server_config().alpn({"h2"}).build().value();
  std::optional<Peers> peers(std::in_place, client, server);
  peers->drive();
  peers->drive();
  Connection taken = std::move(of_client ? peers->client : peers->server).connection;
  peers.reset();
  const std::ptrdiff_t with = bytes_held;
  {
    const Connection gone = std::move(taken);
  }
  return with - bytes_held + static_cast<std::ptrdiff_t>(sizeof(Connection));
}

TEST_CASE("an established connection holds 1,600 bytes at most", "[memory]") {
  for (const bool of_client : {true, false}) {
    const std::ptrdiff_t cost = cost_of_established(of_client);
    INFO(cost);
    CHECK(cost > 1'000);
    // malloc may give 16 bytes more than was asked for, rather than leave them.
    CHECK(cost <= 1'600 + 16);
  }
}

TEST_CASE("a connection that ends leaves nothing behind", "[memory]") {
  const auto client = client_config().build().value();
  const auto server = server_config().build().value();
  // Whatever the first use sets up for good.
  {
    const Peers first = connected(client, server);
  }
  const std::ptrdiff_t before = bytes_held;
  {
    const Peers peers = connected(client, server);
  }
  {
    Peers failing(client, server, "elsewhere.test");
    failing.drive();
  }
  {
    const Peers unused(client, server);
  }
  CHECK(bytes_held == before);
}

// Takes `count` one-byte records of a ClientHello that never ends. Returns what failed, if
// anything.
std::optional<Error> feed_one_byte_records(Connection& server, std::size_t count) {
  static constexpr std::array<std::uint8_t, 4> header{1, 0, 0xff, 0xfc};
  std::array<std::uint8_t, max_control_record_size> outgoing{};
  for (std::size_t i = 0; i < count; ++i) {
    std::array<std::uint8_t, 6> record{22, 3, 1,
                                       0,  1, i < header.size() ? header.at(i) : std::uint8_t{0}};
    const auto step = server.advance(record, outgoing);
    if (!step) return step.error();
  }
  return std::nullopt;
}

// The copies of a message that grows are few, and the last two of them are all that is held.
TEST_CASE("a message in one-byte records costs no more than Limits says",
          "[memory][AC-033][rfc9846-5.1]") {
  for (const std::size_t limit : {std::size_t{90'000}, Limits{}.handshake_memory}) {
    Limits limits;
    limits.handshake_memory = limit;
    const auto config = server_config().limits(limits).build().value();
    auto server = Connection::server(config).value();
    const std::size_t before = allocations;
    const std::ptrdiff_t held = bytes_held;
    most_bytes_held = held;
    const auto failed = feed_one_byte_records(server, 65'000);
    const std::size_t allocated = allocations - before;
    const std::ptrdiff_t most = most_bytes_held - held;
    CHECK(failed.has_value() == (limit == 90'000));
    CHECK(allocated <= 20);
    CHECK(most >= 32'768);
    CHECK(most <= static_cast<std::ptrdiff_t>(limit) + 1'000);
  }
}

TEST_CASE("a handshake's own memory is within its limit", "[memory][rfc9846-4]") {
  Limits limits;
  limits.handshake_memory = 100;
  Peers peers(*client_config().build(), *server_config().limits(limits).build());
  peers.drive();
  CHECK(peers.server.error == Error::handshake_memory);
  CHECK(peers.client.error == Error::peer_alert);
  CHECK(peers.client.connection.failure()->alert == AlertDescription::internal_error);
}

}  // namespace
}  // namespace nacre::test
