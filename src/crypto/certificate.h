// What the handshake needs to know of a certificate. RFC 9846, section 4.5.1.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "crypto/certificate_parts.h"
#include "crypto/signature.h"
#include "nacre/bytes.h"
#include "nacre/try.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// A parsed certificate. What parse() has made owns its bytes, shared by copies. Thread-safe.
class ParsedCertificate {
 public:
  // Errors: bad_certificate.
  static Result<ParsedCertificate> parse(Bytes der);
  // The same, but looks at no more than Nacre itself uses: for a certificate that judge_chain() or
  // parse() has yet to accept, or has accepted. `der` stays where it is, and has to live as long as
  // this and its copies. Errors: bad_certificate.
  static Result<ParsedCertificate> view(Bytes der NACRE_LIFETIMEBOUND);

  // Errors: those of PublicKey::from_key_info, certificate_wrong_purpose where keyUsage does not
  // allow digitalSignature, and bad_certificate where one of those hides that parse() refuses it.
  Result<PublicKey> signing_key(std::uint32_t minimum_rsa_bits) const;
  // Whether keyUsage, if there is one, allows digitalSignature.
  bool allows_signing() const;
  // DER SubjectPublicKeyInfo.
  Bytes key_info() const NACRE_LIFETIMEBOUND;
  // subjectAltName alone, never CN; wildcards by RFC 9525.
  bool matches(const PeerName& name) const;
  // DER Names.
  Bytes subject() const NACRE_LIFETIMEBOUND;
  Bytes issuer() const NACRE_LIFETIMEBOUND;
  // The scheme of the signature on this certificate, or 0 where TLS has no name for it. ECDSA is
  // told apart by its hash alone, and RSASSA-PSS counts as rsa_pss_rsae: the key is the issuer's.
  SignatureScheme signature_scheme() const;
  // By the rules for names (RFC 5280, section 7.1), or, of what view() has read, byte for byte.
  bool is_self_issued() const { return self_issued_; }
  // Whether the certificate has what a filter asks for of one extension; so does every certificate
  // where the OID is none of keyUsage and extKeyUsage. RFC 9846, section 4.3.5.
  bool passes(Bytes oid, Bytes values) const;
  // Whether the OID is one of those two.
  static bool is_filtered(Bytes oid);
  // The last second of its validity. Errors: bad_certificate.
  Result<UnixTime> not_after() const;

 private:
  ParsedCertificate() = default;
  Result<PublicKey> key_that_signs(std::uint32_t minimum_rsa_bits) const;

  std::shared_ptr<const std::uint8_t[]> owner_;
  // All within what is owned, or viewed.
  Bytes der_;
  CertificateParts parts_;
  KnownExtensions extensions_;
  bool self_issued_ = false;
};

}  // namespace nacre::crypto
