#include "shim/flags.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>
#include <variant>

namespace nacre::bogo {
namespace {

using Numbers = std::vector<std::uint16_t>;
using Texts = std::vector<std::string>;

// Taken and not looked at: what Nacre always or never does, or what the runner sees for itself.
struct Ignored {
  bool has_value = false;
};
// Belongs to the credential that was begun last.
struct OfCredential {
  std::variant<std::string CredentialFlags::*, Numbers CredentialFlags::*, bool CredentialFlags::*>
      member;
};
struct NewCredential {
  bool is_psk = false;
  bool is_raw = false;
};

using Member = std::variant<bool Flags::*, unsigned Flags::*, std::uint16_t Flags::*,
                            std::uint64_t Flags::*, std::string Flags::*, Numbers Flags::*,
                            Texts Flags::*, Ignored, OfCredential, NewCredential>;

const std::pair<std::string_view, Member> known[] = {
    // NOLINT(modernize-avoid-c-arrays)
    {"port", &Flags::port},
    {"shim-id", &Flags::shim_id},
    {"ipv6", &Flags::ipv6},
    {"server", &Flags::server},
    {"is-handshaker-supported", &Flags::is_handshaker_supported},
    {"resume-count", &Flags::resume_count},
    {"expect-session-miss", &Flags::expect_session_miss},
    {"resumption-delay", &Flags::resumption_delay},
    {"no-ticket", &Flags::no_ticket},
    {"skip-ticket", &Flags::skip_ticket},
    {"enable-early-data", &Flags::enable_early_data},
    {"early-write-after-message", &Flags::early_write_after_message},
    {"expect-ticket-supports-early-data", &Flags::expect_ticket_supports_early_data},
    {"expect-accept-early-data", &Flags::expect_accept_early_data},
    {"expect-reject-early-data", &Flags::expect_reject_early_data},
    {"expect-no-offer-early-data", &Flags::expect_no_offer_early_data},
    {"expect-early-data-reason", &Flags::expect_early_data_reason},
    {"reverify-on-resume", &Flags::reverify_on_resume},
    {"require-any-client-certificate", &Flags::require_any_client_certificate},
    {"expect-no-peer-cert", &Flags::expect_no_peer_cert},
    {"async", &Flags::async},
    {"check-close-notify", &Flags::check_close_notify},
    {"shim-writes-first", &Flags::shim_writes_first},
    {"shim-shuts-down", &Flags::shim_shuts_down},
    {"read-with-unfinished-write", &Flags::read_with_unfinished_write},
    {"key-update", &Flags::key_update},
    {"key-update-before-read", &Flags::key_update_before_read},
    {"send-alert", &Flags::send_alert},
    {"export-traffic-secrets", &Flags::export_traffic_secrets},
    {"shim-initial-write", &Flags::shim_initial_write},
    {"repeat-shim-initial-write", &Flags::repeat_shim_initial_write},
    {"read-size", &Flags::read_size},
    {"max-send-fragment", &Flags::max_send_fragment},
    {"max-cert-list", &Flags::max_cert_list},
    {"export-keying-material", &Flags::export_keying_material},
    {"export-label", &Flags::export_label},
    {"export-context", &Flags::export_context},
    {"new-x509-credential", NewCredential{}},
    {"new-psk-credential", NewCredential{.is_psk = true}},
    {"new-rpk-credential", NewCredential{.is_raw = true}},
    {"ocsp-response", OfCredential{&CredentialFlags::ocsp_response}},
    {"signed-cert-timestamps", OfCredential{&CredentialFlags::signed_cert_timestamps}},
    {"enable-ocsp-stapling", &Flags::enable_ocsp_stapling},
    {"enable-signed-cert-timestamps", &Flags::enable_signed_cert_timestamps},
    {"expect-ocsp-response", &Flags::expect_ocsp_response},
    {"expect-signed-cert-timestamps", &Flags::expect_signed_cert_timestamps},
    {"use-ocsp-callback", &Flags::use_ocsp_callback},
    {"set-ocsp-in-callback", &Flags::set_ocsp_in_callback},
    {"decline-ocsp-callback", &Flags::decline_ocsp_callback},
    {"fail-ocsp-callback", &Flags::fail_ocsp_callback},
    {"install-cert-compression-algs", &Flags::install_cert_compression_algs},
    {"install-one-cert-compression-alg", &Flags::install_one_cert_compression_alg},
    {"accepted-peer-cert-types", &Flags::accepted_peer_cert_types},
    {"available-client-cert-types", &Flags::available_client_cert_types},
    {"expect-peer-certificate-type", &Flags::expect_peer_certificate_type},
    {"expect-peer-rpk-sha256", &Flags::expect_peer_rpk_sha256},
    {"psk-importer-key", OfCredential{&CredentialFlags::psk_importer_key}},
    {"psk-importer-identity", OfCredential{&CredentialFlags::psk_importer_identity}},
    {"psk-importer-context", OfCredential{&CredentialFlags::psk_importer_context}},
    {"psk-importer-sha256", OfCredential{&CredentialFlags::psk_importer_sha256}},
    {"psk-importer-sha384", OfCredential{&CredentialFlags::psk_importer_sha384}},
    {"session-id-context", OfCredential{&CredentialFlags::session_id_context}},
    {"cert-file", OfCredential{&CredentialFlags::cert_file}},
    {"key-file", OfCredential{&CredentialFlags::key_file}},
    {"must-match-issuer", OfCredential{&CredentialFlags::must_match_issuer}},
    {"signing-prefs", OfCredential{&CredentialFlags::signing_prefs}},
    {"trust-cert", &Flags::trust_cert},
    {"verify-fail", &Flags::verify_fail},
    {"verify-peer", &Flags::verify_peer},
    {"use-custom-verify-callback", &Flags::use_custom_verify_callback},
    {"use-client-ca-list", &Flags::use_client_ca_list},
    {"retain-only-sha256-client-cert", &Flags::retain_only_sha256_client_cert},
    {"expect-sha256-client-cert", &Flags::expect_sha256_client_cert},
    {"expect-peer-cert-file", &Flags::expect_peer_cert_file},
    {"max-version", &Flags::max_version},
    {"no-tls13", &Flags::no_tls13},
    {"enable-grease", &Flags::enable_grease},
    {"no-key-shares", &Flags::no_key_shares},
    {"curves", &Flags::curves},
    {"key-shares", &Flags::key_shares},
    {"server-supported-groups-hint", &Flags::server_supported_groups_hint},
    {"verify-prefs", &Flags::verify_prefs},
    {"tls13-ciphers", &Flags::tls13_ciphers},
    {"tls13-ciphers-flags", &Flags::tls13_ciphers_flags},
    {"curves-flags", &Flags::curves_flags},
    {"host-name", &Flags::host_name},
    {"advertise-alpn", &Flags::advertise_alpn},
    {"select-alpn", &Flags::select_alpn},
    {"select-empty-alpn", &Flags::select_empty_alpn},
    {"decline-alpn", &Flags::decline_alpn},
    {"reject-alpn", &Flags::reject_alpn},
    {"ech-server-config", &Flags::ech_server_config},
    {"ech-server-key", &Flags::ech_server_key},
    {"ech-is-retry-config", &Flags::ech_is_retry_config},
    {"ech-config-list", &Flags::ech_config_list},
    {"reject-unusable-ech-config", &Flags::reject_unusable_ech_config},
    {"enable-ech-grease", &Flags::enable_ech_grease},
    {"fail-early-callback-ech-rewind", &Flags::fail_early_callback_ech_rewind},
    {"expect-ech-accept", &Flags::expect_ech_accept},
    {"expect-ech-name-override", &Flags::expect_ech_name_override},
    {"expect-no-ech-name-override", &Flags::expect_no_ech_name_override},
    {"expect-ech-retry-configs", &Flags::expect_ech_retry_configs},
    {"expect-no-ech-retry-configs", &Flags::expect_no_ech_retry_configs},
    {"fail-early-callback", &Flags::fail_early_callback},
    {"fail-ddos-callback", &Flags::fail_ddos_callback},
    {"fail-cert-callback", &Flags::fail_cert_callback},
    {"fail-cert-callback-alert", &Flags::fail_cert_callback_alert},
    {"expect-hrr", &Flags::expect_hrr},
    {"expect-no-hrr", &Flags::expect_no_hrr},
    {"expect-no-session", &Flags::expect_no_session},
    {"expect-version", &Flags::expect_version},
    {"expect-curve-id", &Flags::expect_curve_id},
    {"expect-cipher", &Flags::expect_cipher},
    {"expect-cipher-aes", &Flags::expect_cipher_aes},
    {"expect-peer-signature-algorithm", &Flags::expect_peer_signature_algorithm},
    {"expect-server-name", &Flags::expect_server_name},
    {"expect-no-server-name", &Flags::expect_no_server_name},
    {"expect-msg-callback", &Flags::expect_msg_callback},
    {"expect-alpn", &Flags::expect_alpn},
    {"expect-advertised-alpn", &Flags::expect_advertised_alpn},
    {"expect-client-ca-list", &Flags::expect_client_ca_list},
    {"expect-peer-verify-pref", &Flags::expect_peer_verify_pref},
    // Nacre has no version but 1.3, and no buffers of its own: there is nothing to peek into, and
    // the handshake is always driven by reading and writing.
    {"min-version", Ignored{true}},
    {"no-tls1", Ignored{}},
    {"no-tls11", Ignored{}},
    {"no-tls12", Ignored{}},
    {"implicit-handshake", Ignored{}},
    {"peek-then-read", Ignored{}},
    {"no-op-extra-handshake", Ignored{}},
    // TLS 1.3 does not tell an empty context from none (section 7.5).
    {"use-export-context", Ignored{}},
    // TLS 1.3 has no sessions with an ID.
    {"expect-no-session-id", Ignored{}},
    // Each session that is resumed leads to new tickets, and nobody else makes or reads them.
    {"renew-ticket", Ignored{}},
    {"use-ticket-callback", Ignored{}},
    {"use-ticket-aead-callback", Ignored{}},
    // Told by whether early data is taken.
    {"expect-ticket-age-skew", Ignored{true}},
    // The runner sees whether server_name is acknowledged.
    {"no-server-name-ack", Ignored{}},
    {"install-ddos-callback", Ignored{}},
    // The configuration is always chosen once the ClientHello is there.
    {"use-early-callback", Ignored{}},
    {"server-preference", Ignored{}},
    // One way or the other, the client has its certificates before it is asked for one.
    {"use-old-client-cert-callback", Ignored{}},
    {"cipher", Ignored{true}},
    // The runner compares the certificate that it is sent.
    {"expect-selected-credential", Ignored{true}},
    // For machines without AES instructions.
    {"expect-cipher-no-aes", Ignored{true}},
    // What the verifier says is what the shim said itself.
    {"expect-verify-result", Ignored{}},
    // Extensions of QUIC: to a TLS server they are unknown ones.
    {"quic-use-legacy-codepoint", Ignored{true}},
    // Versions before 1.3, their signals and extensions.
    {"select-next-proto", Ignored{true}},
    {"expect-extended-master-secret", Ignored{}},
    {"expect-secure-renegotiation", Ignored{}},
};

template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  return error == std::errc{} && end == text.end();
}

bool append_number(std::string_view text, Numbers& values) {
  return read_number(text, values.emplace_back());
}

class Setter {
 public:
  Setter(Flags& flags, std::string_view value) : flags_(flags), value_(value) {}

  bool operator()(bool Flags::* member) const { return flags_.*member = true; }
  template <class T>
  bool operator()(T Flags::* member) const {
    return set(flags_.*member);
  }
  bool operator()(Ignored) const { return true; }
  bool operator()(const NewCredential& fresh) const {
    CredentialFlags& credential = flags_.credentials.emplace_back();
    credential.is_psk = fresh.is_psk;
    credential.is_raw = fresh.is_raw;
    return true;
  }
  bool operator()(const OfCredential& of) const {
    CredentialFlags& credential =
        flags_.credentials.empty() ? flags_.default_credential : flags_.credentials.back();
    return std::visit([&](auto member) { return set(credential.*member); }, of.member);
  }

 private:
  bool set(bool& to) const { return to = true; }
  bool set(std::string& to) const {
    to = value_;
    return true;
  }
  bool set(Numbers& to) const { return append_number(value_, to); }
  bool set(Texts& to) const {
    to.emplace_back(value_);
    return true;
  }
  template <class T>
  bool set(T& to) const {
    return read_number(value_, to);
  }

  Flags& flags_;
  std::string_view value_;
};

bool wants_value(const Member& member) {
  if (const auto* ignored = std::get_if<Ignored>(&member)) return ignored->has_value;
  if (const auto* of = std::get_if<OfCredential>(&member)) {
    return !std::holds_alternative<bool CredentialFlags::*>(of->member);
  }
  return !std::holds_alternative<bool Flags::*>(member) &&
         !std::holds_alternative<NewCredential>(member);
}

const Member* find(std::string_view name) {
  for (const auto& [flag, member] : known) {
    if (flag == name) return &member;
  }
  return nullptr;
}

bool take_prefix(std::string_view& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

}  // namespace

CommandLine parse(std::span<char* const> arguments) {
  CommandLine line;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    line.unknown = argument;
    std::string_view name = argument;
    if (!take_prefix(name, "-")) return line;
    const bool initial_only = take_prefix(name, "on-initial-");
    const bool resume_only = !initial_only && take_prefix(name, "on-resume-");
    const bool retry_only = !initial_only && !resume_only && take_prefix(name, "on-retry-");
    const Member* member = find(name);
    if (member == nullptr) return line;
    std::string_view value;
    if (wants_value(*member)) {
      if (++i == arguments.size()) return line;
      value = arguments[i];
    }
    const bool for_all = !initial_only && !resume_only && !retry_only;
    const auto set = [&](bool is_meant, Flags& flags) {
      return (!is_meant && !for_all) || std::visit(Setter(flags, value), *member);
    };
    if (!set(initial_only, line.initial) || !set(resume_only, line.resume) ||
        !set(retry_only, line.retry)) {
      return line;
    }
    line.unknown.reset();
  }
  return line;
}

}  // namespace nacre::bogo
