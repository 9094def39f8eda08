#include "shim/expectations.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "crypto/signature.h"
#include "nacre/verify.h"
#include "shim/config.h"
#include "shim/exchange.h"
#include "shim/psk.h"

namespace nacre::bogo {
namespace {

bool same(std::string_view what, std::string_view got, std::string_view wanted) {
  if (got == wanted) return true;
  std::fprintf(stderr, "%s is \"%s\", not \"%s\"\n", std::string(what).c_str(),
               std::string(got).c_str(), std::string(wanted).c_str());
  return false;
}

bool holds(bool is_good, const char* otherwise) {
  if (!is_good) std::fprintf(stderr, "%s\n", otherwise);
  return is_good;
}

// 0: anything will do.
bool is_or_any(std::string_view what, unsigned got, unsigned wanted) {
  return wanted == 0 || same(what, std::to_string(got), std::to_string(wanted));
}

bool has_expected_name(const Connection& connection, const Flags& flags) {
  const std::string_view name = connection.server_name();
  if (flags.expect_no_server_name) return same("the name", name, "");
  return flags.expect_server_name.empty() || same("the name", name, flags.expect_server_name);
}

// No flag says that a server takes what another one has decrypted.
bool has_expected_ech(const Negotiated& negotiated, const Flags& flags) {
  const bool has_own_keys = !flags.server || !flags.ech_server_config.empty();
  const bool is_accepted = negotiated.ech == EchStatus::accepted;
  return holds(!has_own_keys || is_accepted == flags.expect_ech_accept,
               "ECH accepted, or not, against expectation");
}

bool has_expected_parameters(const Connection& connection, const Flags& flags) {
  const Negotiated negotiated = connection.negotiated();
  const auto suite = static_cast<unsigned>(negotiated.cipher_suite);
  const std::string_view protocol = flags.server ? flags.select_alpn : flags.expect_alpn;
  return has_expected_name(connection, flags) && has_expected_ech(negotiated, flags) &&
         holds(!(negotiated.retried ? flags.expect_no_hrr : flags.expect_hrr),
               "a retry, or none, against expectation") &&
         same("the protocol", negotiated.alpn, protocol) &&
         is_or_any("the version", static_cast<unsigned>(ProtocolVersion::tls_1_3),
                   flags.expect_version) &&
         is_or_any("the group", static_cast<unsigned>(negotiated.group), flags.expect_curve_id) &&
         is_or_any("the suite", suite, flags.expect_cipher) &&
         is_or_any("the suite", suite, flags.expect_cipher_aes);
}

// A certificate, or a raw public key of that hash.
bool has_expected_type(const Connection& connection, const Flags& flags) {
  const auto type = static_cast<unsigned>(connection.negotiated().peer_certificate_type);
  if (!is_or_any("the certificate type", type, flags.expect_peer_certificate_type)) return false;
  if (flags.expect_peer_rpk_sha256.empty()) return true;
  const auto expected = unbase64(flags.expect_peer_rpk_sha256);
  const auto chain = connection.peer_chain();
  return holds(expected && chain.size() == 1 &&
                   std::ranges::equal(*expected, crypto::spki_pin(chain.front())),
               "another raw public key than expected");
}

bool is_staple(Bytes staple, const std::string& expected) {
  const auto bytes = unbase64(expected);
  return expected.empty() || (bytes && std::ranges::equal(staple, *bytes));
}

// What came with the certificate, in a handshake with one.
bool has_expected_staples(const Connection& connection, const Flags& flags) {
  if (connection.negotiated().key_source != KeySource::certificate) return true;
  return holds(is_staple(connection.ocsp_response(), flags.expect_ocsp_response),
               "another OCSP response than expected") &&
         holds(is_staple(connection.signed_certificate_timestamps(),
                         flags.expect_signed_cert_timestamps),
               "other timestamps than expected");
}

// The peer's chain and its scheme. A resumed session has the chain, but nothing was signed.
bool has_expected_peer(const Connection& connection, const Flags& flags) {
  const Negotiated negotiated = connection.negotiated();
  const bool has_key = negotiated.key_source == KeySource::external_psk;
  const bool has_none = connection.peer_chain().empty();
  const bool is_there_or_not =
      flags.server ? !has_none || has_key ||
                         !(flags.require_any_client_certificate || flags.expect_sha256_client_cert)
                   : has_none == (flags.expect_no_peer_cert || has_key);
  if (!holds(is_there_or_not, "a chain, or none, against expectation")) return false;
  if (!flags.expect_peer_cert_file.empty()) {
    const auto pem = read_file(flags.expect_peer_cert_file);
    const auto expected = pem ? read_pem_certificates(*pem) : fail(pem.error());
    const auto is_equal = [](Bytes a, const auto& b) { return std::ranges::equal(a, b); };
    const bool is_good =
        expected && std::ranges::equal(connection.peer_chain(), *expected, is_equal);
    if (!holds(is_good, "another chain than expected")) return false;
  }
  if (!has_expected_type(connection, flags) || !has_expected_staples(connection, flags))
    return false;
  const auto scheme =
      flags.server ? negotiated.client_signature_scheme : negotiated.server_signature_scheme;
  return !scheme || is_or_any("the peer's scheme", static_cast<unsigned>(*scheme),
                              flags.expect_peer_signature_algorithm);
}

// Whether what is known of early data agrees with why it was taken, or not.
bool agrees(const std::string& reason, const Negotiated& negotiated, const Meeting& meeting) {
  using enum EarlyDataStatus;
  const EarlyDataStatus status = negotiated.early_data;
  const bool is_resumed = negotiated.key_source == KeySource::session;
  if (reason.empty()) return true;
  if (reason == "accept") return status == accepted;
  if (reason == "disabled") return status != accepted && !meeting.flags.enable_early_data;
  if (reason == "no_session_offered") return status == none && !meeting.is_resumption;
  if (reason == "session_not_resumed") return status == rejected && !is_resumed;
  if (reason == "hello_retry_request") return status == rejected && negotiated.retried;
  if (reason == "peer_declined") return status == rejected && is_resumed && !negotiated.retried;
  if (reason == "alpn_mismatch") return status != accepted && is_resumed;
  if (reason == "unsupported_for_session") return status != accepted && is_resumed;
  if (reason == "ticket_age_skew") return status == rejected && is_resumed;
  return false;
}

bool has_expected_early_data(const Connection& connection, const Meeting& meeting,
                             const Flags& flags) {
  using enum EarlyDataStatus;
  const Negotiated negotiated = connection.negotiated();
  const EarlyDataStatus status = negotiated.early_data;
  const Flags& before = meeting.flags;
  const bool must_be_rejected =
      meeting.is_resumption && !before.server && before.expect_reject_early_data;
  return holds(!flags.expect_accept_early_data || status == accepted,
               "early data was not accepted") &&
         holds(!flags.expect_reject_early_data || status != accepted, "early data was accepted") &&
         holds(!must_be_rejected || status == rejected, "early data was not offered") &&
         holds(!flags.expect_no_offer_early_data || status == none, "early data was offered") &&
         holds(agrees(flags.expect_early_data_reason, negotiated, meeting),
               ("early data: not as \"" + flags.expect_early_data_reason + "\" would have it")
                   .c_str());
}

}  // namespace

bool has_expected_properties(const Connection& connection, const Meeting& meeting) {
  const Flags& flags = is_rejected(connection, meeting) ? meeting.retry : meeting.flags;
  const bool is_resumed = connection.negotiated().key_source == KeySource::session;
  const bool should_be = meeting.is_resumption && !flags.expect_session_miss;
  return holds(is_resumed == should_be,
               is_resumed ? "a session was resumed" : "no session was resumed") &&
         has_expected_parameters(connection, flags) && has_expected_peer(connection, flags) &&
         has_expected_early_data(connection, meeting, flags);
}

bool is_for_expected_name(const ChainToJudge& question, const Flags& flags) {
  if (flags.expect_no_ech_name_override) {
    return same("the name to judge for", question.name, server_name(flags));
  }
  return flags.expect_ech_name_override.empty() ||
         same("the name to judge for", question.name, flags.expect_ech_name_override);
}

// A change_cipher_spec is no message: Trace does not tell of it.
bool has_expected_messages(const std::string& messages, const Flags& flags) {
  constexpr std::string_view not_traced = "write ccs\n";
  std::string wanted = flags.expect_msg_callback;
  if (const auto at = wanted.find(not_traced); at != std::string::npos) {
    wanted.erase(at, not_traced.size());
  }
  return wanted.empty() || same("the trace", messages, wanted);
}

bool has_expected_retry_configs(const Connection& connection, const Flags& flags) {
  const auto configs = connection.ech_retry_configs();
  if (flags.expect_no_ech_retry_configs) return holds(!configs, "unexpected retry configurations");
  if (flags.expect_ech_retry_configs.empty()) return true;
  const auto wanted = unbase64(flags.expect_ech_retry_configs);
  return holds(configs && wanted && std::ranges::equal(configs->bytes(), *wanted),
               "other retry configurations than expected");
}

bool has_expected_session(const Connection& connection, const Meeting& meeting) {
  const Flags& flags = is_rejected(connection, meeting) ? meeting.retry : meeting.flags;
  if (flags.server || flags.send_alert) return true;
  const LastSession& last = *meeting.sessions.last;
  const bool wants_one = !flags.expect_no_session && !flags.shim_shuts_down;
  return holds(last.has_come() == wants_one,
               wants_one ? "no session has come" : "a session has come") &&
         holds(!wants_one || (last.max_early_data() > 0) == flags.expect_ticket_supports_early_data,
               "early data for the next session, or none, against expectation");
}

}  // namespace nacre::bogo
