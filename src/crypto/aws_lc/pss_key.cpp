// Writing id-RSASSA-PSS keys. RFC 4055, section 3.1.
#include "crypto/aws_lc/pss_key.h"

namespace nacre::crypto {

std::optional<PssParameters> pss_parameters(KeyKind kind) {
  std::uint8_t hash = 0;  // the last arc of its name
  std::uint8_t salt = 0;
  switch (kind) {
    case KeyKind::rsa_pss_sha256:
      hash = 1;
      salt = 32;
      break;
    case KeyKind::rsa_pss_sha384:
      hash = 2;
      salt = 48;
      break;
    case KeyKind::rsa_pss_sha512:
      hash = 3;
      salt = 64;
      break;
    default:
      return std::nullopt;
  }
  return PssParameters{0x30, 0x34, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
                       0x01, 0x65, 0x03, 0x04, 0x02, hash, 0x05, 0x00, 0xa1, 0x1c, 0x30,
                       0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
                       0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
                       0x04, 0x02, hash, 0x05, 0x00, 0xa2, 0x03, 0x02, 0x01, salt};
}

bool write_pss_algorithm(CBB* out, const PssParameters& parameters) {
  constexpr std::array<std::uint8_t, 11> id_rsassa_pss{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                                       0xf7, 0x0d, 0x01, 0x01, 0x0a};
  CBB algorithm;
  return CBB_add_asn1(out, &algorithm, CBS_ASN1_SEQUENCE) == 1 &&
         CBB_add_bytes(&algorithm, id_rsassa_pss.data(), id_rsassa_pss.size()) == 1 &&
         CBB_add_bytes(&algorithm, parameters.data(), parameters.size()) == 1 &&
         CBB_flush(out) == 1;
}

}  // namespace nacre::crypto
