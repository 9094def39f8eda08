// Whether a certificate is one that a server's filters let through. RFC 9846, section 4.3.5.
#include <openssl/bytestring.h>

#include <algorithm>
#include <array>

#include "crypto/certificate.h"

namespace nacre::crypto {
namespace {

constexpr std::array<std::uint8_t, 5> key_usage{0x06, 0x03, 0x55, 0x1d, 0x0f};
constexpr std::array<std::uint8_t, 5> extended_key_usage{0x06, 0x03, 0x55, 0x1d, 0x25};

// Every bit asserted in `values` is asserted in the certificate.
bool has_key_usage(std::optional<std::uint16_t> own, CBS values) {
  CBS bits;
  std::uint8_t unused = 0;
  if (!CBS_get_asn1(&values, &bits, CBS_ASN1_BITSTRING) || CBS_len(&values) != 0 ||
      !CBS_get_u8(&bits, &unused) || CBS_len(&bits) > 2) {
    return false;
  }
  std::uint8_t low = 0;
  std::uint8_t high = 0;
  (void)(CBS_get_u8(&bits, &low) && CBS_get_u8(&bits, &high));
  const std::uint32_t wanted = static_cast<std::uint32_t>(high) << 8 | low;
  return own && (*own & wanted) == wanted;
}

bool has_purpose(CBS own, const CBS& wanted) {
  CBS each;
  while (CBS_get_asn1(&own, &each, CBS_ASN1_OBJECT)) {
    if (CBS_mem_equal(&each, CBS_data(&wanted), CBS_len(&wanted))) return true;
  }
  return false;
}

// Every purpose in `values` is among the certificate's.
bool has_purposes(std::optional<Bytes> own, CBS values) {
  CBS list;
  if (!own || !CBS_get_asn1(&values, &list, CBS_ASN1_SEQUENCE) || CBS_len(&values) != 0) {
    return false;
  }
  CBS purposes;
  CBS_init(&purposes, own->data(), own->size());
  while (CBS_len(&list) > 0) {
    CBS wanted;
    if (!CBS_get_asn1(&list, &wanted, CBS_ASN1_OBJECT) || !has_purpose(purposes, wanted)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool ParsedCertificate::is_filtered(Bytes oid) {
  return std::ranges::equal(oid, key_usage) || std::ranges::equal(oid, extended_key_usage);
}

bool ParsedCertificate::passes(Bytes oid, Bytes values) const {
  CBS wanted;
  CBS_init(&wanted, values.data(), values.size());
  if (std::ranges::equal(oid, key_usage)) return has_key_usage(extensions_.key_usage, wanted);
  if (std::ranges::equal(oid, extended_key_usage)) {
    return has_purposes(extensions_.purposes, wanted);
  }
  return true;
}

}  // namespace nacre::crypto
