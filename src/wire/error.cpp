// What each error is called, says, breaks and sends. RFC 9846, section 6.2.
#include "nacre/error.h"

namespace nacre {
namespace {

struct Row {
  std::string_view name;
  std::string_view section;
  std::optional<AlertDescription> alert;
  std::string_view text;
};

using enum AlertDescription;
constexpr std::nullopt_t nothing = std::nullopt;

// Without default: a new error does not compile before its words, its section and its alert are
// chosen. The names of alerts and errors overlap: those of errors are always written `Error::`.
//
// Where section 6.2 leaves a choice: a wrong name, a name constraint, a pin or any other rule of a
// chain is certificate_unknown, the alert for issues without a name; a purpose or a kind of key is
// unsupported_certificate; a key or signature that is too weak is bad_certificate, as section
// 4.5.1.3 has it for MD5; what is longer than our limits is decode_error, and what comes more often
// unexpected_message.
// NOLINTNEXTLINE(readability-function-size): a table of data.
constexpr Row row(Error error) {
  // clang-format off
  switch (error) {
    // The peer sent bytes that are not a well-formed message.
    case Error::truncated: return {"truncated", "6", decode_error,
        "a field runs past the end of what holds it"};
    case Error::trailing_data: return {"trailing_data", "4.3", decode_error,
        "bytes are left over behind the end of a structure"};
    case Error::length_out_of_range: return {"length_out_of_range", "6", decode_error,
        "a list or field is shorter or longer than it may be"};
    case Error::bad_alert: return {"bad_alert", "5.1", decode_error,
        "an alert is not two bytes long"};
    case Error::bad_key_update: return {"bad_key_update", "4.7.3", illegal_parameter,
        "a KeyUpdate neither asks for an answer nor declines one"};
    case Error::bad_server_name: return {"bad_server_name", "RFC 6066, 3", illegal_parameter,
        "the name in server_name is no DNS name, or not the only one"};
    case Error::empty_certificate_list: return {"empty_certificate_list", "4.5.1.3", decode_error,
        "the server's Certificate message holds no certificate"};
    case Error::bad_raw_public_key: return {"bad_raw_public_key", "4.5.1", decode_error,
        "a raw public key is no SubjectPublicKeyInfo"};
    case Error::message_too_long: return {"message_too_long", "4", decode_error,
        "a handshake message is longer than the limit"};
    case Error::too_many_extensions: return {"too_many_extensions", "4.3", decode_error,
        "a message has more extensions than the limit"};
    case Error::certificate_chain_too_long:
      return {"certificate_chain_too_long", "4.5.1", decode_error,
        "the peer's certificates are more or larger than the limit"};
    // A record that breaks a rule.
    case Error::record_too_long: return {"record_too_long", "5.1", record_overflow,
        "a record is longer than it may be"};
    case Error::unknown_content_type: return {"unknown_content_type", "5", unexpected_message,
        "a record is of a type that TLS 1.3 does not have"};
    case Error::unexpected_record: return {"unexpected_record", "5", unexpected_message,
        "a record is of a type that has no place here"};
    case Error::bad_change_cipher_spec: return {"bad_change_cipher_spec", "5", unexpected_message,
        "a change_cipher_spec record is not as it must be, or has no place here"};
    case Error::empty_record: return {"empty_record", "5.1", unexpected_message,
        "a record holds nothing, and is of a type that may not"};
    case Error::no_content_type: return {"no_content_type", "5.4", unexpected_message,
        "a protected record holds nothing but padding"};
    case Error::too_many_empty_records: return {"too_many_empty_records", "5.1", unexpected_message,
        "more records than the limit brought nothing"};
    case Error::too_many_warnings: return {"too_many_warnings", "6", unexpected_message,
        "the peer sent more warning alerts than the limit"};
    case Error::interleaved_record: return {"interleaved_record", "5.1", unexpected_message,
        "a record of another type cuts a handshake message in two"};
    case Error::message_across_key_change:
      return {"message_across_key_change", "5.1", unexpected_message,
        "a record goes on behind a message that changes the keys"};
    case Error::excess_handshake_data:
      return {"excess_handshake_data", "4", unexpected_message,
        "a record goes on behind a message that is to be answered first"};
    case Error::bad_record_mac: return {"bad_record_mac", "5.2", bad_record_mac,
        "a record does not decrypt: it was altered, or sealed with other keys"};
    case Error::not_tls: return {"not_tls", "5", unexpected_message,
        "the peer does not speak TLS"};
    // A well-formed message that breaks a rule.
    case Error::unexpected_message: return {"unexpected_message", "4", unexpected_message,
        "a message came that has no place here"};
    case Error::second_hello_retry_request:
      return {"second_hello_retry_request", "4.2.4", unexpected_message,
        "the server sent HelloRetryRequest twice"};
    case Error::tls13_not_offered: return {"tls13_not_offered", "E.2", protocol_version,
        "the client does not offer TLS 1.3"};
    case Error::tls13_not_selected: return {"tls13_not_selected", "E.1", protocol_version,
        "the server chose a version older than TLS 1.3"};
    case Error::downgrade_detected: return {"downgrade_detected", "4.2.3", illegal_parameter,
        "the server knows TLS 1.3, but was made to choose an older version"};
    case Error::bad_legacy_version: return {"bad_legacy_version", "4.2.2", protocol_version,
        "legacy_version is not that of TLS 1.2"};
    case Error::bad_selected_version: return {"bad_selected_version", "4.3.1", illegal_parameter,
        "the server chose a version that was not offered"};
    case Error::bad_compression_method:
      return {"bad_compression_method", "4.2.2", illegal_parameter,
        "a compression method other than null"};
    case Error::bad_session_id_echo: return {"bad_session_id_echo", "4.2.3", illegal_parameter,
        "the server did not echo the session ID"};
    case Error::duplicate_extension: return {"duplicate_extension", "4.3", illegal_parameter,
        "a message has an extension twice"};
    case Error::misplaced_extension: return {"misplaced_extension", "4.3", illegal_parameter,
        "an extension stands in a message where it may not"};
    case Error::missing_extension: return {"missing_extension", "9.2", missing_extension,
        "a mandatory extension is missing"};
    case Error::unsolicited_extension:
      return {"unsolicited_extension", "4.3", unsupported_extension,
        "the peer answers an extension that was not sent"};
    case Error::psk_not_last: return {"psk_not_last", "4.3.11", illegal_parameter,
        "pre_shared_key is not the last extension of the ClientHello"};
    case Error::duplicate_value: return {"duplicate_value", "4.3.7", illegal_parameter,
        "a list holds a value twice"};
    case Error::unoffered_cipher_suite:
      return {"unoffered_cipher_suite", "4.2.3", illegal_parameter,
        "the server chose a cipher suite that was not offered"};
    case Error::unoffered_key_share: return {"unoffered_key_share", "4.3.8", illegal_parameter,
        "the server answered with a group that it was sent no share for"};
    case Error::unoffered_protocol:
      return {"unoffered_protocol", "RFC 7301, 3.2", illegal_parameter,
        "the server chose an application protocol that was not offered"};
    case Error::unoffered_certificate_type:
      return {"unoffered_certificate_type", "RFC 7250, 4.2", illegal_parameter,
        "the server chose a certificate type that was not offered"};
    case Error::unoffered_compression:
      return {"unoffered_compression", "RFC 8879, 4", illegal_parameter,
        "a certificate is compressed by an algorithm that was not offered"};
    case Error::bad_certificate_types:
      return {"bad_certificate_types", "RFC 7250, 4.1", illegal_parameter,
        "a list of certificate types says what holds without it"};
    case Error::unoffered_group: return {"unoffered_group", "4.3.8", illegal_parameter,
        "a key share does not follow the list of supported groups"};
    case Error::unoffered_signature_scheme:
      return {"unoffered_signature_scheme", "4.5.2", illegal_parameter,
        "CertificateVerify uses a signature scheme that was not offered"};
    case Error::wrong_key_for_scheme: return {"wrong_key_for_scheme", "4.5.2", illegal_parameter,
        "CertificateVerify names a signature scheme that the key is not for"};
    case Error::bad_key_share: return {"bad_key_share", "4.3.8.2", illegal_parameter,
        "a key share is not a valid public key of its group"};
    case Error::retry_changes_nothing: return {"retry_changes_nothing", "4.2.4", illegal_parameter,
        "HelloRetryRequest asks for no change"};
    case Error::retry_group_not_offered:
      return {"retry_group_not_offered", "4.3.8", illegal_parameter,
        "HelloRetryRequest asks for a group not offered, or sent already"};
    case Error::retry_mismatch: return {"retry_mismatch", "4.2.4", illegal_parameter,
        "ServerHello contradicts the HelloRetryRequest before it"};
    case Error::changed_client_hello: return {"changed_client_hello", "4.2.2", illegal_parameter,
        "the second ClientHello differs from the first where it may not"};
    case Error::bad_cookie: return {"bad_cookie", "4.3.2", illegal_parameter,
        "the cookie is not one of this server's"};
    case Error::bad_record_size_limit:
      return {"bad_record_size_limit", "RFC 8449, 4", illegal_parameter,
        "record_size_limit is out of range"};
    case Error::bad_certificate_context:
      return {"bad_certificate_context", "4.4.2", illegal_parameter,
        "certificate_request_context is not what it must be"};
    case Error::raw_public_key_chain: return {"raw_public_key_chain", "4.5.1", illegal_parameter,
        "a raw public key does not come alone"};
    case Error::duplicate_share: return {"duplicate_share", "4.3.8", illegal_parameter,
        "two key shares are for one group"};
    case Error::bad_ticket_lifetime: return {"bad_ticket_lifetime", "4.7.1", illegal_parameter,
        "a ticket is to live for more than seven days"};
    case Error::binder_count: return {"binder_count", "4.3.11", illegal_parameter,
        "there are not as many PSK binders as identities"};
    case Error::unoffered_psk: return {"unoffered_psk", "4.3.11", illegal_parameter,
        "the server chose a PSK identity that was not offered"};
    case Error::psk_hash_mismatch: return {"psk_hash_mismatch", "4.3.11", illegal_parameter,
        "the server chose a cipher suite that the PSK is not for"};
    case Error::psk_without_key_share: return {"psk_without_key_share", "4.3.11", illegal_parameter,
        "the server chose a PSK without (EC)DHE, which was not offered"};
    case Error::early_data_after_retry:
      return {"early_data_after_retry", "4.3.10", illegal_parameter,
        "the second ClientHello offers early data"};
    case Error::early_data_mismatch: return {"early_data_mismatch", "4.3.10", illegal_parameter,
        "the server accepts early data with another key, suite or protocol than it was sent with"};
    case Error::too_much_early_data: return {"too_much_early_data", "4.7.1", unexpected_message,
        "there is more early data than the ticket allows"};
    case Error::too_much_skipped_early_data:
      return {"too_much_skipped_early_data", "4.3.10", bad_record_mac,
        "there is more early data than a server that rejects it has to skip"};
    case Error::unexpected_ech_type:
      return {"unexpected_ech_type", "RFC 9849, 7", illegal_parameter,
        "encrypted_client_hello is of a type that may not come here"};
    case Error::bad_outer_extensions:
      return {"bad_outer_extensions", "RFC 9849, 5.1", illegal_parameter,
        "ech_outer_extensions names what is not there, twice, or out of order"};
    case Error::bad_ech_padding: return {"bad_ech_padding", "RFC 9849, 5.1", illegal_parameter,
        "the padding of an encrypted ClientHello is not zero"};
    case Error::bad_inner_client_hello:
      return {"bad_inner_client_hello", "RFC 9849, 7.1", illegal_parameter,
        "an inner ClientHello has no mark as one, or offers an older version"};
    case Error::changed_ech: return {"changed_ech", "RFC 9849, 7.1.1", illegal_parameter,
        "the second encrypted_client_hello is not for the key and suite of the first"};
    case Error::ech_not_confirmed:
      return {"ech_not_confirmed", "RFC 9849, 6.1.5", illegal_parameter,
        "HelloRetryRequest accepted the encrypted ClientHello, and ServerHello does not"};
    case Error::too_many_key_updates: return {"too_many_key_updates", "4.7.3", unexpected_message,
        "the peer changed its keys more often than the limit"};
    case Error::too_many_tickets: return {"too_many_tickets", "4.7.1", unexpected_message,
        "the peer sent more tickets than the limit"};
    // Nothing in common.
    case Error::no_common_cipher_suite:
      return {"no_common_cipher_suite", "4.2.1", handshake_failure,
        "no cipher suite in common with the peer"};
    case Error::no_common_group: return {"no_common_group", "4.2.1", handshake_failure,
        "no key exchange group in common with the peer"};
    case Error::no_common_signature_scheme:
      return {"no_common_signature_scheme", "4.5.1.2", handshake_failure,
        "no certificate that the peer can verify"};
    case Error::no_common_certificate_type:
      return {"no_common_certificate_type", "RFC 7250, 4.2", unsupported_certificate,
        "no certificate type in common with the peer"};
    case Error::no_wanted_authority:
      return {"no_wanted_authority", "4.3.4", handshake_failure,
        "no certificate of ours is of an authority that the peer names"};
    case Error::no_application_protocol:
      return {"no_application_protocol", "RFC 7301, 3.2", no_application_protocol,
        "no application protocol in common with the peer"};
    case Error::unrecognized_name: return {"unrecognized_name", "RFC 6066, 3", unrecognized_name,
        "no certificate for the name that the client asks for"};
    case Error::psk_declined: return {"psk_declined", "4.2.3", handshake_failure,
        "the server does not use the pre-shared key that this client insists on"};
    case Error::ech_rejected: return {"ech_rejected", "RFC 9849, 6.1.6", ech_required,
        "the server did not take the encrypted ClientHello"};
    // The peer failed to prove something.
    case Error::bad_certificate_verify: return {"bad_certificate_verify", "4.5.2", decrypt_error,
        "the peer did not prove that it has the certificate's key"};
    case Error::ech_decrypt_failed:
      return {"ech_decrypt_failed", "RFC 9849, 7.1.1", decrypt_error,
        "the second encrypted ClientHello does not decrypt"};
    case Error::bad_binder: return {"bad_binder", "4.3.11", decrypt_error,
        "the pre-shared key is unknown, or the client does not have it"};
    case Error::bad_finished: return {"bad_finished", "4.5.3", decrypt_error,
        "the handshake was tampered with: Finished does not verify"};
    case Error::bad_certificate: return {"bad_certificate", "4.5.1", bad_certificate,
        "a certificate cannot be read"};
    case Error::bad_compressed_certificate:
      return {"bad_compressed_certificate", "RFC 8879, 4", bad_certificate,
        "a compressed certificate cannot be decompressed to the length that it declares"};
    case Error::unexpected_raw_public_key:
      return {"unexpected_raw_public_key", "RFC 7250, 4.2", unsupported_certificate,
        "a raw public key came where a certificate was agreed on"};
    case Error::bad_certificate_key:
      return {"bad_certificate_key", "4.5.1.2", unsupported_certificate,
        "a certificate's key is of a kind that cannot be used"};
    case Error::certificate_wrong_purpose:
      return {"certificate_wrong_purpose", "4.5.1.2", unsupported_certificate,
        "the certificate is not meant for this use"};
    case Error::certificate_expired: return {"certificate_expired", "6.2", certificate_expired,
        "a certificate has expired"};
    case Error::certificate_not_yet_valid:
      return {"certificate_not_yet_valid", "6.2", certificate_expired,
        "a certificate is not valid yet"};
    case Error::certificate_bad_signature:
      return {"certificate_bad_signature", "6.2", bad_certificate,
        "a signature in the certificate chain does not verify"};
    case Error::certificate_weak_key: return {"certificate_weak_key", "6.2", bad_certificate,
        "a key in the certificate chain is too short"};
    case Error::certificate_weak_signature:
      return {"certificate_weak_signature", "4.5.1.3", bad_certificate,
        "a signature algorithm in the certificate chain is not accepted"};
    case Error::certificate_name_constraint:
      return {"certificate_name_constraint", "RFC 5280, 4.2.1.10", certificate_unknown,
        "a certificate's name is not one that its issuer may certify"};
    case Error::certificate_wrong_name:
      return {"certificate_wrong_name", "RFC 9525, 6", certificate_unknown,
        "the certificate is for other names"};
    case Error::certificate_revoked: return {"certificate_revoked", "6.2", certificate_revoked,
        "a certificate has been revoked"};
    case Error::revocation_unknown: return {"revocation_unknown", "6.2", certificate_unknown,
        "nothing says whether a certificate has been revoked"};
    case Error::bad_certificate_status:
      return {"bad_certificate_status", "RFC 6066, 8", bad_certificate_status_response,
        "the stapled OCSP response does not serve, or is missing"};
    case Error::unknown_issuer: return {"unknown_issuer", "6.2", unknown_ca,
        "no trust anchor issued the certificate chain"};
    case Error::missing_intermediate: return {"missing_intermediate", "6.2", unknown_ca,
        "the peer did not send the certificate of its issuer"};
    case Error::untrusted_self_signed: return {"untrusted_self_signed", "6.2", unknown_ca,
        "the certificate is self-signed, and no trust anchor"};
    case Error::chain_too_complex: return {"chain_too_complex", "6.2", unknown_ca,
        "no path to a trust anchor was found within the limit"};
    case Error::chain_refused: return {"chain_refused", "RFC 5280, 6.1", certificate_unknown,
        "the certificate chain breaks a rule"};
    case Error::pin_mismatch: return {"pin_mismatch", "6.2", certificate_unknown,
        "no certificate of the chain has a pinned key"};
    case Error::certificate_required:
      return {"certificate_required", "4.5.1.3", certificate_required,
        "the client sent no certificate"};
    case Error::application_refused: return {"application_refused", "6.2", access_denied,
        "the application did not accept the peer"};
    // The connection ended.
    case Error::peer_alert: return {"peer_alert", "6.2", nothing,
        "the peer ended the connection with an alert"};
    case Error::peer_canceled: return {"peer_canceled", "6.1", nothing,
        "the peer canceled the handshake"};
    case Error::truncated_stream: return {"truncated_stream", "6.1", nothing,
        "the transport ended before the peer said that it was done"};
    case Error::closed: return {"closed", "6.1", nothing,
        "the connection is closed"};
    case Error::aead_limit: return {"aead_limit", "5.5", nothing,
        "the keys have protected as many records as they may"};
    // Our side. The peer learns no more than that there was a fault, if anything.
    case Error::buffer_too_small: return {"buffer_too_small", "", nothing,
        "the output does not fit the buffer"};
    case Error::out_of_memory: return {"out_of_memory", "", internal_error,
        "no memory could be allocated"};
    case Error::handshake_memory: return {"handshake_memory", "", internal_error,
        "the handshake needs more memory than the limit"};
    case Error::crypto_failure: return {"crypto_failure", "", internal_error,
        "the cryptography library refused an operation"};
    case Error::no_randomness: return {"no_randomness", "", internal_error,
        "the source of randomness failed"};
    case Error::signing_failed: return {"signing_failed", "", internal_error,
        "the private key did not sign"};
    case Error::not_ready: return {"not_ready", "", nothing,
        "the handshake is not complete"};
    case Error::no_early_data: return {"no_early_data", "", nothing,
        "early data may not be sent here, or no more of it"};
    case Error::no_question: return {"no_question", "", nothing,
        "there is no question for this answer"};
    case Error::wrong_call: return {"wrong_call", "", nothing,
        "the call does not fit the role or the state of the connection"};
    case Error::bad_configuration: return {"bad_configuration", "", nothing,
        "the configuration contradicts itself"};
    case Error::bad_name: return {"bad_name", "", nothing,
        "not a DNS name or an IP address"};
    case Error::no_trust_anchors: return {"no_trust_anchors", "", nothing,
        "there is nothing to trust: no root certificate was given"};
    case Error::bad_pem: return {"bad_pem", "", nothing,
        "no certificate or key could be read from the PEM text"};
    case Error::key_mismatch: return {"key_mismatch", "", nothing,
        "the private key does not belong to the certificate"};
    case Error::unsupported_key: return {"unsupported_key", "", nothing,
        "a type or size of key that is not supported"};
    case Error::bad_ticket_keys: return {"bad_ticket_keys", "", nothing,
        "the ticket keys are not whole, are zeros, or name one twice"};
    case Error::bad_session_file: return {"bad_session_file", "", nothing,
        "the sessions are of another version or damaged"};
    case Error::bad_psk: return {"bad_psk", "", nothing,
        "a pre-shared key, its identity or its context has a length or form that cannot be used"};
    case Error::file_unreadable: return {"file_unreadable", "", nothing,
        "a file could not be read"};
    case Error::transport: return {"transport", "", nothing,
        "the transport failed"};
    case Error::timed_out: return {"timed_out", "", nothing,
        "the transport did not move in time"};
    case Error::name_not_found: return {"name_not_found", "", nothing,
        "the host name has no address"};
    case Error::internal: return {"internal", "", internal_error,
        "a bug in Nacre"};
  }
  // clang-format on
  return {"unknown", "", internal_error, "an unknown error"};
}

}  // namespace

std::string_view name(Error error) {
  return row(error).name;
}

std::string_view describe(Error error) {
  return row(error).text;
}

std::string_view section(Error error) {
  return row(error).section;
}

std::optional<AlertDescription> alert_for(Error error) {
  return row(error).alert;
}

}  // namespace nacre
