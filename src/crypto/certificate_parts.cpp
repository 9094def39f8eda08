// Where the parts of a certificate lie in its encoding. RFC 5280, section 4.1.
#include "crypto/certificate_parts.h"

#include <openssl/bytestring.h>

#include <algorithm>
#include <array>

namespace nacre::crypto {
namespace {

constexpr CBS_ASN1_TAG version_tag = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;
constexpr CBS_ASN1_TAG extensions_tag = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 3;
// issuerUniqueID and subjectUniqueID.
constexpr std::array<CBS_ASN1_TAG, 2> unique_id_tags{CBS_ASN1_CONTEXT_SPECIFIC | 1,
                                                     CBS_ASN1_CONTEXT_SPECIFIC | 2};
constexpr std::uint64_t version_2 = 1;
constexpr std::uint64_t version_3 = 2;

// Whoever reads a certificate makes blocks of its own for each element, if it has but two octets.
constexpr std::size_t always_allowed = 4'096;
constexpr std::size_t octets_an_element = 12;
// No element that anybody looks for lies deeper.
constexpr unsigned nesting = 16;

constexpr std::array<std::uint8_t, 3> id_key_usage{0x55, 0x1d, 0x0f};
constexpr std::array<std::uint8_t, 3> id_subject_alt_name{0x55, 0x1d, 0x11};
constexpr std::array<std::uint8_t, 3> id_ext_key_usage{0x55, 0x1d, 0x25};

CBS cbs_of(Bytes bytes) {
  CBS reader;
  CBS_init(&reader, bytes.data(), bytes.size());
  return reader;
}

Bytes bytes_in(const CBS& reader) {
  return {CBS_data(&reader), CBS_len(&reader)};
}

// An OCTET STRING counts as what it may hold: an extension's value.
std::size_t count_elements(CBS list, unsigned depth) {
  std::size_t count = 0;
  CBS content;
  CBS_ASN1_TAG tag = 0;
  while (CBS_len(&list) > 0 && CBS_get_any_asn1(&list, &content, &tag) == 1) {
    const bool opens = (tag & CBS_ASN1_CONSTRUCTED) != 0 || tag == CBS_ASN1_OCTETSTRING;
    count += 1 + (opens && depth > 0 ? count_elements(content, depth - 1) : 0);
  }
  return count;
}

bool has_too_many_elements(Bytes der) {
  return der.size() / 2 > always_allowed &&
         count_elements(cbs_of(der), nesting) >
             std::max(always_allowed, der.size() / octets_an_element);
}

bool read_element(CBS& from, Bytes& element, CBS_ASN1_TAG tag) {
  CBS found;
  if (CBS_get_asn1_element(&from, &found, tag) != 1) return false;
  element = bytes_in(found);
  return true;
}

// Version ::= INTEGER { v1(0), v2(1), v3(2) }, which is left out where it is v1.
bool read_version(CBS& body, std::uint64_t& version) {
  CBS wrapper;
  int is_there = 0;
  version = 0;
  if (CBS_get_optional_asn1(&body, &wrapper, &is_there, version_tag) != 1) return false;
  return is_there == 0 || (CBS_get_asn1_uint64(&wrapper, &version) == 1 && CBS_len(&wrapper) == 0 &&
                           version <= version_3);
}

bool read_serial_number(CBS& body) {
  CBS serial;
  return CBS_get_asn1(&body, &serial, CBS_ASN1_INTEGER) == 1 &&
         CBS_is_valid_asn1_integer(&serial, nullptr) == 1;
}

bool read_date(CBS& validity, Bytes& time) {
  const bool is_short = CBS_peek_asn1_tag(&validity, CBS_ASN1_UTCTIME) == 1;
  return read_element(validity, time, is_short ? CBS_ASN1_UTCTIME : CBS_ASN1_GENERALIZEDTIME);
}

bool read_not_after(CBS& body, Bytes& not_after) {
  CBS validity;
  Bytes not_before;
  return CBS_get_asn1(&body, &validity, CBS_ASN1_SEQUENCE) == 1 &&
         read_date(validity, not_before) && read_date(validity, not_after) &&
         CBS_len(&validity) == 0;
}

// Sections 4.1.2.8 and 4.1.2.9: only later versions have them.
bool read_rest(CBS& body, std::uint64_t version, Bytes& extensions) {
  for (const CBS_ASN1_TAG tag : unique_id_tags) {
    if (version < version_2) break;
    if (CBS_get_optional_asn1(&body, nullptr, nullptr, tag) != 1) return false;
  }
  CBS wrapper;
  CBS list;
  int is_there = 0;
  if (version == version_3) {
    if (CBS_get_optional_asn1(&body, &wrapper, &is_there, extensions_tag) != 1) return false;
    if (is_there == 1) {
      if (CBS_get_asn1(&wrapper, &list, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&wrapper) != 0) {
        return false;
      }
      extensions = bytes_in(list);
    }
  }
  return CBS_len(&body) == 0;
}

// Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
bool read_extension(CBS& list, CBS& id, CBS& value) {
  CBS extension;
  CBS critical;
  int is_there = 0;
  return CBS_get_asn1(&list, &extension, CBS_ASN1_SEQUENCE) == 1 &&
         CBS_get_asn1(&extension, &id, CBS_ASN1_OBJECT) == 1 &&
         CBS_get_optional_asn1(&extension, &critical, &is_there, CBS_ASN1_BOOLEAN) == 1 &&
         (is_there == 0 || CBS_len(&critical) == 1) &&
         CBS_get_asn1(&extension, &value, CBS_ASN1_OCTETSTRING) == 1 && CBS_len(&extension) == 0;
}

bool read_key_usage(CBS value, std::optional<std::uint16_t>& key_usage) {
  CBS bits;
  if (key_usage || CBS_get_asn1(&value, &bits, CBS_ASN1_BITSTRING) != 1 || CBS_len(&value) != 0 ||
      CBS_is_valid_asn1_bitstring(&bits) != 1) {
    return false;
  }
  const Bytes octets = bytes_in(bits).subspan(1);  // behind the number of unused bits
  key_usage = 0;
  if (!octets.empty()) *key_usage = octets[0];
  if (octets.size() > 1) *key_usage |= static_cast<std::uint16_t>(octets[1] << 8);
  return true;
}

bool read_purposes(CBS value, std::optional<Bytes>& purposes) {
  CBS list;
  if (purposes || CBS_get_asn1(&value, &list, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&value) != 0) {
    return false;
  }
  purposes = bytes_in(list);
  while (CBS_len(&list) > 0) {
    CBS id;
    if (CBS_get_asn1(&list, &id, CBS_ASN1_OBJECT) != 1 || CBS_is_valid_asn1_oid(&id) != 1) {
      return false;
    }
  }
  return true;
}

// Section 4.2.1.6: nine kinds, of which otherName, x400Address, directoryName and ediPartyName hold
// other elements. What is in those is not looked at.
bool is_general_name(CBS_ASN1_TAG tag) {
  constexpr std::array<CBS_ASN1_TAG, 9> forms{CBS_ASN1_CONSTRUCTED,
                                              1,
                                              2,
                                              CBS_ASN1_CONSTRUCTED | 3,
                                              CBS_ASN1_CONSTRUCTED | 4,
                                              CBS_ASN1_CONSTRUCTED | 5,
                                              6,
                                              7,
                                              8};
  return std::ranges::any_of(
      forms, [&](CBS_ASN1_TAG form) { return tag == (CBS_ASN1_CONTEXT_SPECIFIC | form); });
}

bool read_names(CBS value, Bytes& names) {
  CBS list;
  if (CBS_get_asn1(&value, &list, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&value) != 0) return false;
  names = bytes_in(list);
  while (CBS_len(&list) > 0) {
    CBS name;
    CBS_ASN1_TAG tag = 0;
    if (CBS_get_any_asn1(&list, &name, &tag) != 1 || !is_general_name(tag)) return false;
  }
  return true;
}

}  // namespace

std::optional<CertificateParts> find_parts(Bytes der) {
  // fault: AC-209
  if (has_too_many_elements(der)) return std::nullopt;
  CertificateParts parts;
  CBS all = cbs_of(der);
  CBS certificate;
  CBS body;
  std::uint64_t version = 0;
  CBS algorithm;
  CBS id;
  if (CBS_get_asn1(&all, &certificate, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&all) != 0 ||
      CBS_get_asn1(&certificate, &body, CBS_ASN1_SEQUENCE) != 1 || !read_version(body, version) ||
      !read_serial_number(body) || CBS_get_asn1(&body, nullptr, CBS_ASN1_SEQUENCE) != 1 ||
      !read_element(body, parts.issuer, CBS_ASN1_SEQUENCE) ||
      !read_not_after(body, parts.not_after) ||
      !read_element(body, parts.subject, CBS_ASN1_SEQUENCE) ||
      !read_element(body, parts.key_info, CBS_ASN1_SEQUENCE) ||
      !read_rest(body, version, parts.extensions) ||
      CBS_get_asn1(&certificate, &algorithm, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_asn1(&algorithm, &id, CBS_ASN1_OBJECT) != 1) {
    return std::nullopt;
  }
  parts.signature_algorithm = bytes_in(id);
  parts.signature_parameters = bytes_in(algorithm);
  return parts;
}

std::optional<Extension> take_extension(Bytes& extensions) {
  CBS list = cbs_of(extensions);
  CBS id;
  CBS value;
  if (!read_extension(list, id, value)) return std::nullopt;
  extensions = bytes_in(list);
  return Extension{bytes_in(id), bytes_in(value)};
}

std::optional<KnownExtensions> find_extensions(Bytes extensions) {
  KnownExtensions found;
  bool has_names = false;
  CBS list = cbs_of(extensions);
  while (CBS_len(&list) > 0) {
    CBS id;
    CBS value;
    if (!read_extension(list, id, value)) return std::nullopt;
    const auto is = [&](Bytes other) { return std::ranges::equal(bytes_in(id), other); };
    bool is_sound = true;
    if (is(id_key_usage)) is_sound = read_key_usage(value, found.key_usage);
    if (is(id_ext_key_usage)) is_sound = read_purposes(value, found.purposes);
    if (is(id_subject_alt_name)) {
      is_sound = !has_names && read_names(value, found.names);
      has_names = true;
    }
    if (!is_sound) return std::nullopt;
  }
  return found;
}

}  // namespace nacre::crypto
