// Private keys of HPKE as PKCS#8, in DER or PEM. RFC 5208; RFC 5915; RFC 7468; RFC 8410.
#include <openssl/bytestring.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>

#include <utility>
#include <vector>

#include "crypto/hpke_impl.h"
#include "crypto/pem.h"
#include "crypto/secret.h"

namespace nacre::crypto {
namespace {

constexpr std::string_view hpke_key_label = "PRIVATE KEY";

using HpkeScalar = Secret<hpke_private_key_size>;

bool read_x25519(const EVP_PKEY* key, MutableBytes out) {
  std::size_t size = out.size();
  return EVP_PKEY_get_raw_private_key(key, out.data(), &size) == 1 && size == out.size();
}

bool read_p256(const EVP_PKEY* key, MutableBytes out) {
  const EC_KEY* const ec = EVP_PKEY_get0_EC_KEY(key);
  return ec != nullptr && EC_KEY_priv2oct(ec, out.data(), out.size()) == out.size();
}

bssl::UniquePtr<EVP_PKEY> p256_from(Bytes scalar, Bytes point) {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new());
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  const bool made = ec != nullptr && key != nullptr &&
                    EC_KEY_set_group(ec.get(), EC_group_p256()) == 1 &&
                    EC_KEY_oct2key(ec.get(), point.data(), point.size(), nullptr) == 1 &&
                    EC_KEY_oct2priv(ec.get(), scalar.data(), scalar.size()) == 1 &&
                    EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1;
  return made ? std::move(key) : nullptr;
}

}  // namespace

Result<HpkeKey> HpkeKey::from_pkcs8(Bytes der) {
  const bssl::UniquePtr<EVP_PKEY> key = parse_hpke_private_key(der);
  ENSURE(key != nullptr, Error::unsupported_key);
  const bool is_x25519 = EVP_PKEY_id(key.get()) == EVP_PKEY_X25519;
  HpkeScalar scalar;
  const MutableBytes out = scalar.resize(hpke_private_key_size);
  ENSURE(is_x25519 ? read_x25519(key.get(), out) : read_p256(key.get(), out),
         Error::unsupported_key);
  return from_private_key(is_x25519 ? HpkeKem::x25519_hkdf_sha256 : HpkeKem::p256_hkdf_sha256,
                          scalar.reveal());
}

Result<Secret<HpkeKey::max_pkcs8_size>> HpkeKey::to_pkcs8() const {
  HpkeScalar scalar;
  TRY(write_private_key(scalar.resize(hpke_private_key_size)));
  const bssl::UniquePtr<EVP_PKEY> key = kem() == HpkeKem::x25519_hkdf_sha256
                                            ? make_x25519_key(scalar.reveal())
                                            : p256_from(scalar.reveal(), public_key());
  ENSURE(key != nullptr, Error::out_of_memory);
  Secret<max_pkcs8_size> der;
  const MutableBytes room = der.resize(max_pkcs8_size);
  CBB writer;
  ENSURE(CBB_init_fixed(&writer, room.data(), room.size()) == 1 &&
             EVP_marshal_private_key(&writer, key.get()) == 1 && CBB_flush(&writer) == 1,
         Error::crypto_failure);
  der.resize(CBB_len(&writer));
  return der;
}

Result<HpkeKey> HpkeKey::from_pem(std::string_view text) {
  TRY(std::vector<Der> blocks, read_pem(text, hpke_key_label));
  Result<HpkeKey> key = blocks.size() == 1 ? from_pkcs8(blocks.front()) : fail(Error::bad_pem);
  for (Der& block : blocks) wipe(block);
  return key;
}

Result<void> HpkeKey::append_pem(std::string& text) const {
  TRY(const auto der, to_pkcs8());
  crypto::append_pem(text, hpke_key_label, der.reveal());
  return {};
}

}  // namespace nacre::crypto
