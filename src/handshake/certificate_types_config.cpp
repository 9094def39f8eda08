// What a configuration says of the form that keys come in: certificate types (RFC 7250), and
// compression (RFC 8879).
#include <algorithm>
#include <utility>
#include <vector>

#include "handshake/config.h"
#include "nacre/names.h"

namespace nacre {
namespace {

// Certificates and raw public keys, the preferred kind first.
CertificateTypes types_with(const RawPublicKeys& keys) {
  if (keys.preferred) return {CertificateType::raw_public_key, CertificateType::x509};
  return {CertificateType::x509, CertificateType::raw_public_key};
}

// Each algorithm once.
void add_compressor(auto& impl, CertificateCompressors& to, CertificateCompressorPtr compressor) {
  const auto is_same = [&](const CertificateCompressorPtr& each) {
    return each->algorithm() == compressor->algorithm();
  };
  impl.contradictory |= !compressor || std::ranges::any_of(to, is_same);
  if (compressor) to.push_back(std::move(compressor));
}

}  // namespace

// The types of `credentials`, in their order; X.509 where there is none.
CertificateTypes types_of(const std::vector<Credential>& credentials) {
  CertificateTypes types;
  for (const Credential& credential : credentials) types.add(credential.type());
  if (types.empty()) types.add(CertificateType::x509);
  return types;
}

// RFC 7250, sections 4.1 and 6: a raw public key is believed because it is known, or because the
// application says so.
bool has_consistent_keys(const ClientConfig::Impl& config) {
  // fault: AC-008d
  return !config.server_types.contains(CertificateType::raw_public_key) || config.ask_verdict ||
         !config.raw_public_keys.empty();
}

bool has_consistent_keys(const ServerConfig::Impl& config) {
  if (!config.client_authentication) return true;
  const auto& clients = *config.client_authentication;
  const auto& keys = clients.raw_public_keys;
  // fault: AC-008e
  return (clients.anchors || keys) && (!keys || config.ask_verdict || !keys->pins.empty());
}

CertificateTypes client_types_of(const ServerConfig::Builder::ClientAuthentication& clients) {
  if (!clients.raw_public_keys) return {CertificateType::x509};
  if (!clients.anchors) return {CertificateType::raw_public_key};
  return types_with(*clients.raw_public_keys);
}

ClientConfig::Builder& ClientConfig::Builder::ask_credential(bool ask) {
  impl_->ask_credential = ask;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::raw_public_keys(RawPublicKeys keys) {
  impl_->server_types = types_with(keys);
  impl_->raw_public_keys = std::move(keys.pins);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::own_certificate_types(
    std::initializer_list<CertificateType> types) {
  impl_->contradictory |= types.size() == 0;
  impl_->own_types = {};
  for (const CertificateType type : types) {
    impl_->contradictory |= name(type) == "unknown" || !impl_->own_types.add(type);
  }
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::compress_certificate(
    CertificateCompressorPtr compressor) {
  add_compressor(*impl_, impl_->compressors, std::move(compressor));
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::decompress_certificate(
    CertificateCompressorPtr compressor) {
  add_compressor(*impl_, impl_->decompressors, std::move(compressor));
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::compress_certificate(
    CertificateCompressorPtr compressor) {
  add_compressor(*impl_, impl_->compressors, std::move(compressor));
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::decompress_certificate(
    CertificateCompressorPtr compressor) {
  add_compressor(*impl_, impl_->decompressors, std::move(compressor));
  return *this;
}

}  // namespace nacre
