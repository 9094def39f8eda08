// Hybrid public key encryption over AWS-LC. RFC 9180.
//
// AWS-LC has HPKE without P-256 and without DeriveKeyPair(): the key schedule is made here, of its
// HKDF and AEADs.
#include "crypto/hpke.h"

#include <openssl/aead.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "crypto/ecdhe.h"
#include "crypto/hkdf.h"
#include "crypto/hpke_impl.h"
#include "crypto/marks.h"

namespace nacre::crypto {
namespace {

// DeriveKeyPair() wants no less than a private key's length, for either KEM.
constexpr std::size_t hpke_seed_size = hpke_private_key_size;
constexpr std::size_t hpke_nonce_size = 12;
constexpr int max_candidates = 256;

Curve hpke_curve(HpkeKem kem) {
  switch (kem) {
    case HpkeKem::p256_hkdf_sha256:
      return Curve::p256;
    case HpkeKem::x25519_hkdf_sha256:
      return Curve::x25519;
  }
  return Curve::none;
}

const EVP_AEAD* hpke_aead(HpkeSymmetricCipherSuite suite) {
  if (suite.kdf_id != HpkeKdf::hkdf_sha256) return nullptr;
  switch (suite.aead_id) {
    case HpkeAead::aes_128_gcm:
      return EVP_aead_aes_128_gcm();
    case HpkeAead::aes_256_gcm:
      return EVP_aead_aes_256_gcm();
    case HpkeAead::chacha20_poly1305:
      return EVP_aead_chacha20_poly1305();
  }
  return nullptr;
}

void append(std::vector<std::uint8_t>& bytes, Bytes part) {
  bytes.insert(bytes.end(), part.begin(), part.end());
}

void append_id(std::vector<std::uint8_t>& bytes, std::uint16_t id) {
  append(bytes, std::array{static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)});
}

// LabeledExtract() and LabeledExpand() for one suite_id: section 4.
class LabeledHkdf {
 public:
  explicit LabeledHkdf(HpkeKem kem) {
    append(suite_id_, bytes_of("KEM"));
    append_id(suite_id_, static_cast<std::uint16_t>(kem));
  }
  LabeledHkdf(HpkeKem kem, HpkeSymmetricCipherSuite suite) {
    append(suite_id_, bytes_of("HPKE"));
    append_id(suite_id_, static_cast<std::uint16_t>(kem));
    append_id(suite_id_, static_cast<std::uint16_t>(suite.kdf_id));
    append_id(suite_id_, static_cast<std::uint16_t>(suite.aead_id));
  }

  Result<HashSecret> extract(Bytes salt, std::string_view label, Bytes input) const {
    std::vector<std::uint8_t> labeled = prefix(label, input.size());
    append(labeled, input);
    auto secret = hkdf_extract(HashAlgorithm::sha256, salt, labeled);
    wipe(labeled);
    return secret;
  }

  Result<void> expand(Bytes secret, std::string_view label, Bytes context, MutableBytes out) const {
    std::vector<std::uint8_t> labeled;
    append_id(labeled, static_cast<std::uint16_t>(out.size()));
    append(labeled, prefix(label, context.size()));
    append(labeled, context);
    return hkdf_expand(HashAlgorithm::sha256, secret, labeled, out);
  }

 private:
  // With room behind it, so that no secret is copied to another place.
  std::vector<std::uint8_t> prefix(std::string_view label, std::size_t room) const {
    constexpr std::string_view version = "HPKE-v1";
    std::vector<std::uint8_t> bytes;
    bytes.reserve(version.size() + suite_id_.size() + label.size() + room);
    append(bytes, bytes_of(version));
    append(bytes, suite_id_);
    append(bytes, bytes_of(label));
    return bytes;
  }

  std::vector<std::uint8_t> suite_id_;
};

// What both sides have after the key schedule. Section 5.1, in base mode.
struct Schedule {
  bssl::ScopedEVP_AEAD_CTX aead;
  Secret<hpke_nonce_size> base_nonce;
  std::uint64_t sequence = 0;

  Result<void> start(HpkeKem kem, HpkeSymmetricCipherSuite suite, Bytes shared_secret, Bytes info) {
    const LabeledHkdf hkdf(kem, suite);
    TRY(const HashSecret no_psk, hkdf.extract({}, "psk_id_hash", {}));
    TRY(const HashSecret info_hash, hkdf.extract({}, "info_hash", info));
    std::vector<std::uint8_t> context{0};  // mode_base
    append(context, no_psk.reveal());
    append(context, info_hash.reveal());
    TRY(const HashSecret secret, hkdf.extract(shared_secret, "secret", {}));
    const EVP_AEAD* const method = hpke_aead(suite);
    Secret<32> key;
    const MutableBytes key_bytes = key.resize(EVP_AEAD_key_length(method));
    TRY(hkdf.expand(secret.reveal(), "key", context, key_bytes));
    TRY(hkdf.expand(secret.reveal(), "base_nonce", context, base_nonce.resize(hpke_nonce_size)));
    ENSURE(EVP_AEAD_CTX_init(aead.get(), method, key_bytes.data(), key_bytes.size(), hpke_overhead,
                             nullptr) == 1,
           Error::crypto_failure);
    return {};
  }

  std::array<std::uint8_t, hpke_nonce_size> nonce() const {
    std::array<std::uint8_t, hpke_nonce_size> nonce{};
    std::ranges::copy(base_nonce.reveal(), nonce.begin());
    std::uint64_t rest = sequence;
    for (auto at = nonce.rbegin(); rest != 0; ++at, rest >>= 8) {
      *at ^= static_cast<std::uint8_t>(rest);
    }
    return nonce;
  }
};

// RFC 9180, section 7.1.3. Errors: crypto_failure where no candidate is a key.
Result<HpkeKey> derive_key_pair(HpkeKem kem, Bytes seed) {
  const LabeledHkdf hkdf(kem);
  TRY(const HashSecret prk, hkdf.extract({}, "dkp_prk", seed));
  Secret<hpke_private_key_size> scalar;
  const MutableBytes bytes = scalar.resize(hpke_private_key_size);
  if (kem == HpkeKem::x25519_hkdf_sha256) {
    TRY(hkdf.expand(prk.reveal(), "sk", {}, bytes));
    return HpkeKey::from_private_key(kem, bytes);
  }
  for (int counter = 0; counter < max_candidates; ++counter) {
    const std::array<std::uint8_t, 1> context{static_cast<std::uint8_t>(counter)};
    TRY(hkdf.expand(prk.reveal(), "candidate", context, bytes));
    Result<HpkeKey> key = HpkeKey::from_private_key(kem, bytes);
    if (key || key.error() != Error::unsupported_key) return key;
  }
  return fail(Error::crypto_failure);
}

}  // namespace

struct HpkeKey::Impl {
  HpkeKem kem{};
  Scalar scalar;
  std::array<std::uint8_t, max_hpke_public_key_size> public_key{};
};

HpkeKey::HpkeKey(Box<Impl> impl) : impl_(std::move(impl)) {}
HpkeKey::HpkeKey(HpkeKey&&) noexcept = default;
HpkeKey& HpkeKey::operator=(HpkeKey&&) noexcept = default;
HpkeKey::~HpkeKey() = default;

Result<HpkeKey> HpkeKey::generate(HpkeKem kem, const RandomSource& random) {
  ENSURE(hpke_curve(kem) != Curve::none, Error::bad_configuration);
  Secret<hpke_seed_size> seed;
  TRY(random(seed.resize(hpke_seed_size)));
  return derive_key_pair(kem, seed.reveal());
}

Result<HpkeKey> HpkeKey::from_private_key(HpkeKem kem, Bytes private_key) {
  ENSURE(hpke_curve(kem) != Curve::none, Error::bad_configuration);
  ENSURE(private_key.size() == hpke_private_key_size, Error::unsupported_key);
  TRY(Box<Impl> impl, Box<Impl>::make());
  std::ranges::copy(private_key, impl->scalar.resize(hpke_private_key_size).begin());
  return finish(std::move(impl), kem);
}

// A scalar that is out of range is found where the point is computed.
Result<HpkeKey> HpkeKey::finish(Box<Impl> impl, HpkeKem kem) {
  impl->kem = kem;
  const MutableBytes point = MutableBytes(impl->public_key).first(hpke_public_key_size(kem));
  ENSURE(is_scalar(hpke_curve(kem), impl->scalar.reveal()), Error::unsupported_key);
  TRY(write_share(hpke_curve(kem), impl->scalar, point));
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
  ENSURE(out.size() >= hpke_private_key_size, Error::crypto_failure);
  std::ranges::copy(impl_->scalar.reveal(), out.begin());
  return {};
}

struct HpkeSender::Impl {
  Schedule schedule;
  std::array<std::uint8_t, max_hpke_public_key_size> enc{};
  std::size_t enc_size = 0;
};

HpkeSender::HpkeSender(Box<Impl> impl) : impl_(std::move(impl)) {}
HpkeSender::HpkeSender(HpkeSender&&) noexcept = default;
HpkeSender& HpkeSender::operator=(HpkeSender&&) noexcept = default;
HpkeSender::~HpkeSender() = default;

// As BoringSSL does, so that one source of randomness gives the same bytes with both: X25519's seed
// is the ephemeral key, P-256's is what it is derived from.
Result<HpkeSender> HpkeSender::setup(HpkeKem kem, HpkeSymmetricCipherSuite suite, Bytes public_key,
                                     Bytes info, const RandomSource& random,
                                     HpkeSecret* shared_secret) {
  ENSURE(hpke_curve(kem) != Curve::none && hpke_aead(suite) != nullptr, Error::bad_configuration);
  Secret<hpke_seed_size> seed;
  TRY(random(seed.resize(hpke_seed_size)));
  ENSURE(public_key.size() == hpke_public_key_size(kem), Error::bad_key_share);
  TRY(Box<Impl> impl, Box<Impl>::make());
  TRY(const HpkeKey ephemeral, kem == HpkeKem::x25519_hkdf_sha256
                                   ? HpkeKey::from_private_key(kem, seed.reveal())
                                   : derive_key_pair(kem, seed.reveal()));
  std::ranges::copy(ephemeral.public_key(), impl->enc.begin());
  impl->enc_size = ephemeral.public_key().size();
  TRY(HpkeSecret secret,
      hpke_shared_secret(ephemeral, public_key, ephemeral.public_key(), public_key));
  TRY(impl->schedule.start(kem, suite, secret.reveal(), info));
  if (shared_secret != nullptr) *shared_secret = std::move(secret);
  return HpkeSender(std::move(impl));
}

Bytes HpkeSender::enc() const {
  return Bytes(impl_->enc).first(impl_->enc_size);
}

Result<void> HpkeSender::seal(MutableBytes sealed, Bytes plaintext, Bytes additional_data) {
  ENSURE(impl_, Error::wrong_call);
  ENSURE(sealed.size() == plaintext.size() + hpke_overhead, Error::crypto_failure);
  Schedule& schedule = impl_->schedule;
  const auto nonce = schedule.nonce();
  std::size_t size = 0;
  if (EVP_AEAD_CTX_seal(schedule.aead.get(), sealed.data(), &size, sealed.size(), nonce.data(),
                        nonce.size(), plaintext.data(), plaintext.size(), additional_data.data(),
                        additional_data.size()) != 1) {
    ERR_clear_error();
    return fail(Error::crypto_failure);
  }
  ++schedule.sequence;
  mark_public(sealed);
  return {};
}

struct HpkeReceiver::Impl {
  Schedule schedule;
};

HpkeReceiver::HpkeReceiver(Box<Impl> impl) : impl_(std::move(impl)) {}
HpkeReceiver::HpkeReceiver(HpkeReceiver&&) noexcept = default;
HpkeReceiver& HpkeReceiver::operator=(HpkeReceiver&&) noexcept = default;
HpkeReceiver::~HpkeReceiver() = default;

Result<HpkeReceiver> HpkeReceiver::setup(const HpkeKey& key, HpkeSymmetricCipherSuite suite,
                                         Bytes enc, Bytes info) {
  ENSURE(hpke_aead(suite) != nullptr, Error::bad_configuration);
  ENSURE(key.impl_, Error::wrong_call);
  ENSURE(enc.size() == hpke_public_key_size(key.kem()), Error::bad_key_share);
  TRY(Box<Impl> impl, Box<Impl>::make());
  TRY(const HpkeSecret secret, key.shared_secret(enc));
  TRY(impl->schedule.start(key.kem(), suite, secret.reveal(), info));
  return HpkeReceiver(std::move(impl));
}

Result<MutableBytes> HpkeReceiver::open(MutableBytes room, Bytes sealed, Bytes additional_data) {
  ENSURE(impl_, Error::wrong_call);
  ENSURE(sealed.size() >= hpke_overhead, Error::crypto_failure);
  const std::size_t size = sealed.size() - hpke_overhead;
  ENSURE(room.size() >= size, Error::buffer_too_small);
  Schedule& schedule = impl_->schedule;
  const auto nonce = schedule.nonce();
  const Bytes tag = sealed.last(hpke_overhead);
  if (EVP_AEAD_CTX_open_gather(schedule.aead.get(), room.data(), nonce.data(), nonce.size(),
                               sealed.data(), size, tag.data(), tag.size(), additional_data.data(),
                               additional_data.size()) != 1) {
    ERR_clear_error();
    return fail(Error::crypto_failure);
  }
  ++schedule.sequence;
  // What the peer wrote is parsed: that is not for constant time.
  mark_public(room.first(size));
  return room.first(size);
}

}  // namespace nacre::crypto
