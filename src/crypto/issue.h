// Issues certificates for tests and trials: a CA, leaves, client certificates. Not part of the
// library: the tools and the tests link it by itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/error.h"
#include "nacre/verify.h"

namespace nacre::crypto {

enum class KeyType : std::uint8_t {
  p256,
  p384,
  p521,
  rsa2048,
  rsa3072,
  rsa4096,
  rsa1024,
  rsa_pss2048,
  ed25519,
  mldsa44,
  mldsa65,
  mldsa87
};

struct Issued {
  std::string certificate_pem;
  std::string key_pem;  // PKCS#8
};

struct IssueRequest {
  KeyType key = KeyType::p256;
  std::string key_pem = {};  // the key to certify, PKCS#8; empty: a new one
  std::string common_name = {};
  std::vector<std::string> names = {};  // DNS names and IP addresses for subjectAltName
  UnixTime not_before = 0;
  UnixTime not_after = 0;
  bool is_ca = false;
  int path_length = -1;  // -1: none
  bool server_purpose = true;
  bool client_purpose = false;
  bool digital_signature = true;  // keyUsage of a leaf
  bool must_staple = false;       // RFC 7633
  bool sha1 = false;              // signs with SHA-1, which nobody should accept
  // permitted dNSName subtrees of a CA; empty: no name constraints
  std::vector<std::string> permitted_dns = {};
};

// Signed by `issuer`, or by itself where `issuer` is null. A certificate whose issuer is no root
// names an address of that issuer's certificate, as public CAs do. Errors: bad_pem,
// bad_configuration, crypto_failure.
Result<Issued> issue(const IssueRequest& request, const Issued* issuer);

struct CrlRequest {
  UnixTime this_update = 0;
  UnixTime next_update = 0;
  std::vector<Issued> revoked = {};
  UnixTime revoked_at = 0;
  int reason = 1;  // CRLReason: keyCompromise
};

// A list in PEM, signed by `issuer`. Errors: bad_pem, crypto_failure.
Result<std::string> issue_crl(const CrlRequest& request, const Issued& issuer);

}  // namespace nacre::crypto
