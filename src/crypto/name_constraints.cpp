// What name constraints cost, and which of them are compared. RFC 5280, section 4.2.1.10.
#include "crypto/name_constraints.h"

#include <openssl/bytestring.h>

#include <algorithm>

namespace nacre::crypto {
namespace {

constexpr std::array<std::uint8_t, 3> id_name_constraints{0x55, 0x1d, 0x1e};
constexpr std::array<std::uint8_t, 3> id_alternative_names{0x55, 0x1d, 0x11};
constexpr std::array<CBS_ASN1_TAG, 2> subtrees_tags{
    CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0,
    CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 1};

constexpr std::size_t email_kind = 1;
constexpr std::size_t directory_kind = 4;

// An address in a subject takes at least so many bytes: its SET, its SEQUENCE, its type.
constexpr std::uint64_t least_attribute = 16;
// A comparison looks at so many bytes in the time that it takes anyway.
constexpr std::uint64_t bytes_at_once = 64;

// How much longer than that of a host name a comparison of this kind takes.
constexpr std::array<std::uint64_t, 9> weights{1, 4, 1, 1, 4, 1, 64, 1, 1};

CBS reader_of(Bytes bytes) {
  CBS reader;
  CBS_init(&reader, bytes.data(), bytes.size());
  return reader;
}

// Nothing where it is no GeneralName.
void add_name(NameTally& tally, CBS_ASN1_TAG tag, std::size_t size) {
  const std::size_t kind = tag & CBS_ASN1_TAG_NUMBER_MASK;
  if (kind >= tally.kinds.size()) return;
  ++tally.kinds[kind].count;
  tally.kinds[kind].bytes += size;
}

void add_names(NameTally& tally, Bytes alternative_names) {
  CBS value = reader_of(alternative_names);
  CBS list;
  if (CBS_get_asn1(&value, &list, CBS_ASN1_SEQUENCE) != 1) return;
  CBS name;
  CBS_ASN1_TAG tag = 0;
  while (CBS_get_any_asn1(&list, &name, &tag) == 1) add_name(tally, tag, CBS_len(&name));
}

void add_subtrees(NameTally& tally, Bytes name_constraints) {
  CBS value = reader_of(name_constraints);
  CBS both;
  if (CBS_get_asn1(&value, &both, CBS_ASN1_SEQUENCE) != 1) return;
  for (const CBS_ASN1_TAG which : subtrees_tags) {
    CBS subtrees;
    int is_there = 0;
    if (CBS_get_optional_asn1(&both, &subtrees, &is_there, which) != 1 || is_there == 0) continue;
    CBS subtree;
    while (CBS_get_asn1(&subtrees, &subtree, CBS_ASN1_SEQUENCE) == 1) {
      CBS base;
      CBS_ASN1_TAG tag = 0;
      if (CBS_get_any_asn1(&subtree, &base, &tag) == 1) add_name(tally, tag, CBS_len(&base));
    }
  }
}

NameTally alternative_names_in(const CertificateParts& certificate) {
  NameTally tally;
  Bytes rest = certificate.extensions;
  while (const auto extension = take_extension(rest)) {
    if (std::ranges::equal(extension->id, id_alternative_names)) add_names(tally, extension->value);
  }
  return tally;
}

// The subject is a name too, and each address in it.
void add_subject(NameTally& tally, Bytes subject) {
  tally.kinds[directory_kind].count += 1;
  tally.kinds[directory_kind].bytes += subject.size();
  tally.kinds[email_kind].count += subject.size() / least_attribute;
  tally.kinds[email_kind].bytes += subject.size();
}

void add(NameTally& sum, const NameTally& more) {
  for (std::size_t i = 0; i < sum.kinds.size(); ++i) {
    sum.kinds[i].count += more.kinds[i].count;
    sum.kinds[i].bytes += more.kinds[i].bytes;
  }
}

}  // namespace

std::uint32_t NameTally::mask() const {
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i].count > 0) found |= std::uint32_t{1} << i;
  }
  return found;
}

NameTally constraints_in(const CertificateParts& certificate) {
  NameTally tally;
  Bytes rest = certificate.extensions;
  while (const auto extension = take_extension(rest)) {
    if (std::ranges::equal(extension->id, id_name_constraints)) {
      add_subtrees(tally, extension->value);
    }
  }
  return tally;
}

NameTally larger_of(const NameTally& a, const NameTally& b) {
  NameTally larger = a;
  for (std::size_t i = 0; i < larger.kinds.size(); ++i) {
    larger.kinds[i].count = std::max(a.kinds[i].count, b.kinds[i].count);
    larger.kinds[i].bytes = std::max(a.kinds[i].bytes, b.kinds[i].bytes);
  }
  return larger;
}

std::uint64_t name_comparisons(std::span<const Bytes> chain, const NameTally& anchors) {
  NameTally names;
  // fault: AC-170d
  NameTally constraints = anchors;
  for (const Bytes der : chain) {
    const auto parts = find_parts(der);
    if (!parts) continue;
    // fault: AC-094b
    add(constraints, constraints_in(*parts));
    add(names, alternative_names_in(*parts));
    add_subject(names, parts->subject);
  }
  std::uint64_t comparisons = 0;
  for (std::size_t i = 0; i < names.kinds.size(); ++i) {
    const NameTally::Kind& each = names.kinds[i];
    const NameTally::Kind& against = constraints.kinds[i];
    comparisons +=
        weights[i] * (each.count * against.count +
                      (each.bytes * against.count + against.bytes * each.count) / bytes_at_once);
  }
  return comparisons;
}

std::size_t find_constrained(std::span<const Bytes> path, std::uint32_t kinds) {
  std::uint32_t constrained = 0;
  for (std::size_t depth = path.size(); depth > 0;) {
    --depth;
    const auto parts = find_parts(path[depth]);
    if (!parts) continue;
    const bool is_exempt = depth > 0 && std::ranges::equal(parts->subject, parts->issuer);
    if (constrained != 0 && !is_exempt &&
        (constrained & alternative_names_in(*parts).mask()) != 0) {
      return depth;
    }
    // fault: AC-172b
    if (depth > 0) constrained |= constraints_in(*parts).mask() & kinds;
  }
  return path.size();
}

}  // namespace nacre::crypto
