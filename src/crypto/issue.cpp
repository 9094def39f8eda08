// Issues certificates for tests and trials. RFC 5280, section 4.
#include "crypto/issue.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <utility>

#include "crypto/certificate_impl.h"
#include "crypto/generate.h"
#include "crypto/pem.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "crypto/signature_impl.h"
#include "nacre/try.h"

namespace nacre::crypto {
namespace {

using Key = bssl::UniquePtr<EVP_PKEY>;

// What signs: the certificate under construction itself, or another one.
struct Signer {
  bssl::UniquePtr<X509> certificate;  // null: itself
  Key key;
};

// AlgorithmIdentifier of an id-RSASSA-PSS key with SHA-256, MGF1 with SHA-256 and salts of 32 bytes
// (RFC 4055, section 3.1).
constexpr std::array<std::uint8_t, 67> pss_algorithm{
    0x30, 0x41, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30,
    0x34, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
    0x02, 0x01, 0x05, 0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
    0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
    0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0xa2, 0x03, 0x02, 0x01, 0x20};

// The library makes no such key, but reads one: an RSA key under the other algorithm.
Key generate_pss() {
  const Key plain(EVP_RSA_gen(2048));
  bssl::ScopedCBB info;
  CBB sequence;
  CBB key;
  if (!plain || !CBB_init(info.get(), 2048) ||
      !CBB_add_asn1(info.get(), &sequence, CBS_ASN1_SEQUENCE) ||
      !CBB_add_asn1_uint64(&sequence, 0) ||
      !CBB_add_bytes(&sequence, pss_algorithm.data(), pss_algorithm.size()) ||
      !CBB_add_asn1(&sequence, &key, CBS_ASN1_OCTETSTRING) ||
      !RSA_marshal_private_key(&key, EVP_PKEY_get0_RSA(plain.get())) || !CBB_flush(info.get())) {
    return nullptr;
  }
  return parse_private_key_info({CBB_data(info.get()), CBB_len(info.get())});
}

Key generate(KeyType type) {
  switch (type) {
    case KeyType::p256:
      return generate_key(KeyKind::p256);
    case KeyType::p384:
      return generate_key(KeyKind::p384);
    case KeyType::p521:
      return generate_key(KeyKind::p521);
    case KeyType::rsa1024:
      return Key(EVP_RSA_gen(1024));
    case KeyType::rsa2048:
      return Key(EVP_RSA_gen(2048));
    case KeyType::rsa3072:
      return Key(EVP_RSA_gen(3072));
    case KeyType::rsa4096:
      return Key(EVP_RSA_gen(4096));
    case KeyType::rsa_pss2048:
      return generate_pss();
    case KeyType::ed25519:
      return generate_key(KeyKind::ed25519);
    case KeyType::mldsa44:
      return generate_key(KeyKind::mldsa44);
    case KeyType::mldsa65:
      return generate_key(KeyKind::mldsa65);
    case KeyType::mldsa87:
      return generate_key(KeyKind::mldsa87);
  }
  return nullptr;
}

Result<Key> read_key(std::string_view pem) {
  TRY(std::vector<Der> keys, read_pem(pem, "PRIVATE KEY"));
  ENSURE(keys.size() == 1, Error::bad_pem);
  Key key = parse_private_key_info(keys.front());
  wipe(keys.front());
  ENSURE(key != nullptr, Error::bad_pem);
  return key;
}

Result<Signer> read_signer(const Issued& issuer) {
  TRY(const std::vector<Der> certificates, read_pem(issuer.certificate_pem, "CERTIFICATE"));
  ENSURE(!certificates.empty(), Error::bad_pem);
  Signer signer;
  TRY(signer.certificate, read_x509(certificates.front()));
  TRY(signer.key, read_key(issuer.key_pem));
  return signer;
}

bool set_name(X509_NAME* name, const std::string& common_name) {
  return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    bytes_of(common_name).data(),
                                    static_cast<ossl_ssize_t>(common_name.size()), -1, 0) == 1;
}

Result<void> set_serial(X509* certificate) {
  std::array<std::uint8_t, 16> bytes{};
  random_bytes(bytes);
  bytes[0] = (bytes[0] & 0x3f) | 0x40;  // positive, and always of the same length
  const bssl::UniquePtr<BIGNUM> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  const bssl::UniquePtr<ASN1_INTEGER> serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  ENSURE(serial && X509_set_serialNumber(certificate, serial.get()) == 1, Error::crypto_failure);
  return {};
}

Result<void> set_dates(X509* certificate, const IssueRequest& request) {
  ENSURE(request.not_before <= request.not_after, Error::bad_configuration);
  ENSURE(ASN1_TIME_set_posix(X509_getm_notBefore(certificate), request.not_before) != nullptr &&
             ASN1_TIME_set_posix(X509_getm_notAfter(certificate), request.not_after) != nullptr,
         Error::bad_configuration);
  return {};
}

// An extension in the syntax of OpenSSL's configuration files.
Result<void> add_text(X509* certificate, int nid, const std::string& value) {
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, nullptr, nid, value.c_str()));
  ENSURE(extension && X509_add_ext(certificate, extension.get(), -1) == 1, Error::crypto_failure);
  return {};
}

bssl::UniquePtr<GENERAL_NAME> make_name(int type, int string_type, Bytes content) {
  bssl::UniquePtr<GENERAL_NAME> name(GENERAL_NAME_new());
  bssl::UniquePtr<ASN1_STRING> text(ASN1_STRING_type_new(string_type));
  if (!name || !text ||
      ASN1_STRING_set(text.get(), content.data(), static_cast<ossl_ssize_t>(content.size())) != 1) {
    return nullptr;
  }
  GENERAL_NAME_set0_value(name.get(), type, text.release());
  return name;
}

// An IP address where it reads as one, else a DNS name as it stands: tests ask for odd ones.
bssl::UniquePtr<GENERAL_NAME> make_alternative_name(const std::string& text) {
  const Result<PeerName> name = PeerName::parse(text);
  if (name && name->is_address()) {
    return make_name(GEN_IPADD, V_ASN1_OCTET_STRING, name->address());
  }
  return make_name(GEN_DNS, V_ASN1_IA5STRING, bytes_of(text));
}

Result<void> add_names(X509* certificate, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  const bssl::UniquePtr<GENERAL_NAMES> list(GENERAL_NAMES_new());
  ENSURE(list != nullptr, Error::out_of_memory);
  for (const std::string& text : names) {
    auto name = make_alternative_name(text);
    ENSURE(name && bssl::PushToStack(list.get(), std::move(name)), Error::out_of_memory);
  }
  ENSURE(X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, 0) == 1,
         Error::crypto_failure);
  return {};
}

Result<void> add_constraints(X509* certificate, const std::vector<std::string>& permitted) {
  if (permitted.empty()) return {};
  const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(NAME_CONSTRAINTS_new());
  ENSURE(constraints != nullptr, Error::out_of_memory);
  constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null();
  for (const std::string& base : permitted) {
    bssl::UniquePtr<GENERAL_SUBTREE> subtree(GENERAL_SUBTREE_new());
    auto name = make_name(GEN_DNS, V_ASN1_IA5STRING, bytes_of(base));
    ENSURE(subtree && name, Error::out_of_memory);
    GENERAL_NAME_free(subtree->base);
    subtree->base = name.release();
    ENSURE(bssl::PushToStack(constraints->permittedSubtrees, std::move(subtree)),
           Error::out_of_memory);
  }
  ENSURE(X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(), 1, 0) == 1,
         Error::crypto_failure);
  return {};
}

// RFC 7093, section 2: the first 160 bits of SHA-256, here of the whole SubjectPublicKeyInfo.
Result<void> add_subject_key(X509* certificate, const EVP_PKEY* key) {
  bssl::ScopedCBB encoded;
  ENSURE(CBB_init(encoded.get(), 512) == 1 && write_key_info(encoded.get(), key),
         Error::crypto_failure);
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(CBB_data(encoded.get()), CBB_len(encoded.get()), digest.data());
  const bssl::UniquePtr<ASN1_OCTET_STRING> id(ASN1_OCTET_STRING_new());
  ENSURE(id && ASN1_OCTET_STRING_set(id.get(), digest.data(), 20) == 1 &&
             X509_add1_ext_i2d(certificate, NID_subject_key_identifier, id.get(), 0, 0) == 1,
         Error::crypto_failure);
  return {};
}

Result<void> add_authority_key(X509* certificate, const X509* issuer) {
  const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(issuer);
  if (id == nullptr) return {};
  const bssl::UniquePtr<AUTHORITY_KEYID> authority(AUTHORITY_KEYID_new());
  ENSURE(authority != nullptr, Error::out_of_memory);
  authority->keyid = ASN1_STRING_dup(id);
  ENSURE(authority->keyid != nullptr && X509_add1_ext_i2d(certificate, NID_authority_key_identifier,
                                                          authority.get(), 0, 0) == 1,
         Error::crypto_failure);
  return {};
}

Result<void> add_uses(X509* certificate, const IssueRequest& request) {
  if (request.is_ca) {
    const std::string length =
        request.path_length < 0 ? "" : ",pathlen:" + std::to_string(request.path_length);
    TRY(add_text(certificate, NID_basic_constraints, "critical,CA:TRUE" + length));
    return add_text(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  }
  TRY(add_text(certificate, NID_basic_constraints, "critical,CA:FALSE"));
  TRY(add_text(
      certificate, NID_key_usage,
      request.digital_signature ? "critical,digitalSignature" : "critical,keyEncipherment"));
  std::string uses = request.server_purpose ? "serverAuth" : "";
  if (request.client_purpose) uses += uses.empty() ? "clientAuth" : ",clientAuth";
  if (uses.empty()) return {};
  return add_text(certificate, NID_ext_key_usage, uses);
}

// RFC 7633, section 4.1: the feature status_request.
Result<void> add_must_staple(X509* certificate) {
  constexpr std::array<std::uint8_t, 5> features{0x30, 0x03, 0x02, 0x01, 0x05};
  const bssl::UniquePtr<ASN1_OCTET_STRING> value(ASN1_OCTET_STRING_new());
  const bssl::UniquePtr<ASN1_OBJECT> id(OBJ_txt2obj("1.3.6.1.5.5.7.1.24", 1));
  ENSURE(value && id && ASN1_OCTET_STRING_set(value.get(), features.data(), features.size()) == 1,
         Error::crypto_failure);
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509_EXTENSION_create_by_OBJ(nullptr, id.get(), 0, value.get()));
  ENSURE(extension && X509_add_ext(certificate, extension.get(), -1) == 1, Error::crypto_failure);
  return {};
}

Result<void> add_extensions(X509* certificate, const IssueRequest& request, const EVP_PKEY* key,
                            const X509* issuer) {
  TRY(add_uses(certificate, request));
  TRY(add_names(certificate, request.names));
  TRY(add_constraints(certificate, request.permitted_dns));
  TRY(add_subject_key(certificate, key));
  if (request.must_staple) TRY(add_must_staple(certificate));
  TRY(add_authority_key(certificate, issuer));
  if (issuer == certificate || (X509_get_extension_flags(issuer) & EXFLAG_SI) != 0) return {};
  return add_text(certificate, NID_info_access, "caIssuers;URI:http://ca.example/issuer.cer");
}

// Null for the algorithms that hash by themselves.
const EVP_MD* digest_for(const EVP_PKEY* key) {
  switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_EC:
      return EVP_PKEY_bits(key) > 384 ? EVP_sha512()
                                      : (EVP_PKEY_bits(key) > 256 ? EVP_sha384() : EVP_sha256());
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      return EVP_sha256();
    default:
      return nullptr;
  }
}

// An id-RSASSA-PSS key under rsaEncryption: not every library makes RSASSA-PSS on a certificate of
// the other.
Key plain_rsa(const EVP_PKEY* key) {
  Key plain(EVP_PKEY_new());
  const bool made = plain != nullptr && EVP_PKEY_set1_RSA(plain.get(), EVP_PKEY_get0_RSA(key)) == 1;
  return made ? std::move(plain) : nullptr;
}

Result<void> sign(X509* certificate, EVP_PKEY* key, bool sha1) {
  const EVP_MD* digest = digest_for(key);
  bssl::ScopedEVP_MD_CTX context;
  EVP_MD_CTX* raw = context.get();
  EVP_PKEY_CTX* parameters = nullptr;
  if (sha1 && digest != nullptr) digest = EVP_sha1();
  const bool is_pss = EVP_PKEY_id(key) == EVP_PKEY_RSA_PSS;
  const Key plain = is_pss ? plain_rsa(key) : nullptr;
  ENSURE(EVP_DigestSignInit(raw, &parameters, digest, nullptr, is_pss ? plain.get() : key) == 1,
         Error::crypto_failure);
  if (is_pss) {
    ENSURE(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1,
           Error::crypto_failure);
  }
  ENSURE(X509_sign_ctx(certificate, raw) > 0, Error::crypto_failure);
  return {};
}

Result<std::string> write_pem(const char* label, Bytes content) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  ENSURE(bio && PEM_write_bio(bio.get(), label, "", content.data(),
                              static_cast<long>(content.size())) > 0,
         Error::out_of_memory);
  ENSURE(BIO_mem_contents(bio.get(), &data, &size) == 1, Error::out_of_memory);
  return std::string(text_of({data, size}));
}

Result<Issued> write(const X509* certificate, const EVP_PKEY* key) {
  std::uint8_t* encoded = nullptr;
  const int size = i2d_X509(certificate, &encoded);
  ENSURE(size > 0, Error::crypto_failure);
  const bssl::UniquePtr<std::uint8_t> owner(encoded);
  bssl::ScopedCBB private_key;
  ENSURE(CBB_init(private_key.get(), 256) == 1 && write_private_key_info(private_key.get(), key),
         Error::crypto_failure);
  Issued issued;
  TRY(issued.certificate_pem, write_pem("CERTIFICATE", {encoded, static_cast<std::size_t>(size)}));
  TRY(issued.key_pem,
      write_pem("PRIVATE KEY", {CBB_data(private_key.get()), CBB_len(private_key.get())}));
  return issued;
}

Result<void> add_revoked(X509_CRL* list, const Issued& revoked, const CrlRequest& request) {
  TRY(const Signer holder, read_signer(revoked));
  bssl::UniquePtr<X509_REVOKED> entry(X509_REVOKED_new());
  const bssl::UniquePtr<ASN1_TIME> date(ASN1_TIME_set_posix(nullptr, request.revoked_at));
  const bssl::UniquePtr<ASN1_ENUMERATED> reason(ASN1_ENUMERATED_new());
  ENSURE(entry && date && reason && ASN1_ENUMERATED_set_int64(reason.get(), request.reason) == 1 &&
             X509_REVOKED_set_serialNumber(entry.get(),
                                           X509_get0_serialNumber(holder.certificate.get())) == 1 &&
             X509_REVOKED_set_revocationDate(entry.get(), date.get()) == 1 &&
             X509_REVOKED_add1_ext_i2d(entry.get(), NID_crl_reason, reason.get(), 0, 0) == 1 &&
             X509_CRL_add0_revoked(list, entry.get()) == 1,
         Error::crypto_failure);
  [[maybe_unused]] const X509_REVOKED* const owned = entry.release();  // the list's now
  return {};
}

}  // namespace

Result<Issued> issue(const IssueRequest& request, const Issued* issuer) {
  const bssl::UniquePtr<X509> certificate(X509_new());
  Key key = request.key_pem.empty() ? generate(request.key) : nullptr;
  if (!request.key_pem.empty()) {
    TRY(key, read_key(request.key_pem));
  }
  ENSURE(certificate && key, Error::crypto_failure);
  Signer signer{nullptr, bssl::UpRef(key.get())};
  if (issuer != nullptr) {
    TRY(signer, read_signer(*issuer));
  }
  const X509* parent = signer.certificate ? signer.certificate.get() : certificate.get();
  ENSURE(X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
             set_name(X509_get_subject_name(certificate.get()), request.common_name) &&
             X509_set_issuer_name(certificate.get(), X509_get_subject_name(parent)) == 1 &&
             set_public_key(certificate.get(), key.get()),
         Error::crypto_failure);
  TRY(set_serial(certificate.get()));
  TRY(set_dates(certificate.get(), request));
  TRY(add_extensions(certificate.get(), request, key.get(), parent));
  TRY(sign(certificate.get(), signer.key.get(), request.sha1));
  return write(certificate.get(), key.get());
}

Result<std::string> issue_crl(const CrlRequest& request, const Issued& issuer) {
  TRY(const Signer signer, read_signer(issuer));
  const bssl::UniquePtr<X509_CRL> list(X509_CRL_new());
  const bssl::UniquePtr<ASN1_TIME> from(ASN1_TIME_set_posix(nullptr, request.this_update));
  const bssl::UniquePtr<ASN1_TIME> to(ASN1_TIME_set_posix(nullptr, request.next_update));
  ENSURE(list && from && to && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
             X509_CRL_set_issuer_name(list.get(),
                                      X509_get_subject_name(signer.certificate.get())) == 1 &&
             X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
             X509_CRL_set1_nextUpdate(list.get(), to.get()) == 1,
         Error::crypto_failure);
  for (const Issued& revoked : request.revoked) TRY(add_revoked(list.get(), revoked, request));
  ENSURE(X509_CRL_sign(list.get(), signer.key.get(), digest_for(signer.key.get())) > 0,
         Error::crypto_failure);
  std::uint8_t* encoded = nullptr;
  const int size = i2d_X509_CRL(list.get(), &encoded);
  ENSURE(size > 0, Error::crypto_failure);
  const bssl::UniquePtr<std::uint8_t> owner(encoded);
  return write_pem("X509 CRL", {encoded, static_cast<std::size_t>(size)});
}

}  // namespace nacre::crypto
