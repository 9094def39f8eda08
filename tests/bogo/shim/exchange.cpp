#include "shim/exchange.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/signature.h"
#include "nacre/connection.h"
#include "nacre/verify.h"
#include "shim/choice.h"
#include "shim/config.h"
#include "shim/expectations.h"
#include "shim/secrets.h"
#include "shim/transport.h"

namespace nacre::bogo {
namespace {

constexpr AlertDescription test_alert{30};  // decompression_failure, which TLS 1.3 lacks
// The runner's limit counts a record's content: its header and protection come on top.
constexpr std::size_t record_overhead = 5;

class Exchange {
 public:
  Exchange(const Flags& flags, Connection connection, Transport transport, const KeyLog& key_log)
      : flags_(flags),
        key_log_(key_log),
        connection_(std::move(connection)),
        transport_(std::move(transport)),
        out_(flags.max_send_fragment > 0 ? flags.max_send_fragment + record_overhead
                                         : 2 * max_record_size) {}

  Result<void> handshake();
  // Everything after it.
  Result<void> talk(const Secrets& secrets);
  const Connection& connection() const { return connection_; }
  Transport& transport() { return transport_; }

 private:
  // The next event that is not about buffers. Nothing: the transport has ended.
  Result<std::optional<Event>> next();
  Result<Event> advance();
  Result<void> send(Bytes bytes);
  Result<void> answer(const Event& question);
  Result<void> answer(const ClientHelloSeen& hello);
  Result<void> answer(const CertificateWanted& question);
  Result<void> answer(const ChainToJudge& question);
  Result<void> answer(const SignatureWanted& question);
  Result<void> refuse(AlertDescription alert, Error error);
  Result<void> refuse_certificate();
  Result<void> write(Bytes data);
  Result<void> write_first();
  Result<void> echo();
  Result<void> close();

  const Flags& flags_;
  const KeyLog& key_log_;
  Connection connection_;
  Transport transport_;
  std::vector<std::uint8_t> inbox_;
  std::vector<std::uint8_t> out_;
  std::vector<std::uint8_t> data_;    // of the last ApplicationData
  std::vector<std::uint8_t> unsent_;  // the rest of a record, see -read-with-unfinished-write
  bool wants_input_ = false;
  bool peer_closed_ = false;
  bool has_refused_ = false;
};

bool is_question(const Event& event) {
  return std::holds_alternative<ClientHelloSeen>(event) ||
         std::holds_alternative<CertificateWanted>(event) ||
         std::holds_alternative<ChainToJudge>(event) ||
         std::holds_alternative<SignatureWanted>(event);
}

// Behind what is still unsent.
Result<void> Exchange::send(Bytes bytes) {
  if (unsent_.empty()) return transport_.send(bytes);
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<Event> Exchange::advance() {
  // Who reads has nothing to send: a KeyUpdate is answered with the next data, however many came.
  const MutableBytes room = connection_.is_complete() ? MutableBytes() : MutableBytes(out_);
  auto step = connection_.advance(inbox_, room);
  if (!step) {
    if (room.empty()) step = connection_.advance(inbox_, out_);  // which has the alert
    // The runner may be gone.
    const auto told = send(Bytes(out_).first(connection_.alert_size()));
    (void)told;
    return fail(step.error());
  }
  if (const auto* data = std::get_if<ApplicationData>(&step->event)) {
    data_.assign(data->data.begin(), data->data.end());
  }
  const bool moved = step->consumed + step->produced > 0;
  TRY(send(Bytes(out_).first(step->produced)));
  inbox_.erase(inbox_.begin(),
               std::next(inbox_.begin(), static_cast<std::ptrdiff_t>(step->consumed)));
  const auto* need = std::get_if<NeedInput>(&step->event);
  wants_input_ = need != nullptr && (inbox_.empty() || !moved);
  return step->event;
}

Result<std::optional<Event>> Exchange::next() {
  while (true) {
    if (std::exchange(wants_input_, false)) {
      TRY(const bool came, transport_.receive(inbox_));
      if (!came) return std::optional<Event>{};
    }
    TRY(const Event event, advance());
    if (!std::holds_alternative<NeedInput>(event) && !std::holds_alternative<NeedOutput>(event)) {
      return std::optional(event);
    }
  }
}

Result<void> Exchange::handshake() {
  while (true) {
    TRY(auto event, next());
    if (!event) return connection_.transport_closed();
    if (std::holds_alternative<HandshakeComplete>(*event)) return {};
    if (!is_question(*event)) return fail(Error::internal);
    if (flags_.async) {
      // Whoever knows the answer takes his time: meanwhile the question stands.
      const std::size_t question = event->index();
      TRY(*event, advance());
      ENSURE(event->index() == question, Error::internal);
    }
    const auto answered = answer(*event);
    // Where the answer leads to a failure, advance() has it, with its alert.
    if (!answered && (has_refused_ || !connection_.failure())) return answered;
  }
}

Result<void> Exchange::answer(const Event& question) {
  if (const auto* hello = std::get_if<ClientHelloSeen>(&question)) return answer(*hello);
  if (const auto* wanted = std::get_if<CertificateWanted>(&question)) return answer(*wanted);
  if (const auto* chain = std::get_if<ChainToJudge>(&question)) return answer(*chain);
  return answer(std::get<SignatureWanted>(question));
}

Result<void> Exchange::refuse(AlertDescription alert, Error error) {
  has_refused_ = true;
  TRY(const std::size_t size, connection_.abort(alert, out_));
  TRY(send(Bytes(out_).first(size)));
  return fail(error);
}

Result<void> Exchange::answer(const ClientHelloSeen& hello) {
  using enum AlertDescription;
  if (flags_.fail_early_callback) return refuse(handshake_failure, Error::application_refused);
  if (flags_.fail_ddos_callback) return refuse(internal_error, Error::application_refused);
  if (flags_.fail_cert_callback) return refuse_certificate();
  if (flags_.reject_alpn) return refuse(no_application_protocol, Error::no_application_protocol);
  const bool as_advertised = std::ranges::equal(
      hello.alpn, flags_.expect_advertised_alpn, [](std::uint8_t byte, char character) {
        return byte == static_cast<unsigned char>(character);
      });
  ENSURE(flags_.expect_advertised_alpn.empty() || as_advertised, Error::internal);
  const auto config = server_config(flags_, key_log_);
  if (!config && config.error() == Error::no_common_signature_scheme) {
    return refuse(handshake_failure, config.error());
  }
  if (!config) return refuse(internal_error, config.error());
  return connection_.resume(*config);
}

Result<void> Exchange::answer(const CertificateWanted& question) {
  if (flags_.fail_cert_callback) return refuse_certificate();
  ENSURE(is_as_expected(question, flags_), Error::internal);
  if (all_credentials(flags_).empty()) return connection_.resume(Presented{});
  const auto credential = choose_credential(question, flags_);
  if (!credential) return refuse(AlertDescription::handshake_failure, credential.error());
  return connection_.resume(Presented{*credential});
}

// As the flags want it, with an alert of the application's choice.
Result<void> Exchange::refuse_certificate() {
  const AlertDescription alert{static_cast<std::uint8_t>(flags_.fail_cert_callback_alert)};
  return refuse(alert, Error::application_refused);
}

// The names of the tests' certificates are not looked at, as by the peer whose suite this is.
Result<void> Exchange::answer(const ChainToJudge& question) {
  Verdict verdict;
  if (flags_.verify_fail && flags_.use_custom_verify_callback) {
    verdict.refused = Error::chain_refused;
  } else if (flags_.verify_fail && flags_.verify_peer) {
    return refuse(AlertDescription::handshake_failure, Error::chain_refused);
  }
  if (!flags_.expect_peer_cert_file.empty()) {
    TRY(const std::string pem, read_file(flags_.expect_peer_cert_file));
    TRY(const auto expected, read_pem_certificates(pem));
    ENSURE(std::ranges::equal(question.chain, expected,
                              [](Bytes a, const auto& b) { return std::ranges::equal(a, b); }),
           Error::internal);
  }
  return connection_.resume(verdict);
}

// The key is somewhere else: in a module, or with another process.
Result<void> Exchange::answer(const SignatureWanted& question) {
  for (const CredentialFlags& candidate : all_credentials(flags_)) {
    TRY(const std::string chain, read_file(candidate.cert_file));
    TRY(const auto certificates, read_pem_certificates(chain));
    if (!std::ranges::equal(certificates.front(), question.certificate)) continue;
    TRY(const std::string pem, read_file(candidate.key_file));
    TRY(const auto key, crypto::PrivateKey::from_pem(pem));
    std::vector<std::uint8_t> signature(crypto::max_signature_size);
    TRY(const std::size_t size, key.sign(question.scheme, question.content, signature));
    return connection_.resume(Signature{Bytes(signature).first(size)});
  }
  return fail(Error::signing_failed);
}

Result<void> Exchange::write(Bytes data) {
  while (!data.empty()) {
    TRY(const auto sealed, connection_.seal(data, out_));
    TRY(send(Bytes(out_).first(sealed.produced)));
    data = data.subspan(sealed.consumed);
  }
  return {};
}

Result<void> Exchange::write_first() {
  const Bytes text = bytes_of(flags_.shim_initial_write);
  if (flags_.read_with_unfinished_write) {
    TRY(const auto sealed, connection_.seal(text, out_));
    const Bytes record = Bytes(out_).first(sealed.produced);
    unsent_.assign(std::next(record.begin()), record.end());
    return transport_.send(record.first(1));
  }
  for (unsigned i = 0; flags_.shim_writes_first && i < flags_.repeat_shim_initial_write; ++i) {
    TRY(write(text));
  }
  return {};
}

Result<void> Exchange::echo() {
  while (true) {
    if (flags_.key_update_before_read) {
      TRY(const std::size_t size, connection_.update_keys(false, out_));
      TRY(send(Bytes(out_).first(size)));
    }
    TRY(const auto event, next());
    if (!event) {
      const auto ended = connection_.transport_closed();
      return flags_.check_close_notify ? ended : Result<void>{};
    }
    if (std::holds_alternative<PeerClosed>(*event)) {
      peer_closed_ = true;
      return {};
    }
    ENSURE(std::holds_alternative<ApplicationData>(*event), Error::internal);
    TRY(transport_.send(std::exchange(unsent_, {})));
    if (flags_.key_update) {
      TRY(const std::size_t size, connection_.update_keys(false, out_));
      TRY(send(Bytes(out_).first(size)));
    }
    for (std::uint8_t& byte : data_) byte ^= 0xff;
    for (Bytes rest = data_; !rest.empty();) {
      const Bytes part = rest.first(std::min<std::size_t>(rest.size(), flags_.read_size));
      TRY(write(part));
      rest = rest.subspan(part.size());
    }
  }
}

Result<void> Exchange::close() {
  if (connection_.failure()) return {};  // the transport ended without close_notify: that was asked
  TRY(const std::size_t size, connection_.close(out_));
  if (!send(Bytes(out_).first(size))) return {};  // the runner is gone already
  if (!flags_.shim_shuts_down || !flags_.check_close_notify) return {};
  while (!peer_closed_) {
    TRY(const auto event, next());
    if (!event) return connection_.transport_closed();
    peer_closed_ = std::holds_alternative<PeerClosed>(*event);
    ENSURE(peer_closed_, Error::internal);  // data after the runner was told to stop
  }
  return {};
}

Result<void> Exchange::talk(const Secrets& secrets) {
  if (flags_.export_keying_material > 0) {
    std::vector<std::uint8_t> material(flags_.export_keying_material);
    TRY(connection_.export_keying_material(flags_.export_label, bytes_of(flags_.export_context),
                                           material));
    TRY(write(material));
  }
  if (flags_.export_traffic_secrets) TRY(write(secrets.as_sent_by(flags_.server)));
  if (flags_.send_alert) {
    TRY(const std::size_t size, connection_.abort(test_alert, out_));
    return send(Bytes(out_).first(size));
  }
  TRY(write_first());
  if (!flags_.shim_shuts_down) TRY(echo());
  return close();
}

// One line: the error between colons, as the map of errors has it, and what more is known.
bool report(const Connection* connection, Error error) {
  std::fprintf(stderr, ":%s:", std::string(name(error)).c_str());
  if (connection != nullptr && connection->failure()) {
    const Failure& failure = *connection->failure();
    if (failure.alert_from_peer && failure.alert) {
      std::fprintf(stderr, "%s:", std::string(name(*failure.alert)).c_str());
    }
  }
  std::fprintf(stderr, " %s\n", std::string(describe(error)).c_str());
  return false;
}

Result<Connection> connect(const Flags& flags, const KeyLog& key_log) {
  if (flags.server) {
    TRY(const ServerConfig config, asking_server_config(flags, key_log));
    return Connection::server(config);
  }
  TRY(const ClientConfig config, client_config(flags, key_log));
  // An address is not sent as server_name.
  return Connection::client(config, flags.host_name.empty() ? "127.0.0.1" : flags.host_name);
}

}  // namespace

bool run_connection(const Flags& flags) {
  const auto secrets = std::make_shared<Secrets>();
  auto transport = Transport::connect(flags);
  if (!transport) return report(nullptr, transport.error());
  auto connection = connect(flags, secrets);
  if (!connection) return report(nullptr, connection.error());

  const KeyLog key_log = secrets;
  Exchange exchange(flags, *std::move(connection), *std::move(transport), key_log);
  auto done = exchange.handshake();
  bool is_good = static_cast<bool>(done);
  if (done) {
    is_good = has_expected_properties(exchange.connection(), flags);
    if (is_good) done = exchange.talk(*secrets);
  }
  if (!done) is_good = report(&exchange.connection(), done.error());
  exchange.transport().finish();
  return is_good;
}

}  // namespace nacre::bogo
