// What the runner asks of one connection, out of the shim's command line.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nacre::bogo {

struct CredentialFlags {
  bool is_psk = false;
  bool is_raw = false;           // a raw public key
  std::string psk_importer_key;  // base64, as the next two
  std::string psk_importer_identity;
  std::string psk_importer_context;
  bool psk_importer_sha256 = false;
  bool psk_importer_sha384 = false;
  std::string session_id_context;
  std::string cert_file;
  std::string key_file;
  std::vector<std::uint16_t> signing_prefs;
  bool must_match_issuer = false;
  std::string ocsp_response;           // base64
  std::string signed_cert_timestamps;  // base64
};

// Named after the flags.
struct Flags {
  std::uint16_t port = 0;
  std::uint64_t shim_id = 0;
  bool ipv6 = false;
  bool server = false;
  bool is_handshaker_supported = false;

  unsigned resume_count = 0;
  bool expect_session_miss = false;
  unsigned resumption_delay = 0;
  bool no_ticket = false;
  bool skip_ticket = false;

  bool enable_early_data = false;
  unsigned early_write_after_message = 0;
  bool expect_ticket_supports_early_data = false;
  bool expect_accept_early_data = false;
  bool expect_reject_early_data = false;
  bool expect_no_offer_early_data = false;
  std::string expect_early_data_reason;

  bool async = false;
  bool check_close_notify = false;
  bool shim_writes_first = false;
  bool shim_shuts_down = false;
  bool read_with_unfinished_write = false;
  bool key_update = false;
  bool key_update_before_read = false;
  bool send_alert = false;
  bool export_traffic_secrets = false;
  std::string shim_initial_write = "hello";
  unsigned repeat_shim_initial_write = 1;
  unsigned read_size = 512;
  unsigned max_send_fragment = 0;
  unsigned max_cert_list = 0;
  unsigned export_keying_material = 0;
  std::string export_label;
  std::string export_context;

  // The credentials of -new-x509-credential, in order, and behind them the default one.
  std::vector<CredentialFlags> credentials;
  CredentialFlags default_credential;
  std::string trust_cert;
  std::vector<std::uint16_t> accepted_peer_cert_types;
  std::vector<std::uint16_t> available_client_cert_types;
  unsigned expect_peer_certificate_type = 0;
  std::string expect_peer_rpk_sha256;  // base64
  bool enable_ocsp_stapling = false;
  bool enable_signed_cert_timestamps = false;
  std::string expect_ocsp_response;
  std::string expect_signed_cert_timestamps;
  bool use_ocsp_callback = false;
  bool set_ocsp_in_callback = false;
  bool decline_ocsp_callback = false;
  bool fail_ocsp_callback = false;
  bool install_cert_compression_algs = false;
  unsigned install_one_cert_compression_alg = 0;
  bool verify_fail = false;
  bool verify_peer = false;
  bool use_custom_verify_callback = false;
  bool reverify_on_resume = false;
  bool require_any_client_certificate = false;
  std::string use_client_ca_list;
  bool retain_only_sha256_client_cert = false;
  bool expect_sha256_client_cert = false;
  bool expect_no_peer_cert = false;
  std::string expect_peer_cert_file;

  unsigned max_version = 0;
  bool no_tls13 = false;
  bool enable_grease = false;
  bool no_key_shares = false;
  std::vector<std::uint16_t> curves;
  std::vector<std::uint16_t> key_shares;
  std::vector<std::uint16_t> server_supported_groups_hint;
  std::vector<std::uint16_t> verify_prefs;
  std::vector<std::uint16_t> tls13_ciphers;
  std::vector<std::uint16_t> tls13_ciphers_flags;
  std::vector<std::uint16_t> curves_flags;
  std::string host_name;
  std::string advertise_alpn;
  std::string select_alpn;
  bool select_empty_alpn = false;
  bool decline_alpn = false;
  bool reject_alpn = false;

  // Encrypted Client Hello, in base64: of each key the configuration, itself, and whether clients
  // are told of it.
  std::vector<std::string> ech_server_config;
  std::vector<std::string> ech_server_key;
  std::vector<std::uint16_t> ech_is_retry_config;
  std::string ech_config_list;
  bool reject_unusable_ech_config = false;
  bool enable_ech_grease = false;
  bool fail_early_callback_ech_rewind = false;
  bool expect_ech_accept = false;
  std::string expect_ech_name_override;
  bool expect_no_ech_name_override = false;
  std::string expect_ech_retry_configs;
  bool expect_no_ech_retry_configs = false;

  bool fail_early_callback = false;
  bool fail_ddos_callback = false;
  bool fail_cert_callback = false;
  unsigned fail_cert_callback_alert = 80;  // internal_error

  bool expect_hrr = false;
  bool expect_no_hrr = false;
  bool expect_no_session = false;
  unsigned expect_version = 0;
  unsigned expect_curve_id = 0;
  unsigned expect_cipher = 0;
  unsigned expect_cipher_aes = 0;
  unsigned expect_peer_signature_algorithm = 0;
  std::string expect_server_name;
  bool expect_no_server_name = false;
  std::string expect_msg_callback;
  std::string expect_alpn;
  std::string expect_advertised_alpn;
  std::string expect_client_ca_list;
  std::vector<std::uint16_t> expect_peer_verify_pref;
};

// One set for each kind of connection: -on-initial-X, -on-resume-X and -on-retry-X (for what
// follows rejected early data) are for one of them, -X for all. A flag that is unknown, or a value
// that is none, is in `unknown`.
struct CommandLine {
  Flags initial;
  Flags resume;
  Flags retry;
  std::optional<std::string> unknown;
};

CommandLine parse(std::span<char* const> arguments);

}  // namespace nacre::bogo
