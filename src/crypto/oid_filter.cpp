// Whether a certificate is one that a server's filters let through. RFC 9846, section 4.3.5.
#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "crypto/certificate_impl.h"

namespace nacre::crypto {
namespace {

constexpr std::array<std::uint8_t, 5> key_usage{0x06, 0x03, 0x55, 0x1d, 0x0f};
constexpr std::array<std::uint8_t, 5> extended_key_usage{0x06, 0x03, 0x55, 0x1d, 0x25};

// Every bit asserted in `values` is asserted in the certificate.
bool has_key_usage(const X509* certificate, CBS values) {
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
  const bool is_there = X509_get_ext_by_NID(certificate, NID_key_usage, -1) >= 0;
  return is_there && (X509_get_key_usage(certificate) & wanted) == wanted;
}

// Every purpose in `values` is among the certificate's.
bool has_purposes(const X509* certificate, CBS values) {
  const bssl::UniquePtr<EXTENDED_KEY_USAGE> own(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  CBS list;
  if (own == nullptr || !CBS_get_asn1(&values, &list, CBS_ASN1_SEQUENCE) || CBS_len(&values) != 0) {
    return false;
  }
  while (CBS_len(&list) > 0) {
    CBS wanted;
    if (!CBS_get_asn1(&list, &wanted, CBS_ASN1_OBJECT)) return false;
    bool found = false;
    for (std::size_t i = 0; i < sk_ASN1_OBJECT_num(own.get()) && !found; ++i) {
      const ASN1_OBJECT* each = sk_ASN1_OBJECT_value(own.get(), i);
      found = CBS_mem_equal(&wanted, OBJ_get0_data(each), OBJ_length(each)) != 0;
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace

bool ParsedCertificate::passes(Bytes oid, Bytes values) const {
  CBS wanted;
  CBS_init(&wanted, values.data(), values.size());
  bool passes = true;
  if (std::ranges::equal(oid, key_usage)) passes = has_key_usage(impl_->x509.get(), wanted);
  if (std::ranges::equal(oid, extended_key_usage)) passes = has_purposes(impl_->x509.get(), wanted);
  ERR_clear_error();
  return passes;
}

}  // namespace nacre::crypto
