// Certificates, as the library parses them. RFC 9846, section 4.5.1; RFC 5280; RFC 9525.
#include "crypto/certificate.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>

#include <algorithm>
#include <array>

#include "crypto/certificate_impl.h"
#include "crypto/name_match.h"
#include "crypto/signature_impl.h"
#include "crypto/words.h"

namespace nacre::crypto {
namespace {

struct SignatureRow {
  int nid;
  SignatureScheme scheme;
};

constexpr std::array<SignatureRow, 10> signature_rows{{
    {NID_ecdsa_with_SHA256, SignatureScheme::ecdsa_secp256r1_sha256},
    {NID_ecdsa_with_SHA384, SignatureScheme::ecdsa_secp384r1_sha384},
    {NID_ecdsa_with_SHA512, SignatureScheme::ecdsa_secp521r1_sha512},
    {NID_sha256WithRSAEncryption, SignatureScheme::rsa_pkcs1_sha256},
    {NID_sha384WithRSAEncryption, SignatureScheme::rsa_pkcs1_sha384},
    {NID_sha512WithRSAEncryption, SignatureScheme::rsa_pkcs1_sha512},
    {NID_ED25519, SignatureScheme::ed25519},
    {NID_ML_DSA_44, SignatureScheme::mldsa44},
    {NID_ML_DSA_65, SignatureScheme::mldsa65},
    {NID_ML_DSA_87, SignatureScheme::mldsa87},
}};

// RFC 4055, section 3.1: the hash in RSASSA-PSS-params. That MGF1 and the salt fit it is checked
// where the signature is.
std::optional<SignatureScheme> pss_scheme(Bytes encoded) {
  const std::uint8_t* data = encoded.data();
  const bssl::UniquePtr<RSA_PSS_PARAMS> parameters(
      d2i_RSA_PSS_PARAMS(nullptr, &data, static_cast<long>(encoded.size())));
  if (parameters == nullptr || parameters->hashAlgorithm == nullptr) return std::nullopt;
  const ASN1_OBJECT* hash = nullptr;
  X509_ALGOR_get0(&hash, nullptr, nullptr, parameters->hashAlgorithm);
  switch (OBJ_obj2nid(hash)) {
    case NID_sha256:
      return SignatureScheme::rsa_pss_rsae_sha256;
    case NID_sha384:
      return SignatureScheme::rsa_pss_rsae_sha384;
    case NID_sha512:
      return SignatureScheme::rsa_pss_rsae_sha512;
    default:
      return std::nullopt;
  }
}

Bytes encoding_of(const ASN1_OBJECT* object) {
  return {OBJ_get0_data(object), OBJ_length(object)};
}

std::optional<SignatureScheme> scheme_of(Bytes algorithm, Bytes parameters) {
  const auto is = [&](int nid) {
    return std::ranges::equal(algorithm, encoding_of(OBJ_nid2obj(nid)));
  };
  for (const SignatureRow& row : signature_rows) {
    if (is(row.nid)) return row.scheme;
  }
  return is(NID_rsassaPss) ? pss_scheme(parameters) : std::nullopt;
}

std::string text_of_string(const ASN1_STRING* string) {
  return printable(text_of(
      {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))}));
}

}  // namespace

std::optional<SignatureScheme> scheme_of_signature(const CertificateParts& certificate) {
  return scheme_of(certificate.signature_algorithm, certificate.signature_parameters);
}

std::optional<SignatureScheme> scheme_of_signature(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  const ASN1_OBJECT* object = nullptr;
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(&object, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return scheme_of(encoding_of(object), {});
  const auto* parameters = static_cast<const ASN1_STRING*>(value);
  return scheme_of(encoding_of(object), {ASN1_STRING_get0_data(parameters),
                                         static_cast<std::size_t>(ASN1_STRING_length(parameters))});
}

AlternativeNames alternative_names(const X509* certificate) {
  AlternativeNames found;
  const bssl::UniquePtr<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  for (std::size_t i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    // fault: AC-098
    if (name->type == GEN_DNS) found.dns.push_back(text_of_string(name->d.dNSName));
    if (name->type == GEN_URI) {
      found.uris.push_back(text_of_string(name->d.uniformResourceIdentifier));
    }
    if (name->type == GEN_IPADD) {
      const ASN1_STRING* address = name->d.iPAddress;
      found.addresses.push_back(address_text(
          {ASN1_STRING_get0_data(address), static_cast<std::size_t>(ASN1_STRING_length(address))}));
    }
  }
  return found;
}

std::vector<std::uint8_t> der_of(const X509* certificate) {
  std::uint8_t* encoded = nullptr;
  const int size = i2d_X509(certificate, &encoded);
  if (size < 0) return {};
  const bssl::UniquePtr<std::uint8_t> owner(encoded);
  return {encoded, encoded + size};
}

std::string signature_text(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  std::array<char, 128> text{};
  OBJ_obj2txt(text.data(), text.size(), object, 0);
  return text.data();
}

Result<bssl::UniquePtr<X509>> read_x509(Bytes der) {
  ENSURE(find_parts(der), Error::bad_certificate);
  const bssl::UniquePtr<CRYPTO_BUFFER> buffer(CRYPTO_BUFFER_new(der.data(), der.size(), nullptr));
  ENSURE(buffer != nullptr, Error::out_of_memory);
  bssl::UniquePtr<X509> x509 = parse_x509(buffer.get());
  const std::uint32_t flags = x509 ? X509_get_extension_flags(x509.get()) : 0;
  ERR_clear_error();
  ENSURE(x509 != nullptr, Error::bad_certificate);
  // fault: AC-103b
  ENSURE((flags & EXFLAG_INVALID) == 0, Error::bad_certificate);
  return x509;
}

Result<ParsedCertificate> ParsedCertificate::view(Bytes der) {
  ParsedCertificate parsed;
  parsed.der_ = der;
  const auto parts = find_parts(parsed.der_);
  ENSURE(parts, Error::bad_certificate);
  const auto extensions = find_extensions(parts->extensions);
  ENSURE(extensions, Error::bad_certificate);
  parsed.parts_ = *parts;
  parsed.extensions_ = *extensions;
  parsed.self_issued_ = std::ranges::equal(parts->subject, parts->issuer);
  return parsed;
}

Result<ParsedCertificate> ParsedCertificate::parse(Bytes der) {
  TRY(const auto x509, read_x509(der));
  const auto copy = std::make_shared<std::uint8_t[]>(der.size());
  std::ranges::copy(der, copy.get());
  TRY(ParsedCertificate parsed, view({copy.get(), der.size()}));
  parsed.owner_ = copy;
  parsed.self_issued_ = (X509_get_extension_flags(x509.get()) & EXFLAG_SI) != 0;
  return parsed;
}

Result<PublicKey> ParsedCertificate::key_that_signs(std::uint32_t minimum_rsa_bits) const {
  TRY(PublicKey key, PublicKey::from_key_info(parts_.key_info, minimum_rsa_bits));
  // fault: AC-010a.1
  ENSURE(allows_signing(), Error::certificate_wrong_purpose);
  return key;
}

Result<PublicKey> ParsedCertificate::signing_key(std::uint32_t minimum_rsa_bits) const {
  Result<PublicKey> key = key_that_signs(minimum_rsa_bits);
  if (!key) TRY(read_x509(der_));
  return key;
}

bool ParsedCertificate::allows_signing() const {
  return (extensions_.key_usage.value_or(X509v3_KU_DIGITAL_SIGNATURE) &
          X509v3_KU_DIGITAL_SIGNATURE) != 0;
}

Bytes ParsedCertificate::key_info() const {
  return parts_.key_info;
}

bool ParsedCertificate::matches(const PeerName& name) const {
  // fault: AC-096
  return name.is_address() ? has_address(extensions_.names, name.address())
                           : has_host_name(extensions_.names, name.text());
}

Bytes ParsedCertificate::subject() const {
  return parts_.subject;
}

Bytes ParsedCertificate::issuer() const {
  return parts_.issuer;
}

SignatureScheme ParsedCertificate::signature_scheme() const {
  return scheme_of_signature(parts_).value_or(SignatureScheme{0});
}

Result<UnixTime> ParsedCertificate::not_after() const {
  const std::uint8_t* data = parts_.not_after.data();
  const bssl::UniquePtr<ASN1_TIME> parsed(
      d2i_ASN1_TIME(nullptr, &data, static_cast<long>(parts_.not_after.size())));
  UnixTime time = 0;
  const bool is_date = parsed != nullptr && ASN1_TIME_to_posix(parsed.get(), &time) == 1;
  ERR_clear_error();
  ENSURE(is_date, Error::bad_certificate);
  return time;
}

}  // namespace nacre::crypto

namespace nacre {
namespace {

std::string serial_text(const X509* certificate) {
  const bssl::UniquePtr<BIGNUM> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  const bssl::UniquePtr<char> text(number ? BN_bn2hex(number.get()) : nullptr);
  return text ? text.get() : "";
}

}  // namespace

Result<CertificateInfo> read_certificate(Bytes der) {
  TRY(const auto owner, crypto::read_x509(der));
  TRY(const auto parsed, crypto::ParsedCertificate::view(der));
  const X509* x509 = owner.get();
  CertificateInfo info;
  ENSURE(ASN1_TIME_to_posix(X509_get0_notBefore(x509), &info.not_before) == 1 &&
             ASN1_TIME_to_posix(X509_get0_notAfter(x509), &info.not_after) == 1,
         Error::bad_certificate);
  info.subject = crypto::name_text(X509_get_subject_name(x509));
  info.issuer = crypto::name_text(X509_get_issuer_name(x509));
  info.issuer_name.assign(parsed.issuer().begin(), parsed.issuer().end());
  info.serial = serial_text(x509);
  crypto::AlternativeNames names = crypto::alternative_names(x509);
  info.dns_names = std::move(names.dns);
  info.ip_addresses = std::move(names.addresses);
  info.uris = std::move(names.uris);
  const auto key = crypto::PublicKey::from_key_info(parsed.key_info(), 0);
  info.key = key ? key->description() : "of a kind that Nacre does not use";
  info.signature = crypto::signature_text(x509);
  info.is_ca = X509_check_ca(x509) == 1;
  info.spki_sha256 = crypto::spki_pin(parsed.key_info());
  return info;
}

}  // namespace nacre
