// ClientConfig and ServerConfig: what is asked for, and the checks of build().
#include "handshake/config.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

#include "crypto/random.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/policy.h"

namespace nacre {

namespace {

constexpr std::size_t max_record_content = 16'384;
constexpr std::size_t min_record_content = 64;
// PeerChain has room for so many.
constexpr std::size_t max_certificates = 16;
// The length of a handshake message has 24 bits, and its header 4 bytes.
constexpr std::size_t max_handshake_message = 0xff'ffff + 4;

bool is_consistent(const Limits& limits) {
  return limits.handshake_message > 0 && limits.handshake_message <= max_handshake_message &&
         limits.certificate_chain > 0 && limits.handshake_memory > 0 && limits.certificates > 0 &&
         limits.certificates <= max_certificates && limits.extensions > 0 &&
         limits.path_iterations > 0 && limits.path_time.count() > 0;
}

// ProtocolName is opaque<1..2^8-1>, and their list has 16 bits of length (RFC 7301, section 3.1).
bool is_consistent(const std::vector<std::string>& protocols) {
  std::size_t list_size = 0;
  for (auto protocol = protocols.begin(); protocol != protocols.end(); ++protocol) {
    if (protocol->empty() || protocol->size() > 255) return false;
    if (std::find(protocols.begin(), protocol, *protocol) != protocol) return false;
    list_size += 1 + protocol->size();
  }
  return list_size <= 0xffff;
}

bool is_consistent(const CommonConfig& config) {
  return is_consistent(config.policy) && is_consistent(config.limits) && is_consistent(config.alpn);
}

// With each of them.
bool can_sign(const std::vector<Credential>& credentials, const Policy& policy) {
  return std::ranges::all_of(credentials, [&](const Credential& credential) {
    return std::ranges::any_of(credential.schemes(), [&](SignatureScheme scheme) {
      return policy.signature_schemes.contains(scheme);
    });
  });
}

void set_alpn(CommonConfig& config, std::span<const std::string_view> protocols) {
  config.alpn.assign(protocols.begin(), protocols.end());
}

void set_record_size_limit(auto& impl, std::size_t bytes) {
  impl.contradictory |= bytes < min_record_content || bytes > max_record_content;
  // What travels counts the content type (RFC 8449, section 4).
  impl.record_size_limit = bytes + 1;
}

void set_pad_to(auto& impl, std::size_t block) {
  const bool usable = block > 0 && block <= max_record_content;
  impl.contradictory |= !usable;
  if (!usable) return;
  impl.padding = [block](std::size_t length) { return (block - length % block) % block; };
}

}  // namespace

UnixTime CommonConfig::now() const {
  if (clock) return clock();
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

Result<void> CommonConfig::random(MutableBytes out) const {
  // fault: AC-261
  if (randomness) return randomness->fill(out);
  crypto::random_bytes(out);
  return {};
}

ClientConfig::Builder::Builder(TrustAnchors anchors)
    : impl_(std::make_unique<Impl>(std::move(anchors))) {}
// fault: AC-231a.2
ClientConfig::Builder::Builder(const Builder& other)
    : impl_(std::make_unique<Impl>(*other.impl_)) {}
ClientConfig::Builder& ClientConfig::Builder::operator=(const Builder& other) {
  // fault: AC-231c
  if (this != &other) *impl_ = *other.impl_;
  return *this;
}
ClientConfig::Builder::~Builder() = default;

ClientConfig::Builder& ClientConfig::Builder::policy(const Policy& policy) {
  impl_->policy = policy;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::limits(const Limits& limits) {
  impl_->limits = limits;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::alpn(std::span<const std::string_view> protocols) {
  set_alpn(*impl_, protocols);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::alpn(
    std::initializer_list<std::string_view> protocols) {
  return alpn(std::span<const std::string_view>(protocols));
}

ClientConfig::Builder& ClientConfig::Builder::credential(Credential credential) {
  impl_->credentials.push_back(std::move(credential));
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::pins(std::span<const SpkiPin> pins) {
  impl_->pins.assign(pins.begin(), pins.end());
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::revocation(RevocationLists lists, Revocation what) {
  impl_->revocation_lists = std::move(lists);
  impl_->revocation = what;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::check_anchor_dates(bool on) {
  impl_->check_anchor_dates = on;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::signature_cache(SignatureCache cache) {
  impl_->signature_cache = std::move(cache);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::ocsp_response(bool ask) {
  impl_->ask_ocsp_response = ask;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::signed_certificate_timestamps(bool ask) {
  impl_->ask_timestamps = ask;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::ask_verdict(bool ask) {
  impl_->ask_verdict = ask;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::grease(bool on) {
  impl_->grease = on;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::ech_grease(bool on) {
  impl_->ech_grease = on;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::grease(bool on) {
  impl_->grease = on;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::send_certificate_authorities(bool on) {
  impl_->send_certificate_authorities = on;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::record_size_limit(std::size_t bytes) {
  set_record_size_limit(*impl_, bytes);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::padding(PaddingFunction function) {
  impl_->padding = std::move(function);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::pad_to(std::size_t block) {
  set_pad_to(*impl_, block);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::clock(Clock clock) {
  impl_->clock = std::move(clock);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::trace(std::shared_ptr<Trace> trace) {
  impl_->trace = std::move(trace);
  return *this;
}

Result<ClientConfig> ClientConfig::Builder::build() const {
  ENSURE(!impl_->contradictory && is_consistent(*impl_), Error::bad_configuration);
  ENSURE(can_sign(impl_->credentials, impl_->policy), Error::bad_configuration);
  ENSURE(has_consistent_sessions(*impl_), Error::bad_configuration);
  ENSURE(has_consistent_keys(*impl_), Error::bad_configuration);
  // A verdict of the application's names no path, and a pinned certificate that is on none proves
  // nothing.
  // fault: AC-237
  ENSURE(impl_->pins.empty() || !impl_->ask_verdict, Error::bad_configuration);
  const auto built = std::make_shared<ClientConfig::Impl>(*impl_);
  TRY(built->issuers, IssuerIndex::make(built->credentials));
  if (!built->compressors.empty()) {
    built->compression_cache = std::make_shared<CompressionCache>();
  }
  if (built->own_types.empty()) built->own_types = types_of(built->credentials);
  built->session_scope = nacre::session_scope(*built, impl_->user_context);
  built->has_session_context = !impl_->user_context.empty();
  return ClientConfig(built);
}

ServerConfig::Builder::Builder(Credential credential) : impl_(std::make_unique<Impl>()) {
  impl_->credentials.push_back(std::move(credential));
}
// fault: AC-231b.2
ServerConfig::Builder::Builder(const Builder& other)
    : impl_(std::make_unique<Impl>(*other.impl_)) {}
ServerConfig::Builder& ServerConfig::Builder::operator=(const Builder& other) {
  // fault: AC-231d
  if (this != &other) *impl_ = *other.impl_;
  return *this;
}
ServerConfig::Builder::~Builder() = default;

ServerConfig::Builder& ServerConfig::Builder::credential(Credential credential) {
  impl_->credentials.push_back(std::move(credential));
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::require_known_name(bool on) {
  impl_->require_known_name = on;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::client_authentication(
    ClientAuthentication authentication) {
  impl_->client_authentication = std::move(authentication);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::revocation(RevocationLists lists, Revocation what) {
  impl_->revocation_lists = std::move(lists);
  impl_->revocation = what;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::check_anchor_dates(bool on) {
  impl_->check_anchor_dates = on;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::signature_cache(SignatureCache cache) {
  impl_->signature_cache = std::move(cache);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::ask_verdict(bool ask) {
  impl_->ask_verdict = ask;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::policy(const Policy& policy) {
  impl_->policy = policy;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::limits(const Limits& limits) {
  impl_->limits = limits;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::alpn(std::span<const std::string_view> protocols) {
  set_alpn(*impl_, protocols);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::alpn(
    std::initializer_list<std::string_view> protocols) {
  return alpn(std::span<const std::string_view>(protocols));
}

ServerConfig::Builder& ServerConfig::Builder::ask_configuration(bool ask) {
  impl_->ask_configuration = ask;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::ech_keys(EchKeys keys) {
  impl_->ech_keys = std::move(keys);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::ech_backend(bool on) {
  impl_->ech_backend = on;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::stateless_retry(
    std::span<const std::uint8_t, 32> key) {
  auto secret = std::make_shared<crypto::Secret<32>>();
  std::ranges::copy(key, secret->resize(key.size()).begin());
  impl_->cookie_key = std::move(secret);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::record_size_limit(std::size_t bytes) {
  set_record_size_limit(*impl_, bytes);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::padding(PaddingFunction function) {
  impl_->padding = std::move(function);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::pad_to(std::size_t block) {
  set_pad_to(*impl_, block);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::clock(Clock clock) {
  impl_->clock = std::move(clock);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::trace(std::shared_ptr<Trace> trace) {
  impl_->trace = std::move(trace);
  return *this;
}

Result<ServerConfig> ServerConfig::Builder::build() const {
  ENSURE(!impl_->contradictory && is_consistent(*impl_), Error::bad_configuration);
  ENSURE(can_sign(impl_->credentials, impl_->policy), Error::bad_configuration);
  ENSURE(has_consistent_sessions(*impl_), Error::bad_configuration);
  ENSURE(has_consistent_keys(*impl_), Error::bad_configuration);
  const auto built = std::make_shared<ServerConfig::Impl>(*impl_);
  TRY(built->issuers, IssuerIndex::make(built->credentials));
  if (!built->compressors.empty()) {
    built->compression_cache = std::make_shared<CompressionCache>();
  }
  if (built->client_authentication) {
    built->client_types = client_types_of(*built->client_authentication);
    TRY(built->client_authorities, authorities_of(*built->client_authentication));
  }
  if (impl_->ech_keys) {
    TRY(built->ech, EchServerKeys::make(*impl_->ech_keys));
  }
  built->own_keys = nacre::own_keys(built->credentials);
  built->session_context = nacre::session_context(*built, impl_->user_context);
  return ServerConfig(built);
}

}  // namespace nacre
