// Connections under attack: what both fuzz targets of whole connections share. Keys, randomness and
// time are fixed, so that an input always means the same.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nacre/connection.h"
#include "nacre/danger.h"
#include "record/framing.h"
#include "record/traffic_keys.h"

namespace nacre::fuzz {

using Octets = std::vector<std::uint8_t>;

// Ed25519, whose signatures are always the same.
inline constexpr std::string_view certificate = R"(-----BEGIN CERTIFICATE-----
MIIBeTCCASugAwIBAgIUUAJL3Az4TfK4pJ8TYLeUudIi+qQwBQYDK2VwMBQxEjAQ
BgNVBAMMCWxvY2FsaG9zdDAgFw0yNjExMjMwODA1MTZaGA8yMTI2MTAzMDA4MDUx
NlowFDESMBAGA1UEAwwJbG9jYWxob3N0MCowBQYDK2VwAyEAPqNgZM0XQwU7f+Lj
TjPMX6Ti/PdxvPQj6SCItYeaKR+jgYwwgYkwHQYDVR0OBBYEFJIIgi/Pbiwps6s8
IiTH2duig7qDMB8GA1UdIwQYMBaAFJIIgi/Pbiwps6s8IiTH2duig7qDMBQGA1Ud
EQQNMAuCCWxvY2FsaG9zdDAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYB
BQUHAwEwDAYDVR0TAQH/BAIwADAFBgMrZXADQQC6SbLHezo//ZxE1aey8AYvXzQ4
on6xx7Twt78HbCyQ0n7xSJCXFqyvPy57wxnVrw86yVomizOmLH4UhXHIhJIN
-----END CERTIFICATE-----
)";
inline constexpr std::string_view key = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIKqa4dLL2q8L/hIwsZ/N0l0DfJrarYelmgKT04LtbSuI
-----END PRIVATE KEY-----
)";

// For Encrypted Client Hello, with "localhost" for a public name.
inline constexpr std::string_view ech_key = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIDVBy9DhdqRCSBAbqy2PnV3XwXUQS/AU+aNT5v8le039
-----END PRIVATE KEY-----
-----BEGIN ECHCONFIG-----
AET+DQBAAQAgACA0QJQvB5XAIJzxNnMCed+hsP11t5r+BlNX/Q7FBABbMgAMAAEA
AQABAAIAAQADAAlsb2NhbGhvc3QAAA==
-----END ECHCONFIG-----
)";

inline void require(bool condition) {
  if (!condition) std::abort();
}

inline void append(Octets& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

class Constant : public danger::Randomness {
 public:
  explicit Constant(std::uint8_t value) : value_(value) {}
  Result<void> fill(MutableBytes out) override {
    std::ranges::fill(out, value_);
    return {};
  }

 private:
  std::uint8_t value_;
};

class Secrets : public danger::KeyLog {
 public:
  void line(std::string_view text) override {
    const std::size_t label_end = text.find(' ');
    const std::string_view hex = text.substr(text.rfind(' ') + 1);
    Octets bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
      bytes.push_back(
          static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    secrets_[std::string(text.substr(0, label_end))] = bytes;
  }
  bool has(std::string_view label) const { return secrets_.contains(label); }
  crypto::HashSecret secret(std::string_view label) const {
    const Octets& bytes = secrets_.find(label)->second;
    crypto::HashSecret secret;
    std::ranges::copy(bytes, secret.resize(bytes.size()).begin());
    return secret;
  }

 private:
  std::map<std::string, Octets, std::less<>> secrets_;
};

inline Policy quick_policy() {
  Policy policy = policy_2026;
  policy.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  policy.key_shares = {NamedGroup::x25519};
  return policy;
}

inline UnixTime fixed_time() {
  return 1'800'000'000;
}

inline ClientConfig client_config(const std::shared_ptr<Secrets>& secrets) {
  ClientConfig::Builder builder(danger::trust_anyone());
  builder.policy(quick_policy()).clock(fixed_time).alpn({"h2"}).record_size_limit(16'384);
  danger::replace_randomness(builder, std::make_shared<Constant>(1));
  danger::log_secrets(builder, secrets);
  return builder.build().value();
}

inline ServerConfig server_config(bool decrypts = true) {
  static const Credential credential = Credential::from_pem(certificate, key).value();
  ServerConfig::Builder builder(credential);
  builder.policy(quick_policy()).clock(fixed_time).alpn({"h2"});
  if (decrypts) builder.ech_keys({.keys = {EchKey::from_pem(ech_key).value()}});
  danger::replace_randomness(builder, std::make_shared<Constant>(2));
  return builder.build().value();
}

// Seals whatever it is given.
class Forger {
 public:
  Forger(const Secrets& secrets, std::string_view label)
      : keys_(
            record::TrafficKeys::derive(CipherSuite::tls_aes_128_gcm_sha256, secrets.secret(label))
                .value()) {}

  Octets seal(Bytes inner) {
    const auto length = static_cast<std::uint16_t>(inner.size() + crypto::aead_tag_size);
    const auto header = record::encode({ContentType::application_data, length});
    Octets record(header.begin(), header.end());
    record.resize(header.size() + length);
    const MutableBytes body = MutableBytes(record).subspan(header.size());
    require(keys_.aead()
                .seal(body.first(inner.size()), body.subspan(inner.size()),
                      keys_.nonce(sequence_++), inner, {}, header)
                .has_value());
    return record;
  }
  void update() {
    require(keys_.update().has_value());
    sequence_ = 0;
  }

 private:
  record::TrafficKeys keys_;
  std::uint64_t sequence_ = 0;
};

// A connection that is fed, and what it must never do.
class Subject {
 public:
  explicit Subject(Connection connection) : connection_(std::move(connection)) {}

  // Returns whether it lives.
  bool feed(Bytes bytes) {
    append(inbox_, bytes);
    for (std::size_t calls = 0; is_alive_; ++calls) {
      require(calls < 100'000);
      Octets outgoing(max_record_size);
      const auto step = connection_.advance(inbox_, outgoing);
      if (!step) {
        check_death(step.error());
        break;
      }
      require(step->consumed <= inbox_.size() && step->produced <= outgoing.size());
      append(outbox_, Bytes(outgoing).first(step->produced));
      const bool has_event = take(step->event);
      inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(step->consumed));
      if (step->consumed == 0 && step->produced == 0 && !has_event) break;
    }
    return is_alive_;
  }

  bool is_complete() const { return connection_.is_complete(); }
  Octets output() { return std::exchange(outbox_, {}); }
  Connection& connection() { return connection_; }

 private:
  bool take(const Event& event) {
    if (const auto* need = std::get_if<NeedInput>(&event)) {
      require(need->at_least <= max_record_size);
    } else if (const auto* room = std::get_if<NeedOutput>(&event)) {
      require(room->at_least <= max_record_size);
    } else if (const auto* data = std::get_if<ApplicationData>(&event)) {
      require(connection_.is_complete() && !data->data.empty());
      require(data->data.size() <= inbox_.size());
    }
    return std::holds_alternative<HandshakeComplete>(event);
  }

  void check_death(Error error) {
    is_alive_ = false;
    require(connection_.failure() && connection_.failure()->error == error);
    require(error != Error::internal && error != Error::wrong_call);
    const std::size_t size = connection_.alert_size();
    const auto& alert = connection_.failure()->alert;
    require(!alert || connection_.failure()->alert_from_peer || size > 0);
    Octets outgoing(max_record_size);
    const auto again = connection_.advance(inbox_, outgoing);
    require(!again && again.error() == error && connection_.alert_size() == 0);
    require(!connection_.seal(inbox_, outgoing));
    require(!connection_.tls_exporter());
  }

  Connection connection_;
  Octets inbox_;
  Octets outbox_;
  bool is_alive_ = true;
};

// The input as pieces: a byte of flags, two of length, and the piece.
class Frames {
 public:
  explicit Frames(Bytes bytes) : rest_(bytes) {}

  bool next(std::uint8_t& flags, Bytes& content) {
    if (rest_.size() < 3) return false;
    flags = rest_[0];
    const std::size_t length = static_cast<std::size_t>(rest_[1]) << 8 | rest_[2];
    content = rest_.subspan(3, std::min(length, rest_.size() - 3));
    content = content.first(std::min(content.size(), record::max_content_size + 1));
    rest_ = rest_.subspan(3 + content.size());
    return true;
  }

 private:
  Bytes rest_;
};

// A frame's flags: the content type, whether keys change behind it, and whether there is padding.
inline constexpr std::uint8_t changes_keys = 0x08;
inline constexpr std::uint8_t is_padded = 0x10;

inline ContentType content_type(std::uint8_t flags) {
  constexpr std::array types{ContentType::handshake, ContentType::application_data,
                             ContentType::alert, ContentType::change_cipher_spec};
  return types.at(flags % types.size());
}

// Records without protection, until the subject is dead.
inline void feed_plain(Subject& subject, Bytes input) {
  Frames frames(input);
  std::uint8_t flags = 0;
  Bytes content;
  while (frames.next(flags, content)) {
    const auto header =
        record::encode({content_type(flags), static_cast<std::uint16_t>(content.size())});
    Octets bytes(header.begin(), header.end());
    append(bytes, content);
    if (!subject.feed(bytes)) return;
  }
}

// Records with the peer's keys: those of the handshake, and from its end on those of the data.
inline void feed_sealed(Subject& subject, Bytes input, const Secrets& secrets,
                        std::string_view handshake_label, std::string_view data_label) {
  bool has_data_keys = subject.is_complete();
  Forger forger(secrets, has_data_keys ? data_label : handshake_label);
  Frames frames(input);
  std::uint8_t flags = 0;
  Bytes content;
  while (frames.next(flags, content)) {
    Octets inner(content.begin(), content.end());
    inner.push_back(static_cast<std::uint8_t>(content_type(flags)));
    if ((flags & is_padded) != 0) inner.resize(inner.size() + flags);
    if (!subject.feed(forger.seal(inner))) return;
    if (!has_data_keys && subject.is_complete()) {
      has_data_keys = true;
      forger = Forger(secrets, data_label);
    } else if ((flags & changes_keys) != 0) {
      forger.update();
    }
  }
}

}  // namespace nacre::fuzz
