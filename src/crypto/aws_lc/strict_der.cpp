// Whether a certificate is DER to its last byte. X.690, section 10 and 11; RFC 5280, section 4.1.
#include "crypto/aws_lc/strict_der.h"

#include <openssl/bytestring.h>

#include <algorithm>
#include <array>
#include <vector>

namespace nacre::crypto {
namespace {

constexpr std::string_view not_der = "it is not DER";
constexpr int max_nesting = 32;
constexpr std::size_t max_serial_number = 20;
constexpr CBS_ASN1_TAG outer_tag_0 = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;
constexpr CBS_ASN1_TAG outer_tag_3 = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 3;

bool is_boolean(const CBS& content) {
  return CBS_len(&content) == 1 && (*CBS_data(&content) == 0 || *CBS_data(&content) == 0xff);
}

bool is_der(CBS elements, int nesting);

bool is_der_element(CBS_ASN1_TAG tag, CBS content, int nesting) {
  if ((tag & CBS_ASN1_CONSTRUCTED) != 0) {
    const bool universal = (tag & CBS_ASN1_CLASS_MASK) == 0;
    const bool is_list = tag == CBS_ASN1_SEQUENCE || tag == CBS_ASN1_SET;
    return (is_list || !universal) && is_der(content, nesting + 1);
  }
  switch (tag) {
    case CBS_ASN1_BOOLEAN:
      return is_boolean(content);
    case CBS_ASN1_INTEGER:
    case CBS_ASN1_ENUMERATED:
      return CBS_is_valid_asn1_integer(&content, nullptr) == 1;
    case CBS_ASN1_BITSTRING:
      return CBS_is_valid_asn1_bitstring(&content) == 1;
    case CBS_ASN1_OBJECT:
      return CBS_is_valid_asn1_oid(&content) == 1;
    case CBS_ASN1_NULL:
      return CBS_len(&content) == 0;
    case CBS_ASN1_UTCTIME:
      return CBS_parse_utc_time(&content, nullptr, 0) == 1;
    case CBS_ASN1_GENERALIZEDTIME:
      return CBS_parse_generalized_time(&content, nullptr, 0) == 1;
    default:
      return (tag & CBS_ASN1_CLASS_MASK) != 0 ||
             ((tag & CBS_ASN1_TAG_NUMBER_MASK) != (CBS_ASN1_SEQUENCE & CBS_ASN1_TAG_NUMBER_MASK) &&
              (tag & CBS_ASN1_TAG_NUMBER_MASK) != (CBS_ASN1_SET & CBS_ASN1_TAG_NUMBER_MASK));
  }
}

// Each element in turn, to the end.
bool is_der(CBS elements, int nesting) {
  if (nesting > max_nesting) return false;
  while (CBS_len(&elements) > 0) {
    CBS content;
    CBS_ASN1_TAG tag = 0;
    std::size_t header = 0;
    if (CBS_get_any_asn1_element(&elements, &content, &tag, &header) != 1 ||
        CBS_skip(&content, header) != 1 || !is_der_element(tag, content, nesting)) {
      return false;
    }
  }
  return true;
}

// basicConstraints, keyUsage and all else under id-ce and id-pe, whose values are ASN.1; of others
// nothing is known.
bool has_known_value(const CBS& id) {
  constexpr std::array<std::uint8_t, 2> id_ce{0x55, 0x1d};
  constexpr std::array<std::uint8_t, 7> id_pe{0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01};
  const Bytes bytes{CBS_data(&id), CBS_len(&id)};
  const auto begins_with = [&](Bytes prefix) {
    return bytes.size() == prefix.size() + 1 &&
           std::ranges::equal(bytes.first(prefix.size()), prefix);
  };
  return begins_with(id_ce) || begins_with(id_pe);
}

// The last arc of a name under id-ce.
bool is_extension(const CBS& id, std::uint8_t number) {
  const std::array<std::uint8_t, 3> name{0x55, 0x1d, number};
  return CBS_mem_equal(&id, name.data(), name.size()) == 1;
}
constexpr std::uint8_t subject_alt_name = 17;
constexpr std::uint8_t basic_constraints = 19;
constexpr std::uint8_t name_constraints = 30;

// A SEQUENCE that must have something in it.
bool is_empty_list(CBS value) {
  CBS list;
  return CBS_get_asn1(&value, &list, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&list) == 0;
}

// RFC 5280, section 4.2.1.6: addresses have one of two lengths, and what is IA5String is ASCII.
bool has_well_formed_names(CBS value) {
  constexpr CBS_ASN1_TAG email = CBS_ASN1_CONTEXT_SPECIFIC | 1;
  constexpr CBS_ASN1_TAG host = CBS_ASN1_CONTEXT_SPECIFIC | 2;
  constexpr CBS_ASN1_TAG uri = CBS_ASN1_CONTEXT_SPECIFIC | 6;
  constexpr CBS_ASN1_TAG address = CBS_ASN1_CONTEXT_SPECIFIC | 7;
  CBS names;
  if (CBS_get_asn1(&value, &names, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&names) == 0) return false;
  while (CBS_len(&names) > 0) {
    CBS name;
    CBS_ASN1_TAG tag = 0;
    if (CBS_get_any_asn1(&names, &name, &tag) != 1) return false;
    const Bytes content{CBS_data(&name), CBS_len(&name)};
    if (tag == address && content.size() != 4 && content.size() != 16) return false;
    if ((tag == email || tag == host || tag == uri) &&
        !std::ranges::all_of(content, [](std::uint8_t byte) { return byte < 0x80; })) {
      return false;
    }
  }
  return true;
}

// cA BOOLEAN DEFAULT FALSE: what is the default is left out.
bool has_default(CBS constraints) {
  CBS list;
  CBS flag;
  return CBS_get_asn1(&constraints, &list, CBS_ASN1_SEQUENCE) == 1 &&
         CBS_get_asn1(&list, &flag, CBS_ASN1_BOOLEAN) == 1 && CBS_len(&flag) == 1 &&
         *CBS_data(&flag) == 0;
}

// Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }.
// `names` receives its OID.
std::string_view extension_fault(CBS extension, std::vector<Bytes>& names) {
  CBS id;
  CBS value;
  CBS critical;
  if (CBS_get_asn1(&extension, &id, CBS_ASN1_OBJECT) != 1) return not_der;
  if (CBS_peek_asn1_tag(&extension, CBS_ASN1_BOOLEAN) == 1 &&
      (CBS_get_asn1(&extension, &critical, CBS_ASN1_BOOLEAN) != 1 || CBS_len(&critical) != 1 ||
       *CBS_data(&critical) != 0xff)) {
    return not_der;
  }
  if (CBS_get_asn1(&extension, &value, CBS_ASN1_OCTETSTRING) != 1 || CBS_len(&extension) != 0) {
    return not_der;
  }
  names.emplace_back(CBS_data(&id), CBS_len(&id));
  if (has_known_value(id) && !is_der(value, 0)) return not_der;
  if (is_extension(id, basic_constraints) && has_default(value)) return not_der;
  if (is_extension(id, name_constraints) && is_empty_list(value)) {
    return "its nameConstraints are empty";
  }
  if (is_extension(id, subject_alt_name) && !has_well_formed_names(value)) {
    return "its subjectAltName is malformed";
  }
  return {};
}

// Sorted, so that a list of any length takes no longer than to read it.
bool has_twins(std::vector<Bytes>& names) {
  const auto is_less = [](Bytes a, Bytes b) { return std::ranges::lexicographical_compare(a, b); };
  const auto is_same = [](Bytes a, Bytes b) { return std::ranges::equal(a, b); };
  std::ranges::sort(names, is_less);
  return std::ranges::adjacent_find(names, is_same) != names.end();
}

std::string_view extensions_fault(CBS extensions) {
  std::vector<Bytes> names;
  CBS list;
  if (CBS_get_asn1(&extensions, &list, CBS_ASN1_SEQUENCE) != 1) return not_der;
  while (CBS_len(&list) > 0) {
    CBS extension;
    if (CBS_get_asn1(&list, &extension, CBS_ASN1_SEQUENCE) != 1) return not_der;
    if (const auto fault = extension_fault(extension, names); !fault.empty()) return fault;
  }
  return has_twins(names) ? "it has an extension twice" : std::string_view();
}

}  // namespace

std::string_view encoding_fault(Bytes certificate) {
  CBS all;
  CBS_init(&all, certificate.data(), certificate.size());
  if (!is_der(all, 0)) return not_der;
  CBS body;
  CBS serial;
  CBS extensions;
  int has_extensions = 0;
  if (CBS_get_asn1(&all, &body, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&all) != 0 ||
      CBS_get_asn1(&body, &body, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_optional_asn1(&body, nullptr, nullptr, outer_tag_0) != 1 ||
      CBS_get_asn1(&body, &serial, CBS_ASN1_INTEGER) != 1) {
    return not_der;
  }
  if (CBS_len(&serial) > max_serial_number) return "its serial number is too long";
  // signature, issuer, validity, subject, subjectPublicKeyInfo
  for (int i = 0; i < 5; ++i) {
    if (CBS_get_asn1(&body, nullptr, CBS_ASN1_SEQUENCE) != 1) return not_der;
  }
  for (const CBS_ASN1_TAG id : {CBS_ASN1_CONTEXT_SPECIFIC | 1, CBS_ASN1_CONTEXT_SPECIFIC | 2}) {
    CBS unique;
    int is_there = 0;
    if (CBS_get_optional_asn1(&body, &unique, &is_there, id) != 1 ||
        (is_there == 1 && CBS_is_valid_asn1_bitstring(&unique) != 1)) {
      return not_der;
    }
  }
  if (CBS_get_optional_asn1(&body, &extensions, &has_extensions, outer_tag_3) != 1 ||
      CBS_len(&body) != 0) {
    return not_der;
  }
  return has_extensions == 1 ? extensions_fault(extensions) : std::string_view();
}

}  // namespace nacre::crypto
