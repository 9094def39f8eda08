#include "nacre/error.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace nacre {
namespace {

using enum AlertDescription;

struct Group {
  std::optional<AlertDescription> alert;
  std::vector<Error> errors;
};

// Written from section 6.2 and from the places where the RFC names an alert; the order is the
// RFC's.
// NOLINTNEXTLINE(readability-function-size): a table of data.
const std::vector<Group>& groups() {
  static const std::vector<Group> all{
      // An inappropriate message was received; sections 4.2.4, 4.7.3, 5, 5.1, 5.4.
      {unexpected_message,
       {Error::unexpected_message, Error::too_much_early_data, Error::second_hello_retry_request,
        Error::unknown_content_type, Error::unexpected_record, Error::bad_change_cipher_spec,
        Error::empty_record, Error::no_content_type, Error::interleaved_record,
        Error::message_across_key_change, Error::excess_handshake_data, Error::not_tls,
        Error::too_many_empty_records, Error::too_many_warnings, Error::too_many_key_updates,
        Error::too_many_tickets}},
      // A record cannot be deprotected.
      {bad_record_mac, {Error::bad_record_mac, Error::too_much_skipped_early_data}},
      // A record above 2^14 + 256 bytes, or content above 2^14 or the negotiated limit.
      {record_overflow, {Error::record_too_long}},
      // No acceptable set of security parameters.
      {handshake_failure,
       {Error::no_common_cipher_suite, Error::no_common_group, Error::no_common_signature_scheme,
        Error::no_wanted_authority, Error::psk_declined}},
      // Corrupt, or with signatures that do not verify; 4.5.1.3: algorithms too weak.
      {bad_certificate,
       {Error::bad_compressed_certificate, Error::bad_certificate, Error::certificate_bad_signature,
        Error::certificate_weak_key, Error::certificate_weak_signature}},
      // Of an unsupported type.
      {unsupported_certificate,
       {Error::unexpected_raw_public_key, Error::no_common_certificate_type,
        Error::certificate_wrong_purpose, Error::bad_certificate_key}},
      {certificate_revoked, {Error::certificate_revoked}},
      // Expired or not currently valid.
      {certificate_expired, {Error::certificate_expired, Error::certificate_not_yet_valid}},
      // Some other issue that makes the certificate unacceptable.
      {certificate_unknown,
       {Error::certificate_wrong_name, Error::certificate_name_constraint, Error::chain_refused,
        Error::pin_mismatch, Error::revocation_unknown}},
      // RFC 6066, section 8.
      {bad_certificate_status_response, {Error::bad_certificate_status}},
      // Conforms to the syntax, but is incorrect or inconsistent; named so in 4.2.2 to 4.2.4, 4.3,
      // 4.3.1, 4.3.7, 4.3.8, 4.3.11, 4.5.2, 4.7.3 and RFC 8449, 4.
      {illegal_parameter,
       {Error::unoffered_compression,
        Error::raw_public_key_chain,
        Error::unoffered_certificate_type,
        Error::bad_certificate_types,
        Error::bad_key_update,
        Error::bad_server_name,
        Error::downgrade_detected,
        Error::bad_selected_version,
        Error::bad_compression_method,
        Error::bad_session_id_echo,
        Error::duplicate_extension,
        Error::misplaced_extension,
        Error::psk_not_last,
        Error::duplicate_value,
        Error::unoffered_cipher_suite,
        Error::unoffered_key_share,
        Error::unoffered_protocol,
        Error::unoffered_group,
        Error::unoffered_signature_scheme,
        Error::wrong_key_for_scheme,
        Error::bad_key_share,
        Error::retry_changes_nothing,
        Error::retry_group_not_offered,
        Error::retry_mismatch,
        Error::changed_client_hello,
        Error::bad_ticket_lifetime,
        Error::binder_count,
        Error::unoffered_psk,
        Error::psk_hash_mismatch,
        Error::psk_without_key_share,
        Error::early_data_after_retry,
        Error::early_data_mismatch,
        Error::bad_cookie,
        Error::bad_record_size_limit,
        Error::bad_certificate_context,
        Error::duplicate_share,
        Error::unexpected_ech_type,
        Error::bad_outer_extensions,
        Error::bad_ech_padding,
        Error::bad_inner_client_hello,
        Error::changed_ech,
        Error::ech_not_confirmed}},
      // No trust anchor could be located or matched.
      {unknown_ca,
       {Error::unknown_issuer, Error::missing_intermediate, Error::untrusted_self_signed,
        Error::chain_too_complex}},
      // A valid certificate was received, and the sender decided not to proceed.
      {access_denied, {Error::application_refused}},
      // Some field out of the specified range, or the length of the message incorrect.
      {decode_error,
       {Error::bad_raw_public_key, Error::truncated, Error::trailing_data,
        Error::length_out_of_range, Error::bad_alert, Error::empty_certificate_list,
        Error::message_too_long, Error::too_many_extensions, Error::certificate_chain_too_long}},
      // A signature or a Finished message that does not verify.
      {decrypt_error,
       {Error::bad_certificate_verify, Error::bad_finished, Error::bad_binder,
        Error::ech_decrypt_failed}},
      // Recognized but not supported; 4.2.2, 4.2.3, E.1, E.2.
      {protocol_version,
       {Error::tls13_not_offered, Error::tls13_not_selected, Error::bad_legacy_version}},
      // Unrelated to the peer or the correctness of the protocol.
      {internal_error,
       {Error::out_of_memory, Error::handshake_memory, Error::crypto_failure, Error::no_randomness,
        Error::signing_failed, Error::internal}},
      {missing_extension, {Error::missing_extension}},
      {unsupported_extension, {Error::unsolicited_extension}},
      {unrecognized_name, {Error::unrecognized_name}},
      {certificate_required, {Error::certificate_required}},
      {no_application_protocol, {Error::no_application_protocol}},
      // RFC 9849, 6.1.6: what the server was offered, it did not take.
      {ech_required, {Error::ech_rejected}},
      // The peer already knows, is gone, or has no part in it.
      {std::nullopt, {Error::peer_alert,       Error::peer_canceled,     Error::truncated_stream,
                      Error::closed,           Error::aead_limit,        Error::buffer_too_small,
                      Error::not_ready,        Error::no_early_data,     Error::no_question,
                      Error::wrong_call,       Error::bad_configuration, Error::bad_name,
                      Error::no_trust_anchors, Error::bad_pem,           Error::key_mismatch,
                      Error::unsupported_key,  Error::bad_ticket_keys,   Error::bad_session_file,
                      Error::bad_psk,          Error::file_unreadable,   Error::transport,
                      Error::timed_out,        Error::name_not_found}},
  };
  return all;
}

// Every enumerator: what is none has no name.
std::vector<Error> all_errors() {
  std::vector<Error> errors;
  for (unsigned number = 0; number < 256; ++number) {
    const auto error = static_cast<Error>(number);
    if (name(error) != "unknown") errors.push_back(error);
  }
  return errors;
}

TEST_CASE("AC-236: no error has the number of success", "[AC-236]") {
  CHECK(name(Error{}) == "unknown");
  for (const Error error : all_errors()) {
    CHECK(std::error_code(static_cast<int>(error), std::generic_category()));
  }
}

TEST_CASE("Each error sends the alert that the RFC names for it", "[rfc9846-6.2]") {
  for (const Group& group : groups()) {
    for (const Error error : group.errors) {
      INFO(name(error));
      CHECK(alert_for(error) == group.alert);
    }
  }
}

TEST_CASE("Each error is in one group, and none is left out", "[rfc9846-6.2]") {
  std::set<Error> seen;
  for (const Group& group : groups()) {
    for (const Error error : group.errors) {
      INFO(name(error));
      CHECK(seen.insert(error).second);
    }
  }
  for (const Error error : all_errors()) {
    INFO(name(error));
    CHECK(seen.contains(error));
  }
  CHECK(seen.size() == all_errors().size());
}

TEST_CASE("Each error has a name and a text of its own") {
  std::set<std::string> names;
  std::set<std::string> texts;
  for (const Error error : all_errors()) {
    INFO(name(error));
    CHECK(names.emplace(name(error)).second);
    CHECK(texts.emplace(describe(error)).second);
    CHECK_FALSE(describe(error).empty());
  }
  CHECK(all_errors().size() > 100);
}

TEST_CASE("Each error that the peer is told of, but for our own faults, names a section") {
  for (const Error error : all_errors()) {
    INFO(name(error));
    const auto alert = alert_for(error);
    CHECK(section(error).empty() ==
          (alert == internal_error || (!alert && error >= Error::buffer_too_small)));
  }
}

TEST_CASE("A Result equals the failure that it holds, and no other") {
  const Result<int> failed = fail(Error::truncated);
  CHECK(failed == fail(Error::truncated));
  CHECK_FALSE(failed == fail(Error::trailing_data));
  CHECK_FALSE(Result<int>(7) == fail(Error::truncated));
}

}  // namespace
}  // namespace nacre
