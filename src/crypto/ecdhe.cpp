// (EC)DHE. RFC 9846, sections 4.3.8.2 and 7.4.2.
#include "crypto/ecdhe.h"

#include <openssl/bn.h>
#include <openssl/curve25519.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/ecdh.h>
#include <openssl/err.h>

#include "crypto/library.h"

namespace nacre::crypto {
namespace {

// All but one in 2^32 draws are in range at the first try, on every curve.
constexpr int max_draws = 32;
constexpr std::uint8_t uncompressed = 4;

const EC_GROUP* group_of(Curve curve) {
  switch (curve) {
    case Curve::none:
    case Curve::x25519:
      break;
    case Curve::p256:
      return EC_group_p256();
    case Curve::p384:
      return EC_group_p384();
    case Curve::p521:
      return EC_group_p521();
  }
  return nullptr;
}

// Null where `scalar` is zero or not below the order, or memory is short.
bssl::UniquePtr<EC_KEY> private_key(Curve curve, Bytes scalar) {
  bssl::UniquePtr<EC_KEY> key(EC_KEY_new());
  if (key == nullptr || EC_KEY_set_group(key.get(), group_of(curve)) != 1 ||
      EC_KEY_oct2priv(key.get(), scalar.data(), scalar.size()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return key;
}

// The order of P-521 has 521 bits: more would be out of range nearly always.
void drop_excess_bits(Curve curve, MutableBytes scalar) {
  if (curve == Curve::p521) scalar.front() &= 1;
}

Result<void> write_point(Curve curve, const Scalar& scalar, MutableBytes out) {
  const EC_GROUP* const group = group_of(curve);
  const bssl::UniquePtr<EC_KEY> key = private_key(curve, scalar.reveal());
  const bssl::UniquePtr<EC_POINT> point(EC_POINT_new(group));
  ENSURE(key != nullptr && point != nullptr, Error::out_of_memory);
  ENSURE(EC_POINT_mul(group, point.get(), EC_KEY_get0_private_key(key.get()), nullptr, nullptr,
                      nullptr) == 1,
         Error::crypto_failure);
  ENSURE(EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(),
                            out.size(), nullptr) == out.size(),
         Error::crypto_failure);
  return {};
}

// EC_POINT_oct2point accepts a point of the curve alone; its other encodings than the uncompressed
// one are not TLS 1.3's.
Result<void> agree_on_point(Curve curve, const Scalar& scalar, Bytes peer, MutableBytes out) {
  const EC_GROUP* const group = group_of(curve);
  // fault: AC-060b.1
  ENSURE(peer.front() == uncompressed, Error::bad_key_share);
  const bssl::UniquePtr<EC_POINT> point(EC_POINT_new(group));
  const bssl::UniquePtr<EC_KEY> key = private_key(curve, scalar.reveal());
  ENSURE(point != nullptr && key != nullptr, Error::out_of_memory);
  if (EC_POINT_oct2point(group, point.get(), peer.data(), peer.size(), nullptr) != 1) {
    ERR_clear_error();
    // fault: AC-060a
    return fail(Error::bad_key_share);
  }
  const int written = ECDH_compute_key(out.data(), out.size(), point.get(), key.get(), nullptr);
  ENSURE(written >= 0 && static_cast<std::size_t>(written) == out.size(), Error::crypto_failure);
  return {};
}

}  // namespace

bool is_scalar(Curve curve, Bytes scalar) {
  return scalar.size() == secret_size(curve) &&
         (curve == Curve::x25519 || private_key(curve, scalar) != nullptr);
}

Result<Scalar> generate_scalar(Curve curve, const RandomSource& random) {
  Scalar scalar;
  if (curve == Curve::none) return scalar;
  const MutableBytes bytes = scalar.resize(secret_size(curve));
  for (int draw = 0; draw < max_draws; ++draw) {
    TRY(random(bytes));
    if (curve == Curve::x25519) return scalar;
    drop_excess_bits(curve, bytes);
    if (private_key(curve, bytes) != nullptr) return scalar;
  }
  return fail(Error::no_randomness);
}

Result<void> write_share(Curve curve, const Scalar& scalar, MutableBytes out) {
  ENSURE(out.size() == share_size(curve), Error::buffer_too_small);
  if (curve == Curve::none) return {};
  if (curve != Curve::x25519) return write_point(curve, scalar, out);
  X25519_public_from_private(out.data(), scalar.reveal().data());
  return {};
}

Result<void> diffie_hellman(Curve curve, const Scalar& scalar, Bytes peer, MutableBytes out) {
  ENSURE(out.size() == secret_size(curve), Error::buffer_too_small);
  // fault: AC-060b.2
  ENSURE(peer.size() == share_size(curve), Error::bad_key_share);
  if (curve == Curve::none) return {};
  if (curve != Curve::x25519) return agree_on_point(curve, scalar, peer, out);
  // Zero is returned for an all-zero secret, which section 7.4.2 refuses.
  // fault: AC-059
  ENSURE(X25519(out.data(), scalar.reveal().data(), peer.data()) == 1, Error::bad_key_share);
  return {};
}

}  // namespace nacre::crypto
