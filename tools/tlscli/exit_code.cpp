// Which exit code a cause has. Switches without default: a new cause does not compile until someone
// has decided.
#include "tlscli/explain.h"

namespace nacre::tlscli {
namespace {

// An alert that the peer sent during the handshake. RFC 9846, section 6.2.
ExitCode exit_code_for(AlertDescription alert) {
  switch (alert) {
    case AlertDescription::protocol_version:
    case AlertDescription::inappropriate_fallback:
      return ExitCode::not_tls13;
    case AlertDescription::unrecognized_name:
      return ExitCode::wrong_name;
    default:
      return ExitCode::handshake_failure;
  }
}

// What belongs to the handshake, and comes when that is over for us: what a server makes of its
// client's certificate, and what a client does whose encrypted ClientHello was not taken.
bool is_about_handshake(AlertDescription alert) {
  using enum AlertDescription;
  return alert == certificate_required || alert == unknown_ca || alert == ech_required ||
         (bad_certificate <= alert && alert <= certificate_unknown);
}

// NOLINTNEXTLINE(readability-function-size): a table of data.
ExitCode exit_code_for(Error error) {
  switch (error) {
    case Error::not_tls:
    case Error::tls13_not_offered:
    case Error::tls13_not_selected:
      return ExitCode::not_tls13;

    case Error::certificate_wrong_name:
    case Error::unrecognized_name:
      return ExitCode::wrong_name;

    case Error::certificate_expired:
    case Error::certificate_not_yet_valid:
      return ExitCode::bad_time;

    case Error::bad_certificate:
    case Error::bad_compressed_certificate:
    case Error::unexpected_raw_public_key:
    case Error::bad_certificate_key:
    case Error::certificate_wrong_purpose:
    case Error::certificate_bad_signature:
    case Error::certificate_weak_key:
    case Error::certificate_weak_signature:
    case Error::certificate_name_constraint:
    case Error::certificate_revoked:
    case Error::revocation_unknown:
    case Error::bad_certificate_status:
    case Error::unknown_issuer:
    case Error::missing_intermediate:
    case Error::untrusted_self_signed:
    case Error::chain_too_complex:
    case Error::chain_refused:
    case Error::pin_mismatch:
    case Error::application_refused:
      return ExitCode::not_trusted;

    case Error::transport:
    case Error::name_not_found:
      return ExitCode::unreachable;
    case Error::timed_out:
      return ExitCode::timeout;

    case Error::bad_configuration:
    case Error::bad_name:
    case Error::no_trust_anchors:
    case Error::bad_pem:
    case Error::key_mismatch:
    case Error::unsupported_key:
    case Error::bad_ticket_keys:
    case Error::bad_session_file:
    case Error::bad_psk:
    case Error::file_unreadable:
      return ExitCode::usage;

    case Error::buffer_too_small:
    case Error::out_of_memory:
    case Error::crypto_failure:
    case Error::no_randomness:
    case Error::not_ready:
    case Error::no_early_data:
    case Error::no_question:
    case Error::wrong_call:
    case Error::closed:
    case Error::internal:
      return ExitCode::bug;

    case Error::truncated:
    case Error::trailing_data:
    case Error::length_out_of_range:
    case Error::bad_alert:
    case Error::bad_key_update:
    case Error::bad_server_name:
    case Error::empty_certificate_list:
    case Error::bad_raw_public_key:
    case Error::message_too_long:
    case Error::too_many_extensions:
    case Error::certificate_chain_too_long:
    case Error::record_too_long:
    case Error::unknown_content_type:
    case Error::unexpected_record:
    case Error::bad_change_cipher_spec:
    case Error::empty_record:
    case Error::no_content_type:
    case Error::too_many_empty_records:
    case Error::too_many_warnings:
    case Error::interleaved_record:
    case Error::message_across_key_change:
    case Error::excess_handshake_data:
    case Error::bad_record_mac:
    case Error::unexpected_message:
    case Error::second_hello_retry_request:
    case Error::bad_legacy_version:
    case Error::bad_selected_version:
    case Error::bad_compression_method:
    case Error::bad_session_id_echo:
    case Error::duplicate_extension:
    case Error::misplaced_extension:
    case Error::missing_extension:
    case Error::unsolicited_extension:
    case Error::psk_not_last:
    case Error::duplicate_value:
    case Error::unoffered_cipher_suite:
    case Error::unoffered_key_share:
    case Error::unoffered_protocol:
    case Error::unoffered_certificate_type:
    case Error::unoffered_compression:
    case Error::bad_certificate_types:
    case Error::unoffered_group:
    case Error::unoffered_signature_scheme:
    case Error::wrong_key_for_scheme:
    case Error::bad_key_share:
    case Error::retry_changes_nothing:
    case Error::retry_group_not_offered:
    case Error::retry_mismatch:
    case Error::changed_client_hello:
    case Error::bad_ticket_lifetime:
    case Error::binder_count:
    case Error::unoffered_psk:
    case Error::psk_hash_mismatch:
    case Error::psk_without_key_share:
    case Error::early_data_after_retry:
    case Error::early_data_mismatch:
    case Error::too_much_early_data:
    case Error::too_much_skipped_early_data:
    case Error::unexpected_ech_type:
    case Error::bad_outer_extensions:
    case Error::bad_ech_padding:
    case Error::bad_inner_client_hello:
    case Error::changed_ech:
    case Error::ech_not_confirmed:
    case Error::ech_rejected:
    case Error::ech_decrypt_failed:
    case Error::bad_binder:
    case Error::psk_declined:
    case Error::bad_cookie:
    case Error::bad_record_size_limit:
    case Error::bad_certificate_context:
    case Error::raw_public_key_chain:
    case Error::duplicate_share:
    case Error::too_many_key_updates:
    case Error::too_many_tickets:
    case Error::no_common_cipher_suite:
    case Error::no_common_group:
    case Error::no_common_signature_scheme:
    case Error::no_common_certificate_type:
    case Error::no_wanted_authority:
    case Error::no_application_protocol:
    case Error::bad_certificate_verify:
    case Error::bad_finished:
    case Error::downgrade_detected:
    case Error::certificate_required:
    case Error::peer_alert:
    case Error::peer_canceled:
    case Error::truncated_stream:
    case Error::aead_limit:
    case Error::handshake_memory:
    case Error::signing_failed:
      return ExitCode::handshake_failure;
  }
  return ExitCode::bug;
}

}  // namespace

ExitCode exit_code_for(Error error, std::optional<AlertDescription> alert, Phase phase) {
  ExitCode code = exit_code_for(error);
  if (error == Error::peer_alert && alert) {
    code = exit_code_for(*alert);
    if (is_about_handshake(*alert)) return code;
  }
  const bool ours = code == ExitCode::bug || code == ExitCode::timeout || code == ExitCode::usage;
  return phase == Phase::established && !ours ? ExitCode::application_error : code;
}

}  // namespace nacre::tlscli
