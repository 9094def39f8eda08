// Hybrid public key encryption over BoringSSL. RFC 9180.
#include "crypto/hpke.h"

#include <openssl/err.h>
#include <openssl/hpke.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "crypto/hpke_impl.h"
#include "crypto/marks.h"
#include "crypto/secret.h"

namespace nacre::crypto {
namespace {

// DeriveKeyPair() wants no less than a private key's length, for either KEM.
constexpr std::size_t hpke_seed_size = hpke_private_key_size;

const EVP_HPKE_KEM* hpke_kem(HpkeKem kem) {
  switch (kem) {
    case HpkeKem::p256_hkdf_sha256:
      return EVP_hpke_p256_hkdf_sha256();
    case HpkeKem::x25519_hkdf_sha256:
      return EVP_hpke_x25519_hkdf_sha256();
  }
  return nullptr;
}

const EVP_HPKE_KDF* hpke_kdf(HpkeKdf kdf) {
  return kdf == HpkeKdf::hkdf_sha256 ? EVP_hpke_hkdf_sha256() : nullptr;
}

const EVP_HPKE_AEAD* hpke_aead(HpkeAead aead) {
  switch (aead) {
    case HpkeAead::aes_128_gcm:
      return EVP_hpke_aes_128_gcm();
    case HpkeAead::aes_256_gcm:
      return EVP_hpke_aes_256_gcm();
    case HpkeAead::chacha20_poly1305:
      return EVP_hpke_chacha20_poly1305();
  }
  return nullptr;
}

// What the library says, without what it leaves behind of a failure.
bool hpke_succeeds(int outcome) {
  if (outcome != 1) ERR_clear_error();
  return outcome == 1;
}

}  // namespace

struct HpkeKey::Impl {
  HpkeKem kem{};
  bssl::ScopedEVP_HPKE_KEY key;
  std::array<std::uint8_t, max_hpke_public_key_size> public_key{};
};

HpkeKey::HpkeKey(Box<Impl> impl) : impl_(std::move(impl)) {}
HpkeKey::HpkeKey(HpkeKey&&) noexcept = default;
HpkeKey& HpkeKey::operator=(HpkeKey&&) noexcept = default;
HpkeKey::~HpkeKey() = default;

Result<HpkeKey> HpkeKey::generate(HpkeKem kem, const RandomSource& random) {
  const EVP_HPKE_KEM* const method = hpke_kem(kem);
  ENSURE(method != nullptr, Error::bad_configuration);
  Secret<hpke_seed_size> seed;
  TRY(random(seed.resize(hpke_seed_size)));
  TRY(Box<Impl> impl, Box<Impl>::make());
  ENSURE(hpke_succeeds(
             EVP_HPKE_KEY_derive(impl->key.get(), method, seed.reveal().data(), hpke_seed_size)),
         Error::crypto_failure);
  return finish(std::move(impl), kem);
}

Result<HpkeKey> HpkeKey::from_private_key(HpkeKem kem, Bytes private_key) {
  const EVP_HPKE_KEM* const method = hpke_kem(kem);
  ENSURE(method != nullptr, Error::bad_configuration);
  TRY(Box<Impl> impl, Box<Impl>::make());
  ENSURE(hpke_succeeds(
             EVP_HPKE_KEY_init(impl->key.get(), method, private_key.data(), private_key.size())),
         Error::unsupported_key);
  return finish(std::move(impl), kem);
}

Result<HpkeKey> HpkeKey::finish(Box<Impl> impl, HpkeKem kem) {
  impl->kem = kem;
  std::size_t size = 0;
  ENSURE(hpke_succeeds(EVP_HPKE_KEY_public_key(impl->key.get(), impl->public_key.data(), &size,
                                               impl->public_key.size())) &&
             size == hpke_public_key_size(kem),
         Error::crypto_failure);
  mark_public(impl->public_key);
  return HpkeKey(std::move(impl));
}

HpkeKem HpkeKey::kem() const {
  return impl_->kem;
}

Bytes HpkeKey::public_key() const {
  return Bytes(impl_->public_key).first(hpke_public_key_size(impl_->kem));
}

Result<void> HpkeKey::write_private_key(MutableBytes out) const {
  std::size_t size = 0;
  ENSURE(hpke_succeeds(EVP_HPKE_KEY_private_key(impl_->key.get(), out.data(), &size, out.size())) &&
             size == hpke_private_key_size,
         Error::crypto_failure);
  return {};
}

struct HpkeSender::Impl {
  bssl::ScopedEVP_HPKE_CTX context;
  std::array<std::uint8_t, max_hpke_public_key_size> enc{};
  std::size_t enc_size = 0;
};

HpkeSender::HpkeSender(Box<Impl> impl) : impl_(std::move(impl)) {}
HpkeSender::HpkeSender(HpkeSender&&) noexcept = default;
HpkeSender& HpkeSender::operator=(HpkeSender&&) noexcept = default;
HpkeSender::~HpkeSender() = default;

// The library's name for a seed of the caller's: it derives the ephemeral key from it as it would
// from its own random bytes.
Result<HpkeSender> HpkeSender::setup(HpkeKem kem, HpkeSymmetricCipherSuite suite, Bytes public_key,
                                     Bytes info, const RandomSource& random,
                                     HpkeSecret* shared_secret) {
  const EVP_HPKE_KEM* const method = hpke_kem(kem);
  const EVP_HPKE_KDF* const kdf = hpke_kdf(suite.kdf_id);
  const EVP_HPKE_AEAD* const aead = hpke_aead(suite.aead_id);
  ENSURE(method != nullptr && kdf != nullptr && aead != nullptr, Error::bad_configuration);
  Secret<hpke_seed_size> seed;
  TRY(random(seed.resize(hpke_seed_size)));
  TRY(Box<Impl> impl, Box<Impl>::make());
  ENSURE(hpke_succeeds(EVP_HPKE_CTX_setup_sender_with_seed_for_testing(
             impl->context.get(), impl->enc.data(), &impl->enc_size, impl->enc.size(), method, kdf,
             aead, public_key.data(), public_key.size(), info.data(), info.size(),
             seed.reveal().data(), hpke_seed_size)),
         Error::bad_key_share);
  mark_public(impl->enc);
  if (shared_secret != nullptr) {
    const auto same = [&](MutableBytes out) -> Result<void> {
      std::ranges::copy(seed.reveal(), out.begin());
      return {};
    };
    TRY(const HpkeKey ephemeral, kem == HpkeKem::x25519_hkdf_sha256
                                     ? HpkeKey::from_private_key(kem, seed.reveal())
                                     : HpkeKey::generate(kem, same));
    const Bytes enc = Bytes(impl->enc).first(impl->enc_size);
    TRY(*shared_secret, hpke_shared_secret(ephemeral, public_key, enc, public_key));
  }
  return HpkeSender(std::move(impl));
}

Bytes HpkeSender::enc() const {
  return Bytes(impl_->enc).first(impl_->enc_size);
}

Result<void> HpkeSender::seal(MutableBytes sealed, Bytes plaintext, Bytes additional_data) {
  ENSURE(impl_, Error::wrong_call);
  ENSURE(sealed.size() == plaintext.size() + hpke_overhead, Error::crypto_failure);
  std::size_t size = 0;
  ENSURE(hpke_succeeds(EVP_HPKE_CTX_seal(impl_->context.get(), sealed.data(), &size, sealed.size(),
                                         plaintext.data(), plaintext.size(), additional_data.data(),
                                         additional_data.size())) &&
             size == sealed.size(),
         Error::crypto_failure);
  mark_public(sealed);
  return {};
}

struct HpkeReceiver::Impl {
  bssl::ScopedEVP_HPKE_CTX context;
};

HpkeReceiver::HpkeReceiver(Box<Impl> impl) : impl_(std::move(impl)) {}
HpkeReceiver::HpkeReceiver(HpkeReceiver&&) noexcept = default;
HpkeReceiver& HpkeReceiver::operator=(HpkeReceiver&&) noexcept = default;
HpkeReceiver::~HpkeReceiver() = default;

Result<HpkeReceiver> HpkeReceiver::setup(const HpkeKey& key, HpkeSymmetricCipherSuite suite,
                                         Bytes enc, Bytes info) {
  const EVP_HPKE_KDF* const kdf = hpke_kdf(suite.kdf_id);
  const EVP_HPKE_AEAD* const aead = hpke_aead(suite.aead_id);
  ENSURE(kdf != nullptr && aead != nullptr, Error::bad_configuration);
  ENSURE(key.impl_, Error::wrong_call);
  TRY(Box<Impl> impl, Box<Impl>::make());
  ENSURE(hpke_succeeds(EVP_HPKE_CTX_setup_recipient(impl->context.get(), key.impl_->key.get(), kdf,
                                                    aead, enc.data(), enc.size(), info.data(),
                                                    info.size())),
         Error::bad_key_share);
  return HpkeReceiver(std::move(impl));
}

Result<MutableBytes> HpkeReceiver::open(MutableBytes room, Bytes sealed, Bytes additional_data) {
  ENSURE(impl_, Error::wrong_call);
  ENSURE(sealed.size() >= hpke_overhead, Error::crypto_failure);
  ENSURE(room.size() >= sealed.size() - hpke_overhead, Error::buffer_too_small);
  std::size_t size = 0;
  ENSURE(hpke_succeeds(EVP_HPKE_CTX_open(impl_->context.get(), room.data(), &size, room.size(),
                                         sealed.data(), sealed.size(), additional_data.data(),
                                         additional_data.size())),
         Error::crypto_failure);
  // What the peer wrote is parsed: that is not for constant time.
  mark_public(room.first(size));
  return room.first(size);
}

}  // namespace nacre::crypto
