#include "machine/api.h"

#include <algorithm>
#include <deque>
#include <type_traits>

#include "machine/world.h"
#include "nacre/danger.h"

namespace nacre::machine {
namespace {

constexpr std::size_t guard_size = 64;
constexpr std::uint8_t guard_byte = 0xa5;

std::vector<Octets> copy(std::span<const Bytes> views) {
  std::vector<Octets> all;
  for (const Bytes view : views) all.emplace_back(view.begin(), view.end());
  return all;
}

Outcome failed(Error error, std::size_t produced = 0) {
  Outcome outcome;
  outcome.error = error;
  outcome.produced = produced;
  return outcome;
}

Outcome outcome_of(const Result<void>& result) {
  return result ? Outcome{} : failed(result.error());
}

Outcome outcome_of(const Result<std::size_t>& size) {
  if (!size) return failed(size.error());
  Outcome outcome;
  outcome.produced = *size;
  return outcome;
}

Outcome outcome_of(const Result<Connection::Sealed>& sealed) {
  if (!sealed) return failed(sealed.error());
  Outcome outcome;
  outcome.consumed = sealed->consumed;
  outcome.produced = sealed->produced;
  return outcome;
}

void tell(Outcome& outcome, const Event& event) {
  const auto keep = [&](Said said, Bytes bytes) {
    outcome.said = said;
    outcome.data.assign(bytes.begin(), bytes.end());
  };
  std::visit(
      [&]<class T>(const T& is) {
        if constexpr (std::is_same_v<T, NeedInput>) {
          outcome.said = Said::need_input;
          outcome.at_least = is.at_least;
        } else if constexpr (std::is_same_v<T, NeedOutput>) {
          outcome.said = Said::need_output;
          outcome.at_least = is.at_least;
        } else if constexpr (std::is_same_v<T, ApplicationData>) {
          keep(Said::data, is.data);
        } else if constexpr (std::is_same_v<T, EarlyData>) {
          keep(Said::early_data, is.data);
        } else if constexpr (std::is_same_v<T, TicketReceived>) {
          outcome.said = Said::tickets;
          outcome.at_least = is.count;
        } else if constexpr (std::is_same_v<T, HandshakeComplete>) {
          outcome.said = Said::complete;
        } else if constexpr (std::is_same_v<T, PeerClosed>) {
          outcome.said = Said::closed;
        } else if constexpr (std::is_same_v<T, ClientHelloSeen>) {
          keep(Said::asks_configuration, is.client_hello);
        } else if constexpr (std::is_same_v<T, PskOffered>) {
          outcome.said = Said::asks_psk;
          outcome.chain = copy(is.identities);
          if (!is.of_session.empty()) outcome.chain.push_back(copy(std::array{is.of_session})[0]);
        } else if constexpr (std::is_same_v<T, CertificateWanted>) {
          outcome.said = Said::asks_certificate;
        } else if constexpr (std::is_same_v<T, SignatureWanted>) {
          keep(Said::asks_signature, is.content);
          outcome.scheme = static_cast<std::uint16_t>(is.scheme);
          outcome.chain = copy(std::array{is.certificate});
        } else {
          static_assert(std::is_same_v<T, ChainToJudge>);
          keep(Said::asks_verdict, bytes_of(is.name));
          outcome.chain = copy(is.chain);
        }
      },
      event);
}

Outcome outcome_of(const Result<Step>& step, std::size_t alert_size) {
  if (!step) return failed(step.error(), alert_size);
  Outcome outcome;
  outcome.consumed = step->consumed;
  outcome.produced = step->produced;
  tell(outcome, step->event);
  return outcome;
}

template <class Half>
Outcome seal_by(Half& half, Sealing how, Bytes plaintext, MutableBytes outgoing) {
  if (how == Sealing::pieces) {
    const std::size_t middle = plaintext.size() / 3;
    const std::array<Bytes, 3> pieces{plaintext.first(middle), Bytes{}, plaintext.subspan(middle)};
    return outcome_of(half.seal_pieces(pieces, outgoing));
  }
  if (how == Sealing::body) {
    const MutableBytes body = half.body(outgoing);
    const std::size_t size = std::min(body.size(), plaintext.size());
    std::ranges::copy(plaintext.first(size), body.begin());
    Outcome outcome = outcome_of(half.seal_body(size, outgoing));
    if (!outcome.error) outcome.consumed = size;
    return outcome;
  }
  return outcome_of(half.seal(plaintext, outgoing));
}

// With guards around it.
std::unique_ptr<Octets> storage_for(const Limits& limits) {
  return std::make_unique<Octets>(Connection::storage_size(limits) + 2 * guard_size, guard_byte);
}
MutableBytes inside(Octets& storage) {
  return MutableBytes(storage).subspan(guard_size, storage.size() - 2 * guard_size);
}

}  // namespace

std::optional<Endpoint> Endpoint::client(World& world, const ClientChoice& choice, Error& error) {
  Endpoint endpoint;
  const auto config = client_config(world, choice);
  if (!config) return error = config.error(), std::nullopt;
  if (choice.storage != 0) endpoint.storage_ = storage_for({});
  const std::string_view name = names.at(choice.name);
  auto made = choice.ech != 0     ? Connection::client(*config, name, ech_list(choice.ech - 1U))
              : endpoint.storage_ ? Connection::client(*config, name, inside(*endpoint.storage_))
                                  : Connection::client(*config, name);
  if (!made) return error = made.error(), std::nullopt;
  endpoint.state_.emplace<Connection>(std::move(*made));
  endpoint.parties_ = {party_of(Actor{choice.actor})};
  return endpoint;
}

std::optional<Endpoint> Endpoint::server(World& world, const ServerChoice& choice, Error& error) {
  Endpoint endpoint;
  const auto config = server_config(world, choice, choice.ask_configuration != 0);
  const auto answer = server_config(world, choice, false);
  if (!config || !answer) return error = (!config ? config : answer).error(), std::nullopt;
  if (choice.storage != 0) endpoint.storage_ = storage_for(limits_of(choice));
  auto made = endpoint.storage_ ? Connection::server(*config, inside(*endpoint.storage_))
                                : Connection::server(*config);
  if (!made) return error = made.error(), std::nullopt;
  endpoint.state_.emplace<Connection>(std::move(*made));
  endpoint.configuration_ = *answer;
  endpoint.parties_ = parties_of(choice.service);
  return endpoint;
}

Outcome Endpoint::advance(MutableBytes incoming, MutableBytes outgoing) {
  if (auto* halves = std::get_if<Halves>(&state_)) {
    return outcome_of(halves->first.advance(incoming), 0);
  }
  auto& connection = std::get<Connection>(state_);
  const auto step = connection.advance(incoming, outgoing);
  return outcome_of(step, step ? 0 : connection.alert_size());
}

Outcome Endpoint::seal(Sealing how, Bytes plaintext, MutableBytes outgoing) {
  if (auto* halves = std::get_if<Halves>(&state_)) {
    if (how == Sealing::early) return failed(Error::no_early_data);
    return seal_by(halves->second, how, plaintext, outgoing);
  }
  auto& connection = std::get<Connection>(state_);
  if (how == Sealing::early) return outcome_of(connection.early_data(plaintext, outgoing));
  return seal_by(connection, how, plaintext, outgoing);
}

Outcome Endpoint::update_keys(bool request_peer, MutableBytes outgoing) {
  if (auto* halves = std::get_if<Halves>(&state_)) {
    return outcome_of(halves->second.update_keys(request_peer, outgoing));
  }
  return outcome_of(std::get<Connection>(state_).update_keys(request_peer, outgoing));
}

Outcome Endpoint::close(MutableBytes outgoing) {
  if (auto* halves = std::get_if<Halves>(&state_)) {
    return outcome_of(halves->second.close(outgoing));
  }
  return outcome_of(std::get<Connection>(state_).close(outgoing));
}

Outcome Endpoint::abort(std::uint8_t alert, MutableBytes outgoing) {
  const auto description = static_cast<AlertDescription>(alert);
  if (auto* halves = std::get_if<Halves>(&state_)) {
    return outcome_of(halves->second.abort(description, outgoing));
  }
  return outcome_of(std::get<Connection>(state_).abort(description, outgoing));
}

Outcome Endpoint::flush(MutableBytes outgoing) {
  auto* halves = std::get_if<Halves>(&state_);
  return halves != nullptr ? outcome_of(halves->second.flush(outgoing)) : Outcome{};
}

Outcome Endpoint::transport_closed() {
  if (auto* halves = std::get_if<Halves>(&state_)) {
    return outcome_of(halves->first.transport_closed());
  }
  return outcome_of(std::get<Connection>(state_).transport_closed());
}

Outcome Endpoint::split() {
  auto* connection = std::get_if<Connection>(&state_);
  if (connection == nullptr) return {};
  auto halves = std::move(*connection).split();
  if (!halves) return failed(halves.error());
  state_.emplace<Halves>(std::move(*halves));
  return {};
}

Outcome Endpoint::answer(const Outcome& asked, Reply reply, Bytes signature) {
  auto* connection = std::get_if<Connection>(&state_);
  if (connection == nullptr) return {};
  Said to = asked.said;
  if (reply == Reply::to_another_question) {
    to = to == Said::asks_verdict ? Said::asks_psk : Said::asks_verdict;
  }
  const bool is_right = reply != Reply::refusal;
  switch (to) {
    case Said::asks_configuration:
      return outcome_of(connection->resume(*configuration_));
    case Said::asks_psk:
      return outcome_of(connection->resume(
          KnownPsk{is_right ? psk_for(asked.chain) : std::optional<ExternalPsk>{}}));
    case Said::asks_certificate: {
      const bool has = is_right && parties_.front() != Party::nobody;
      return outcome_of(connection->resume(
          Presented{has ? std::optional(credential_of(parties_.front())) : std::nullopt}));
    }
    case Said::asks_signature:
      return outcome_of(connection->resume(Signature{is_right ? signature : Bytes{}}));
    default:
      return outcome_of(connection->resume(
          Verdict{is_right ? std::nullopt : std::optional(Error::application_refused)}));
  }
}

Octets Endpoint::sign(const Outcome& asked) const {
  Octets signature(max_signature_size);
  for (const Party party : parties_) {
    const Truth& truth = truth_of(party);
    if (truth.chain.empty() || truth.chain.front() != asked.chain.front()) continue;
    const auto size =
        signing_key_of(party).sign(SignatureScheme{asked.scheme}, asked.data, signature);
    signature.resize(size ? *size : 0);
    return signature;
  }
  return {};
}

bool Endpoint::is_complete() const {
  const auto* connection = std::get_if<Connection>(&state_);
  return connection == nullptr || connection->is_complete();
}

Facts Endpoint::facts() const {
  Facts facts;
  const auto* connection = std::get_if<Connection>(&state_);
  if (connection == nullptr) return facts;
  const Negotiated negotiated = connection->negotiated();
  const auto scheme = [](const std::optional<SignatureScheme>& value) {
    return value ? static_cast<std::uint16_t>(*value) : std::uint16_t{0};
  };
  facts.cipher_suite = static_cast<std::uint16_t>(negotiated.cipher_suite);
  facts.group = static_cast<std::uint16_t>(negotiated.group);
  facts.server_scheme = scheme(negotiated.server_signature_scheme);
  facts.client_scheme = scheme(negotiated.client_signature_scheme);
  facts.alpn = negotiated.alpn;
  facts.retried = negotiated.retried;
  facts.key_source = negotiated.key_source;
  facts.early_data = negotiated.early_data;
  facts.ech = negotiated.ech;
  facts.chain = copy(connection->peer_chain());
  facts.server_name = connection->server_name();
  facts.exporter.resize(32);
  if (!connection->export_keying_material("machine", {}, facts.exporter)) facts.exporter.clear();
  facts.early_exporter.resize(32);
  if (!connection->export_early_keying_material("machine", {}, facts.early_exporter)) {
    facts.early_exporter.clear();
  }
  return facts;
}

std::size_t Endpoint::early_data_room() const {
  const auto* connection = std::get_if<Connection>(&state_);
  return connection != nullptr ? connection->early_data_room() : 0;
}

const Failure* Endpoint::failure() const {
  const auto* halves = std::get_if<Halves>(&state_);
  const auto& failure =
      halves != nullptr ? halves->first.failure() : std::get<Connection>(state_).failure();
  return failure ? &*failure : nullptr;
}

std::optional<std::uint8_t> Endpoint::alert() const {
  const Failure* const why = failure();
  if (why == nullptr || !why->alert) return std::nullopt;
  return static_cast<std::uint8_t>(*why->alert);
}

bool Endpoint::alert_from_peer() const {
  const Failure* const why = failure();
  return why != nullptr && why->alert_from_peer;
}

bool Endpoint::is_in_bounds() const {
  if (!storage_) return true;
  const auto untouched = [](Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == guard_byte; });
  };
  return untouched(Bytes(*storage_).first(guard_size)) &&
         untouched(Bytes(*storage_).last(guard_size));
}

// In their order: first what the peer's bytes can be accused of, then what it did not prove. Not
// what a limit of ours or too many lawful calls bring about.
bool accuses(Error error) {
  using enum Error;
  switch (error) {
    case message_too_long:
    case too_many_extensions:
    case certificate_chain_too_long:
    case too_many_empty_records:
    case too_many_warnings:
    case too_many_key_updates:
    case too_many_tickets:
    case too_much_early_data:  // the server takes less than it did when it sent the ticket
      return false;
    case bad_certificate_verify:
    case bad_finished:
    case ech_decrypt_failed:
    case bad_certificate:
    case bad_compressed_certificate:
    case unexpected_raw_public_key:
    case certificate_bad_signature:
    case crypto_failure:
    case no_randomness:
    case internal:
      return true;
    default:
      return error <= ech_not_confirmed;
  }
}

// For keys and parsed certificates: 32 KiB.
std::ptrdiff_t most_held(const ServerChoice& choice) {
  constexpr std::size_t cryptography = 32'768;
  return static_cast<std::ptrdiff_t>(Connection::storage_size(limits_of(choice)) + cryptography);
}

std::string_view text_of(Error error) {
  return name(error);
}

std::optional<std::uint8_t> alert_of(Error error) {
  const auto alert = alert_for(error);
  return alert ? std::optional(static_cast<std::uint8_t>(*alert)) : std::nullopt;
}

}  // namespace nacre::machine
