// (EC)DHE on one curve, alone or as half of a hybrid. RFC 9846, sections 4.3.8.2 and 7.4.2.
#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/key_exchange.h"
#include "crypto/secret.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

// `none`, in a group that is ML-KEM alone, has shares and secrets of no bytes.
enum class Curve : std::uint8_t { none, x25519, p256, p384, p521 };

// As long as the longest scalar: P-521.
using Scalar = Secret<66>;

// UncompressedPointRepresentation, or the u-coordinate of X25519.
constexpr std::size_t share_size(Curve curve) {
  switch (curve) {
    case Curve::none:
      return 0;
    case Curve::x25519:
      return 32;
    case Curve::p256:
      return 65;
    case Curve::p384:
      return 97;
    case Curve::p521:
      return 133;
  }
  return 0;
}

// A coordinate; a scalar is as long.
constexpr std::size_t secret_size(Curve curve) {
  return curve == Curve::x25519 ? 32 : share_size(curve) / 2;
}

// Draws a scalar until it is in range. Errors: no_randomness where it never is.
Result<Scalar> generate_scalar(Curve curve, const RandomSource& random);

// Whether those bytes are a scalar in range.
bool is_scalar(Curve curve, Bytes scalar);

// Writes the public key of `scalar`, share_size(curve) bytes.
Result<void> write_share(Curve curve, const Scalar& scalar, MutableBytes out);

// Writes the shared secret, secret_size(curve) bytes. Errors: bad_key_share.
Result<void> diffie_hellman(Curve curve, const Scalar& scalar, Bytes peer, MutableBytes out);

}  // namespace nacre::crypto
