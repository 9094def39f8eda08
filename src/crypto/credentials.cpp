// Certificate chains and the keys that belong to them. RFC 9846, section 4.5.1.
#include "crypto/credentials.h"

#include <string>

#include "crypto/file.h"
#include "crypto/pem.h"
#include "crypto/secret.h"
#include "crypto/staples.h"
#include "nacre/try.h"
#include "nacre/verify.h"
#include "wire/codec.h"

namespace nacre {
namespace {

using crypto::Der;
using crypto::ParsedCertificate;
using crypto::PrivateKey;
using crypto::PublicKey;

// What a peer may not accept, the owner may still present.
constexpr std::uint32_t shortest_own_rsa = 1024;
constexpr std::size_t max_certificate = (std::size_t{1} << 24) - 1;
// The longest of ours is ML-DSA-87's, with 2,592 bytes of key.
constexpr std::size_t max_key_info = 4'096;

void append_integer(std::vector<std::uint8_t>& out, std::size_t value, int width) {
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>((value >> shift) & 0xff));
  }
}

// struct { opaque cert_data<1..2^24-1>; Extension extensions<0..2^16-1>; } CertificateEntry;
Result<void> append_entry(std::vector<std::uint8_t>& list, const Der& der) {
  ENSURE(!der.empty() && list.size() + der.size() + 5 <= max_certificate, Error::bad_certificate);
  append_integer(list, der.size(), 3);
  list.insert(list.end(), der.begin(), der.end());
  append_integer(list, 0, 2);
  return {};
}

Result<PublicKey> own_key(const ParsedCertificate& leaf) {
  Result<PublicKey> key = leaf.signing_key(shortest_own_rsa);
  if (key || key.error() == Error::certificate_wrong_purpose) return key;
  return fail(Error::unsupported_key);
}

Result<std::shared_ptr<Credential::Impl>> make_chain(std::vector<Der> chain) {
  ENSURE(!chain.empty(), Error::bad_certificate);
  auto impl = std::make_shared<Credential::Impl>();
  impl->chain = std::move(chain);
  for (const Der& der : impl->chain) {
    TRY(ParsedCertificate certificate, ParsedCertificate::parse(der));
    if (!certificate.is_self_issued()) impl->chain_schemes.add(certificate.signature_scheme());
    impl->parsed.push_back(std::move(certificate));
    TRY(append_entry(impl->certificate_list, der));
  }
  TRY(const PublicKey key, own_key(impl->parsed.front()));
  impl->schemes = key.schemes();
  ENSURE(!impl->schemes.empty(), Error::unsupported_key);
  return impl;
}

Result<std::shared_ptr<Credential::Impl>> make_raw(Der key_info) {
  const auto key = PublicKey::from_key_info(key_info, shortest_own_rsa);
  ENSURE(key, Error::unsupported_key);
  auto impl = std::make_shared<Credential::Impl>();
  impl->type = CertificateType::raw_public_key;
  impl->schemes = key->schemes();
  TRY(append_entry(impl->certificate_list, key_info));
  impl->chain.push_back(std::move(key_info));
  ENSURE(!impl->schemes.empty(), Error::unsupported_key);
  return impl;
}

Result<std::shared_ptr<Credential::Impl>> make_credential(std::vector<Der> chain, PrivateKey key) {
  TRY(auto impl, make_chain(std::move(chain)));
  ENSURE(key.belongs_to(impl->parsed.front().key_info()), Error::key_mismatch);
  impl->key = std::move(key);
  return impl;
}

}  // namespace

Result<Credential> Credential::from_pem(std::string_view chain, std::string_view key) {
  TRY(auto certificates, read_pem_certificates(chain));
  TRY(PrivateKey parsed, PrivateKey::from_pem(key));
  TRY(const auto impl, make_credential(std::move(certificates), std::move(parsed)));
  return Credential(impl);
}

Result<Credential> Credential::from_pem_files(const std::filesystem::path& chain,
                                              const std::filesystem::path& key) {
  TRY(const std::string chain_text, crypto::read_file(chain));
  TRY(std::string key_text, crypto::read_file(key));
  Result<Credential> credential = from_pem(chain_text, key_text);
  crypto::wipe(key_text);
  return credential;
}

Result<Credential> Credential::from_der(std::span<const Bytes> chain, Bytes key) {
  std::vector<Der> certificates;
  for (const Bytes der : chain) certificates.emplace_back(der.begin(), der.end());
  TRY(PrivateKey parsed, PrivateKey::from_der(key));
  TRY(const auto impl, make_credential(std::move(certificates), std::move(parsed)));
  return Credential(impl);
}

Result<Credential> Credential::from_chain_pem(std::string_view chain) {
  TRY(auto certificates, read_pem_certificates(chain));
  TRY(const auto impl, make_chain(std::move(certificates)));
  return Credential(impl);
}

Result<Credential> Credential::from_raw_key_pem(std::string_view key) {
  TRY(PrivateKey parsed, PrivateKey::from_pem(key));
  Der key_info(max_key_info);
  TRY(const std::size_t size, parsed.public_key_info(key_info));
  key_info.resize(size);
  TRY(auto impl, make_raw(std::move(key_info)));
  impl->key = std::move(parsed);
  return Credential(impl);
}

Result<Credential> Credential::from_raw_key_pem_file(const std::filesystem::path& key) {
  TRY(std::string text, crypto::read_file(key));
  Result<Credential> credential = from_raw_key_pem(text);
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return credential;
}

Result<Credential> Credential::from_public_key(Bytes subject_public_key_info) {
  TRY(const auto impl, make_raw({subject_public_key_info.begin(), subject_public_key_info.end()}));
  return Credential(impl);
}

CertificateType Credential::type() const {
  return impl_->type;
}

Bytes Credential::certificate() const {
  return impl_->chain.front();
}

SpkiPin Credential::spki_pin() const {
  const bool is_raw = impl_->type == CertificateType::raw_public_key;
  return crypto::spki_pin(is_raw ? Bytes(impl_->chain.front()) : impl_->parsed.front().key_info());
}

Preferences<SignatureScheme, 16> Credential::schemes() const {
  return impl_->schemes;
}

Result<Credential> Credential::with_schemes(std::span<const SignatureScheme> schemes) const {
  ENSURE(!schemes.empty(), Error::unsupported_key);
  auto impl = std::make_shared<Impl>(*impl_);
  impl->schemes.clear();
  for (const SignatureScheme scheme : schemes) {
    ENSURE(impl_->schemes.contains(scheme), Error::unsupported_key);
    impl->schemes.add(scheme);
  }
  return Credential(std::move(impl));
}

Credential Credential::for_named_authorities() const {
  auto impl = std::make_shared<Impl>(*impl_);
  impl->for_named_authorities = true;
  return Credential(std::move(impl));
}

Result<Credential> Credential::with_staples(StapleSource source) const {
  ENSURE(source && impl_->type == CertificateType::x509, Error::bad_configuration);
  auto impl = std::make_shared<Impl>(*impl_);
  impl->staples = std::move(source);
  return Credential(std::move(impl));
}

Result<Credential> Credential::with_staples(Staples staples) const {
  const bool sound = staples.signed_certificate_timestamps.empty() ||
                     wire::read_all<TimestampList>(staples.signed_certificate_timestamps);
  ENSURE(sound && staples.ocsp_response.size() + staples.signed_certificate_timestamps.size() <=
                      max_staples,
         Error::bad_configuration);
  return with_staples(
      [fixed = std::make_shared<const Staples>(std::move(staples))] { return fixed; });
}

Result<std::size_t> Credential::sign(SignatureScheme scheme, Bytes content,
                                     MutableBytes out) const {
  ENSURE(impl_->key, Error::signing_failed);
  ENSURE(impl_->schemes.contains(scheme), Error::wrong_key_for_scheme);
  return impl_->key->sign(scheme, content, out);
}

}  // namespace nacre
