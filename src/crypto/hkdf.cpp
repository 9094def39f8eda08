// HKDF and HMAC over BoringSSL. RFC 9846, section 7.1.
#include "crypto/hkdf.h"

#include <openssl/digest.h>
#include <openssl/hkdf.h>
#include <openssl/hmac.h>

#include <algorithm>

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

// The header names no type of BoringSSL, so the context lives in bytes, as large and as aligned as
// the assertion holds them.
using HmacContext = std::array<std::uint8_t, 1'224>;
static_assert(sizeof(HMAC_CTX) <= sizeof(HmacContext) && alignof(HMAC_CTX) <= 8);

#pragma clang unsafe_buffer_usage begin
HMAC_CTX* hmac_context(HmacContext& bytes) {
  return reinterpret_cast<HMAC_CTX*>(bytes.data());
}
#pragma clang unsafe_buffer_usage end

// As long as an HkdfLabel gets, and the counter behind it.
using HkdfLabel = std::array<std::uint8_t, 2 + 256 + 256 + 1>;

}  // namespace

// HMAC_CTX_init() makes the context. NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
HkdfKey::HkdfKey(HashAlgorithm algorithm, Bytes secret) noexcept NACRE_NONALLOCATING
    : algorithm_(algorithm) {
  HMAC_CTX_init(hmac_context(context_));
  ready_ = HMAC_Init_ex(hmac_context(context_), secret.data(), secret.size(),
                        message_digest(algorithm), nullptr) == 1;
}

HkdfKey::~HkdfKey() NACRE_NONALLOCATING {
  HMAC_CTX_cleanup(hmac_context(context_));
}

// RFC 5869, section 2.3: up to the hash's length, the output is the first block, T(1).
Result<void> HkdfKey::expand_label(std::string_view label, Bytes context,
                                   MutableBytes out) noexcept NACRE_NONALLOCATING {
  ENSURE(ready_ && out.size() <= hash_size(algorithm_), Error::crypto_failure);
  HkdfLabel info;
  wire::Writer writer(info);
  TRY(write_hkdf_label(writer, out.size(), label, context));
  TRY(writer.integer<1>(1));
  HMAC_CTX* const hmac = hmac_context(context_);
  HashSecret block;
  const bool is_done = HMAC_Init_ex(hmac, nullptr, 0, nullptr, nullptr) == 1 &&
                       HMAC_Update(hmac, writer.written().data(), writer.written().size()) == 1 &&
                       HMAC_Final(hmac, block.resize(hash_size(algorithm_)).data(), nullptr) == 1;
  ENSURE(is_done, Error::crypto_failure);
  std::ranges::copy(block.reveal().first(out.size()), out.begin());
  return {};
}

Result<HashSecret> HkdfKey::expand_label(std::string_view label,
                                         Bytes context) noexcept NACRE_NONALLOCATING {
  HashSecret derived;
  TRY(expand_label(label, context, derived.resize(hash_size(algorithm_))));
  return derived;
}

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
  HkdfLabel info;
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
