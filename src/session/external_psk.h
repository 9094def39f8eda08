// A key that both sides had before they met. RFC 9846, section 4.3.11; RFC 9258, section 5.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "nacre/connection.h"
#include "nacre/names.h"
#include "nacre/session.h"
#include "wire/codec.h"

namespace nacre {

// As it travels: an imported one is an ImportedIdentity.
inline constexpr std::size_t max_psk_identity =
    2 + ExternalPsk::max_identity + 2 + ExternalPsk::max_context + 2 + 2;

struct ExternalPsk::Impl {
  std::vector<std::uint8_t> identity;
  crypto::Secret<ExternalPsk::max_key> key;
  Kdf kdf = Kdf::hkdf_sha256;
  bool is_imported = false;  // so the binder's label is "imp binder"
};

constexpr crypto::HashAlgorithm hash_of(Kdf kdf) {
  return kdf == Kdf::hkdf_sha384 ? crypto::HashAlgorithm::sha384 : crypto::HashAlgorithm::sha256;
}

// Whether a session can have begun so: with that external PSK (empty: none).
constexpr bool is_beginning(KeySource source, Bytes psk_identity) {
  const bool has_psk =
      source == KeySource::external_psk || source == KeySource::external_psk_certificate;
  return (has_psk || source == KeySource::certificate) && has_psk == !psk_identity.empty();
}

// Tells apart keys that come under one identity: 32 bytes.
crypto::Digest digest_of(bool is_imported, crypto::HashAlgorithm hash, Bytes key);
inline crypto::Digest digest_of(const ExternalPsk& psk) {
  return digest_of(psk.is_imported(), hash_of(psk.kdf()), psk.impl().key.reveal());
}

// RFC 9258, section 5.1.
struct ImportedIdentity {
  wire::Opaque<1, 0xffff> external_identity;
  wire::Opaque<0, 0xffff> context;
  ProtocolVersion target_protocol = ProtocolVersion::tls_1_3;
  Kdf target_kdf{};

  static constexpr auto wire =
      wire::fields(&ImportedIdentity::external_identity, &ImportedIdentity::context,
                   &ImportedIdentity::target_protocol, &ImportedIdentity::target_kdf);
};

}  // namespace nacre
