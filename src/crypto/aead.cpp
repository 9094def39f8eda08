// Authenticated encryption over BoringSSL. RFC 9846, section 5.2.
#include "crypto/aead_impl.h"
#include "crypto/marks.h"
#include "crypto/secret.h"

// BoringSSL's declarations do not say what allocates: tests/allocation counts.
#if defined(__clang__) && __clang_major__ >= 20
#pragma clang diagnostic ignored "-Wfunction-effects"
#endif

namespace nacre::crypto {
namespace {

const EVP_AEAD* implementation(AeadAlgorithm algorithm) {
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm:
      return EVP_aead_aes_128_gcm();
    case AeadAlgorithm::aes_256_gcm:
      return EVP_aead_aes_256_gcm();
    case AeadAlgorithm::chacha20_poly1305:
      return EVP_aead_chacha20_poly1305();
  }
  return nullptr;
}

}  // namespace

Result<Aead> Aead::create(AeadAlgorithm algorithm, Bytes key) noexcept NACRE_NONALLOCATING {
  const EVP_AEAD* const method = implementation(algorithm);
  ENSURE(method != nullptr && key.size() == EVP_AEAD_key_length(method), Error::crypto_failure);
  Aead aead;
  ENSURE(EVP_AEAD_CTX_init(aead_context(aead.context_), method, key.data(), key.size(),
                           // fault: AC-042.1
                           aead_tag_size, nullptr) == 1,
         Error::crypto_failure);
  return aead;
}

Aead::Aead(Aead&& other) noexcept NACRE_NONALLOCATING : context_(other.context_) {
  other.clear();
}

Aead& Aead::operator=(Aead&& other) noexcept NACRE_NONALLOCATING {
  if (this != &other) {
    context_ = other.context_;
    other.clear();
  }
  return *this;
}

Aead::~Aead() NACRE_NONALLOCATING {
  clear();
}

void Aead::clear() noexcept NACRE_NONALLOCATING {
  wipe(context_);
}

bool Aead::is_ready() const noexcept NACRE_NONALLOCATING {
  return EVP_AEAD_CTX_aead(aead_context(context_)) != nullptr;
}

Result<void> Aead::seal(MutableBytes ciphertext, MutableBytes tail, Bytes nonce, Bytes plaintext,
                        Bytes trailer, Bytes additional_data) const noexcept NACRE_NONALLOCATING {
  ENSURE(is_ready() && nonce.size() == aead_nonce_size, Error::crypto_failure);
  ENSURE(ciphertext.size() == plaintext.size(), Error::crypto_failure);
  ENSURE(tail.size() == trailer.size() + aead_tag_size, Error::crypto_failure);
  std::size_t tail_size = 0;
  ENSURE(EVP_AEAD_CTX_seal_scatter(
             aead_context(context_), ciphertext.data(), tail.data(), &tail_size, tail.size(),
             nonce.data(), nonce.size(), plaintext.data(), plaintext.size(), trailer.data(),
             trailer.size(), additional_data.data(), additional_data.size()) == 1,
         Error::crypto_failure);
  mark_public(ciphertext);
  mark_public(tail);
  return {};
}

Result<MutableBytes> Aead::open(MutableBytes sealed, Bytes nonce,
                                Bytes additional_data) const noexcept NACRE_NONALLOCATING {
  ENSURE(is_ready() && nonce.size() == aead_nonce_size, Error::bad_record_mac);
  std::size_t size = 0;
  // fault: AC-042.2
  ENSURE(EVP_AEAD_CTX_open(aead_context(context_), sealed.data(), &size, sealed.size(),
                           // fault: AC-042.3
                           nonce.data(), nonce.size(), sealed.data(), sealed.size(),
                           additional_data.data(), additional_data.size()) == 1,
         Error::bad_record_mac);
  // What the peer wrote is parsed, and its padding looked through: neither is for constant time.
  mark_public(sealed.first(size));
  return sealed.first(size);
}

}  // namespace nacre::crypto
