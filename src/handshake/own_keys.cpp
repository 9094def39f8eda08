// The keys of a server's credentials, by the name that is asked for.
#include "handshake/own_keys.h"

#include <algorithm>
#include <optional>

#include "crypto/credentials.h"
#include "crypto/hash.h"

namespace nacre {
namespace {

// Each key once, though several certificates have it.
class KeySet {
 public:
  void add(const SpkiPin& pin) {
    if (!is_empty_ && pin == last_) return;
    hash_.update(pin);
    last_ = pin;
    is_empty_ = false;
  }
  std::array<std::uint8_t, 32> digest() const { return hash_.digest().sha256(); }

 private:
  crypto::Hash hash_{crypto::HashAlgorithm::sha256};
  SpkiPin last_{};
  bool is_empty_ = true;
};

bool has_no_name(const Credential::Impl& credential) {
  return credential.type == CertificateType::raw_public_key;
}

bool has_own_name(const Credential::Impl& credential, const PeerName& name) {
  return !has_no_name(credential) && credential.parsed.front().matches(name);
}

// An address in server_name names nobody (RFC 6066, section 3).
std::optional<PeerName> dns_name(std::string_view host_name) {
  const Result<PeerName> name = PeerName::parse(host_name);
  return name && !name->is_address() ? std::optional(*name) : std::nullopt;
}

}  // namespace

OwnKeys own_keys(const std::vector<Credential>& credentials) {
  OwnKeys own;
  for (const Credential& credential : credentials) {
    own.keys.push_back({credential.spki_pin(), own.keys.size()});
  }
  std::ranges::sort(own.keys, {}, &OwnKeys::Key::pin);
  KeySet all;
  for (const auto& [pin, place] : own.keys) all.add(pin);
  own.digest = all.digest();
  return own;
}

std::array<std::uint8_t, 32> keys_for(const OwnKeys& own,
                                      const std::vector<Credential>& credentials,
                                      std::string_view host_name) {
  const std::optional<PeerName> name = dns_name(host_name);
  if (!name) return own.digest;
  KeySet fitting;
  bool by_name = false;
  for (const auto& [pin, place] : own.keys) {
    const Credential::Impl& credential = credentials.at(place).impl();
    const bool has_it = has_own_name(credential, *name);
    by_name |= has_it;
    if (has_it || has_no_name(credential)) fitting.add(pin);
  }
  return by_name ? fitting.digest() : own.digest;
}

bool knows_name(const std::vector<Credential>& credentials, std::string_view host_name) {
  if (host_name.empty()) return true;
  const std::optional<PeerName> name = dns_name(host_name);
  return name && std::ranges::any_of(credentials, [&](const Credential& each) {
           return has_own_name(each.impl(), *name);
         });
}

}  // namespace nacre
