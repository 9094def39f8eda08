// Certificates: what is read from one is the same whichever way, and names match without a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "cost.h"
#include "crypto/certificate.h"
#include "crypto/x509_oracle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nacre::fuzz::CostBound bound(size, nacre::fuzz::certificate_cost);
  using nacre::crypto::ParsedCertificate;
  const nacre::Bytes input(data, size);
  const auto parsed = ParsedCertificate::parse(input);
  const auto info = nacre::read_certificate(input);
  if (info && !parsed) std::abort();
  // What the library's parser accepts is read without it too, and as the parser reads it.
  const auto allows_signing = nacre::crypto::x509_allows_signing(input);
  if (parsed.has_value() != allows_signing.has_value()) std::abort();
  const auto read = ParsedCertificate::view(input);
  if (!parsed) return 0;
  if (!read || read->allows_signing() != allows_signing) std::abort();
  if (info && read->not_after().value() != info->not_after) std::abort();
  static const auto host = nacre::PeerName::parse("www.example.com").value();
  static const auto address = nacre::PeerName::parse("192.0.2.1").value();
  (void)parsed->matches(host);
  (void)parsed->matches(address);
  (void)parsed->signature_scheme();
  (void)parsed->is_self_issued();
  // The key that signs is the key that key_info() holds.
  if (parsed->signing_key(2048) && !nacre::crypto::PublicKey::from_key_info(parsed->key_info())) {
    std::abort();
  }
  return 0;
}
