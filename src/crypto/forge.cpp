// Signatures that no honest CA or peer makes, for tests that forge.
#include "crypto/forge.h"

#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "crypto/pem.h"
#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

const EVP_MD* digest_of(int bits) {
  switch (bits) {
    case 160:
      return EVP_sha1();
    case 224:
      return EVP_sha224();
    case 256:
      return EVP_sha256();
    case 384:
      return EVP_sha384();
    case 512:
      return EVP_sha512();
    default:
      return nullptr;
  }
}

using Number = bssl::UniquePtr<BIGNUM>;

// RFC 8017, section 9.2: EMSA-PKCS1-v1_5.
std::vector<std::uint8_t> padded_digest(std::size_t size, Bytes content) {
  constexpr std::array<std::uint8_t, 19> prefix{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                0x01, 0x05, 0x00, 0x04, 0x20};
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(content.data(), content.size(), digest.data());
  std::vector<std::uint8_t> padded(size, 0xff);
  padded[0] = 0;
  padded[1] = 1;
  const auto last = padded.end() - static_cast<std::ptrdiff_t>(digest.size());
  const auto before = last - static_cast<std::ptrdiff_t>(prefix.size());
  *(before - 1) = 0;
  std::ranges::copy(prefix, before);
  std::ranges::copy(digest, last);
  return padded;
}

// s^3 - message, with the least s that gives so many bits and an odd number.
bool fit_modulus(unsigned bits, const BIGNUM* message, BIGNUM* signature, BIGNUM* modulus) {
  const bssl::UniquePtr<BN_CTX> context(BN_CTX_new());
  // The cube root of 2^bits lies between these.
  const unsigned root_bits = bits / 3 + 1;
  BN_zero(signature);
  for (unsigned bit = root_bits; bit > 0; --bit) {
    if (BN_set_bit(signature, static_cast<int>(bit - 1)) != 1 ||
        BN_sqr(modulus, signature, context.get()) != 1 ||
        BN_mul(modulus, modulus, signature, context.get()) != 1) {
      return false;
    }
    // The largest whose cube has no more bits.
    if (BN_num_bits(modulus) > bits) BN_clear_bit(signature, static_cast<int>(bit - 1));
  }
  if (BN_is_odd(signature) == BN_is_odd(message) && BN_sub_word(signature, 1) != 1) return false;
  return BN_sqr(modulus, signature, context.get()) == 1 &&
         BN_mul(modulus, modulus, signature, context.get()) == 1 &&
         BN_sub(modulus, modulus, message) == 1 && BN_num_bits(modulus) == bits &&
         BN_is_odd(modulus) == 1;
}

bool write_rsa_key(CBB* out, const BIGNUM* modulus) {
  CBB info;
  CBB algorithm;
  CBB id;
  CBB null;
  CBB bits;
  CBB key;
  constexpr std::array<std::uint8_t, 9> rsa_encryption{0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                       0x0d, 0x01, 0x01, 0x01};
  return CBB_add_asn1(out, &info, CBS_ASN1_SEQUENCE) == 1 &&
         CBB_add_asn1(&info, &algorithm, CBS_ASN1_SEQUENCE) == 1 &&
         CBB_add_asn1(&algorithm, &id, CBS_ASN1_OBJECT) == 1 &&
         CBB_add_bytes(&id, rsa_encryption.data(), rsa_encryption.size()) == 1 &&
         CBB_add_asn1(&algorithm, &null, CBS_ASN1_NULL) == 1 &&
         CBB_add_asn1(&info, &bits, CBS_ASN1_BITSTRING) == 1 && CBB_add_u8(&bits, 0) == 1 &&
         CBB_add_asn1(&bits, &key, CBS_ASN1_SEQUENCE) == 1 && BN_marshal_asn1(&key, modulus) == 1 &&
         CBB_add_asn1_uint64(&key, 3) == 1 && CBB_flush(out) == 1;
}

}  // namespace

Result<std::vector<std::uint8_t>> sign_anyhow(const AnySignature& how, std::string_view key_pem,
                                              Bytes content) {
  TRY(const std::vector<Der> keys, read_pem(key_pem, "PRIVATE KEY"));
  ENSURE(keys.size() == 1, Error::bad_pem);
  const bssl::UniquePtr<EVP_PKEY> key = parse_private_key_info(keys.front());
  ENSURE(key != nullptr, Error::bad_pem);
  bssl::ScopedEVP_MD_CTX hashing;
  EVP_PKEY_CTX* parameters = nullptr;
  ENSURE(EVP_DigestSignInit(hashing.get(), &parameters, digest_of(how.hash_bits), nullptr,
                            key.get()) == 1,
         Error::crypto_failure);
  if (how.pss) {
    ENSURE(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, how.salt_length) == 1,
           Error::crypto_failure);
  }
  std::vector<std::uint8_t> signature(static_cast<std::size_t>(EVP_PKEY_size(key.get())));
  std::size_t size = signature.size();
  ENSURE(
      EVP_DigestSign(hashing.get(), signature.data(), &size, content.data(), content.size()) == 1,
      Error::crypto_failure);
  signature.resize(size);
  return signature;
}

Result<FittedRsa> fit_rsa(unsigned bits, Bytes content) {
  const std::vector<std::uint8_t> padded = padded_digest(bits / 8, content);
  const Number message(BN_bin2bn(padded.data(), padded.size(), nullptr));
  const Number signature(BN_new());
  const Number modulus(BN_new());
  ENSURE(message && signature && modulus &&
             fit_modulus(bits, message.get(), signature.get(), modulus.get()),
         Error::crypto_failure);
  FittedRsa fitted;
  fitted.signature.resize(bits / 8);
  bssl::ScopedCBB info;
  ENSURE(BN_bn2bin_padded(fitted.signature.data(), fitted.signature.size(), signature.get()) == 1 &&
             CBB_init(info.get(), 4096) == 1 && write_rsa_key(info.get(), modulus.get()),
         Error::crypto_failure);
#pragma clang unsafe_buffer_usage begin
  fitted.key_info.assign(CBB_data(info.get()), CBB_data(info.get()) + CBB_len(info.get()));
#pragma clang unsafe_buffer_usage end
  return fitted;
}

}  // namespace nacre::crypto
