// Whether a subjectAltName is for a host. RFC 9525, section 6.
//
// What BoringSSL's X509_check_host and X509_check_ip match with X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
// and X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, and nothing else. AWS-LC's differ in one thing: to them
// a host with a dot in front is anything below that name.
#include "crypto/name_match.h"

#include <openssl/bytestring.h>

#include <algorithm>

#include "crypto/ascii.h"

namespace nacre::crypto {
namespace {

constexpr CBS_ASN1_TAG dns_name = CBS_ASN1_CONTEXT_SPECIFIC | 2;
constexpr CBS_ASN1_TAG ip_address = CBS_ASN1_CONTEXT_SPECIFIC | 7;

constexpr bool is_letter_digit_hyphen(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) || c == '-';
}

// RFC 4343, section 3: letters of ASCII alone have two cases.
bool is_same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_strict_label(std::string_view label) {
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, is_letter_digit_hyphen);
}

// Two labels at least: a wildcard is for no whole top-level domain.
bool may_follow_wildcard(std::string_view labels) {
  for (bool is_first = true;; is_first = false) {
    const std::size_t dot = labels.find('.');
    if (!is_strict_label(labels.substr(0, dot))) return false;
    // fault: AC-097b
    if (dot == std::string_view::npos) return !is_first;
    labels.remove_prefix(dot + 1);
  }
}

// RFC 9525, section 6.3.
bool matches_by_wildcard(std::string_view pattern, std::string_view host) {
  // fault: AC-097c.1
  const std::size_t dot = host.find('.');
  if (!pattern.starts_with("*.") || dot == std::string_view::npos || dot == 0) return false;
  // fault: AC-097c.2
  return is_same_name(pattern.substr(2), host.substr(dot + 1)) &&
         may_follow_wildcard(pattern.substr(2)) &&
         std::ranges::all_of(host.substr(0, dot), is_letter_digit_hyphen);
}

bool matches_name(std::string_view pattern, std::string_view host) {
  // fault: AC-097a
  return is_same_name(pattern, host) || matches_by_wildcard(pattern, host);
}

// Whether `accepts` the content of one of `names` that has this tag.
bool any_name(Bytes names, CBS_ASN1_TAG kind, const auto& accepts) {
  CBS list;
  CBS_init(&list, names.data(), names.size());
  while (CBS_len(&list) > 0) {
    CBS name;
    CBS_ASN1_TAG tag = 0;
    if (CBS_get_any_asn1(&list, &name, &tag) != 1) return false;
    if (tag == kind && accepts(Bytes(CBS_data(&name), CBS_len(&name)))) return true;
  }
  return false;
}

}  // namespace

bool has_host_name(Bytes names, std::string_view host) {
  if (host.empty() || host.contains('\0')) return false;
  return any_name(names, dns_name, [&](Bytes name) { return matches_name(text_of(name), host); });
}

bool has_address(Bytes names, Bytes address) {
  if (address.empty()) return false;
  return any_name(names, ip_address, [&](Bytes name) { return std::ranges::equal(name, address); });
}

}  // namespace nacre::crypto
