// Certificate chains and the keys that belong to them. RFC 9846, section 4.5.1.
#include "crypto/credentials.h"

#include <string>

#include "crypto/file.h"
#include "crypto/pem.h"
#include "crypto/secret.h"
#include "nacre/try.h"
#include "nacre/verify.h"

namespace nacre {
namespace {

using crypto::Der;
using crypto::ParsedCertificate;
using crypto::PrivateKey;
using crypto::PublicKey;

// What a peer may not accept, the owner may still present.
constexpr std::uint32_t shortest_own_rsa = 1024;
constexpr std::size_t max_certificate = (std::size_t{1} << 24) - 1;

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
    impl->parsed.push_back(std::move(certificate));
    TRY(append_entry(impl->certificate_list, der));
  }
  TRY(const PublicKey key, own_key(impl->parsed.front()));
  impl->schemes = key.schemes();
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
  crypto::wipe({reinterpret_cast<std::uint8_t*>(key_text.data()), key_text.size()});
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

Result<std::size_t> Credential::sign(SignatureScheme scheme, Bytes content,
                                     MutableBytes out) const {
  ENSURE(impl_->key, Error::signing_failed);
  ENSURE(impl_->schemes.contains(scheme), Error::wrong_key_for_scheme);
  return impl_->key->sign(scheme, content, out);
}

}  // namespace nacre
