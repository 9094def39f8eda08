// A server's side of Encrypted Client Hello. RFC 9849, sections 5.2, 7.1 and 7.1.1.
#include "handshake/ech_opener.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "extensions/ech.h"
#include "extensions/registry.h"
#include "handshake/encoded_client_hello.h"
#include "handshake/key_log.h"
#include "wire/writer.h"

namespace nacre {
namespace {

constexpr std::size_t header_size = 4;

// ClientHelloOuterAAD: the body of `client_hello` with zeros in place of the payload, at the front
// of `room`. Section 5.2.
Bytes write_additional_data(MutableBytes room, Bytes client_hello, Bytes payload) {
  const Bytes body = client_hello.subspan(header_size);
  std::ranges::copy(body, room.begin());
  // It is a view into the body.
  // cppcheck-suppress mismatchingContainerExpression
  const auto place = static_cast<std::size_t>(payload.begin() - body.begin());
  std::ranges::fill(room.subspan(place, payload.size()), std::uint8_t{0});
  // fault: AC-107n
  return room.first(body.size());
}

// Section 7: an inner one never comes from the network.
Result<EchOuter> read_outer(const EncryptedClientHello& extension) {
  TRY(extension.check());
  // fault: AC-107k
  ENSURE(extension.variant == EchClientHelloType::outer, Error::unexpected_ech_type);
  return wire::read_all<EchOuter>(extension.contents.bytes);
}

// The secret is worked out for a log alone.
Result<void> log_opened(const CommonConfig& log, const Random& outer_random, const EchKey& key,
                        Bytes enc) {
  if (!log.key_log) return {};
  TRY(const auto secret, key.impl().key.shared_secret(enc));
  log_ech(log, outer_random, secret.reveal(), key.impl().config().encoding);
  return {};
}

}  // namespace

auto EchServerKeys::make(EchKeys keys) -> Result<std::shared_ptr<const EchServerKeys>> {
  constexpr std::size_t most = EchConfigList::max_configs;
  ENSURE(!keys.keys.empty() && keys.keys.size() <= most && keys.former_keys.size() <= most,
         Error::bad_configuration);
  auto made = std::make_shared<EchServerKeys>();
  std::array<std::uint8_t, 2> length{};
  made->retry_configs.assign(length.begin(), length.end());
  for (const EchKey& key : keys.keys) {
    const Bytes config = key.impl().config().encoding;
    made->retry_configs.insert(made->retry_configs.end(), config.begin(), config.end());
  }
  wire::Writer writer(made->retry_configs);
  TRY(writer.integer<2>(made->retry_configs.size() - length.size()));
  made->keys = std::move(keys.keys);
  made->keys.insert(made->keys.end(), keys.former_keys.begin(), keys.former_keys.end());
  made->trial_decryption = keys.trial_decryption;
  return std::shared_ptr<const EchServerKeys>(std::move(made));
}

// A key that the client may have meant, with a suite of its configuration.
Result<crypto::HpkeReceiver> EchOpener::receiver_for(const EchKey& key, const EchOuter& ech) const {
  const UsableEchConfig& config = key.impl().config();
  const HpkeKeyConfig& named = config.contents.key_config;
  ENSURE(keys_->trial_decryption || named.config_id == ech.config_id, Error::ech_decrypt_failed);
  ENSURE(wire::contains(named.cipher_suites, ech.cipher_suite), Error::ech_decrypt_failed);
  return crypto::HpkeReceiver::setup(key.impl().key, ech.cipher_suite, ech.enc.bytes, config.info);
}

auto EchOpener::open_first(const ClientHello& outer, Bytes client_hello, MutableBytes room,
                           const CommonConfig* log) -> Result<std::optional<MutableBytes>> {
  TRY(const auto extension, find<EncryptedClientHello>(outer.extensions));
  if (!extension) return std::nullopt;
  TRY(const EchOuter ech, read_outer(*extension));
  const Bytes payload = ech.payload.bytes;
  if (payload.size() < crypto::hpke_overhead) return std::nullopt;

  ENSURE(room.size() >= 2 * client_hello.size(), Error::buffer_too_small);
  const Bytes additional = write_additional_data(room, client_hello, payload);
  const MutableBytes plaintext = room.last(payload.size());
  for (const EchKey& key : keys_->keys) {
    auto receiver = receiver_for(key, ech);
    if (!receiver) continue;
    const auto encoded = receiver->open(plaintext, payload, additional);
    if (!encoded) continue;
    receiver_ = *std::move(receiver);
    if (log != nullptr) TRY(log_opened(*log, outer.random, key, ech.enc.bytes));
    suite_ = ech.cipher_suite;
    config_id_ = ech.config_id;
    TRY(const MutableBytes inner, decode(outer, *encoded, room));
    return inner;
  }
  return std::nullopt;
}

Result<MutableBytes> EchOpener::open_second(const ClientHello& outer, Bytes client_hello,
                                            MutableBytes room) {
  ENSURE(receiver_, Error::wrong_call);
  TRY(const auto extension, find<EncryptedClientHello>(outer.extensions));
  // fault: AC-107m
  ENSURE(extension, Error::missing_extension);
  TRY(const EchOuter ech, read_outer(*extension));
  // fault: AC-107l
  ENSURE(ech.cipher_suite == suite_ && ech.config_id == config_id_ && ech.enc.bytes.empty(),
         Error::changed_ech);
  const Bytes payload = ech.payload.bytes;
  ENSURE(room.size() >= 2 * client_hello.size(), Error::buffer_too_small);
  const Bytes additional = write_additional_data(room, client_hello, payload);
  const auto encoded = receiver_->open(room.last(payload.size()), payload, additional);
  ENSURE(encoded, Error::ech_decrypt_failed);
  return decode(outer, *encoded, room);
}

// What is decrypted lies behind the place for the result: that is shorter than `outer`, which has
// the payload in it.
Result<MutableBytes> EchOpener::decode(const ClientHello& outer, Bytes encoded,
                                       MutableBytes room) const {
  wire::Writer writer(room.first(room.size() / 2));
  TRY(write_decoded(writer, encoded, outer));
  return room.first(writer.used());
}

}  // namespace nacre
