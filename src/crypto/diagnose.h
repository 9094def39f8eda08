// A second look at a chain, by the library's X.509 verifier, for the files of this room alone.
// RFC 5280, section 6.
//
// It tells every fault of the path that it follows where pki tells one or none, and it knows the
// Ed25519 and id-RSASSA-PSS keys that pki does not. pki's verdict stands but for paths with such
// keys.
#pragma once

#include <openssl/x509.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "crypto/anchor_store.h"
#include "crypto/certificate_impl.h"
#include "nacre/verify.h"

namespace nacre::crypto {

struct Fault {
  Error error;
  std::size_t depth;        // where in the path; 0 is the leaf
  std::string detail = {};  // what to say behind the certificate's name, where it is not the usual
};

struct SecondLook {
  // From the leaf to the anchor, or as far as issuers were found.
  std::vector<bssl::UniquePtr<X509>> path;
  bool anchored = false;
  // What stands against the path, in the order in which it is to be told.
  std::vector<Fault> faults;
  // A key on the path is of a kind that pki does not know.
  bool beyond_pki = false;
};

// `leaf`: the first of query.chain.
SecondLook look_again(const AnchorStore& anchors, X509* leaf, const ChainQuery& query);

// The first whose key X509_verify_cert would spend too much on.
std::optional<std::size_t> find_oversized_key(const std::vector<X509*>& way);

// Whether extKeyUsage, XKU_* of it, allows that.
bool serves(std::uint32_t purposes, Purpose purpose);

// Whether `policy` takes a signature of this scheme on a certificate, as scheme_of_signature() has
// it.
bool accepts_signature(const Policy& policy, std::optional<SignatureScheme> scheme);

// What its dates say against it at `time`: chain_refused where they cannot be read.
std::optional<Error> date_fault(const X509* certificate, UnixTime time);

// Whether its key is an RSA key that is longer than any Nacre uses.
bool has_oversized_key(const X509* certificate);
bool has_oversized_key(const CertificateParts& certificate);

// Bits of an RSA key; nothing for another kind.
std::optional<std::uint32_t> rsa_bits(const X509* certificate);

}  // namespace nacre::crypto
