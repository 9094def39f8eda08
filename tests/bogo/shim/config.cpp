#include "shim/config.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <ranges>
#include <string_view>
#include <vector>

#include "nacre/credentials.h"
#include "nacre/limits.h"
#include "nacre/policy.h"
#include "nacre/try.h"
#include "shim/choice.h"
#include "shim/compression.h"
#include "shim/ech.h"
#include "shim/psk.h"
#include "support/hex.h"

namespace nacre::bogo {
namespace {

constexpr std::size_t runners_message_limit = 128 * 1024;
constexpr std::uint32_t runners_early_data = 14'336;
constexpr std::chrono::seconds runners_window{60};

bool is_post_quantum(NamedGroup group) {
  using enum NamedGroup;
  return group == x25519_mlkem768 || group == secp256r1_mlkem768 || group == secp384r1_mlkem1024 ||
         group == mlkem1024;
}

// The first group, and the first of the other kind where one of them is post-quantum: what a client
// knows nothing better than.
void choose_key_shares(Policy& policy) {
  policy.key_shares.clear();
  std::optional<bool> first;
  for (const NamedGroup group : policy.groups) {
    if (first && (*first == is_post_quantum(group) || policy.key_shares.size() == 2)) continue;
    first = is_post_quantum(group);
    policy.key_shares.add(group);
  }
}

// What a client does that has heard, by DNS for example, which groups the server takes: its own
// first among them. Returns false where there is none.
bool predict_key_share(Policy& policy, const std::vector<std::uint16_t>& hint) {
  const auto found = std::ranges::find_if(policy.groups, [&](NamedGroup group) {
    return std::ranges::count(hint, static_cast<std::uint16_t>(group)) > 0;
  });
  if (found == policy.groups.end()) return false;
  policy.key_shares = {*found};
  return true;
}

// What the runner takes for the default of whom it tests: fewer schemes for who does not sign, and
// on a server the client's choice between AES-128 and ChaCha20.
Policy runners_default(bool signs) {
  using enum SignatureScheme;
  Policy policy = policy_2026;
  policy.number = 0;
  if (!signs) {
    policy.signature_schemes = {ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, ecdsa_secp384r1_sha384,
                                rsa_pss_rsae_sha384, rsa_pss_rsae_sha512};
  }
  policy.cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256};
  policy.cipher_suites.add_tied(CipherSuite::tls_chacha20_poly1305_sha256);
  policy.cipher_suites.add(CipherSuite::tls_aes_256_gcm_sha384);
  return policy;
}

// A flag of 1 ties a value to the next.
template <class T, std::size_t Size>
Result<void> assign(Preferences<T, Size>& to, const std::vector<std::uint16_t>& numbers,
                    const std::vector<std::uint16_t>& tied_to_next = {}) {
  to.clear();
  bool is_tied = false;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto value = static_cast<T>(numbers[i]);
    ENSURE(is_tied ? to.add_tied(value) : to.add(value), Error::bad_configuration);
    is_tied = i < tied_to_next.size() && tied_to_next[i] != 0;
  }
  return {};
}

// What TLS 1.3 does not have (section 4.3.3) no policy can ask for.
Result<void> assign_verify_prefs(Preferences<SignatureScheme, 16>& schemes, const Flags& flags) {
  std::vector<std::uint16_t> usable = flags.verify_prefs;
  std::erase_if(usable, [](std::uint16_t number) {
    return !policy_2026.signature_schemes.contains(static_cast<SignatureScheme>(number));
  });
  return usable.empty() ? Result<void>{} : assign(schemes, usable);
}

Result<Policy> policy_of(const Flags& flags) {
  Policy policy = runners_default(flags.server || !all_credentials(flags).empty());
  if (!flags.tls13_ciphers.empty()) {
    TRY(assign(policy.cipher_suites, flags.tls13_ciphers, flags.tls13_ciphers_flags));
  }
  if (!flags.server) TRY(assign_verify_prefs(policy.signature_schemes, flags));
  if (!flags.curves.empty()) {
    TRY(assign(policy.groups, flags.curves, flags.curves_flags));
    choose_key_shares(policy);
  }
  if (!flags.key_shares.empty()) TRY(assign(policy.key_shares, flags.key_shares));
  if (flags.no_key_shares) policy.key_shares.clear();
  predict_key_share(policy, flags.server_supported_groups_hint);
  return policy;
}

Limits limits_of(const Flags& flags) {
  Limits limits;
  limits.handshake_message = runners_message_limit;
  limits.certificate_chain = runners_message_limit;
  limits.handshake_memory = 4 * runners_message_limit;
  if (flags.max_cert_list > 0) limits.handshake_message = flags.max_cert_list;
  return limits;
}

// The names of a ProtocolNameList without its length.
std::vector<std::string_view> protocols_in(std::string_view list) {
  std::vector<std::string_view> names;
  while (!list.empty()) {
    const std::size_t size = static_cast<unsigned char>(list.front());
    names.push_back(list.substr(1, size));
    list.remove_prefix(std::min(list.size(), 1 + size));
  }
  return names;
}

template <class Builder>
Result<void> common(Builder& builder, const Flags& flags, const Surroundings& surroundings) {
  TRY(const Policy policy, policy_of(flags));
  builder.policy(policy)
      .grease(flags.enable_grease || flags.server)  // as the runner's servers do
      .limits(limits_of(flags))
      .clock(surroundings.sessions.clock())
      .trace(surroundings.trace);
  add_compression(builder, flags);
  danger::log_secrets(builder, surroundings.key_log);
  return {};
}

// What may come of the peer: certificates, and raw public keys; the shim says which are believed.
struct AcceptedTypes {
  bool certificates = true;
  std::optional<RawPublicKeys> keys;
};

AcceptedTypes accepted_types(const Flags& flags) {
  const auto& types = flags.accepted_peer_cert_types;
  const auto has = [&](CertificateType type) {
    return std::ranges::count(types, static_cast<std::uint16_t>(type)) > 0;
  };
  if (types.empty()) return {};
  AcceptedTypes accepted{.certificates = has(CertificateType::x509), .keys = {}};
  if (has(CertificateType::raw_public_key)) {
    accepted.keys.emplace().preferred = types.front() != 0;
  }
  return accepted;
}

// What we may present, by the flags or by what there is.
void add_own_types(ClientConfig::Builder& builder, const Flags& flags) {
  std::vector<std::uint16_t> types = flags.available_client_cert_types;
  for (const CredentialFlags& of : all_credentials(flags)) {
    const std::uint16_t type = of.is_raw ? 2 : 0;
    const bool is_new = std::ranges::count(types, type) == 0;
    if (flags.available_client_cert_types.empty() && is_new) types.push_back(type);
  }
  const auto at = [&](std::size_t i) { return static_cast<CertificateType>(types[i]); };
  if (types.size() == 1) builder.own_certificate_types({at(0)});
  if (types.size() == 2) builder.own_certificate_types({at(0), at(1)});
}

// A client that is to verify takes certificates besides its keys.
Result<ClientConfig::Builder> client_builder(const Flags& flags) {
  TRY(const auto psks, all_psks(flags));
  if (!psks.empty() && !flags.verify_peer) {
    ClientConfig::Builder builder(psks.front());
    for (auto psk = std::next(psks.begin()); psk != psks.end(); ++psk) builder.psk(*psk);
    return builder;
  }
  TrustAnchors anchors = danger::trust_anyone();
  if (!flags.trust_cert.empty()) {
    TRY(anchors, TrustAnchors::from_pem_file(flags.trust_cert));
  }
  const auto [certificates, keys] = accepted_types(flags);
  if (!certificates) return ClientConfig::Builder(*keys);
  ClientConfig::Builder builder(anchors);
  if (keys) builder.raw_public_keys(*keys);
  for (const ExternalPsk& psk : psks) builder.psk(psk);
  return builder;
}

Result<void> add_psks(std::optional<ServerConfig::Builder>& builder, const Flags& flags) {
  TRY(const auto psks, all_psks(flags));
  if (psks.empty()) return {};
  if (flags.async) {
    TRY(const ExternalPsk psk, nobodys_psk());
    if (!builder) builder.emplace(psk);
    builder->ask_psk();
    return {};
  }
  for (const ExternalPsk& psk : psks) {
    if (builder) {
      builder->psk(psk);
    } else {
      builder.emplace(psk);
    }
  }
  return {};
}

// "<NULL>" and "<EMPTY>" are lists of none.
std::vector<std::vector<std::uint8_t>> names_in(std::string_view list) {
  std::vector<std::vector<std::uint8_t>> names;
  if (list.starts_with('<')) return names;
  for (const auto part : std::views::split(list, ',')) {
    const std::string name(part.begin(), part.end());
    names.push_back(test::unhex(name));
  }
  return names;
}

// As the runner's servers: who may look at certificates asks for one.
Result<void> ask_clients(ServerConfig::Builder& builder, const Flags& flags) {
  const bool asks =
      flags.verify_peer || flags.require_any_client_certificate || flags.use_custom_verify_callback;
  if (!asks || all_credentials(flags).empty()) return {};
  auto schemes = runners_default(false).signature_schemes;
  TRY(assign_verify_prefs(schemes, flags));
  const auto [certificates, keys] = accepted_types(flags);
  std::optional<TrustAnchors> anchors;
  if (certificates) anchors = danger::trust_anyone();
  builder.ask_verdict().client_authentication({.anchors = anchors,
                                               .raw_public_keys = keys,
                                               .required = flags.require_any_client_certificate,
                                               .signature_schemes = schemes,
                                               .authorities = names_in(flags.use_client_ca_list)});
  return {};
}

// In a store where everything else takes time, too. `session_context`: base64.
Result<void> add_sessions(ServerConfig::Builder& builder, const Flags& flags,
                          const std::string& session_context, const Sessions& sessions) {
  if (flags.no_ticket || flags.skip_ticket) return {};
  if (flags.async) {
    builder.sessions(sessions.store);
  } else {
    builder.ticket_keys(sessions.ticket_keys);
  }
  TRY(auto context, unbase64(session_context));
  // What was kept of a client's certificate once is not what is kept now.
  if (flags.retain_only_sha256_client_cert) context.push_back(1);
  builder.session_context(context);
  if (!flags.enable_early_data) return {};
  builder.early_data(
      {.guard = sessions.guard, .max_size = runners_early_data, .window = runners_window});
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  ENSURE(file, Error::file_unreadable);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<CredentialFlags> all_credentials(const Flags& flags) {
  std::vector<CredentialFlags> all = flags.credentials;
  std::erase_if(all, &CredentialFlags::is_psk);
  if (!flags.default_credential.cert_file.empty()) all.push_back(flags.default_credential);
  return all;
}

static Result<Credential> load(const CredentialFlags& flags, bool key_elsewhere) {
  TRY(const std::string key, read_file(flags.key_file));
  if (flags.is_raw) {
    TRY(const Credential whole, Credential::from_raw_key_pem(key));
    return key_elsewhere ? Credential::from_public_key(whole.certificate()) : whole;
  }
  TRY(const std::string chain, read_file(flags.cert_file));
  TRY(const Credential credential,
      key_elsewhere ? Credential::from_chain_pem(chain) : Credential::from_pem(chain, key));
  if (flags.ocsp_response.empty() && flags.signed_cert_timestamps.empty()) return credential;
  Staples staples;
  TRY(staples.ocsp_response, unbase64(flags.ocsp_response));
  TRY(staples.signed_certificate_timestamps, unbase64(flags.signed_cert_timestamps));
  return credential.with_staples(std::move(staples));
}

Result<Credential> credential_of(const CredentialFlags& flags, bool key_elsewhere) {
  TRY(const Credential credential, load(flags, key_elsewhere));
  if (flags.signing_prefs.empty()) return credential;
  // Schemes that TLS 1.3 does not have, or not for this key, are no preference.
  std::vector<SignatureScheme> wanted;
  for (const std::uint16_t number : flags.signing_prefs) {
    const auto scheme = static_cast<SignatureScheme>(number);
    if (credential.schemes().contains(scheme)) wanted.push_back(scheme);
  }
  ENSURE(!wanted.empty(), Error::no_common_signature_scheme);
  return credential.with_schemes(wanted);
}

std::string_view server_name(const Flags& flags) {
  return flags.host_name.empty() ? "127.0.0.1" : std::string_view(flags.host_name);
}

Result<ClientConfig> client_config(const Flags& flags, const Surroundings& surroundings) {
  TRY(ClientConfig::Builder builder, client_builder(flags));
  TRY(common(builder, flags, surroundings));
  builder.sessions(surroundings.sessions.last)
      .early_data(flags.enable_early_data)
      .ask_credential()
      .session_context(std::array<std::uint8_t, 1>{1})  // the flags present the same one each time
      .ask_verdict()
      .ocsp_response(flags.enable_ocsp_stapling)
      .signed_certificate_timestamps(flags.enable_signed_cert_timestamps)
      .ech_grease(flags.enable_ech_grease)
      .alpn(protocols_in(flags.advertise_alpn));
  add_own_types(builder, flags);
  return builder.build();
}

Result<ServerConfig> asking_server_config(const Flags& flags, const Surroundings& surroundings) {
  std::optional<ServerConfig::Builder> builder;
  TRY(add_psks(builder, flags));
  if (!builder) {
    std::vector<CredentialFlags> all = all_credentials(flags);
    ENSURE(!all.empty(), Error::bad_configuration);
    all.front().signing_prefs.clear();
    TRY(const Credential credential, credential_of(all.front(), false));
    builder.emplace(credential);
  }
  TRY(common(*builder, flags, surroundings));
  TRY(add_ech_keys(*builder, flags));
  return builder->ask_configuration().build();
}

Result<ServerConfig> server_config(const Flags& flags, const ClientHelloSeen& hello,
                                   const Surroundings& surroundings) {
  std::optional<ServerConfig::Builder> builder;
  for (CredentialFlags of : all_credentials(flags)) {
    if (flags.decline_ocsp_callback) of.ocsp_response.clear();
    const auto credential = credential_of(of, flags.async);
    if (credential == fail(Error::no_common_signature_scheme)) continue;
    TRY(credential);
    const Credential own = of.must_match_issuer ? credential->for_named_authorities() : *credential;
    if (builder) {
      builder->credential(own);
    } else {
      builder.emplace(own);
    }
  }
  TRY(add_psks(builder, flags));
  ENSURE(builder, Error::no_common_signature_scheme);
  TRY(common(*builder, flags, surroundings));
  TRY(ask_clients(*builder, flags));
  TRY(add_sessions(*builder, flags, session_context(hello, flags), surroundings.sessions));
  // No flag says that a server takes what another one has decrypted.
  builder->ech_backend(hello.ech == EchStatus::accepted && flags.ech_server_config.empty());
  if (!flags.select_alpn.empty() || flags.select_empty_alpn) builder->alpn({flags.select_alpn});
  return builder->build();
}

}  // namespace nacre::bogo
