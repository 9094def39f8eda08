// What stands behind the public TrustAnchors and Credential.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "crypto/signature.h"
#include "nacre/credentials.h"

namespace nacre {

struct Credential::Impl {
  CertificateType type = CertificateType::x509;
  // DER, the leaf first; or the one SubjectPublicKeyInfo, and nothing is in `parsed`.
  std::vector<std::vector<std::uint8_t>> chain;
  // The certificate_list of a Certificate message without its length: each cert_data with its
  // length, then an empty extension block (RFC 9846, section 4.5.1).
  std::vector<std::uint8_t> certificate_list;
  std::vector<crypto::ParsedCertificate> parsed;
  std::optional<crypto::PrivateKey> key;  // nothing: the key is elsewhere
  Preferences<SignatureScheme, 16> schemes;
  // By which the chain's certificates are signed, each once, but for a self-signed one, which is
  // not verified. 0 stands for what has no scheme.
  Preferences<SignatureScheme, 16> chain_schemes;
  bool for_named_authorities = false;
  StapleSource staples;  // may be empty
};

namespace crypto {
// The library's trust store and its kin, which src/crypto alone knows.
struct AnchorStore;
}  // namespace crypto

struct TrustAnchors::Impl {
  std::shared_ptr<const crypto::AnchorStore> store;
  std::size_t count = 0;
  bool anyone = false;  // danger::trust_anyone
  // The DistinguishedNames of certificate_authorities (section 4.3.4), each with its length.
  std::vector<std::uint8_t> authorities;
  // Of all certificates, in their order.
  crypto::Digest fingerprint;

  // The public type over `impl`.
  static TrustAnchors share(std::shared_ptr<const Impl> impl);
};

}  // namespace nacre
