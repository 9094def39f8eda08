// Hybrid public key encryption, in base mode. RFC 9180; RFC 9849, section 4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/box.h"
#include "crypto/key_exchange.h"
#include "crypto/secret.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre::crypto {

// RFC 9180, section 7. Others are legal on the wire: they are not supported.
enum class HpkeKem : std::uint16_t { p256_hkdf_sha256 = 0x0010, x25519_hkdf_sha256 = 0x0020 };
enum class HpkeKdf : std::uint16_t { hkdf_sha256 = 0x0001 };
enum class HpkeAead : std::uint16_t {
  aes_128_gcm = 0x0001,
  aes_256_gcm = 0x0002,
  chacha20_poly1305 = 0x0003,
};

// RFC 9849, section 4.
struct HpkeSymmetricCipherSuite {
  HpkeKdf kdf_id{};
  HpkeAead aead_id{};

  static constexpr auto wire =
      wire::fields(&HpkeSymmetricCipherSuite::kdf_id, &HpkeSymmetricCipherSuite::aead_id);

  friend constexpr bool operator==(const HpkeSymmetricCipherSuite&,
                                   const HpkeSymmetricCipherSuite&) = default;
};

// Those that are supported, best first.
inline constexpr std::array<HpkeSymmetricCipherSuite, 3> hpke_suites{{
    {HpkeKdf::hkdf_sha256, HpkeAead::aes_128_gcm},
    {HpkeKdf::hkdf_sha256, HpkeAead::aes_256_gcm},
    {HpkeKdf::hkdf_sha256, HpkeAead::chacha20_poly1305},
}};

// Of a public key; an encapsulated secret is as long. 0: the KEM is not supported.
constexpr std::size_t hpke_public_key_size(HpkeKem kem) {
  switch (kem) {
    case HpkeKem::p256_hkdf_sha256:
      return 65;
    case HpkeKem::x25519_hkdf_sha256:
      return 32;
  }
  return 0;
}
inline constexpr std::size_t max_hpke_public_key_size = 65;
inline constexpr std::size_t hpke_private_key_size = 32;
// So much longer is what is sealed: the tag of each AEAD.
inline constexpr std::size_t hpke_overhead = 16;

// Of a KEM: for logs alone, since whoever has it can open what was sealed.
inline constexpr std::size_t hpke_secret_size = 32;
using HpkeSecret = Secret<hpke_secret_size>;

// A recipient's key pair. A moved-from key may only be assigned to or destroyed.
class HpkeKey {
 public:
  // RFC 9180, section 7.1.3: derived from 32 random bytes. Errors: bad_configuration for a KEM that
  // is not supported, no_randomness, out_of_memory.
  static Result<HpkeKey> generate(HpkeKem kem, const RandomSource& random);
  // `private_key` is as SerializePrivateKey() writes it: hpke_private_key_size bytes. Errors:
  // bad_configuration, unsupported_key for bytes that are no key, out_of_memory.
  static Result<HpkeKey> from_private_key(HpkeKem kem, Bytes private_key);
  // PrivateKeyInfo (RFC 5208) of X25519 or P-256. Errors: unsupported_key, out_of_memory.
  static Result<HpkeKey> from_pkcs8(Bytes der);

  HpkeKem kem() const;
  // hpke_public_key_size(kem()) bytes. Lives as long as this.
  Bytes public_key() const NACRE_LIFETIMEBOUND;
  // Writes it as from_private_key() reads it: hpke_private_key_size bytes. Errors: crypto_failure.
  Result<void> write_private_key(MutableBytes out) const;
  // What DHKEM makes of an encapsulated secret. Errors: bad_key_share, out_of_memory.
  Result<HpkeSecret> shared_secret(Bytes enc) const;
  // PrivateKeyInfo, DER.
  static constexpr std::size_t max_pkcs8_size = 192;
  Result<Secret<max_pkcs8_size>> to_pkcs8() const;

  // The one PRIVATE KEY block of `text`, read as from_pkcs8() does. Errors: bad_pem for none or
  // several; its own.
  static Result<HpkeKey> from_pem(std::string_view text);
  // Appends that block to `text`, which grows by max_pem_size bytes at most.
  static constexpr std::size_t max_pem_size = 384;
  Result<void> append_pem(std::string& text) const;

 private:
  struct Impl;
  explicit HpkeKey(Box<Impl> impl);
  static Result<HpkeKey> finish(Box<Impl> impl, HpkeKem kem);
  friend class HpkeReceiver;

 public:
  HpkeKey(HpkeKey&&) noexcept;
  HpkeKey& operator=(HpkeKey&&) noexcept;
  ~HpkeKey();

 private:
  Box<Impl> impl_;
};

// Seals for the owner of a public key. Each message is sealed under the next number, so that they
// open in the order of sealing alone.
class HpkeSender {
 public:
  // RFC 9180, SetupBaseS. Errors: bad_configuration for algorithms that are not supported,
  // bad_key_share for a public key of the wrong length, that is no point of the curve or that gives
  // an all-zero secret, no_randomness, out_of_memory. `shared_secret`: where to write that of the
  // KEM; null: nowhere.
  static Result<HpkeSender> setup(HpkeKem kem, HpkeSymmetricCipherSuite suite, Bytes public_key,
                                  Bytes info, const RandomSource& random,
                                  HpkeSecret* shared_secret = nullptr);

  // The encapsulated secret, for the receiver. Lives as long as this.
  Bytes enc() const NACRE_LIFETIMEBOUND;
  // Encrypts `plaintext` into `sealed`, hpke_overhead bytes longer, which begins at the same place
  // or is apart from it. Errors: crypto_failure, wrong_call where this was moved from.
  Result<void> seal(MutableBytes sealed, Bytes plaintext, Bytes additional_data);

 private:
  struct Impl;
  explicit HpkeSender(Box<Impl> impl);

 public:
  HpkeSender(HpkeSender&&) noexcept;
  HpkeSender& operator=(HpkeSender&&) noexcept;
  ~HpkeSender();

 private:
  Box<Impl> impl_;
};

// Opens what a sender has sealed, in the same order.
class HpkeReceiver {
 public:
  // RFC 9180, SetupBaseR. `key` is not needed afterwards. Errors: as of HpkeSender, bad_key_share
  // being said of `enc`.
  static Result<HpkeReceiver> setup(const HpkeKey& key, HpkeSymmetricCipherSuite suite, Bytes enc,
                                    Bytes info);

  // Decrypts `sealed` to the front of `room`, which has at least its size less hpke_overhead and
  // begins at the same place or is apart from it, and returns that. Errors: crypto_failure where it
  // does not decrypt: the content of `room` is then undefined, and the next call still opens the
  // same message; buffer_too_small; wrong_call where this was moved from.
  Result<MutableBytes> open(MutableBytes room, Bytes sealed, Bytes additional_data);

 private:
  struct Impl;
  explicit HpkeReceiver(Box<Impl> impl);

 public:
  HpkeReceiver(HpkeReceiver&&) noexcept;
  HpkeReceiver& operator=(HpkeReceiver&&) noexcept;
  ~HpkeReceiver();

 private:
  Box<Impl> impl_;
};

}  // namespace nacre::crypto
