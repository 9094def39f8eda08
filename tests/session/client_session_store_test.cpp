// A client's sessions in memory and in a file.
#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <string>
#include <thread>

#include "crypto/hash.h"
#include "session/session.h"
#include "ticket_support.h"

using namespace nacre;
using namespace nacre::test;

namespace {

using Configuration = std::array<std::uint8_t, 32>;
constexpr Configuration ours{1};
constexpr Configuration other{2};

SessionScope scope(std::string_view name, const Configuration& configuration = ours) {
  return {.server_name = name, .configuration = configuration};
}

const SessionChain chain =
    std::make_shared<const std::vector<Octets>>(std::vector<Octets>{Octets(700, 1), Octets(3, 2)});

std::unique_ptr<Session::Impl> parts(std::uint8_t number, UnixTime received = noon) {
  auto impl = std::make_unique<Session::Impl>();
  impl->cipher_suite = CipherSuite::tls_aes_256_gcm_sha384;
  std::ranges::fill(impl->psk.resize(48), number);
  impl->age_add = 0x01020304;
  impl->max_early_data = 5;
  impl->received = received;
  impl->expires = received + 3'600;
  impl->server_name = "a.example";
  impl->alpn = "h2";
  impl->ticket = Octets(20, number);
  impl->began_with = KeySource::external_psk;
  impl->psk_identity = Octets{7, 8, 9};
  impl->proved = {received - 100, received + 90'000};
  impl->chain = chain;
  return impl;
}

Session session(std::uint8_t number, UnixTime received = noon) {
  return Session(parts(number, received));
}

// The number of the session that is taken; 0: none.
int taken(MemoryClientSessionStore& store, const SessionScope& from, UnixTime now = noon) {
  const auto session = store.take(from, now);
  return session ? session->impl().ticket.front() : 0;
}

// Puts the checksum of what stands before it at the end.
void sign(Octets& file) {
  const Bytes content = Bytes(file).first(file.size() - 32);
  const auto checksum = crypto::hash(crypto::HashAlgorithm::sha256, content);
  std::ranges::copy(checksum.bytes(), file.end() - 32);
}

Octets file_of_three() {
  MemoryClientSessionStore store;
  store.put(scope("a.example"), session(1));
  store.put(scope("a.example"), session(2, noon + 1));
  store.put(scope("b.example", other), session(3));
  return store.serialize();
}

}  // namespace

TEST_CASE("a session tells its name, protocol, end and early data", "[session]") {
  Session first = session(1);
  CHECK(first.server_name() == "a.example");
  CHECK(first.alpn() == "h2");
  CHECK(first.expires() == noon + 3'600);
  CHECK(first.max_early_data() == 5);
  Session second = std::move(first);
  CHECK(second.alpn() == "h2");
  second = session(2);
  CHECK(second.impl().ticket.front() == 2);
}

TEST_CASE("a session is taken once, the newest first", "[session][rfc9846-C.4]") {
  MemoryClientSessionStore store;
  store.put(scope("a.example"), session(1, noon));
  store.put(scope("a.example"), session(3, noon + 2));
  store.put(scope("a.example"), session(2, noon + 1));
  store.put(scope("a.example"), session(4, noon + 2));
  CHECK(store.size() == 4);
  for (const int number : {4, 3, 2, 1, 0}) CHECK(taken(store, scope("a.example")) == number);
  CHECK(store.size() == 0);
}

TEST_CASE("a session is its name's and its configuration's alone",
          "[session][rfc9846-4.3.11-af55ce]") {
  MemoryClientSessionStore store;
  store.put(scope("a.example"), session(1));
  CHECK(taken(store, scope("b.example")) == 0);
  CHECK(taken(store, scope("a.example", other)) == 0);
  CHECK(taken(store, scope("")) == 0);
  CHECK(taken(store, scope("a.example")) == 1);
}

TEST_CASE("a session is not taken after its lifetime", "[session][rfc9846-4.3.11.1-a70b13]") {
  MemoryClientSessionStore store;
  store.put(scope("a.example"), session(1));
  store.put(scope("a.example"), session(2));
  CHECK(taken(store, scope("a.example"), noon + 3'599) == 2);
  CHECK(taken(store, scope("a.example"), noon + 3'600) == 0);
  CHECK(store.size() == 0);
}

TEST_CASE("of several sessions those that have not expired are taken", "[session]") {
  MemoryClientSessionStore store;
  store.put(scope("a.example"), session(1, noon));
  auto brief = parts(2, noon + 1);
  brief->expires = noon + 10;
  store.put(scope("a.example"), Session(std::move(brief)));
  CHECK(taken(store, scope("a.example"), noon + 10) == 1);
  CHECK(store.size() == 0);
}

TEST_CASE("no session of more than 7 days is kept", "[session][rfc9846-4.7.1-28596b]") {
  MemoryClientSessionStore store;
  auto impl = parts(1);
  impl->expires = noon + 604'801;
  store.put(scope("a.example"), Session(std::move(impl)));
  CHECK(store.size() == 0);
  impl = parts(1);
  impl->expires = noon + 604'800;
  store.put(scope("a.example"), Session(std::move(impl)));
  CHECK(store.size() == 1);
}

TEST_CASE("a session that is not sound is not kept", "[session]") {
  MemoryClientSessionStore store;
  const auto is_kept = [&](auto change) {
    auto impl = parts(1);
    change(*impl);
    store.put(scope("a.example"), Session(std::move(impl)));
    return taken(store, scope("a.example")) != 0;
  };
  using Parts = Session::Impl;
  CHECK(is_kept([](Parts&) {}));
  CHECK_FALSE(is_kept([](Parts& of) { of.cipher_suite = CipherSuite{0x1304}; }));
  CHECK_FALSE(is_kept([](Parts& of) { of.psk.resize(32); }));
  CHECK_FALSE(is_kept([](Parts& of) { of.ticket.clear(); }));
  CHECK(is_kept([](Parts& of) { of.ticket.resize(16'384, 1); }));
  CHECK_FALSE(is_kept([](Parts& of) { of.ticket.resize(16'385, 1); }));
  CHECK(is_kept([](Parts& of) { of.server_name.assign(255, 'a'); }));
  CHECK_FALSE(is_kept([](Parts& of) { of.server_name.assign(256, 'a'); }));
  CHECK(is_kept([](Parts& of) { of.alpn.assign(255, 'a'); }));
  CHECK_FALSE(is_kept([](Parts& of) { of.alpn.assign(256, 'a'); }));
  CHECK_FALSE(is_kept([](Parts& of) { of.chain = nullptr; }));
  CHECK(is_kept([](Parts& of) { of.chain = std::make_shared<std::vector<Octets>>(); }));
  CHECK_FALSE(is_kept([](Parts& of) {
    of.chain = std::make_shared<std::vector<Octets>>(std::vector<Octets>{{}});
  }));
  CHECK_FALSE(is_kept([](Parts& of) { of.received = -1; }));
  CHECK_FALSE(is_kept([](Parts& of) { of.proved.at = -1; }));
  CHECK_FALSE(is_kept([](Parts& of) { of.proved.valid_until = end_of_time + 1; }));
  CHECK_FALSE(is_kept([](Parts& of) { of.began_with = KeySource::session; }));
  CHECK_FALSE(is_kept([](Parts& of) { of.began_with = KeySource::certificate; }));
  CHECK_FALSE(is_kept([](Parts& of) { of.psk_identity.clear(); }));
  CHECK(is_kept([](Parts& of) { of.psk_identity.assign(max_psk_identity, 1); }));
  CHECK_FALSE(is_kept([](Parts& of) { of.psk_identity.assign(max_psk_identity + 1, 1); }));
  CHECK_FALSE(is_kept([](Parts& of) { of.expires = of.received - 1; }));
  CHECK_FALSE(is_kept([](Parts& of) {
    of.received = std::numeric_limits<UnixTime>::max();
    of.expires = of.received;
  }));
}

TEST_CASE("a session that a clock ahead received waits for its time", "[session]") {
  MemoryClientSessionStore store;
  store.put(scope("a.example"), session(1, noon));
  store.put(scope("a.example"), session(2, noon + 1'000));
  CHECK(taken(store, scope("a.example"), noon + 939) == 1);
  CHECK(taken(store, scope("a.example"), noon + 939) == 0);
  CHECK(taken(store, scope("a.example"), std::numeric_limits<UnixTime>::min()) == 0);
  CHECK(taken(store, scope("a.example"), noon + 940) == 2);
}

TEST_CASE("a ticket is kept once", "[session]") {
  MemoryClientSessionStore store;
  store.put(scope("a.example"), session(1, noon));
  store.put(scope("a.example"), session(1, noon + 1));
  CHECK(store.size() == 1);
}

TEST_CASE("in a scope the oldest session makes room", "[session]") {
  MemoryClientSessionStore store({.scopes = 2, .sessions_each = 2});
  for (std::uint8_t number = 1; number <= 3; ++number) {
    store.put(scope("a.example"), session(number, noon + number));
  }
  CHECK(store.size() == 2);
  for (const int number : {3, 2, 0}) CHECK(taken(store, scope("a.example")) == number);
}

TEST_CASE("the scope used longest ago makes room", "[session]") {
  MemoryClientSessionStore store({.scopes = 2, .sessions_each = 2});
  store.put(scope("a"), session(1));
  store.put(scope("a"), session(2));
  store.put(scope("b"), session(3));
  CHECK(taken(store, scope("a")) == 2);  // so b was used longer ago
  store.put(scope("c"), session(4));
  CHECK(store.size() == 2);
  CHECK(taken(store, scope("b")) == 0);
  CHECK(taken(store, scope("a")) == 1);
  CHECK(taken(store, scope("c")) == 4);
  store.put(scope("a"), session(1));
  store.put(scope("b"), session(2));
  store.put(scope("a"), session(3));
  store.put(scope("c"), session(4));
  CHECK(taken(store, scope("b")) == 0);
}

TEST_CASE("a client's store without room keeps nothing", "[session]") {
  MemoryClientSessionStore none({.scopes = 0, .sessions_each = 2});
  none.put(scope("a"), session(1));
  CHECK(none.size() == 0);
  MemoryClientSessionStore nothing({.scopes = 2, .sessions_each = 0});
  nothing.put(scope("a"), session(1));
  CHECK(nothing.size() == 0);
  MemoryClientSessionStore store;
  store.put(scope(std::string(256, 'a')), session(1));
  CHECK(store.size() == 0);
}

TEST_CASE("sessions come back from a file as they were", "[session]") {
  const Octets file = file_of_three();
  MemoryClientSessionStore store;
  REQUIRE(store.deserialize(file));
  CHECK(store.size() == 3);
  CHECK(store.serialize() == file);
  const auto session = store.take(scope("a.example"), noon);
  REQUIRE(session);
  const auto expected = parts(2, noon + 1);
  const auto& impl = session->impl();
  CHECK(impl.cipher_suite == expected->cipher_suite);
  CHECK(std::ranges::equal(impl.psk.reveal(), expected->psk.reveal()));
  CHECK(impl.age_add == expected->age_add);
  CHECK(impl.max_early_data == expected->max_early_data);
  CHECK(impl.received == expected->received);
  CHECK(impl.expires == expected->expires);
  CHECK(impl.server_name == expected->server_name);
  CHECK(impl.alpn == expected->alpn);
  CHECK(impl.ticket == expected->ticket);
  CHECK(impl.began_with == expected->began_with);
  CHECK(impl.psk_identity == expected->psk_identity);
  CHECK(impl.proved.at == expected->proved.at);
  CHECK(impl.proved.valid_until == expected->proved.valid_until);
  CHECK(*impl.chain == *expected->chain);
  CHECK(taken(store, scope("a.example")) == 1);
  CHECK(taken(store, scope("b.example", other)) == 3);
}

TEST_CASE("sessions of one connection share their chain, in a file too", "[session]") {
  MemoryClientSessionStore store;
  REQUIRE(store.deserialize(file_of_three()));
  const auto first = store.take(scope("a.example"), noon);
  const auto second = store.take(scope("b.example", other), noon);
  REQUIRE((first && second));
  CHECK(first->impl().chain == second->impl().chain);
  CHECK(file_of_three().size() < 2 * 700);
}

TEST_CASE("an empty store has a file too", "[session]") {
  MemoryClientSessionStore store;
  const Octets file = store.serialize();
  CHECK(store.deserialize(file));
  CHECK(store.size() == 0);
}

TEST_CASE("a file adds to what is there, and keeps the bounds and the order", "[session]") {
  MemoryClientSessionStore store({.scopes = 1, .sessions_each = 1});
  store.put(scope("c"), session(4));
  REQUIRE(store.deserialize(file_of_three()));
  CHECK(store.size() == 1);
  CHECK(taken(store, scope("b.example", other)) == 3);
  store.put(scope("a.example"), session(5, noon + 9));
  MemoryClientSessionStore two;
  two.put(scope("a.example"), session(5, noon + 9));
  REQUIRE(two.deserialize(file_of_three()));
  REQUIRE(two.deserialize(file_of_three()));
  CHECK(two.size() == 4);
  CHECK(taken(two, scope("a.example")) == 5);
}

TEST_CASE("a file with any byte changed is refused, and adds nothing", "[session]") {
  const Octets file = file_of_three();
  MemoryClientSessionStore store;
  std::size_t read = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    Octets changed = file;
    changed[at] ^= 0x40;
    if (store.deserialize(changed) != fail(Error::bad_session_file)) ++read;
  }
  CHECK(read == 0);
  CHECK(store.size() == 0);
}

TEST_CASE("a file that is cut short or longer is refused", "[session]") {
  const Octets file = file_of_three();
  MemoryClientSessionStore store;
  std::size_t read = 0;
  for (std::size_t size = 0; size < file.size(); ++size) {
    if (store.deserialize(Bytes(file).first(size))) ++read;
    // Even with a checksum of its own.
    if (size < 32) continue;
    Octets cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    sign(cut);
    if (size < file.size() && store.deserialize(cut)) ++read;
  }
  Octets longer = file;
  longer.push_back(0);
  if (store.deserialize(longer)) ++read;
  sign(longer);
  if (store.deserialize(longer)) ++read;
  CHECK(read == 0);
  CHECK(store.size() == 0);
}

TEST_CASE("a file of another kind or version is refused", "[session]") {
  MemoryClientSessionStore store;
  for (const std::size_t at : {0U, 7U, 8U, 9U}) {
    Octets file = store.serialize();
    ++file[at];
    sign(file);
    CHECK(store.deserialize(file) == fail(Error::bad_session_file));
  }
}

TEST_CASE("AC-142 a file of sessions of an older format is refused", "[AC-142][session]") {
  // Version 2, as it was written: without what the server has proved, and when.
  const auto old_file = [](std::uint16_t version) {
    Octets file(1'000);
    wire::Writer writer(file);
    using Certificate = wire::Opaque<1, 0xffffff>;
    REQUIRE(writer.bytes(bytes_of("nacreses")));
    REQUIRE(writer.integer<2>(version));
    REQUIRE(writer.integer<4>(1));
    REQUIRE(writer.vector<3>(
        [](wire::Writer& list) { return wire::write(list, Certificate{secret_48}); }));
    REQUIRE(writer.integer<4>(1));
    const std::string_view name = "a.example";
    REQUIRE(wire::write(writer, wire::Opaque<0, 255>{bytes_of(name)}));
    REQUIRE(wire::write(writer, ours));
    REQUIRE(wire::write(writer, CipherSuite::tls_aes_256_gcm_sha384));
    REQUIRE(wire::write(writer, wire::Opaque<32, 48>{secret_48}));
    REQUIRE(writer.integer<4>(0x01020304));  // age_add
    REQUIRE(writer.integer<4>(5));           // max_early_data
    REQUIRE(writer.integer<8>(noon));
    REQUIRE(writer.integer<8>(noon + 3'600));
    REQUIRE(wire::write(writer, wire::Opaque<0, 255>{bytes_of(name)}));
    REQUIRE(wire::write(writer, wire::Opaque<0, 255>{protocol}));
    REQUIRE(wire::write(writer, wire::Opaque<1, 0xffff>{secret_32}));
    REQUIRE(wire::write(writer, CertificateType::x509));
    REQUIRE(writer.integer<4>(0));
    file.resize(writer.used() + 32);
    sign(file);
    return file;
  };
  MemoryClientSessionStore store;
  for (std::uint16_t version = 1; version <= 4; ++version) {
    CHECK(store.deserialize(old_file(version)) == fail(Error::bad_session_file));
  }
  CHECK(store.size() == 0);
  // Nor is a new one that says that it is old.
  for (std::uint8_t version = 1; version <= 2; ++version) {
    Octets file = file_of_three();
    CHECK(file[9] == 3);
    file[9] = version;
    sign(file);
    CHECK(store.deserialize(file) == fail(Error::bad_session_file));
  }
}

TEST_CASE("a file whose bytes are changed under a new checksum breaks nothing", "[session]") {
  const Octets file = file_of_three();
  std::size_t refused = 0;
  for (std::size_t at = 0; at + 32 < file.size(); ++at) {
    Octets changed = file;
    changed[at] = static_cast<std::uint8_t>(~changed[at]);
    sign(changed);
    MemoryClientSessionStore store;
    if (!store.deserialize(changed)) {
      ++refused;
      CHECK(store.size() == 0);
      continue;
    }
    MemoryClientSessionStore again;
    REQUIRE(again.deserialize(store.serialize()));
    CHECK(again.serialize() == store.serialize());
  }
  CHECK(refused > 50);
}

TEST_CASE("two threads do not take the same session from a client's store", "[session][threads]") {
  MemoryClientSessionStore store({.scopes = 4, .sessions_each = 200});
  for (std::uint8_t number = 1; number <= 100; ++number) {
    store.put(scope("a.example"), session(number));
  }
  std::atomic<int> count = 0;
  const auto work = [&] {
    for (int step = 0; step < 100; ++step) {
      if (store.take(scope("a.example"), noon)) ++count;
      (void)store.serialize();
    }
  };
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  CHECK(count == 100);
}
