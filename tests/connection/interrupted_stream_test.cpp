// Streams whose transport does not move in time: what was begun goes on with the next call.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nacre/stream.h"
#include "nacre/try.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

// What is between a Stream and a Peer.
struct Narrow {
  explicit Narrow(Connection connection) : far(std::move(connection)) {}

  Peer far;
  std::size_t every = SIZE_MAX;  // bytes behind which it stops, each time
  std::size_t until_stop = SIZE_MAX;
  std::size_t stops = 0;
  std::size_t set_ups = 0;
  bool is_set_up = false;

  void stop_at(std::size_t bytes) { until_stop = every = bytes; }
};

struct NarrowTransport {
  explicit NarrowTransport(Narrow& where) : narrow(&where) {}

  Result<std::size_t> read(MutableBytes in) {
    narrow->far.run();
    Octets& from = narrow->far.outbox;
    ENSURE(!from.empty(), Error::timed_out);
    const std::size_t size = std::min(from.size(), in.size());
    std::ranges::copy(Bytes(from).first(size), in.begin());
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(size));
    return size;
  }
  Result<std::size_t> write(Bytes out) {
    if (narrow->until_stop == 0) {
      narrow->until_stop = narrow->every;
      ++narrow->stops;
      return fail(Error::timed_out);
    }
    const std::size_t size = std::min(out.size(), narrow->until_stop);
    append(narrow->far.inbox, out.first(size));
    if (narrow->until_stop != SIZE_MAX) narrow->until_stop -= size;
    return size;
  }
  void set_up(bool under_way) {
    narrow->set_ups += under_way ? 1U : 0U;
    narrow->is_set_up = !under_way;
  }

  Narrow* narrow;
};

struct Connected {
  explicit Connected(const ClientConfig& client = *client_config().build(),
                     const ServerConfig& server = *server_config().build())
      : narrow(std::make_unique<Narrow>(Connection::server(server).value())),
        stream(Connection::client(client, "localhost").value(), NarrowTransport(*narrow)) {}

  Octets& heard() {
    narrow->far.run();
    REQUIRE_FALSE(narrow->far.error);
    return narrow->far.data;
  }

  std::unique_ptr<Narrow> narrow;
  Stream<NarrowTransport> stream;
};

Octets pattern(std::size_t size) {
  Octets data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(i % 251);
  return data;
}

TEST_CASE("AC-232: a write that is interrupted goes on where it stopped",
          "[AC-232][rfc9846-5.1][rfc9846-5.2]") {
  for (const std::size_t size : {std::size_t{5}, std::size_t{40'000}}) {
    for (const std::size_t stop : {1U, 4U, 26U, 27U, 5'000U, 16'406U, 20'000U}) {
      if (size / stop > 50) continue;
      Connected ends;
      REQUIRE(ends.stream.handshake());
      ends.narrow->stop_at(stop);
      const Octets data = pattern(size);
      std::size_t calls = 1;
      while (true) {
        const auto done = ends.stream.write(data);
        if (done) break;
        REQUIRE(done == fail(Error::timed_out));
        REQUIRE(++calls < 100'000);
      }
      CHECK(ends.narrow->stops == calls - 1);
      ends.narrow->stop_at(SIZE_MAX);
      CHECK(ends.heard() == data);
      REQUIRE(ends.stream.write(octets("more")));
      CHECK(ends.heard().size() == size + 4);
    }
  }
}

TEST_CASE("AC-232: a peer that does not read yet is read from beside an interrupted write",
          "[AC-232]") {
  Connected ends;
  REQUIRE(ends.stream.handshake());
  CHECK(ends.heard().empty());
  ends.narrow->stop_at(30);
  const Octets data = pattern(100);
  REQUIRE(ends.stream.write(data) == fail(Error::timed_out));
  ends.narrow->stop_at(0);
  REQUIRE(ends.narrow->far.send("hello"));
  Octets buffer(16);
  const auto read = ends.stream.read(buffer);
  REQUIRE(read);
  CHECK(octets(*read) == octets("hello"));
  ends.narrow->stop_at(SIZE_MAX);
  REQUIRE(ends.stream.write(data));
  CHECK(ends.heard() == data);
}

TEST_CASE("AC-232: an interrupted write is not taken up with other data", "[AC-232]") {
  Connected ends;
  REQUIRE(ends.stream.handshake());
  ends.narrow->stop_at(10);
  const Octets data = pattern(20);
  CHECK(ends.stream.write(data) == fail(Error::timed_out));
  ends.narrow->stop_at(SIZE_MAX);
  Octets other = data;
  other.back() ^= 1;
  CHECK(ends.stream.write(other) == fail(Error::wrong_call));
  CHECK(ends.stream.write(Bytes(data).first(10)) == fail(Error::wrong_call));
  const Octets elsewhere = data;
  CHECK(ends.stream.write(elsewhere));
  CHECK(ends.heard() == data);
}

TEST_CASE("AC-232: what refused to write anything may be followed by other data", "[AC-232]") {
  Connected ends;
  CHECK(ends.stream.write(octets("too early")) == fail(Error::not_ready));
  REQUIRE(ends.stream.handshake());
  CHECK(ends.stream.write(octets("now")));
  CHECK(ends.heard() == octets("now"));
}

TEST_CASE("AC-232: an interrupted write may be followed by the end", "[AC-232][rfc9846-6.1]") {
  Connected ends;
  REQUIRE(ends.stream.handshake());
  ends.narrow->stop_at(10);
  const Octets data = pattern(40'000);
  CHECK(ends.stream.write(data) == fail(Error::timed_out));
  CHECK(ends.stream.close() == fail(Error::timed_out));
  ends.narrow->stop_at(SIZE_MAX);
  CHECK(ends.stream.close());
  // The record that was begun, and close_notify behind it.
  CHECK(ends.heard() == octets(Bytes(data).first(16'384)));
  CHECK(ends.narrow->far.peer_closed);
}

TEST_CASE("AC-232: keys change behind what was begun", "[AC-232][rfc9846-4.7.3]") {
  Connected ends;
  REQUIRE(ends.stream.handshake());
  ends.narrow->stop_at(10);
  const Octets data = pattern(30);
  CHECK(ends.stream.write(data) == fail(Error::timed_out));
  ends.narrow->stop_at(SIZE_MAX);
  CHECK(ends.stream.update_keys(true));
  CHECK(ends.stream.write(data));
  CHECK(ends.heard() == data);
}

TEST_CASE("AC-232: a handshake that is interrupted goes on", "[AC-232][rfc9846-5.1]") {
  for (const bool has_early_data : {false, true}) {
    Resumable pair;
    pair.early_data = true;
    (void)pair.connect();
    const auto [client, server] = pair.configs();
    Connected ends(client, server);
    ends.narrow->stop_at(100);
    const std::string early(3'000, 'e');
    for (int calls = 0; has_early_data; ++calls) {
      REQUIRE(calls < 1'000);
      const auto sent = ends.stream.write_early(bytes_of(early));
      if (!sent) continue;
      CHECK(*sent == early.size());
      break;
    }
    int calls = 1;
    while (!ends.stream.handshake()) REQUIRE(++calls < 1'000);
    CHECK(ends.narrow->stops > 0);
    ends.narrow->stop_at(SIZE_MAX);
    CHECK(ends.stream.write(octets("data")));
    CHECK(ends.heard() == octets("data"));
    CHECK(ends.narrow->far.completed);
    CHECK(octets(early).size() * (has_early_data ? 1 : 0) == ends.narrow->far.early_data.size());
  }
}

TEST_CASE("AC-232: a message that is sent in part may be followed by the end",
          "[AC-232][rfc9846-5.1][rfc9846-6.1]") {
  // Two records long.
  std::vector<std::string> names{"localhost"};
  for (int i = 0; i < 1'200; ++i) names.push_back("host-" + std::to_string(i) + ".example");
  const crypto::Issued leaf = issue_leaf(crypto::KeyType::p256, names);
  const Credential credential = Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
  Narrow narrow(Connection::client(*client_config().build(), "localhost").value());
  const ServerConfig config = ServerConfig::Builder(credential)
                                  .policy(quick_policy())
                                  .clock([] { return now; })
                                  .build()
                                  .value();
  Stream<NarrowTransport> stream(Connection::server(config).value(), NarrowTransport(narrow));
  narrow.stop_at(5'000);
  REQUIRE(stream.handshake() == fail(Error::timed_out));
  narrow.stop_at(SIZE_MAX);
  CHECK(stream.close());
  narrow.far.run();
  CHECK(narrow.far.error == Error::peer_canceled);
}

TEST_CASE("AC-232: an event waits for what is sent with it", "[AC-232][rfc9846-4.3.10]") {
  // The server's answer to early data is interrupted: the data is not lost.
  Resumable pair;
  pair.early_data = true;
  (void)pair.connect();
  const auto [client, server] = pair.configs();
  Narrow narrow(Connection::client(client, "localhost").value());
  Stream<NarrowTransport> stream(Connection::server(server).value(), NarrowTransport(narrow));
  narrow.far.run();
  Octets outgoing(max_record_size);
  for (const char* const part : {"early ", "data"}) {
    const auto sealed = narrow.far.connection.early_data(bytes_of(part), outgoing);
    REQUIRE(sealed);
    append(narrow.far.outbox, Bytes(outgoing).first(sealed->produced));
  }
  narrow.stop_at(10);
  int calls = 1;
  while (!stream.handshake()) REQUIRE(++calls < 1'000);
  CHECK(calls > 2);
  CHECK(text_of(stream.early_data()) == "early data");
}

TEST_CASE("AC-241: a transport knows when the handshake begins and has ended", "[AC-241]") {
  Connected ends;
  CHECK(ends.narrow->set_ups == 0);
  REQUIRE(ends.stream.handshake());
  CHECK(ends.narrow->set_ups == 1);
  CHECK(ends.narrow->is_set_up);
  Connected failing(*client_config().alpn({"a"}).build(), *server_config().alpn({"b"}).build());
  CHECK_FALSE(failing.stream.handshake());
  CHECK(failing.narrow->is_set_up);
}

}  // namespace
}  // namespace nacre::test
