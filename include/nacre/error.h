// Errors, and the alert that each one sends. RFC 9846, section 6.2.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "nacre/alert.h"
#include "nacre/attributes.h"

namespace nacre {

// Why an operation failed. One enumerator, one cause, one alert. None is 0, which stands for
// success in std::error_code and in C.
enum class Error : std::uint8_t {
  // The peer sent bytes that are not a well-formed message.
  // fault: AC-236
  truncated = 1,               // a field runs past the end of its container
  trailing_data,               // a structure ends before its container does
  length_out_of_range,         // a vector is shorter or longer than its declared bounds
  bad_alert,                   // an alert record that is not two bytes
  bad_key_update,              // request_update is neither 0 nor 1
  bad_server_name,             // a host_name that is no DNS name
  empty_certificate_list,      // a server's Certificate message without a certificate
  bad_raw_public_key,          // a raw public key that is no SubjectPublicKeyInfo
  message_too_long,            // a handshake message above Limits::handshake_message
  too_many_extensions,         // more extensions in one block than Limits allows
  certificate_chain_too_long,  // a chain above Limits::certificate_chain

  // A record that breaks a rule.
  record_too_long,         // a record above the length that section 5 or record_size_limit allows
  unknown_content_type,    // a content type that section 5.1 does not name
  unexpected_record,       // a record type with no place in this state
  bad_change_cipher_spec,  // change_cipher_spec that is not one byte of 1, or has no place
  empty_record,            // a zero-length fragment of a type that may not have one
  no_content_type,         // an inner plaintext of zeros alone
  too_many_empty_records,  // more records without progress than Limits tolerates
  too_many_warnings,       // more warning alerts than Limits tolerates
  interleaved_record,      // another record type between the fragments of a handshake message
  message_across_key_change,  // handshake bytes left over where the keys change
  excess_handshake_data,      // handshake bytes behind a message that we have to answer first
  bad_record_mac,             // a record does not decrypt
  not_tls,                    // the first bytes are no TLS record

  // A well-formed message that breaks a rule.
  unexpected_message,          // this message type has no place in this state
  second_hello_retry_request,  // HelloRetryRequest twice
  tls13_not_offered,           // the peer's supported_versions does not name TLS 1.3
  tls13_not_selected,          // the server chose an older version
  downgrade_detected,          // the server's random says that it knows TLS 1.3, and it chose older
  bad_legacy_version,          // legacy_version is not 0x0303
  bad_selected_version,        // supported_versions selects what we did not offer
  bad_compression_method,      // legacy_compression_methods is not exactly null
  bad_session_id_echo,         // legacy_session_id_echo differs from what we sent
  duplicate_extension,         // one extension type twice in one block
  misplaced_extension,         // a known extension in a message where it may not be
  missing_extension,           // a mandatory extension is absent
  unsolicited_extension,       // a response to an extension that we did not offer
  psk_not_last,                // pre_shared_key is not the last extension of ClientHello
  duplicate_value,         // the same name, version, group or share twice where that is forbidden
  unoffered_cipher_suite,  // the server chose what we did not offer
  unoffered_key_share,     // the server answered with a group that we sent no share for
  unoffered_protocol,      // the server chose an ALPN protocol that we did not offer
  unoffered_certificate_type,  // the server chose a certificate type that we did not offer
  unoffered_compression,       // a certificate compressed by an algorithm that was not offered
  bad_certificate_types,       // a list of certificate types that names X.509 alone
  unoffered_group,             // a key share of a group that supported_groups does not name
  unoffered_signature_scheme,  // CertificateVerify with a scheme that was not offered
  wrong_key_for_scheme,     // CertificateVerify with a scheme that the certificate's key cannot use
  bad_key_share,            // a public key that is no point, or of the wrong length
  retry_changes_nothing,    // HelloRetryRequest that leaves ClientHello as it was
  retry_group_not_offered,  // HelloRetryRequest for a group that we do not support or have sent
  retry_mismatch,           // ServerHello contradicts HelloRetryRequest
  changed_client_hello,     // the second ClientHello differs where it may not
  bad_cookie,               // a cookie that we did not seal
  bad_record_size_limit,    // record_size_limit below 64 or above what we allow
  bad_certificate_context,  // certificate_request_context not empty in the handshake
  raw_public_key_chain,     // more than one raw public key
  duplicate_share,          // two key shares for one group
  too_many_key_updates,     // more KeyUpdates without data than Limits tolerates
  too_many_tickets,         // more NewSessionTickets than Limits tolerates
  bad_ticket_lifetime,      // a ticket_lifetime of more than seven days
  binder_count,             // not as many binders as identities
  unoffered_psk,            // the server chose an identity that was not offered
  psk_hash_mismatch,        // the server chose a cipher suite with another hash than the PSK's
  psk_without_key_share,    // the server chose a PSK without (EC)DHE, which we did not offer
  early_data_after_retry,   // early_data in the second ClientHello
  early_data_mismatch,      // early data accepted with other parameters than it was sent with
  too_much_early_data,      // more early data than the ticket allows
  too_much_skipped_early_data,  // more rejected early data than Limits tolerates
  unexpected_ech_type,     // encrypted_client_hello inner where it may be outer, or the reverse
  bad_outer_extensions,    // ech_outer_extensions names what it may not
  bad_ech_padding,         // padding of an encrypted ClientHello that is not zero
  bad_inner_client_hello,  // an inner ClientHello without its mark, or for older versions
  changed_ech,             // the second encrypted_client_hello is for another key or suite
  ech_not_confirmed,       // HelloRetryRequest accepted ECH, and ServerHello does not

  // Nothing in common.
  no_common_cipher_suite,      // no cipher suite that both sides have
  no_common_group,             // no group that both sides have
  no_common_signature_scheme,  // no certificate with a scheme that the client can verify
  no_common_certificate_type,  // no certificate type that both sides have
  no_wanted_authority,         // no certificate of an authority that the peer names
  no_application_protocol,     // no ALPN protocol that both sides have
  unrecognized_name,           // no certificate for the name that the client asks for
  psk_declined,                // the server did not choose the pre-shared key that we insist on
  ech_rejected,  // the server of the public name did not take the encrypted ClientHello

  // The peer failed to prove something.
  bad_certificate_verify,       // the signature does not cover this transcript
  bad_finished,                 // verify_data does not match
  ech_decrypt_failed,           // a second encrypted ClientHello that does not decrypt
  bad_binder,                   // a PSK binder that does not match, or of an unknown identity
  bad_certificate,              // a certificate that cannot be parsed
  bad_compressed_certificate,   // a compressed certificate that cannot be decompressed, or is too
                                // long
  unexpected_raw_public_key,    // a raw public key where certificates were agreed on
  bad_certificate_key,          // a certificate whose key cannot be used
  certificate_wrong_purpose,    // key usage or extended key usage forbids this use
  certificate_expired,          // notAfter has passed
  certificate_not_yet_valid,    // notBefore has not come
  certificate_bad_signature,    // a signature in the chain does not verify
  certificate_weak_key,         // a key in the chain is too short
  certificate_weak_signature,   // a signature algorithm in the chain is not accepted
  certificate_name_constraint,  // a name constraint of the chain is violated
  certificate_wrong_name,       // the certificate is for other names
  certificate_revoked,          // the issuer took the certificate back
  revocation_unknown,           // nothing says that a certificate is not revoked
  bad_certificate_status,       // a stapled OCSP response that does not serve, or a missing one
  unknown_issuer,               // no trust anchor issued the chain
  missing_intermediate,         // the leaf's issuer is not among the certificates sent
  untrusted_self_signed,        // a self-signed certificate that is no trust anchor
  chain_too_complex,            // the path was not found within the budget
  chain_refused,                // the chain breaks another rule of RFC 5280
  pin_mismatch,                 // no certificate of the chain has a pinned key
  certificate_required,         // the client sent no certificate
  application_refused,          // the application's own verdict

  // The connection ended.
  peer_alert,        // the peer sent a fatal alert: Failure tells which
  peer_canceled,     // the peer sent user_canceled and closed
  truncated_stream,  // the transport ended without close_notify
  closed,            // used after it was closed
  aead_limit,        // as many records as the keys may protect

  // Our side. The peer learns no more than "internal_error", if anything.
  buffer_too_small,   // the caller's buffer cannot hold the output
  out_of_memory,      // an allocation failed
  handshake_memory,   // the handshake needs more than Limits::handshake_memory
  crypto_failure,     // the cryptography library refused
  no_randomness,      // the source of randomness failed
  signing_failed,     // the private key did not sign
  not_ready,          // called before the handshake is complete
  no_early_data,      // early data may not, no more, or not yet be sent
  no_question,        // resume() without a matching question
  wrong_call,         // the call does not fit the role or the state
  bad_configuration,  // the configuration contradicts itself
  bad_name,           // not a DNS name or an IP address
  no_trust_anchors,   // nothing to trust was given
  bad_pem,            // no certificate or key could be read
  key_mismatch,       // the private key does not belong to the certificate
  unsupported_key,    // a key type or size that Nacre does not use
  bad_ticket_keys,    // ticket keys of another length, of zeros, or one twice
  bad_session_file,   // no file of sessions, or a damaged one
  bad_psk,            // a pre-shared key or identity too short, too long, or not to be used
  file_unreadable,    // a file could not be read
  transport,          // the transport failed
  timed_out,          // the transport did not move in time
  name_not_found,     // the host name has no address
  internal,           // a bug in Nacre
};

// A T, or the Error that stands in its way. It is a type of its own so as to be [[nodiscard]],
// which std::expected is not.
template <class T>
struct [[nodiscard]] Result : std::expected<T, Error> {
  using std::expected<T, Error>::expected;

  friend constexpr bool operator==(const Result& result, const std::unexpected<Error>& failure) {
    return !result && result.error() == failure.error();
  }
};

// What a function that gives a Result returns when it fails.
constexpr std::unexpected<Error> fail(Error error) {
  return std::unexpected(error);
}

// The enumerator's own name, for logs and tests: "unknown_issuer". The text is static.
NACRE_API std::string_view name(Error error);

// One line for people: what went wrong, in words. Holds nothing that a peer sent. Static.
NACRE_API std::string_view describe(Error error);

// The section of RFC 9846 (or the RFC) that states the broken rule: "4.2.3", "RFC 8449, 4"; empty
// where none does. Static.
NACRE_API std::string_view section(Error error);

// The alert to send before closing, or nothing when the peer is not to hear of it.
NACRE_API std::optional<AlertDescription> alert_for(Error error);

}  // namespace nacre
