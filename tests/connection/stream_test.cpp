// Streams over sockets.
#include "nacre/stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "crypto/credentials.h"
#include "crypto/signature.h"
#include "handshake/config.h"
#include "support/peers.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds patience(20'000);

std::pair<TcpSocket, TcpSocket> socket_pair() {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  return {TcpSocket(ends[0], patience), TcpSocket(ends[1], patience)};
}

std::string read_all(StreamCore& stream, Error& error) {
  std::string text;
  Octets buffer(10'000);
  while (true) {
    const auto bytes = stream.read(buffer);
    if (!bytes) error = bytes.error();
    if (!bytes || bytes->empty()) return text;
    text += text_of(*bytes);
  }
}

// Sends back what comes, until the peer closes.
Result<void> echo(Result<Stream<TcpSocket>> stream) {
  if (!stream) return fail(stream.error());
  Octets buffer(5'000);
  while (true) {
    const auto bytes = stream->read(buffer);
    if (!bytes) return fail(bytes.error());
    if (bytes->empty()) return stream->close();
    if (auto sent = stream->write(*bytes); !sent) return sent;
  }
}

TEST_CASE("a stream carries data both ways and ends cleanly", "[rfc9846-6.1]") {
  auto [ours, theirs] = socket_pair();
  std::optional<Error> server_error;
  std::jthread server([&, socket = std::move(theirs)]() mutable {
    const auto done = echo(accept(*server_config().build(), std::move(socket)));
    if (!done) server_error = done.error();
  });
  auto stream = connect(*client_config().build(), "localhost", std::move(ours));
  REQUIRE(stream);
  const std::string text(50'000, 'y');
  REQUIRE(stream->write(bytes_of(text)));
  REQUIRE(stream->update_keys(true));
  REQUIRE(stream->write(bytes_of("end")));
  std::string reply;
  Octets buffer(3'000);
  while (reply.size() < text.size() + 3) {
    const auto bytes = stream->read(buffer);
    REQUIRE(bytes);
    REQUIRE_FALSE(bytes->empty());
    reply += text_of(*bytes);
  }
  CHECK(reply == text + "end");
  REQUIRE(stream->close());
  Error error{};
  CHECK(read_all(*stream, error).empty());
  CHECK(error == Error{});
  server.join();
  CHECK_FALSE(server_error);
  CHECK(stream->write(bytes_of("x")) == fail(Error::closed));
}

TEST_CASE("a stream resumes, and carries early data where both sides want it",
          "[rfc9846-2.3][rfc9846-4.3.10]") {
  Resumable pair;
  pair.early_data = true;
  (void)pair.connect();
  const auto both = pair.configs();
  const std::string early(3'000, 'e');
  for (const bool resumes : {true, false}) {
    auto [ours, theirs] = socket_pair();
    std::string heard;
    std::jthread server([&heard, &config = both.second, socket = std::move(theirs)]() mutable {
      auto stream = accept(config, std::move(socket));
      if (!stream) return;
      heard = text_of(stream->early_data());
      (void)stream->write(bytes_of("answer"));
      (void)stream->close();
    });
    Stream<TcpSocket> stream(Connection::client(both.first, "localhost").value(), std::move(ours));
    CHECK(stream.write_early(bytes_of(early)).value() == (resumes ? early.size() : 0));
    REQUIRE(stream.handshake());
    Error error{};
    CHECK(read_all(stream, error) == "answer");
    CHECK(error == Error{});
    server.join();
    CHECK(heard == (resumes ? early : ""));
    const Negotiated negotiated = stream.connection().negotiated();
    CHECK(negotiated.early_data == (resumes ? EarlyDataStatus::accepted : EarlyDataStatus::none));
    // The next one has no session.
    while (pair.client_store->take({"localhost", both.first.impl().session_scope}, now)) {
    }
  }
}

TEST_CASE("a stream's application answers for a key", "[rfc9846-4.3.11]") {
  const Octets secret(32, 7);
  const ExternalPsk psk = ExternalPsk::make(bytes_of("k"), secret).value();
  struct Known : Answers {
    explicit Known(ExternalPsk known) : key(std::move(known)) {}
    Result<std::optional<ExternalPsk>> psk(const PskOffered& offered) override {
      asked = offered.identities.size();
      return std::optional(key);
    }
    ExternalPsk key;
    std::size_t asked = 0;
  };
  auto [ours, theirs] = socket_pair();
  Known answers(psk);
  std::jthread server([&, socket = std::move(theirs)]() mutable {
    Stream<TcpSocket> stream(Connection::server(server_config().ask_psk().build().value()).value(),
                             std::move(socket));
    if (stream.handshake(&answers)) (void)stream.close();
  });
  auto stream = connect(client_config().psk(psk).build().value(), "localhost", std::move(ours));
  REQUIRE(stream);
  server.join();
  CHECK(answers.asked == 1);
  CHECK(stream->connection().negotiated().key_source == KeySource::external_psk);
}

TEST_CASE("a stream that is cut is told from one that ends", "[rfc9846-6.1]") {
  auto [ours, theirs] = socket_pair();
  std::jthread server([socket = std::move(theirs)]() mutable {
    auto stream = accept(*server_config().build(), std::move(socket));
    if (stream) (void)stream->write(bytes_of("half"));
  });
  auto stream = connect(*client_config().build(), "localhost", std::move(ours));
  REQUIRE(stream);
  server.join();
  Error error{};
  CHECK(read_all(*stream, error) == "half");
  CHECK(error == Error::truncated_stream);
}

TEST_CASE("a server's refusal reaches the client", "[rfc9846-6.2]") {
  auto [ours, theirs] = socket_pair();
  std::optional<Error> server_error;
  std::jthread server([&, socket = std::move(theirs)]() mutable {
    const auto config = server_config().alpn({"other"}).build();
    const auto stream = accept(*config, std::move(socket));
    if (!stream) server_error = stream.error();
  });
  Stream<TcpSocket> stream(
      Connection::client(*client_config().alpn({"mine"}).build(), "localhost").value(),
      std::move(ours));
  CHECK(stream.handshake() == fail(Error::peer_alert));
  CHECK(stream.connection().failure()->alert == AlertDescription::no_application_protocol);
  server.join();
  CHECK(server_error == Error::no_application_protocol);
}

TEST_CASE("a client's refusal reaches the server", "[rfc9846-6.2]") {
  auto [ours, theirs] = socket_pair();
  std::optional<AlertDescription> seen;
  std::jthread server([&, socket = std::move(theirs)]() mutable {
    Stream<TcpSocket> stream(Connection::server(*server_config().build()).value(),
                             std::move(socket));
    if (!stream.handshake()) seen = stream.connection().failure()->alert;
  });
  {
    const auto stream = connect(*client_config().build(), "elsewhere.test", std::move(ours));
    CHECK(stream == fail(Error::certificate_wrong_name));
  }
  server.join();
  CHECK(seen == AlertDescription::certificate_unknown);
}

struct AllAnswers : Answers {
  Result<ServerConfig> configuration(const ClientHelloSeen& hello) override {
    name = hello.server_name;
    ServerConfig::Builder builder(
        Credential::from_chain_pem(localhost_leaf().certificate_pem).value());
    return builder.policy(quick_policy()).clock([] { return now; }).build();
  }
  Result<std::size_t> sign(const SignatureWanted& wanted, MutableBytes out) override {
    return localhost().impl().key->sign(wanted.scheme, wanted.content, out);
  }
  Verdict judge(const ChainToJudge& chain) override {
    certificates = chain.chain.size();
    return {};
  }
  std::string name;
  std::size_t certificates = 0;
};

TEST_CASE("a stream asks its questions of Answers", "[rfc9846-4.5]") {
  auto [ours, theirs] = socket_pair();
  AllAnswers server_answers;
  bool server_done = false;
  std::jthread server([&, socket = std::move(theirs)]() mutable {
    Stream<TcpSocket> stream(
        Connection::server(*server_config().ask_configuration().build()).value(),
        std::move(socket));
    server_done = stream.handshake(&server_answers).has_value();
  });
  AllAnswers client_answers;
  Stream<TcpSocket> stream(
      Connection::client(*client_config().ask_verdict().build(), "localhost").value(),
      std::move(ours));
  CHECK(stream.handshake(&client_answers));
  server.join();
  CHECK(server_done);
  CHECK(server_answers.name == "localhost");
  CHECK(client_answers.certificates == 1);
}

TEST_CASE("without Answers, questions are refused", "[rfc9846-6.2]") {
  SECTION("the verdict") {
    auto [ours, theirs] = socket_pair();
    std::jthread server([socket = std::move(theirs)]() mutable {
      (void)accept(*server_config().build(), std::move(socket)).has_value();
    });
    CHECK(connect(*client_config().ask_verdict().build(), "localhost", std::move(ours)) ==
          fail(Error::application_refused));
  }
  SECTION("the configuration") {
    auto [ours, theirs] = socket_pair();
    std::jthread client([socket = std::move(ours)]() mutable {
      (void)connect(*client_config().build(), "localhost", std::move(socket)).has_value();
    });
    CHECK(accept(*server_config().ask_configuration().build(), std::move(theirs)) ==
          fail(Error::unrecognized_name));
  }
}

TEST_CASE("an alert is written to a peer that has closed its side", "[rfc9846-6.2]") {
  for (const bool is_client : {true, false}) {
    auto [ours, theirs] = socket_pair();
    REQUIRE(theirs.write(bytes_of("no TLS at all")));
    theirs.shutdown_write();
    Stream<TcpSocket> stream(is_client
                                 ? Connection::client(*client_config().build(), "localhost").value()
                                 : Connection::server(*server_config().build()).value(),
                             std::move(ours));
    CHECK(stream.handshake() == fail(Error::not_tls));
    Octets received(max_record_size);
    received.resize(theirs.read(received).value());
    const auto records = split_records(received);
    REQUIRE_FALSE(records.empty());
    CHECK(records.back().type == ContentType::alert);
    CHECK(records.back().content == Octets{2, 10});
  }
}

TEST_CASE("streams are not read or written before the handshake", "[rfc9846-2]") {
  auto [ours, theirs] = socket_pair();
  Stream<TcpSocket> stream(Connection::server(*server_config().build()).value(), std::move(ours));
  Octets buffer(10);
  CHECK(stream.read(buffer) == fail(Error::not_ready));
  CHECK(stream.write(bytes_of("x")) == fail(Error::not_ready));
}

TEST_CASE("TCP carries a stream over loopback", "[tcp]") {
  auto listener = TcpListener::bind("127.0.0.1", 0);
  REQUIRE(listener);
  CHECK(listener->port() != 0);
  std::optional<Error> server_error;
  std::jthread server([&] {
    auto socket = listener->accept(patience);
    if (!socket) return;
    const auto done = echo(accept(*server_config().build(), *std::move(socket)));
    if (!done) server_error = done.error();
  });
  auto socket = TcpSocket::connect("127.0.0.1", listener->port(), patience);
  REQUIRE(socket);
  auto stream = connect(*client_config().build(), "127.0.0.1", *std::move(socket));
  REQUIRE(stream);
  REQUIRE(stream->write(bytes_of("over TCP")));
  REQUIRE(stream->close());
  Error error{};
  CHECK(read_all(*stream, error) == "over TCP");
  CHECK(error == Error{});
  server.join();
  CHECK_FALSE(server_error);
}

TEST_CASE("sockets fail by name", "[tcp]") {
  std::uint16_t port = 0;
  {
    auto listener = TcpListener::bind("127.0.0.1", 0);
    REQUIRE(listener);
    port = listener->port();
    CHECK(listener->accept(milliseconds(20)).error() == Error::timed_out);
    auto silent = TcpSocket::connect("127.0.0.1", port, milliseconds(50));
    REQUIRE(silent);
    Octets buffer(10);
    CHECK(silent->read(buffer) == fail(Error::timed_out));
    // What nobody reads fills up.
    const Octets much(1'000'000);
    Result<std::size_t> written = std::size_t{1};
    while (written) written = silent->write(much);
    CHECK(written.error() == Error::timed_out);
  }
  CHECK(TcpSocket::connect("127.0.0.1", port, patience).error() == Error::transport);
  CHECK(TcpSocket::connect("no such host.invalid", port, patience).error() ==
        Error::name_not_found);
}

TEST_CASE("writing to a peer that is gone raises no signal", "[tcp]") {
  auto [ours, theirs] = socket_pair();
  {
    const TcpSocket gone = std::move(theirs);
  }
  Octets buffer(10);
  CHECK(ours.read(buffer).value() == 0);
  CHECK(ours.write(bytes_of("x")) == fail(Error::transport));
}

TEST_CASE("an end of the writing side is seen by the peer", "[tcp]") {
  auto [ours, theirs] = socket_pair();
  ours.shutdown_write();
  Octets buffer(10);
  CHECK(theirs.read(buffer).value() == 0);
  CHECK(theirs.write(bytes_of("x")).value() == 1);
  CHECK(ours.read(buffer).value() == 1);
}

}  // namespace
}  // namespace nacre::test
