// The key schedule. RFC 9846, section 7.1.
#include "handshake/key_schedule.h"

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
Result<HashSecret> derived(HashAlgorithm algorithm, const HashSecret& secret) {
  const crypto::Digest empty = crypto::hash(algorithm, {});
  return crypto::hkdf_expand_label(algorithm, secret.reveal(), "derived", empty.bytes());
}

}  // namespace

Result<EarlySecret> EarlySecret::without_psk(HashAlgorithm algorithm) {
  const Bytes no_psk = hash_of_zeros(algorithm);
  TRY(HashSecret secret, crypto::hkdf_extract(algorithm, {}, no_psk));
  return EarlySecret(algorithm, std::move(secret));
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
  const crypto::Digest empty = crypto::hash(algorithm_, {});
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
  TRY(const HashSecret salt, derived(algorithm_, secret_));
  TRY(HashSecret secret, crypto::hkdf_extract(algorithm_, salt.reveal(), shared_secret.reveal()));
  secret_.clear();
  return HandshakeSecret(algorithm_, std::move(secret));
}

Result<HashSecret> HandshakeSecret::client_traffic(Bytes transcript_hash) const {
  return crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "c hs traffic", transcript_hash);
}

Result<HashSecret> HandshakeSecret::server_traffic(Bytes transcript_hash) const {
  return crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "s hs traffic", transcript_hash);
}

Result<MainSecret> HandshakeSecret::advance() && {
  TRY(const HashSecret salt, derived(algorithm_, secret_));
  TRY(HashSecret secret,
      crypto::hkdf_extract(algorithm_, salt.reveal(), hash_of_zeros(algorithm_)));
  secret_.clear();
  return MainSecret(algorithm_, std::move(secret));
}

Result<HashSecret> MainSecret::client_traffic(Bytes transcript_hash) const {
  return crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "c ap traffic", transcript_hash);
}

Result<HashSecret> MainSecret::server_traffic(Bytes transcript_hash) const {
  return crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "s ap traffic", transcript_hash);
}

Result<HashSecret> MainSecret::exporter(Bytes transcript_hash) const {
  return crypto::hkdf_expand_label(algorithm_, secret_.reveal(), "exp master", transcript_hash);
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
  const crypto::Digest empty = crypto::hash(algorithm, {});
  TRY(const HashSecret secret,
      crypto::hkdf_expand_label(algorithm, exporter_main_secret, label, empty.bytes()));
  const crypto::Digest context_hash = crypto::hash(algorithm, context);
  return crypto::hkdf_expand_label(algorithm, secret.reveal(), "exporter", context_hash.bytes(),
                                   out);
}

}  // namespace nacre
