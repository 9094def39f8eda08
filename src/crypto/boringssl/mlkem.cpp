// ML-KEM over BoringSSL.
#include "crypto/mlkem.h"

#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/mlkem.h>

#include <type_traits>

namespace nacre::crypto {
namespace {

// The two parameter sets under one set of names.
struct MlKem768 {
  using PublicKey = MLKEM768_public_key;
  using PrivateKey = MLKEM768_private_key;
  static constexpr auto from_seed = MLKEM768_private_key_from_seed;
  static constexpr auto public_from_private = MLKEM768_public_from_private;
  static constexpr auto marshal = MLKEM768_marshal_public_key;
  static constexpr auto parse = MLKEM768_parse_public_key;
  static constexpr auto encapsulate = MLKEM768_encap;
  static constexpr auto decapsulate = MLKEM768_decap;
};

struct MlKem1024 {
  using PublicKey = MLKEM1024_public_key;
  using PrivateKey = MLKEM1024_private_key;
  static constexpr auto from_seed = MLKEM1024_private_key_from_seed;
  static constexpr auto public_from_private = MLKEM1024_public_from_private;
  static constexpr auto marshal = MLKEM1024_marshal_public_key;
  static constexpr auto parse = MLKEM1024_parse_public_key;
  static constexpr auto encapsulate = MLKEM1024_encap;
  static constexpr auto decapsulate = MLKEM1024_decap;
};

static_assert(MLKEM768_PUBLIC_KEY_BYTES == sizes(Kem::mlkem768).public_key);
static_assert(MLKEM768_CIPHERTEXT_BYTES == sizes(Kem::mlkem768).ciphertext);
static_assert(MLKEM1024_PUBLIC_KEY_BYTES == sizes(Kem::mlkem1024).public_key);
static_assert(MLKEM1024_CIPHERTEXT_BYTES == sizes(Kem::mlkem1024).ciphertext);
static_assert(MLKEM_SEED_BYTES == kem_seed_size);

// Private keys live in the caller's bytes, whose size each caller below has checked: the headers
// name no type of BoringSSL.
#pragma clang unsafe_buffer_usage begin
template <class Key>
Key* key_in(MutableBytes bytes) {
  static_assert(std::is_trivially_copyable_v<Key> && alignof(Key) <= alignof(std::uint16_t));
  return reinterpret_cast<Key*>(bytes.data());
}
template <class Key>
const Key* key_in(Bytes bytes) {
  return reinterpret_cast<const Key*>(bytes.data());
}
#pragma clang unsafe_buffer_usage end

template <class Set>
Result<void> generate(Bytes seed, MutableBytes private_key) {
  ENSURE(private_key.size() >= sizeof(typename Set::PrivateKey), Error::buffer_too_small);
  auto* const key = key_in<typename Set::PrivateKey>(private_key);
  ENSURE(Set::from_seed(key, seed.data(), seed.size()) == 1, Error::crypto_failure);
  return {};
}

template <class Set>
Result<void> write_public_key(Bytes private_key, MutableBytes public_key) {
  ENSURE(private_key.size() >= sizeof(typename Set::PrivateKey), Error::buffer_too_small);
  typename Set::PublicKey parsed;
  Set::public_from_private(&parsed, key_in<typename Set::PrivateKey>(private_key));
  CBB out;
  ENSURE(CBB_init_fixed(&out, public_key.data(), public_key.size()) == 1, Error::crypto_failure);
  ENSURE(Set::marshal(&out, &parsed) == 1 && CBB_len(&out) == public_key.size(),
         Error::crypto_failure);
  return {};
}

template <class Set>
Result<void> decapsulate(Bytes private_key, Bytes ciphertext, MutableBytes secret) {
  ENSURE(private_key.size() >= sizeof(typename Set::PrivateKey), Error::buffer_too_small);
  ENSURE(Set::decapsulate(secret.data(), ciphertext.data(), ciphertext.size(),
                          key_in<typename Set::PrivateKey>(private_key)) == 1,
         Error::bad_key_share);
  return {};
}

template <class Set>
Result<void> encapsulate(Bytes public_key, MutableBytes ciphertext, MutableBytes secret) {
  CBS encoded;
  CBS_init(&encoded, public_key.data(), public_key.size());
  typename Set::PublicKey parsed;
  if (Set::parse(&parsed, &encoded) != 1) {
    ERR_clear_error();
    // fault: AC-062
    return fail(Error::bad_key_share);
  }
  Set::encapsulate(ciphertext.data(), secret.data(), &parsed);
  return {};
}

}  // namespace

std::size_t kem_private_key_size(Kem kem) {
  switch (kem) {
    case Kem::none:
      return 0;
    case Kem::mlkem768:
      return sizeof(MLKEM768_private_key);
    case Kem::mlkem1024:
      return sizeof(MLKEM1024_private_key);
  }
  return 0;
}

Result<void> kem_generate(Kem kem, Bytes seed, MutableBytes private_key) {
  if (kem == Kem::mlkem768) return generate<MlKem768>(seed, private_key);
  return generate<MlKem1024>(seed, private_key);
}

Result<void> kem_public_key(Kem kem, Bytes private_key, MutableBytes public_key) {
  ENSURE(public_key.size() == sizes(kem).public_key, Error::buffer_too_small);
  if (kem == Kem::mlkem768) return write_public_key<MlKem768>(private_key, public_key);
  return write_public_key<MlKem1024>(private_key, public_key);
}

Result<void> kem_decapsulate(Kem kem, Bytes private_key, Bytes ciphertext, MutableBytes secret) {
  ENSURE(secret.size() == sizes(kem).secret, Error::buffer_too_small);
  if (kem == Kem::mlkem768) return decapsulate<MlKem768>(private_key, ciphertext, secret);
  return decapsulate<MlKem1024>(private_key, ciphertext, secret);
}

Result<void> kem_encapsulate(Kem kem, Bytes public_key, MutableBytes ciphertext,
                             MutableBytes secret) {
  ENSURE(ciphertext.size() == sizes(kem).ciphertext && secret.size() == sizes(kem).secret,
         Error::buffer_too_small);
  if (kem == Kem::mlkem768) return encapsulate<MlKem768>(public_key, ciphertext, secret);
  return encapsulate<MlKem1024>(public_key, ciphertext, secret);
}

}  // namespace nacre::crypto
