// HKDF and HMAC over BoringSSL. RFC 9846, section 7.1.
#include "crypto/hkdf.h"

#include <openssl/digest.h>
#include <openssl/hkdf.h>
#include <openssl/hmac.h>

#include "wire/writer.h"

// BoringSSL's declarations do not say what allocates: tests/allocation counts.
#if defined(__clang__) && __clang_major__ >= 20
#pragma clang diagnostic ignored "-Wfunction-effects"
#endif

namespace nacre::crypto {
namespace {

constexpr std::string_view label_prefix = "tls13 ";
constexpr std::size_t max_label_size = 255 - label_prefix.size();

const EVP_MD* message_digest(HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::sha256 ? EVP_sha256() : EVP_sha384();
}

Result<void> write_label(wire::Writer& writer, std::string_view label) {
  TRY(writer.bytes(bytes_of(label_prefix)));
  return writer.bytes(bytes_of(label));
}

// struct HkdfLabel { uint16 length; opaque label<7..255>; opaque context<0..255>; }
Result<void> write_hkdf_label(wire::Writer& writer, std::size_t length, std::string_view label,
                              Bytes context) {
  ENSURE(length <= 0xffff, Error::length_out_of_range);
  ENSURE(!label.empty() && label.size() <= max_label_size, Error::length_out_of_range);
  ENSURE(context.size() <= 255, Error::length_out_of_range);
  TRY(writer.integer<2>(length));
  TRY(writer.vector<1>([&](wire::Writer& body) { return write_label(body, label); }));
  return writer.vector<1>([&](wire::Writer& body) { return body.bytes(context); });
}

}  // namespace

Result<HashSecret> hkdf_extract(HashAlgorithm algorithm, Bytes salt,
                                Bytes input_key_material) noexcept NACRE_NONALLOCATING {
  HashSecret secret;
  const MutableBytes out = secret.resize(hash_size(algorithm));
  std::size_t written = 0;
  ENSURE(HKDF_extract(out.data(), &written, message_digest(algorithm), input_key_material.data(),
                      input_key_material.size(), salt.data(), salt.size()) == 1,
         Error::crypto_failure);
  return secret;
}

Result<void> hkdf_expand(HashAlgorithm algorithm, Bytes pseudorandom_key, Bytes info,
                         MutableBytes out) noexcept NACRE_NONALLOCATING {
  ENSURE(out.size() <= 255 * hash_size(algorithm), Error::length_out_of_range);
  ENSURE(HKDF_expand(out.data(), out.size(), message_digest(algorithm), pseudorandom_key.data(),
                     pseudorandom_key.size(), info.data(), info.size()) == 1,
         Error::crypto_failure);
  return {};
}

Result<void> hkdf_expand_label(HashAlgorithm algorithm, Bytes secret, std::string_view label,
                               Bytes context, MutableBytes out) noexcept NACRE_NONALLOCATING {
  std::array<std::uint8_t, 2 + 256 + 256> info{};
  wire::Writer writer(info);
  TRY(write_hkdf_label(writer, out.size(), label, context));
  return hkdf_expand(algorithm, secret, writer.written(), out);
}

Result<HashSecret> hkdf_expand_label(HashAlgorithm algorithm, Bytes secret, std::string_view label,
                                     Bytes context) noexcept NACRE_NONALLOCATING {
  HashSecret derived;
  TRY(hkdf_expand_label(algorithm, secret, label, context, derived.resize(hash_size(algorithm))));
  return derived;
}

Result<Digest> hmac(HashAlgorithm algorithm, Bytes key, Bytes data) noexcept NACRE_NONALLOCATING {
  Digest digest{.size = hash_size(algorithm)};
  unsigned written = 0;
  ENSURE(HMAC(message_digest(algorithm), key.data(), key.size(), data.data(), data.size(),
              digest.storage.data(), &written) != nullptr,
         Error::crypto_failure);
  return digest;
}

}  // namespace nacre::crypto
