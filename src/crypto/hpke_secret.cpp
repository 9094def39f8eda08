// The shared secret of DHKEM, for those who log it. RFC 9180, sections 4 and 4.1.
#include <openssl/curve25519.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/ecdh.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/hkdf.h"
#include "crypto/hpke_impl.h"

namespace nacre::crypto {
namespace {

bool agree_by_x25519(Bytes scalar, Bytes point, MutableBytes out) {
  return point.size() == X25519_PUBLIC_VALUE_LEN &&
         X25519(out.data(), scalar.data(), point.data()) == 1;
}

// RFC 9180, section 7.1.1: uncompressed.
bool agree_by_p256(Bytes scalar, Bytes point, MutableBytes out) {
  if (point.empty() || point.front() != POINT_CONVERSION_UNCOMPRESSED) return false;
  const EC_GROUP* const group = EC_group_p256();
  const bssl::UniquePtr<EC_KEY> key(EC_KEY_new());
  const bssl::UniquePtr<EC_POINT> peer(EC_POINT_new(group));
  return key != nullptr && peer != nullptr && EC_KEY_set_group(key.get(), group) == 1 &&
         EC_KEY_oct2priv(key.get(), scalar.data(), scalar.size()) == 1 &&
         EC_POINT_oct2point(group, peer.get(), point.data(), point.size(), nullptr) == 1 &&
         ECDH_compute_key(out.data(), out.size(), peer.get(), key.get(), nullptr) ==
             static_cast<int>(out.size());
}

// What LabeledExtract and LabeledExpand put before the rest: "HPKE-v1" || suite_id || label.
std::vector<std::uint8_t> kem_label(HpkeKem kem, std::string_view label) {
  const auto id = static_cast<std::uint16_t>(kem);
  std::vector<std::uint8_t> bytes;
  const auto append = [&](Bytes part) { bytes.insert(bytes.end(), part.begin(), part.end()); };
  append(bytes_of("HPKE-v1KEM"));
  append(std::array{static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id & 0xff)});
  append(bytes_of(label));
  return bytes;
}

}  // namespace

Result<HpkeSecret> hpke_shared_secret(const HpkeKey& own, Bytes peer_public_key, Bytes enc,
                                      Bytes recipient_public_key) {
  const HpkeKem kem = own.kem();
  HpkeSecret scalar;
  TRY(own.write_private_key(scalar.resize(hpke_private_key_size)));
  HpkeSecret dh;
  const MutableBytes out = dh.resize(hpke_secret_size);
  const bool agreed = kem == HpkeKem::x25519_hkdf_sha256
                          ? agree_by_x25519(scalar.reveal(), peer_public_key, out)
                          : agree_by_p256(scalar.reveal(), peer_public_key, out);
  if (!agreed) ERR_clear_error();
  ENSURE(agreed, Error::bad_key_share);

  const std::vector<std::uint8_t> extract_label = kem_label(kem, "eae_prk");
  Secret<64> labeled_dh;
  const MutableBytes input = labeled_dh.resize(extract_label.size() + out.size());
  std::ranges::copy(extract_label, input.begin());
  std::ranges::copy(out, input.subspan(extract_label.size()).begin());
  TRY(const HashSecret extracted, hkdf_extract(HashAlgorithm::sha256, {}, labeled_dh.reveal()));

  std::vector<std::uint8_t> info{0, hpke_secret_size};
  const std::vector<std::uint8_t> expand_label = kem_label(kem, "shared_secret");
  for (const Bytes part : {Bytes(expand_label), enc, recipient_public_key}) {
    info.insert(info.end(), part.begin(), part.end());
  }
  HpkeSecret shared;
  TRY(hkdf_expand(HashAlgorithm::sha256, extracted.reveal(), info,
                  shared.resize(hpke_secret_size)));
  return shared;
}

Result<HpkeSecret> HpkeKey::shared_secret(Bytes enc) const {
  return hpke_shared_secret(*this, enc, enc, public_key());
}

}  // namespace nacre::crypto
