// The key schedule. RFC 9846, section 7.1.
#include "handshake/key_schedule.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/hkdf.h"

namespace nacre {
namespace {

using crypto::HashAlgorithm;
using crypto::HashSecret;

constexpr std::array<std::uint8_t, 48> zeros{};

Bytes hash_of_zeros(HashAlgorithm algorithm) {
  return Bytes(zeros).first(crypto::hash_size(algorithm));
}

// Derive-Secret(secret, "derived", ""): the salt of the next extraction.
Result<HashSecret> derived(HashAlgorithm algorithm, crypto::HkdfKey& key) {
  return key.expand_label("derived", crypto::empty_hash(algorithm).bytes());
}

// The salt of the handshake secret where there is no PSK: no secret, and always the same.
Result<crypto::Digest> make_salt_without_psk(HashAlgorithm algorithm) {
  TRY(const HashSecret early, crypto::hkdf_extract(algorithm, {}, hash_of_zeros(algorithm)));
  crypto::HkdfKey key(algorithm, early.reveal());
  TRY(const HashSecret salt, derived(algorithm, key));
  crypto::Digest digest{.size = salt.reveal().size()};
  std::ranges::copy(salt.reveal(), digest.storage.begin());
  return digest;
}

const Result<crypto::Digest>& salt_without_psk(HashAlgorithm algorithm) {
  static const Result<crypto::Digest> sha256 = make_salt_without_psk(HashAlgorithm::sha256);
  static const Result<crypto::Digest> sha384 = make_salt_without_psk(HashAlgorithm::sha384);
  return algorithm == HashAlgorithm::sha256 ? sha256 : sha384;
}

}  // namespace

EarlySecret EarlySecret::without_psk(HashAlgorithm algorithm) {
  return EarlySecret(algorithm, {});
}

Result<EarlySecret> EarlySecret::from_psk(HashAlgorithm algorithm, Bytes psk) {
  TRY(HashSecret secret, crypto::hkdf_extract(algorithm, {}, psk));
  return EarlySecret(algorithm, std::move(secret));
}

namespace {

std::string_view binder_label(PskKind kind) {
  switch (kind) {
    case PskKind::resumption:
      return "res binder";
    case PskKind::external:
      return "ext binder";
    case PskKind::imported:
      return "imp binder";
  }
  return {};
}

}  // namespace

Result<crypto::Digest> EarlySecret::binder(PskKind kind, Bytes transcript_hash) const {
  const crypto::Digest empty = crypto::empty_hash(algorithm_);
  TRY(const HashSecret key,
      crypto::hkdf_expand_label(algorithm_, secret_.reveal(), binder_label(kind), empty.bytes()));
  return finished_verify_data(algorithm_, key.reveal(), transcript_hash);
}

Result<HashSecret> EarlySecret::client_traffic(Bytes transcript_hash) const {
  return crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "c e traffic", transcript_hash);
}

Result<HashSecret> EarlySecret::exporter(Bytes transcript_hash) const {
  return crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "e exp master", transcript_hash);
}

Result<HandshakeSecret> EarlySecret::mix(crypto::SharedSecret shared_secret) && {
  const auto mix_with = [&](Bytes salt) -> Result<HandshakeSecret> {
    TRY(HashSecret secret, crypto::hkdf_extract(algorithm_, salt, shared_secret.reveal()));
    return HandshakeSecret(algorithm_, std::move(secret));
  };
  if (secret_.empty()) {
    TRY(const crypto::Digest salt, salt_without_psk(algorithm_));
    return mix_with(salt.bytes());
  }
  crypto::HkdfKey key(algorithm_, secret_.reveal());
  secret_.clear();
  TRY(const HashSecret salt, derived(algorithm_, key));
  return mix_with(salt.reveal());
}

Result<HandshakeTraffic> HandshakeSecret::traffic(Bytes transcript_hash) && {
  crypto::HkdfKey key(algorithm_, secret_.reveal());
  secret_.clear();
  TRY(HashSecret client, key.expand_label("c hs traffic", transcript_hash));
  TRY(HashSecret server, key.expand_label("s hs traffic", transcript_hash));
  TRY(const HashSecret salt, derived(algorithm_, key));
  TRY(HashSecret secret,
      crypto::hkdf_extract(algorithm_, salt.reveal(), hash_of_zeros(algorithm_)));
  return HandshakeTraffic{std::move(client), std::move(server),
                          MainSecret(algorithm_, std::move(secret))};
}

Result<ApplicationTraffic> MainSecret::traffic(Bytes transcript_hash) const {
  crypto::HkdfKey key(algorithm_, secret_.reveal());
  TRY(HashSecret client, key.expand_label("c ap traffic", transcript_hash));
  TRY(HashSecret server, key.expand_label("s ap traffic", transcript_hash));
  TRY(HashSecret exporter, key.expand_label("exp master", transcript_hash));
  return ApplicationTraffic{std::move(client), std::move(server), std::move(exporter)};
}

Result<HashSecret> MainSecret::resumption(Bytes transcript_hash) && {
  TRY(HashSecret secret,
      crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "res master", transcript_hash));
  secret_.clear();
  return secret;
}

Result<HashSecret> resumption_psk(HashAlgorithm algorithm, Bytes resumption_secret,
                                  Bytes ticket_nonce) {
  return crypto::hkdf_expand_label(algorithm, resumption_secret, "resumption", ticket_nonce);
}

Result<std::array<std::uint8_t, 8>> ech_confirmation(HashAlgorithm algorithm, EchConfirms what,
                                                     Bytes inner_random, Bytes transcript_hash) {
  TRY(const HashSecret secret,
      crypto::hkdf_extract(algorithm, hash_of_zeros(algorithm), inner_random));
  const std::string_view label =
      what == EchConfirms::server_hello ? "ech accept confirmation" : "hrr ech accept confirmation";
  std::array<std::uint8_t, 8> confirmation{};
  TRY(crypto::hkdf_expand_label(algorithm, secret.reveal(), label, transcript_hash, confirmation));
  return confirmation;
}

Result<crypto::Digest> finished_verify_data(HashAlgorithm algorithm, Bytes traffic_secret,
                                            Bytes transcript_hash) {
  TRY(const HashSecret finished_key,
      crypto::hkdf_expand_label(algorithm, traffic_secret, "finished", {}));
  return crypto::hmac(algorithm, finished_key.reveal(), transcript_hash);
}

Result<void> export_keying_material(HashAlgorithm algorithm, Bytes exporter_main_secret,
                                    std::string_view label, Bytes context, MutableBytes out) {
  const crypto::Digest empty = crypto::empty_hash(algorithm);
  TRY(const HashSecret secret,
      crypto::hkdf_expand_label(algorithm, exporter_main_secret, label, empty.bytes()));
  const crypto::Digest context_hash = crypto::hash(algorithm, context);
  return crypto::hkdf_expand_label(algorithm, secret.reveal(), "exporter", context_hash.bytes(),
                                   out);
}

}  // namespace nacre
