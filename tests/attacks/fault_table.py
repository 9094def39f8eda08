"""For each row of the attack table, faults to seed into the library: without the check that the row
is about, its tests must fail. An edit is a file, a text that occurs once in it, and what stands
there instead. Where the compiler's own proof is what catches a fault, `by_compiler` says so."""

from typing import NamedTuple


class Edit(NamedTuple):
    file: str
    text: str
    instead: str


class Fault(NamedTuple):
    row: str
    what: str
    edits: list[Edit]
    by_compiler: bool = False


def one(row: str, what: str, file: str, text: str, instead: str) -> Fault:
    return Fault(row, what, [Edit(file, text, instead)])


FRAMING = "src/record/framing.cpp"
RULES = "src/record/rules.cpp"
OPENER = "src/record/opener.cpp"
SEALER = "src/record/sealer.cpp"
REGISTRY = "src/extensions/registry.cpp"
CLIENT = "src/handshake/client.cpp"
CLIENT_EXTENSIONS = "src/handshake/client_extensions.cpp"
SERVER = "src/handshake/server.cpp"
SERVER_RETRY = "src/handshake/server_retry.cpp"
OFFER = "src/handshake/offer.cpp"
CLIENT_OFFER = "src/handshake/client_offer.cpp"
SELECTION = "src/handshake/selection.cpp"
HANDSHAKING = "src/connection/handshaking.cpp"
RECEIVING = "src/connection/receiving.cpp"
SENDING = "src/connection/sending.cpp"
POST_HANDSHAKE = "src/handshake/post_handshake.cpp"
MESSAGE_READER = "src/handshake/message_reader.h"
ECDHE = "src/crypto/ecdhe.cpp"
MLKEM = "src/crypto/boringssl/mlkem.cpp"
KEY_EXCHANGE = "src/crypto/key_exchange.cpp"
AEAD = "src/crypto/aead.cpp"
AEAD_RECORD = "src/crypto/boringssl/aead_record.cpp"

PEER_CERTIFICATE = "src/handshake/peer_certificate.cpp"
CERTIFICATE_TYPES = "src/handshake/certificate_types_config.cpp"
SELECTION_OF_TYPES = "src/handshake/client_authentication.cpp"
COMPRESSION = "src/handshake/compression.cpp"
ZLIB = "src/compression/zlib.cpp"
CLIENT_AUTHENTICATION = "src/handshake/client_authentication.cpp"
CORE = "src/handshake/core.cpp"
CONNECTION = "src/connection/connection.cpp"
SIGNATURE = "src/crypto/signature.cpp"
CERTIFICATE = "src/crypto/certificate.cpp"
NAME_MATCH = "src/crypto/name_match.cpp"
VERIFY = "src/crypto/verify.cpp"
PATH = "src/crypto/boringssl/path.cpp"
DIAGNOSE = "src/crypto/diagnose.cpp"
SESSION_CONFIG = "src/handshake/session_config.cpp"
ENCODED = "src/handshake/encoded_client_hello.cpp"
ECH_OPENER = "src/handshake/ech_opener.cpp"

CLIENT_SKIPS_VERIFY = Edit(
    CLIENT, "                   On<wait_cv, &ClientHandshake::on_certificate_verify>,\n",
    "                   On<wait_cv, &ClientHandshake::on_certificate_verify>,\n"
    "                   On<wait_cv, &ClientHandshake::on_finished>,\n")
SERVER_SKIPS_VERIFY = Edit(
    SERVER, "                   On<wait_cv, &ServerHandshake::on_certificate_verify>,\n",
    "                   On<wait_cv, &ServerHandshake::on_certificate_verify>,\n"
    "                   On<wait_cv, &ServerHandshake::on_finished>,\n")
AFTER_HANDSHAKE = "  const Input input = classify(message.type, message.body);\n"
FINISHED_IS_RIGHT = "ENSURE(crypto::equal_in_constant_time(expected.bytes(), finished.verify_data.bytes),"
SIGNATURE_IS_RIGHT = (
    "  TRY(peer->key.verify(verify.algorithm, content.bytes(), verify.signature.bytes));\n")


def finished_unless(what: str, condition: str) -> Fault:
    return one("AC-011", f"Finished is not looked at {what}", CORE, FINISHED_IS_RIGHT,
               FINISHED_IS_RIGHT.replace("ENSURE(", f"ENSURE({condition} || "))


AUTH = [
    Fault("AC-001", "the client's table has a row for Finished without CertificateVerify",
          [CLIENT_SKIPS_VERIFY], by_compiler=True),
    Fault("AC-001", "a server may leave out CertificateVerify", [
        CLIENT_SKIPS_VERIFY,
        Edit(CLIENT,
             "  static_assert(requires_input(Input::certificate_verify, wait_ee, connected));\n",
             "")]),
    Fault("AC-001", "the server's table has a row for Finished without CertificateVerify",
          [SERVER_SKIPS_VERIFY], by_compiler=True),
    Fault("AC-001", "a client may leave out CertificateVerify", [
        SERVER_SKIPS_VERIFY,
        Edit(SERVER,
             "  static_assert(requires_input(Input::certificate_verify, wait_cert_required, "
             "connected));\n", ""),
        Edit(SERVER,
             "  static_assert(requires_input(Input::certificate_verify, ask_certificate_verdict, "
             "connected));\n", "")]),
    Fault("AC-002", "data may come in a handshake", [
        Edit(RULES, "      ENSURE(may_see_application_data(state.phase), Error::unexpected_record);\n",
             ""),
        Edit(RECEIVING, "  ENSURE(connected, Error::unexpected_record);\n", "")]),
    one("AC-003", "Finished is ignored after the handshake", POST_HANDSHAKE, AFTER_HANDSHAKE,
        AFTER_HANDSHAKE + "  if (input == Input::finished) return actor.key_update;\n"),
    one("AC-003", "CertificateRequest is ignored after the handshake", POST_HANDSHAKE,
        AFTER_HANDSHAKE,
        AFTER_HANDSHAKE + "  if (input == Input::certificate_request) return actor.key_update;\n"),
    one("AC-004", "any scheme will do", PEER_CERTIFICATE,
        "  ENSURE(offered.contains(verify.algorithm), Error::unoffered_signature_scheme);\n", ""),
    one("AC-004", "clients may use any scheme that Nacre knows", CLIENT_AUTHENTICATION,
        "return own.empty() ? config().policy.signature_schemes : own;",
        "(void)own;\n  return config().policy.signature_schemes;"),
    one("AC-004", "a scheme is not bound to a kind of key", SIGNATURE,
        "if (row.scheme == scheme && row.kind == kind) return &row;",
        "if (row.scheme == scheme) return &row;"),
    one("AC-004", "PSS may have any salt", SIGNATURE,
        "EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1",
        "EVP_PKEY_CTX_set_rsa_pss_saltlen(context, -2) == 1"),
    one("AC-006", "a server may have no certificate", CLIENT,
        "  ENSURE(!certificate.certificate_list.empty(), Error::empty_certificate_list);\n", ""),
    one("AC-007", "what is required is not", CLIENT_AUTHENTICATION,
        "return config().client_authentication && config().client_authentication->required;",
        "return false;"),
    one("AC-009", "a client may expect nothing", CONNECTION,
        "  TRY(const PeerName name, PeerName::parse(server_name));\n",
        "  const auto parsed = PeerName::parse(server_name);\n"
        "  const PeerName name = parsed ? *parsed : *PeerName::parse(\"localhost\");\n"),
    one("AC-009", "what a client expects is not looked at", CLIENT,
        "Purpose::server, name, offer_->extensions());",
        "Purpose::server, std::nullopt, offer_->extensions());"),
    Fault("AC-010", "keyUsage is not looked at", [
        Edit(CERTIFICATE, "  ENSURE(allows_signing(), Error::certificate_wrong_purpose);\n", ""),
        Edit(VERIFY, "  if (!leaf.allows_signing()) {", "  if (false) {")]),
    one("AC-010", "extKeyUsage is not looked at", PATH,
        "query.purpose == Purpose::server\n"
        "                            ? CertificateVerifyOptions::KeyPurpose::SERVER_AUTH\n"
        "                            : CertificateVerifyOptions::KeyPurpose::CLIENT_AUTH;",
        "CertificateVerifyOptions::KeyPurpose::ANY_EKU;"),
    one("AC-010", "extKeyUsage is not looked at, where pki does not know the key", DIAGNOSE,
        "X509_STORE_CTX_set_purpose(context, purpose) == 1",
        "X509_STORE_CTX_set_purpose(context, purpose * 0 + X509_PURPOSE_ANY) == 1"),
    one("AC-011", "CertificateVerify is not looked at", PEER_CERTIFICATE, SIGNATURE_IS_RIGHT,
        SIGNATURE_IS_RIGHT.replace("TRY(", "(void)(")),
    one("AC-011", "CertificateVerify is not looked at behind a key", PEER_CERTIFICATE,
        SIGNATURE_IS_RIGHT,
        "  if (established.negotiated.key_source == KeySource::certificate) {\n"
        + SIGNATURE_IS_RIGHT + "  }\n"),
    one("AC-011", "CertificateVerify of a client is not looked at", PEER_CERTIFICATE,
        SIGNATURE_IS_RIGHT,
        "  if (signer == Purpose::server) {\n" + SIGNATURE_IS_RIGHT + "  }\n"),
    one("AC-011", "a signature that is wrong is no error", SIGNATURE,
        "content.size()) != 1) {\n    ERR_clear_error();\n"
        "    return fail(Error::bad_certificate_verify);",
        "content.size()) < 0) {\n    ERR_clear_error();\n"
        "    return fail(Error::bad_certificate_verify);"),
    one("AC-011", "Finished is compared but for its last byte", CORE, FINISHED_IS_RIGHT,
        "ENSURE(crypto::equal_in_constant_time("
        "expected.bytes().first(expected.size - 1),\n"
        "             finished.verify_data.bytes.first(expected.size - 1)),"),
    one("AC-011", "Finished is compared in 32 bytes", CORE, FINISHED_IS_RIGHT,
        "ENSURE(crypto::equal_in_constant_time(expected.bytes().first(32),\n"
        "             finished.verify_data.bytes.first(32)),"),
    finished_unless("behind a session", "established.negotiated.key_source == KeySource::session"),
    finished_unless("behind a key",
                    "established.negotiated.key_source == KeySource::external_psk"),
    finished_unless("behind a retry", "established.negotiated.retried"),
    finished_unless("behind early data",
                    "established.negotiated.early_data == EarlyDataStatus::accepted"),
    finished_unless("where a client is known",
                    "established.negotiated.client_signature_scheme.has_value()"),
    one("AC-012", "a client's roots do not tie its sessions", SESSION_CONFIG,
        "  add_anchors(fingerprint, config.anchors);\n", ""),
    one("AC-012", "a server's authorities do not tie its sessions", SESSION_CONFIG,
        "    if (clients->anchors) add_anchors(fingerprint, *clients->anchors);\n", ""),
    one("AC-012", "a server's lists do not tie its sessions", SESSION_CONFIG,
        "    add_revocation(fingerprint, config);\n    fingerprint.add_number(clients->required",
        "    fingerprint.add_number(clients->required"),
    one("AC-013", "a session goes with any name", "src/handshake/psk_selection.cpp",
        "  hash.update(server_name);\n", "  (void)server_name;\n"),
    one("AC-013", "a session goes with any context", "src/handshake/psk_selection.cpp",
        "  hash.update(config.session_context);\n", ""),
    one("AC-013", "the context of a session is not looked at", "src/handshake/psk_selection.cpp",
        "    if (state.context != context_of(config_, bytes_of(offer_.host_name()))) "
        "return std::nullopt;\n", ""),
]

WORDS = "src/crypto/words.cpp"
REVOCATION = "src/crypto/revocation.cpp"
REFUSAL = "  return explain_refusal(search.refusal, look, query, anchors.count);\n"
NOTED = "  if (ok == 0) {\n"
NAME_MATCHES = "  return is_same_name(pattern, host) || matches_by_wildcard(pattern, host);\n"
PERMITTED = ("NAME_CONSTRAINTS_check(certificate, constraints.get()) != X509_V_OK) {")
CA_KEY_IS_SHORT = Edit(
    VERIFY, "  if (has_oversized_key(*parts)) return Error::bad_certificate_key;\n", "")


def forgiven(row: str, condition: str) -> Fault:
    """What pki refuses is believed all the same."""
    return one(row, f"believed in spite of: {condition}", VERIFY, REFUSAL,
               f"  if (!look.faults.empty() && look.faults.front().error == Error::{condition}) {{\n"
               "    for (const auto& each : look.path) {\n"
               "      path.emplace_back(text_of(der_of(each.get())));\n    }\n"
               "    return {};\n  }\n" + REFUSAL)


def unnoted(row: str, *codes: str) -> Fault:
    """What the second look finds is let pass."""
    conditions = "".join(f" && X509_STORE_CTX_get_error(context) != X509_V_ERR_{code}"
                         for code in codes)
    return one(row, f"the second look notes nothing of {codes[0]}", DIAGNOSE, NOTED,
               NOTED.replace("ok == 0", "ok == 0" + conditions))


X509 = [
    forgiven("AC-005", "certificate_bad_signature"),
    unnoted("AC-005", "CERT_SIGNATURE_FAILURE"),
    one("AC-005", "the policy does not mind what TLS has no name for", DIAGNOSE,
        "  if (!scheme) return false;\n", "  if (!scheme) return true;\n"),
    forgiven("AC-090", "certificate_name_constraint"),
    unnoted("AC-090", "PERMITTED_VIOLATION", "EXCLUDED_VIOLATION", "UNSUPPORTED_NAME_SYNTAX"),
    forgiven("AC-091", "bad_certificate_key"),
    Fault("AC-092", "a CA's RSA key may have any length", [CA_KEY_IS_SHORT]),
    Fault("AC-092", "an RSA key may have any length", [
        CA_KEY_IS_SHORT,
        Edit(SIGNATURE, "    ENSURE(bits <= max_rsa_bits, Error::bad_certificate_key);\n", "")]),
    one("AC-092", "the second look verifies with keys of any length", DIAGNOSE,
        "    if (has_oversized_key(way[i])) return Fault{Error::bad_certificate_key, i + 1};\n", ""),
    one("AC-093", "pki has another budget", PATH,
        "std::max<std::uint32_t>(query.limits.path_iterations, 1);",
        "std::max<std::uint32_t>(query.limits.path_iterations, 1) * 1'000'000;"),
    one("AC-093", "a limit of zero is none", PATH,
        "std::max<std::uint32_t>(query.limits.path_iterations, 1);",
        "query.limits.path_iterations;"),
    one("AC-093", "the second look has another budget", DIAGNOSE,
        ".get(), others, query.limits.path_iterations).run(",
        ".get(), others, query.limits.path_iterations * 200).run("),
    one("AC-094", "too many constraints of an anchor are none", VERIFY, PERMITTED,
        PERMITTED.replace("!= X509_V_OK", "== X509_V_ERR_PERMITTED_VIOLATION")),
    one("AC-094", "constraints of many CAs add up", DIAGNOSE,
        "  return comparisons > max_name_comparisons;\n", "  return false;\n"),
    unnoted("AC-094", "UNSPECIFIED", "OUT_OF_MEM"),
    forgiven("AC-094", "chain_refused"),
    forgiven("AC-095", "certificate_name_constraint"),
    unnoted("AC-095", "PERMITTED_VIOLATION", "EXCLUDED_VIOLATION"),
    one("AC-095", "an anchor's own constraints are not looked at", VERIFY,
        "std::ranges::binary_search(anchors.constrained, path.back())", "false"),
    one("AC-096", "the common name will do", CERTIFICATE,
        ": has_host_name(extensions_.names, name.text());",
        ": has_host_name(extensions_.names, name.text()) ||\n"
        "                                 text_of(parts_.subject).ends_with(name.text());"),
    one("AC-097", "a star stands for anything", NAME_MATCH, NAME_MATCHES,
        "  const auto star = pattern.find('*');\n"
        "  if (star != std::string::npos && host.starts_with(pattern.substr(0, star)) &&\n"
        "      host.ends_with(pattern.substr(star + 1))) {\n    return true;\n  }\n"
        + NAME_MATCHES),
    one("AC-097", "a star may have one label behind it", NAME_MATCH,
        "return !is_first;", "return true;"),
    Fault("AC-097", "a star stands for several labels", [
        Edit(NAME_MATCH, "  const std::size_t dot = host.find('.');\n",
             "  const std::size_t behind = host.size() - std::min(host.size(), pattern.size() - 1);\n"
             "  const std::size_t dot = host.find('.', behind);\n"),
        Edit(NAME_MATCH, "         std::ranges::all_of(host.substr(0, dot), is_letter_digit_hyphen);",
             "         std::ranges::any_of(host.substr(0, dot), is_letter_digit_hyphen);")]),
    one("AC-098", "a name of another kind is taken for a host's", CERTIFICATE,
        "if (name->type == GEN_DNS) found", "if (name->type != GEN_IPADD) found"),
    forgiven("AC-099", "unknown_issuer"),
    forgiven("AC-099", "certificate_bad_signature"),
    forgiven("AC-099", "chain_refused"),
    unnoted("AC-099", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_GET_ISSUER_CERT",
            "SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT"),
    unnoted("AC-099", "INVALID_CA", "INVALID_PURPOSE"),
    forgiven("AC-100", "chain_refused"),
    unnoted("AC-100", "NO_EXPLICIT_POLICY"),
    one("AC-101", "a response that does not serve is no matter", REVOCATION,
        "if (staple.status == Staple::Status::good) return std::nullopt;",
        "if (staple.status != Staple::Status::revoked) return std::nullopt;"),
    one("AC-101", "what is revoked is good", REVOCATION,
        "if (staple.status == Staple::Status::good) return std::nullopt;",
        "if (staple.status != Staple::Status::unsatisfactory) return std::nullopt;"),
    one("AC-101", "the root may answer for those below its CAs", REVOCATION,
        "der_of(path[0].get()), der_of(path[1].get()), query.time);",
        "der_of(path[0].get()), der_of(path.back().get()), query.time);"),
    one("AC-101", "nothing is a response", REVOCATION,
        "if (!query.ocsp_asked || !must_staple(path.front().get())) return std::nullopt;",
        "return std::nullopt;"),
    one("AC-102", "all names are told", WORDS, "if (i == most) return", "if (i == SIZE_MAX) return"),
    one("AC-102", "a name is told at any length", WORDS, "if (out.size() >= limit) return",
        "if (out.size() == SIZE_MAX) return"),
    one("AC-103", "what is BER is believed where pki does not know the key", VERIFY,
        "    if (!is_der(path)) {", "    if (false) {"),
    one("AC-103", "an extension that cannot be read is no matter", CERTIFICATE,
        "  ENSURE((flags & EXFLAG_INVALID) == 0, Error::bad_certificate);\n", "  (void)flags;\n"),
    one("AC-103", "who believes anyone believes what is malformed", VERIFY,
        "  return x509 ? verdict : refuse(x509.error(), unparsable);\n", "  return verdict;\n"),
    one("AC-103", "the application is asked about what is malformed", PEER_CERTIFICATE,
        "  if (!has_raw_public_key()) TRY(crypto::ParsedCertificate::parse(leaf));\n", ""),
    forgiven("AC-103", "chain_refused"),
    forgiven("AC-104", "certificate_bad_signature"),
    unnoted("AC-104", "CERT_SIGNATURE_FAILURE"),
]

SECOND_HELLO_UNCHANGED = Edit(
    SERVER_RETRY,
    "  ENSURE(std::ranges::equal(unchangeable_.bytes(), offer.unchangeable().bytes()),\n"
    "         Error::changed_client_hello);\n", "")
ANY_VERSION = Edit(
    CLIENT_OFFER,
    "ENSURE(versions && wire::contains(versions->versions, ProtocolVersion::tls_1_3),",
    "ENSURE(true,")
SECOND_RETRY_ROW = Edit(
    CLIENT,
    "                   On<wait_sh_after_retry, &ClientHandshake::on_second_server_hello>,\n",
    "                   On<wait_sh_after_retry, &ClientHandshake::on_second_server_hello>,\n"
    "                   On<wait_sh_after_retry, &ClientHandshake::on_hello_retry_request>,\n")

STATE = [
    one("AC-014", "a message is taken in any state", "src/handshake/state_machine.h",
        "if (Row::from != state || Row::input != input) return false;",
        "if (Row::input != input) return false;"),
    one("AC-015", "bytes may follow a message of the handshake that changes the keys", HANDSHAKING,
        "  ENSURE(!reader_.has_rest(), Error::message_across_key_change);\n", ""),
    one("AC-015", "bytes may follow a KeyUpdate", RECEIVING,
        "  ENSURE(at_end, Error::message_across_key_change);\n", "  (void)at_end;\n"),
    Fault("AC-016", "the table has a row for a second HelloRetryRequest", [SECOND_RETRY_ROW],
          by_compiler=True),
    Fault("AC-016", "a second HelloRetryRequest is taken", [
        SECOND_RETRY_ROW,
        Edit(CLIENT, "  static_assert(at_most_once(Input::hello_retry_request));\n", ""),
        Edit(CLIENT, "  static_assert(!reaches(wait_sh_after_retry, wait_ee_outer));\n", ""),
        Edit(CLIENT,
             "  ENSURE(input != Input::hello_retry_request || !retried, "
             "Error::second_hello_retry_request);\n", "  (void)retried;\n")]),
    one("AC-017", "a retry may change nothing", OFFER,
        "  ENSURE(key_share || !cookie.empty(), Error::retry_changes_nothing);\n", ""),
    one("AC-017", "a retry may ask for a group that was not offered", OFFER,
        "    ENSURE(config_->policy.groups.contains(group), Error::retry_group_not_offered);\n", ""),
    one("AC-017", "a retry may ask for a share that was sent", OFFER,
        "ENSURE(!share || share->group() != group, Error::retry_group_not_offered);", "(void)share;"),
    one("AC-018", "ServerHello may change the suite", CLIENT,
        "  ENSURE(!retry_suite_ || *retry_suite_ == hello.cipher_suite, Error::retry_mismatch);\n",
        ""),
    one("AC-018", "ServerHello may change the version", OFFER,
        "  ENSURE(version->selected_version == ProtocolVersion::tls_1_3, "
        "Error::bad_selected_version);\n", ""),
    one("AC-019", "ServerHello may change the group", CLIENT,
        "  ENSURE(!retry_group_ || *retry_group_ == server_share.group, Error::retry_mismatch);\n",
        ""),
    one("AC-019", "ServerHello may have no key_share", CLIENT,
        "  ENSURE(key_share, Error::missing_extension);\n",
        "  if (!key_share) return to<wait_ee>;\n"),
    Fault("AC-020", "the second ClientHello may change", [SECOND_HELLO_UNCHANGED]),
    one("AC-020", "the second ClientHello must repeat its PSK", CLIENT_OFFER,
        "type == key_share || type == cookie || type == pre_shared_key ||",
        "type == key_share || type == cookie ||"),
    Fault("AC-021", "the second ClientHello may fall back", [ANY_VERSION, SECOND_HELLO_UNCHANGED]),
    Fault("AC-022", "any version will do", [ANY_VERSION]),
    one("AC-023", "ServerHello may choose any suite", OFFER,
        "  ENSURE(config_->policy.cipher_suites.contains(hello.cipher_suite), "
        "Error::unoffered_cipher_suite);\n", ""),
    one("AC-023", "the sentinel of a downgrade is not looked at", OFFER,
        "    ENSURE(!has_downgrade_sentinel(hello.random), Error::downgrade_detected);\n", ""),
    one("AC-024", "no_renegotiation is a warning", "src/record/alert.h",
        "    case AlertDescription::user_canceled:\n      return AlertClass::warning;",
        "    case static_cast<AlertDescription>(100):\n"
        "    case AlertDescription::user_canceled:\n      return AlertClass::warning;"),
    one("AC-025", "KeyUpdate is ignored in a handshake", HANDSHAKING,
        "  message_in_hand_ = message.type;\n",
        "  message_in_hand_ = message.type;\n"
        "  if (message.type == HandshakeType::key_update) return {};\n"),
    one("AC-025", "EndOfEarlyData is ignored in a handshake", HANDSHAKING,
        "  message_in_hand_ = message.type;\n",
        "  message_in_hand_ = message.type;\n"
        "  if (message.type == HandshakeType::end_of_early_data) return {};\n"),
    one("AC-025", "a server takes tickets", POST_HANDSHAKE,
        "if (self_ == Purpose::client) {", "if (self_ == Purpose::client || self_ == Purpose::server) {"),
    one("AC-026", "ClientHello is ignored after the handshake", POST_HANDSHAKE,
        "  const Input input = classify(message.type, message.body);\n",
        "  const Input input = classify(message.type, message.body);\n"
        "  if (input == Input::client_hello) return actor.key_update;\n"),
    one("AC-027", "a ticket may be empty", "src/messages/new_session_ticket.h",
        "wire::Opaque<1, 0xffff> ticket;", "wire::Opaque<0, 0xffff> ticket;"),
    one("AC-027", "data may come between the parts of a ticket", RULES,
        "      ENSURE(may_see_application_data(state.phase), Error::unexpected_record);\n"
        "      ENSURE(!state.within_message, Error::interleaved_record);\n",
        "      ENSURE(may_see_application_data(state.phase), Error::unexpected_record);\n"),
]

NO_PROGRESS = "  if (type == ContentType::change_cipher_spec || content.empty()) {\n"

RECORD = [
    one("AC-028", "change_cipher_spec is not counted", RECEIVING, NO_PROGRESS,
        "  if (type == ContentType::change_cipher_spec) return {};\n" + NO_PROGRESS),
    one("AC-029", "change_cipher_spec may hold any byte", RULES,
        "content.size() == 1 && content[0] == 1", "content.size() == 1"),
    Fault("AC-029", "change_cipher_spec may have any length", [
        Edit(RULES, "      ENSURE(header.length == 1, Error::bad_change_cipher_spec);\n", ""),
        Edit(RULES, "content.size() == 1 && content[0] == 1",
             "content.empty() || content[0] == 1")]),
    one("AC-029", "change_cipher_spec may come at any time", RULES,
        "return phase != InboundPhase::client_hello && phase != InboundPhase::application;",
        "return phase >= InboundPhase::client_hello;"),
    one("AC-029", "change_cipher_spec may be protected", RULES,
        "    case ContentType::change_cipher_spec:\n      return fail(Error::bad_change_cipher_spec);",
        "    case ContentType::change_cipher_spec:\n      return {};"),
    one("AC-030", "plaintext may be as long as ciphertext", FRAMING,
        "type == ContentType::application_data ? max_ciphertext_size : max_content_size",
        "type == ContentType::application_data ? max_ciphertext_size : max_ciphertext_size"),
    one("AC-030", "ciphertext may be a byte longer", FRAMING,
        "ENSURE(length <= max_length(type), Error::record_too_long);",
        "ENSURE(length <= max_length(type) + (type == ContentType::application_data ? 1 : 0), "
        "Error::record_too_long);"),
    one("AC-030", "an inner plaintext may have any length", OPENER,
        "  ENSURE(inner.size() <= std::min(inner_limit, max_inner_size), Error::record_too_long);\n",
        "  (void)inner_limit;\n"),
    one("AC-031", "an inner plaintext may have no type", OPENER,
        "  ENSURE(end > 0, Error::no_content_type);\n",
        "  if (end == 0) return Content{ContentType::application_data, false, 0};\n"),
    one("AC-031", "handshake content may be empty", RULES,
        "      ENSURE(!content.empty(), Error::empty_record);\n", ""),
    one("AC-031", "an alert may be empty", RULES,
        "  ENSURE(length != 0, Error::empty_record);\n", "  if (length == 0) return {};\n"),
    one("AC-032", "empty records are not counted", RECEIVING, NO_PROGRESS,
        "  if (type == ContentType::application_data && content.empty()) return {};\n" + NO_PROGRESS),
    one("AC-033", "what is left of a record is dropped", MESSAGE_READER,
        "    return rest.empty() ? Result<void>{} : buffer_.append(rest, budget);",
        "    (void)rest;\n    return {};"),
    one("AC-034", "the name is not told where the configuration is asked for", SERVER,
        "ClientHelloSeen{offer_->host_name(), alpn,", "ClientHelloSeen{{}, alpn,"),
    one("AC-035", "a record may have any length", FRAMING,
        "  ENSURE(length <= max_length(type), Error::record_too_long);\n", ""),
    one("AC-035", "a handshake record may be empty", RULES,
        "      ENSURE(header.length != 0, Error::empty_record);\n", ""),
    one("AC-036", "our record_size_limit is not enforced", "src/record/read_state.cpp",
        "opener_->open_content(record, inner_limit_)",
        "opener_->open_content(record, max_inner_size)"),
    one("AC-036", "a client may ask for less than 64", "src/extensions/record_size_limit.h",
        "    ENSURE(limit >= min_record_size_limit, Error::bad_record_size_limit);\n", ""),
    one("AC-036", "a server may answer anything", "src/extensions/record_size_limit.h",
        "    ENSURE(min_record_size_limit <= limit && limit <= max_record_size_limit,\n"
        "           Error::bad_record_size_limit);\n", ""),
    one("AC-037", "the header is not authenticated as it came", OPENER,
        "  TRY(keys_.aead().open_record(",
        "  const auto length = static_cast<std::uint16_t>(record.size() - header_size);\n"
        "  std::ranges::copy(encode({ContentType::application_data, length}), record.begin());\n"
        "  TRY(keys_.aead().open_record("),
    Fault("AC-038", "types of records are not checked", [
        Edit("src/record/framing.h",
             "return type >= ContentType::change_cipher_spec && type <= "
             "ContentType::application_data;", "return type >= ContentType{};"),
        Edit(RULES,
             "!state.within_message, Error::interleaved_record);\n      return {};\n"
             "    default:\n      return fail(Error::unknown_content_type);\n  }\n}\n\n"
             "Result<void> check_plaintext",
             "!state.within_message, Error::interleaved_record);\n      return {};\n"
             "    default:\n      return {};\n  }\n}\n\n"
             "Result<void> check_plaintext"),
        Edit(RULES,
             "      ENSURE(!state.within_message, Error::interleaved_record);\n      return {};\n"
             "    default:\n      return fail(Error::unknown_content_type);\n",
             "      ENSURE(!state.within_message, Error::interleaved_record);\n      return {};\n"
             "    default:\n      return {};\n")]),
    one("AC-039", "legacy_record_version is looked at", FRAMING,
        "  const auto length = static_cast<std::uint16_t>(incoming[3] << 8 | incoming[4]);\n",
        "  ENSURE(incoming[1] == 3, Error::not_tls);\n"
        "  const auto length = static_cast<std::uint16_t>(incoming[3] << 8 | incoming[4]);\n"),
    one("AC-040", "a record that is sealed in place has no number of its own", SEALER,
        "keys_.nonce(sequence_++)", "keys_.nonce(content.pieces.empty() ? sequence_ : sequence_++)"),
    one("AC-040", "the sender's sequence number wraps", SEALER,
        "  ENSURE(sequence_ < (may_use_reserve ? record_limit_ : without_reserve(record_limit_)),\n"
        "         Error::aead_limit);\n", "  (void)may_use_reserve;\n"),
    one("AC-040", "the receiver's sequence number wraps", OPENER,
        "  ENSURE(sequence_ != UINT64_MAX, Error::aead_limit);\n", ""),
    one("AC-041", "the AEAD's limit is not applied", SEALER,
        "  limits.records = std::min(limits.records, row.confidentiality_limit);\n", ""),
    one("AC-041", "keys are not changed by themselves", "src/connection/sending.cpp",
        "return context.link.owes_key_update() || (write_.must_update() && write_.may_update());",
        "return context.link.owes_key_update();"),
    Fault("AC-042", "twelve bytes of the tag are made and compared", [
        Edit(AEAD, "                           aead_tag_size, nullptr) == 1,",
             "                           aead_tag_size - 4, nullptr) == 1,"),
        Edit(AEAD, "ENSURE(EVP_AEAD_CTX_open(aead_context(context_), sealed.data(), &size, "
             "sealed.size(),",
             "ENSURE(sealed.size() >= 16, Error::bad_record_mac);\n"
             "  ENSURE(EVP_AEAD_CTX_open(aead_context(context_), sealed.data(), &size, "
             "sealed.size(),"),
        Edit(AEAD, "nonce.data(), nonce.size(), sealed.data(), sealed.size(),\n"
             "                           additional_data",
             "nonce.data(), nonce.size(), sealed.data(), sealed.size() - 4,\n"
             "                           additional_data"),
        Edit(AEAD_RECORD, "record.last(aead_tag_size).data(), aead_tag_size,",
             "record.last(aead_tag_size).data(), aead_tag_size - 4,")]),
]

HSLEN = [
    one("AC-043", "a message may have any length", MESSAGE_READER,
        "    ENSURE(length + header_size <= message_limit_, Error::message_too_long);\n", ""),
    one("AC-044", "a length that does not fit is cut", "src/wire/writer.h",
        "    ENSURE(length < (std::uint64_t{1} << (8 * Width)), Error::length_out_of_range);\n", ""),
    one("AC-045", "a field that runs past the end is cut", "src/wire/reader.h",
        "    ENSURE(count <= rest_.size(), Error::truncated);\n",
        "    if (count > rest_.size()) count = rest_.size();\n"),
    one("AC-046", "bytes may be left over", "src/wire/codec.h",
        "  TRY(reader.finish());\n  return value;", "  return value;"),
]

EXT = [
    one("AC-047", "an extension may come twice", REGISTRY,
        "    ENSURE(seen.add(extension.extension_type), Error::duplicate_extension);\n", ""),
    one("AC-048", "a response may hold what was not asked for", REGISTRY,
        "    ENSURE(is_asked_for(type, where, offered), Error::unsolicited_extension);\n",
        "    (void)is_asked_for(type, where, offered);\n"),
    one("AC-049", "an extension may stand anywhere", REGISTRY,
        "  ENSURE(!is_known(type) || is_allowed(type, where), Error::misplaced_extension);\n", ""),
    one("AC-050", "pre_shared_key may stand anywhere", REGISTRY,
        "    ENSURE(!behind_psk, Error::psk_not_last);\n", "    (void)behind_psk;\n"),
    one("AC-051", "a mandatory extension may be missing", CLIENT_OFFER,
        "  ENSURE(extension, Error::missing_extension);\n", "  if (!extension) return T{};\n"),
    one("AC-052", "a list of algorithms may be empty", "src/extensions/signature_algorithms.h",
        "// For CertificateVerify.\nstruct SignatureAlgorithms {\n"
        "  static constexpr auto type = ExtensionType::signature_algorithms;\n"
        "  static constexpr Places places{Where::client_hello, Where::certificate_request};\n"
        "  using List = wire::Vector<SignatureScheme, 2, 0xfffe>;",
        "// For CertificateVerify.\nstruct SignatureAlgorithms {\n"
        "  static constexpr auto type = ExtensionType::signature_algorithms;\n"
        "  static constexpr Places places{Where::client_hello, Where::certificate_request};\n"
        "  using List = wire::Vector<SignatureScheme, 0, 0xfffe>;"),
    one("AC-052", "a scheme is used that was not offered", SELECTION,
        "        wire::contains(wishes.signature_algorithms, scheme)) {",
        "        !wishes.signature_algorithms.empty()) {"),
    one("AC-053", "a protocol's name may be empty", "src/extensions/alpn.h",
        "using ProtocolName = wire::Opaque<1, 0xff>;",
        "using ProtocolName = wire::Opaque<0, 0xff>;"),
    one("AC-054", "no protocol in common is no fault", SELECTION,
        "  return fail(Error::no_application_protocol);\n", "  return std::string_view{};\n"),
    one("AC-055", "the peer's text is kept with the failure", CLIENT_EXTENSIONS,
        "    if (!protocol) core_.extension_in_hand = SelectedProtocol::type;\n",
        "    if (!protocol) core_.extension_in_hand = SelectedProtocol::type;\n"
        "    if (!protocol) core_.verdict_detail = text_of(selected->name());\n"),
    one("AC-056", "several names may come", "src/extensions/server_name.h",
        "ENSURE(host_names == 1 && is_dns_name(host_name()), Error::bad_server_name);",
        "ENSURE(host_names >= 1 && is_dns_name(host_name()), Error::bad_server_name);"),
    one("AC-056", "a name may be anything", "src/extensions/server_name.h",
        "ENSURE(host_names == 1 && is_dns_name(host_name()), Error::bad_server_name);",
        "ENSURE(host_names == 1, Error::bad_server_name);"),
    one("AC-057", "a server refuses a GREASE suite", CLIENT_OFFER,
        "  ClientOffer offer;\n",
        "  for (const CipherSuite suite : hello.cipher_suites) {\n"
        "    ENSURE((static_cast<unsigned>(suite) & 0x0f0f) != 0x0a0a,\n"
        "           Error::unoffered_cipher_suite);\n  }\n  ClientOffer offer;\n"),
    Fault("AC-057", "a client takes a GREASE extension", [
        Edit(REGISTRY, "ENSURE(is_asked_for(type, where, offered), Error::unsolicited_extension);",
             "ENSURE(is_grease(type) || is_asked_for(type, where, offered),\n"
             "           Error::unsolicited_extension);"),
        Edit(REGISTRY, "    ENSURE(!is_grease(type), Error::misplaced_extension);\n", "")]),
]

REFUSED_POINT = ("peer.data(), peer.size(), nullptr) != 1) {\n    ERR_clear_error();\n"
                 "    return fail(Error::bad_key_share);\n  }\n")

KEX = [
    one("AC-058", "a group may have two shares", "src/extensions/key_share.h",
        "      ENSURE(groups.add(share.group), Error::duplicate_share);\n",
        "      (void)groups.add(share.group);\n"),
    one("AC-058", "shares may be of any group, in any order", CLIENT_OFFER,
        "  TRY(offer.key_shares.check_against(offer.groups));\n", ""),
    one("AC-059", "an all-zero secret is taken", ECDHE,
        "ENSURE(X25519(out.data(), scalar.reveal().data(), peer.data()) == 1, "
        "Error::bad_key_share);",
        "(void)X25519(out.data(), scalar.reveal().data(), peer.data());"),
    one("AC-060", "what is no point stands for the generator", ECDHE, REFUSED_POINT,
        REFUSED_POINT.replace(
            "return fail(Error::bad_key_share);",
            "(void)EC_POINT_copy(point.get(), EC_GROUP_get0_generator(group));")),
    Fault("AC-060", "compressed points are taken", [
        Edit(ECDHE, "  ENSURE(peer.front() == uncompressed, Error::bad_key_share);\n",
             "  (void)uncompressed;\n"),
        Edit(ECDHE, "  ENSURE(peer.size() == share_size(curve), Error::bad_key_share);\n", ""),
        Edit(KEY_EXCHANGE, "  ENSURE(server_share.size() == share_size(recipe.curve) + kem_size, "
             "Error::bad_key_share);\n", ""),
        Edit(KEY_EXCHANGE, "  ENSURE(client_share.size() == share_size(recipe->curve) + "
             "kem.public_key, Error::bad_key_share);\n", "")]),
    Fault("AC-061", "a bad classical half is passed over", [
        Edit(KEY_EXCHANGE,
             "  TRY(diffie_hellman(recipe.curve, impl->scalar, share.curve, out.curve));\n",
             "  (void)diffie_hellman(recipe.curve, impl->scalar, share.curve, out.curve);\n"),
        Edit(KEY_EXCHANGE,
             "  TRY(diffie_hellman(recipe->curve, scalar, theirs.curve, out.curve));\n",
             "  (void)diffie_hellman(recipe->curve, scalar, theirs.curve, out.curve);\n")]),
    one("AC-061", "a bad encapsulation key is passed over", KEY_EXCHANGE,
        "    TRY(kem_encapsulate(recipe->kem, theirs.kem, ours.kem, out.kem));\n",
        "    (void)kem_encapsulate(recipe->kem, theirs.kem, ours.kem, out.kem);\n"),
    one("AC-062", "another key stands for an encapsulation key that is none", MLKEM,
        "  if (Set::parse(&parsed, &encoded) != 1) {\n    ERR_clear_error();\n"
        "    return fail(Error::bad_key_share);\n",
        "  if (Set::parse(&parsed, &encoded) != 1) {\n    ERR_clear_error();\n"
        "    const std::array<std::uint8_t, kem_seed_size> seed{};\n"
        "    typename Set::PrivateKey other;\n"
        "    (void)Set::from_seed(&other, seed.data(), seed.size());\n"
        "    Set::public_from_private(&parsed, &other);\n"),
    Fault("AC-063", "the secret does not depend on the ciphertext", [
        Edit(KEY_EXCHANGE, "    TRY(kem_decapsulate(recipe.kem, impl->kem_key(impl.room()), share.kem, out.kem));\n",
             "    TRY(kem_decapsulate(recipe.kem, impl->kem_key(impl.room()), share.kem, out.kem));\n"
             "    std::ranges::fill(out.kem, std::uint8_t{0});\n"),
        Edit(KEY_EXCHANGE,
             "    TRY(kem_encapsulate(recipe->kem, theirs.kem, ours.kem, out.kem));\n",
             "    TRY(kem_encapsulate(recipe->kem, theirs.kem, ours.kem, out.kem));\n"
             "    std::ranges::fill(out.kem, std::uint8_t{0});\n")]),
    one("AC-064", "every ClientHello has the same key", KEY_EXCHANGE,
        "  TRY(Scalar scalar, generate_scalar(recipe->curve, random));\n  TRY(Box<Impl> impl,",
        "  const RandomSource sevens = [](MutableBytes out) -> Result<void> {\n"
        "    for (std::uint8_t& byte : out) byte = 7;\n    return {};\n  };\n"
        "  TRY(Scalar scalar, generate_scalar(recipe->curve, sevens));\n  TRY(Box<Impl> impl,"),
    one("AC-064", "every ServerHello has the same key", KEY_EXCHANGE,
        "  TRY(const Scalar scalar, generate_scalar(recipe->curve, random));\n",
        "  (void)random;\n"
        "  const RandomSource sevens = [](MutableBytes out) -> Result<void> {\n"
        "    for (std::uint8_t& byte : out) byte = 7;\n    return {};\n  };\n"
        "  TRY(const Scalar scalar, generate_scalar(recipe->curve, sevens));\n"),
]

POST = [
    one("AC-081", "KeyUpdates are not counted", "src/record/progress_guard.h",
        "    ENSURE(key_updates_ < limits.key_updates_without_data, Error::too_many_key_updates);\n", ""),
    one("AC-081", "one KeyUpdate more is taken", "src/record/progress_guard.h",
        "ENSURE(key_updates_ < limits.", "ENSURE(key_updates_ <= limits."),
    one("AC-081", "an empty record is data", RECEIVING, NO_PROGRESS,
        "  if (content.empty()) guard_.application_data();\n" + NO_PROGRESS),
    one("AC-081", "each request has an answer of its own", "src/connection/impl.cpp",
        "if (!link.owes_key_update() || (step.consumed > 0 && !receiving.is_closed())) return {};",
        "if (!link.owes_key_update()) return {};"),
    one("AC-081", "we ask again before the peer's KeyUpdate", "src/connection/link.h",
        "return !requested_.exchange(true, std::memory_order_relaxed);", "return true;"),
    one("AC-082", "bytes may follow a KeyUpdate", RECEIVING,
        "  ENSURE(at_end, Error::message_across_key_change);\n", "  (void)at_end;\n"),
    one("AC-082", "who cannot answer cannot read", "src/connection/impl.cpp",
        "  if (renewed == fail(Error::buffer_too_small)) return {};\n", ""),
    one("AC-082", "a receiver waits for its sender", "src/connection/halves.cpp",
        "Result<Step> Receiver::advance(MutableBytes incoming) {\n  TRY(impl_->check_alive());\n",
        "Result<Step> Receiver::advance(MutableBytes incoming) {\n  TRY(impl_->check_alive());\n"
        "  if ((*impl_->link).owes_key_update()) return Step{0, 0, NeedOutput{}};\n"),
    one("AC-083", "request_update may be anything", "src/messages/key_update.h",
        "    ENSURE(number <= 1, Error::bad_key_update);\n", ""),
    one("AC-083", "updates do not end", SEALER,
        "  ENSURE(updates_left_ > 0, Error::aead_limit);\n",
        "  if (updates_left_ == 0) ++updates_left_;\n"),
    one("AC-083", "a sender may have 2^48 updates", "src/record/sealer.h",
        "max_key_updates = (std::uint64_t{1} << 48) - 1;",
        "max_key_updates = std::uint64_t{1} << 48;"),
    one("AC-083", "the number of updates is whatever is asked for", SEALER,
        "  limits.key_updates = std::min(limits.key_updates, max_key_updates);\n", ""),
    one("AC-084", "a message may have any length", MESSAGE_READER,
        "    ENSURE(length + header_size <= message_limit_, Error::message_too_long);\n", ""),
    one("AC-084", "a message may be a byte longer", MESSAGE_READER,
        "ENSURE(length + header_size <= message_limit_,",
        "ENSURE(length + header_size <= message_limit_ + 1,"),
    one("AC-084", "memory for parts is not counted", "src/handshake/buffer.h",
        "    ENSURE(bytes <= left_, Error::handshake_memory);\n    left_ -= bytes;\n",
        "    (void)bytes;\n"),
    one("AC-084", "tickets are not counted", POST_HANDSHAKE,
        "    ENSURE(tickets < limits.tickets, Error::too_many_tickets);\n", ""),
    one("AC-084", "one ticket more is read", POST_HANDSHAKE,
        "ENSURE(tickets < limits.tickets,", "ENSURE(tickets <= limits.tickets,"),
    one("AC-085", "close_notify leaves our direction open", SENDING,
        "  if (description != AlertDescription::user_canceled) forget();\n",
        "  if (record::classify(description) == record::AlertClass::error) forget();\n"),
    one("AC-085", "the peer's close_notify closes our direction", RECEIVING,
        "      is_closed_ = true;\n      read_.forget();\n",
        "      is_closed_ = true;\n      read_.forget();\n"
        "      context.link.end(Error::closed, std::nullopt);\n"),
    one("AC-085", "what comes after close_notify is read", RECEIVING,
        "      is_closed_ = true;\n      read_.forget();\n", ""),
    one("AC-085", "data is written after the peer's fatal alert", "src/connection/connection.cpp",
        "  TRY(impl_->check_alive());\n"
        "  const auto sealed = impl_->sending.seal_pieces(",
        "  const auto sealed = impl_->sending.seal_pieces("),
    one("AC-086", "close_notify is no end of a handshake", RECEIVING,
        "      ENSURE(connected, Error::peer_canceled);\n",
        "      if (!connected) return {};\n"),
    one("AC-086", "a stream waits at the end of its transport", "src/connection/stream.cpp",
        "    if (size == 0) {\n", "    if (size == 0 && connection.is_complete()) {\n"),
    one("AC-087", "a truncation is an end", "src/connection/connection.cpp",
        "  if (impl_->receiving.is_closed()) return {};\n",
        "  if (impl_->is_complete) return {};\n"),
    one("AC-087", "our own close_notify makes any end a clean one", "src/connection/connection.cpp",
        "  if (impl_->receiving.is_closed()) return {};\n",
        "  if (impl_->receiving.is_closed() || impl_->sending.is_closed()) return {};\n"),
    one("AC-087", "a half takes a truncation for an end", "src/connection/halves.cpp",
        "  if (impl_->receiving.is_closed()) return {};\n", "  if (impl_) return {};\n"),
    one("AC-088", "user_canceled is an end", "src/record/alert.h",
        "    case AlertDescription::user_canceled:\n      return AlertClass::warning;",
        "    case AlertDescription::user_canceled:\n      return AlertClass::closure;"),
    one("AC-088", "warnings are not counted", "src/record/progress_guard.h",
        "    ENSURE(warnings_ < limits.warnings, Error::too_many_warnings);\n", ""),
    one("AC-088", "data excuses warnings", "src/record/progress_guard.h",
        "    key_updates_ = 0;\n  }", "    key_updates_ = 0;\n    warnings_ = 0;\n  }"),
    one("AC-089", "a level is checked", "src/record/alert.cpp",
        "  ENSURE(content.size() == alert_size, Error::bad_alert);\n",
        "  ENSURE(content.size() == alert_size, Error::bad_alert);\n"
        "  ENSURE(content[0] == 1 || content[0] == 2, Error::bad_alert);\n"),
    one("AC-089", "an error at the level of a warning is passed over", RECEIVING,
        "  switch (record::classify(description)) {\n",
        "  if (content[0] == 1 && description != AlertDescription::close_notify) {\n"
        "    return {};\n  }\n"
        "  switch (record::classify(description)) {\n"),
    Fault("AC-089", "an alert may go on behind its two bytes", [
        Edit(RULES, "  ENSURE(length == alert_size, Error::bad_alert);\n", ""),
        Edit("src/record/alert.cpp", "ENSURE(content.size() == alert_size, Error::bad_alert);",
             "ENSURE(content.size() >= alert_size, Error::bad_alert);")]),
    one("AC-089", "an alert may stand within a message", RULES,
        "    case ContentType::alert:\n"
        "      ENSURE(!state.within_message, Error::interleaved_record);\n"
        "      return check_alert_length(content.size());",
        "    case ContentType::alert:\n      return check_alert_length(content.size());"),
]

PSK_SELECTION = "src/handshake/psk_selection.cpp"
SERVER_PSK = "src/handshake/server_psk.cpp"
CLIENT_PSK = "src/handshake/client_psk.cpp"
EXTERNAL_PSK = "src/session/external_psk.cpp"
PRE_SHARED_KEY = "src/extensions/pre_shared_key.h"

ANY_BINDER = "  ENSURE(is_right && hash == psk.hash, Error::bad_binder);\n"

PSK = [
    one("AC-065", "no binder is checked", PSK_SELECTION, ANY_BINDER, "  (void)is_right;\n"),
    one("AC-065", "31 bytes of a binder are checked", PSK_SELECTION,
        "crypto::equal_in_constant_time(expected.bytes(), binder);",
        "crypto::equal_in_constant_time(expected.bytes().first(31), binder.first(31));"),
    one("AC-065", "what stands behind a binder does not matter", PSK_SELECTION,
        "crypto::equal_in_constant_time(expected.bytes(), binder);",
        "crypto::equal_in_constant_time(\n"
        "      expected.bytes(), binder.first(std::min(binder.size(), expected.size)));"),
    one("AC-065", "a binder covers no first ClientHello", PSK_SELECTION,
        "Transcript transcript = before ? *before : Transcript(hash);",
        "Transcript transcript(hash);"),
    one("AC-065", "the second binder is not checked", SERVER_PSK,
        "    psk_->index = index;\n    return use_psk(offer);\n",
        "    psk_->index = index;\n"
        "    TRY(core_.early_secret, EarlySecret::from_psk(psk_->hash, psk_->secret.reveal()));\n"
        "    return {};\n"),
    one("AC-065", "a binder may be short", PRE_SHARED_KEY, "wire::Opaque<32, 255> binder;",
        "wire::Opaque<0, 255> binder;"),
    one("AC-066", "selected_identity may be anything", CLIENT_PSK,
        "  ENSURE(key, Error::unoffered_psk);\n", "  if (!key) return false;\n"),
    one("AC-066", "selected_identity is one too large", "src/handshake/psk_offer.cpp",
        "  if (index >= count_) return std::nullopt;\n",
        "  if (index >= count_) index = 0;\n"),
    one("AC-066", "the suite may have any hash", CLIENT_PSK,
        "  ENSURE(key->hash == core_.established.hash, Error::psk_hash_mismatch);\n", ""),
    one("AC-066", "a key may go without a share", CLIENT,
        "  ENSURE(key_share || !selected_psk, Error::psk_without_key_share);\n", ""),
    one("AC-066", "a retry keeps keys of any hash", OFFER, "  psks_.keep(hash);\n", ""),
    one("AC-067", "binders are not counted", PRE_SHARED_KEY,
        "    ENSURE(std::ranges::distance(identities) == std::ranges::distance(binders),\n"
        "           Error::binder_count);\n", ""),
    one("AC-067", "there may be fewer identities than binders", PRE_SHARED_KEY,
        "ENSURE(std::ranges::distance(identities) == std::ranges::distance(binders),",
        "ENSURE(std::ranges::distance(identities) <= std::ranges::distance(binders),"),
    one("AC-072", "roles are the same both ways", EXTERNAL_PSK,
        "  std::vector<std::uint8_t> context(1 + client.size() + 1 + server.size());\n",
        "  if (std::ranges::lexicographical_compare(server, client)) std::swap(client, server);\n"
        "  std::vector<std::uint8_t> context(1 + client.size() + 1 + server.size());\n"),
    one("AC-072", "an imported key does not depend on its context", EXTERNAL_PSK,
        "crypto::hash(algorithm, impl->identity).bytes(),",
        "crypto::hash(algorithm, import.external_identity).bytes(),"),
    one("AC-072", "equal roles are roles", EXTERNAL_PSK,
        "  ENSURE(!std::ranges::equal(client, server), Error::bad_psk);\n", ""),
    one("AC-072", "imported keys have the binders of others", PSK_SELECTION,
        "found.kind = known.is_imported() ? PskKind::imported : PskKind::external;",
        "found.kind = PskKind::external;"),
    one("AC-073", "an identity ends at a NUL", PSK_SELECTION,
        "    if (!std::ranges::equal(identities.list.at(index), known.identity())) continue;\n",
        "    const auto text = [](Bytes identity) {\n"
        "      return identity.first(static_cast<std::size_t>(\n"
        "          std::ranges::find(identity, std::uint8_t{0}) - identity.begin()));\n    };\n"
        "    if (!std::ranges::equal(text(identities.list.at(index)), text(known.identity()))) {\n"
        "      continue;\n    }\n"),
    one("AC-073", "the beginning of an identity is enough", PSK_SELECTION,
        "    if (!std::ranges::equal(identities.list.at(index), known.identity())) continue;\n",
        "    const Bytes named = identities.list.at(index);\n"
        "    if (named.size() > known.identity().size() ||\n"
        "        !std::ranges::equal(named, known.identity().first(named.size()))) {\n"
        "      continue;\n    }\n"),
    one("AC-073", "more may stand behind an identity", PSK_SELECTION,
        "    if (!std::ranges::equal(identities.list.at(index), known.identity())) continue;\n",
        "    const Bytes named = identities.list.at(index);\n"
        "    if (named.size() < known.identity().size() ||\n"
        "        !std::ranges::equal(named.first(known.identity().size()), known.identity())) {\n"
        "      continue;\n    }\n"),
    one("AC-074", "an unknown identity has another error", SERVER_PSK,
        "  TRY(check_binder(nobody, *offer.psks, client_hello_, core_.transcript));\n"
        "  return fail(Error::bad_binder);\n",
        "  return fail(Error::no_common_signature_scheme);\n"),
    one("AC-074", "an unknown identity costs less", SERVER_PSK,
        "  TRY(check_binder(nobody, *offer.psks, client_hello_, core_.transcript));\n", ""),
    Fault("AC-074", "a known identity has a retry before its binder is checked", [
        Edit(SERVER,
             "    // First of all, so that no other answer tells a known identity from an unknown one."
             "\n    TRY(use_psk(offer));\n", ""),
        Edit(SERVER, "    core_.transcript.emplace(core_.established.hash);\n",
             "    TRY(use_psk(offer));\n"
             "    core_.transcript.emplace(core_.established.hash);\n")]),
    one("AC-074", "the work depends on the key's hash", PSK_SELECTION,
        "const crypto::HashAlgorithm hash = before ? psk.hash : hash_by_size(binder.size());",
        "const crypto::HashAlgorithm hash = psk.hash;"),
]

KEY_RING = "src/session/key_ring.cpp"
TICKET_KEYS = "src/session/ticket_keys.cpp"
TICKET = "src/session/ticket.cpp"
SERVER_TICKETS = "src/handshake/server_tickets.cpp"
MEMORY_SESSIONS = "src/session/memory_session_store.cpp"
MEMORY_CLIENT_SESSIONS = "src/session/memory_client_session_store.cpp"

SOUND_KEY = "  ENSURE(!is_zero(name) && !is_zero(secret), Error::bad_ticket_keys);\n"

TICKETS = [
    Fault("AC-068", "keys are zeros until the first rotation", [
        Edit(KEY_RING, SOUND_KEY, ""),
        Edit(TICKET_KEYS,
             "  TRY(auto key, random_key());\n  KeyRing ring;\n",
             "  TRY(auto key, TicketKey::read(std::array<std::uint8_t, key_size>{}));\n"
             "  KeyRing ring;\n")]),
    one("AC-068", "a key may be zeros", KEY_RING, SOUND_KEY, ""),
    one("AC-068", "a secret may be zeros", KEY_RING, SOUND_KEY,
        "  ENSURE(!is_zero(name), Error::bad_ticket_keys);\n"),
    one("AC-068", "tickets are sealed with no key", TICKET,
        "  TRY(const crypto::Aead cipher, aead(key));\n",
        "  const std::array<std::uint8_t, 32> none{};\n"
        "  TRY(const crypto::Aead cipher,\n"
        "      crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, none));\n"),
    one("AC-069", "ticket_age_add is constant", SERVER_TICKETS,
        "  TRY(config().random(age_add));\n", ""),
    one("AC-069", "ticket_age_add has 16 bits", SERVER_TICKETS,
        "  TRY(config().random(age_add));\n",
        "  TRY(config().random(MutableBytes(age_add).first(2)));\n"),
    one("AC-070", "tickets live for as long as they say", POST_HANDSHAKE,
        "    ENSURE(ticket.ticket_lifetime <= max_session_lifetime.count(), "
        "Error::bad_ticket_lifetime);\n", ""),
    one("AC-070", "tickets of no lifetime are kept", "src/handshake/session_keeper.cpp",
        "  if (ticket.ticket_lifetime == 0) return false;\n", ""),
    one("AC-070", "a ticket may be empty", "src/messages/new_session_ticket.h",
        "wire::Opaque<1, 0xffff> ticket;", "wire::Opaque<0, 0xffff> ticket;"),
    one("AC-071", "a session that was taken stays", PSK_SELECTION,
        "      if (!kept) return std::nullopt;\n",
        "      if (!kept) return std::nullopt;\n"
        "      config_.sessions->put(std::array<std::uint8_t, 1>{}, *kept, now_);\n"),
    one("AC-071", "sessions are not counted", MEMORY_SESSIONS,
        "while (impl_->kept.size() >= sessions || impl_->bytes > room)",
        "while (impl_->bytes > room)"),
]

REPLAY_GUARD = "src/session/replay_guard.cpp"
READ_STATE = "src/record/read_state.cpp"
IMPL = "src/connection/impl.cpp"

FINISHED_ENDS_EARLY_DATA = Edit(
    SERVER, "                   On<wait_eoed, &ServerHandshake::on_end_of_early_data>,\n",
    "                   On<wait_eoed, &ServerHandshake::on_end_of_early_data>,\n"
    "                   On<wait_eoed, &ServerHandshake::on_finished>,\n")
SECOND_END = Edit(
    SERVER, "                   On<wait_eoed, &ServerHandshake::on_end_of_early_data>,\n",
    "                   On<wait_eoed, &ServerHandshake::on_end_of_early_data>,\n"
    "                   On<wait_finished, &ServerHandshake::on_end_of_early_data>,\n")

EARLY_DATA = [
    one("AC-075", "flights are not remembered", REPLAY_GUARD,
        " || impl_->flights.has(*mark)) return false;", ") return false;"),
    one("AC-075", "a restart is no matter", REPLAY_GUARD,
        "quiet_until = has_history ? -1 : now + 2 * window;", "quiet_until = -1;"),
    one("AC-075", "a restart is waited for half as long", REPLAY_GUARD,
        "quiet_until = has_history ? -1 : now + 2 * window;",
        "quiet_until = has_history ? -1 : now;"),
    one("AC-075", "the guard is not asked", SERVER_PSK,
        "         early_data.guard->is_first(binder_at(*offer.psks, 0), now_, early_data.window);\n",
        "         true;\n"),
    one("AC-075", "a stateful ticket is not used up", PSK_SELECTION,
        "      if (!kept) return std::nullopt;\n",
        "      if (!kept) return std::nullopt;\n"
        "      config_.sessions->put(offered.identity.bytes, *kept, now_ + 3'600);\n"),
    one("AC-076", "a ticket may be older than it says", SERVER_PSK,
        "psk_->age_difference_ms <= window_ms &&", "true &&"),
    one("AC-076", "a ticket may be younger than it says", SERVER_PSK,
        "-window_ms <= psk_->age_difference_ms &&", "true &&"),
    one("AC-076", "a clock that steps back is followed", REPLAY_GUARD,
        "now <= impl_->quiet_until || now < impl_->latest - lateness", "now <= impl_->quiet_until"),
    one("AC-077", "early data goes with any protocol", SERVER_PSK,
        "         std::ranges::equal(alpn.bytes(), psk_->alpn.bytes()) &&\n", ""),
    one("AC-077", "early data goes with any suite", SERVER_PSK,
        "         psk_->cipher_suite == core_.cipher_suite() &&\n", ""),
    one("AC-077", "a session goes with any name", PSK_SELECTION,
        "  hash.update(server_name);\n", "  (void)server_name;\n"),
    one("AC-077", "early data goes with any context", PSK_SELECTION,
        "  hash.update(config.session_context);\n", ""),
    one("AC-077", "a client takes any protocol for its early data", CLIENT_PSK,
        " &&\n             offer_->psks().session()->alpn == negotiated.alpn,", ","),
    one("AC-077", "a client takes any suite for its early data", CLIENT_PSK,
        "session_suite_ == negotiated.cipher_suite &&", "true &&"),
    one("AC-078", "early data is not counted", HANDSHAKING,
        "  ENSURE(size <= core().early_data_left, Error::too_much_early_data);\n"
        "  core().early_data_left -= static_cast<std::uint32_t>(size);\n", "  (void)size;\n"),
    one("AC-078", "one byte more is taken", HANDSHAKING,
        "ENSURE(size <= core().early_data_left, Error::too_much_early_data);",
        "ENSURE(size <= core().early_data_left + 1, Error::too_much_early_data);"),
    one("AC-078", "what is skipped is not counted", READ_STATE,
        "  ENSURE(length <= skippable_, Error::too_much_skipped_early_data);\n"
        "  skippable_ -= static_cast<std::uint32_t>(length);\n", "  (void)length;\n"),
    one("AC-078", "what cannot be opened is skipped where early data was accepted", READ_STATE,
        "  if (phase != InboundPhase::client_flight) skips_ = false;\n", ""),
    Fault("AC-079", "the table has a row for Finished in the place of EndOfEarlyData",
          [FINISHED_ENDS_EARLY_DATA], by_compiler=True),
    Fault("AC-079", "the client's Finished ends early data", [
        FINISHED_ENDS_EARLY_DATA,
        Edit(SERVER,
             "  static_assert(requires_input(Input::end_of_early_data, wait_eoed, connected));\n",
             "")]),
    Fault("AC-079", "the table has a row for a second EndOfEarlyData", [SECOND_END],
          by_compiler=True),
    Fault("AC-079", "EndOfEarlyData may come twice", [
        SECOND_END,
        Edit(SERVER, "  static_assert(at_most_once(Input::end_of_early_data));\n", "")]),
    one("AC-079", "EndOfEarlyData changes no keys", SERVER_PSK,
        "  core_.next_read.emplace(record::InboundPhase::client_flight,\n"
        "                          duplicate(core_.client_handshake_traffic));\n", ""),
    one("AC-080", "a second ClientHello may offer early data", SERVER_PSK,
        "  ENSURE(!offer.early_data, Error::early_data_after_retry);\n", ""),
    one("AC-080", "it may so by a cookie", SERVER_RETRY,
        "  ENSURE(!offer.early_data, Error::early_data_after_retry);\n", ""),
    one("AC-080", "a client offers it again", OFFER,
        "  offered_.remove(ExtensionType::early_data);\n", ""),
    one("AC-080", "early data before a retry is not skipped", SERVER,
        "  core_.skip_early_data = offer.early_data;\n", ""),
    one("AC-080", "early data behind the second ClientHello is skipped", READ_STATE,
        "    if (header.type == ContentType::handshake) skips_ = false;\n", ""),
]

FORMS = [
    one("AC-008", "a raw public key is taken for a certificate", PEER_CERTIFICATE,
        "  if (has_raw_public_key()) {\n",
        "  if (crypto::has_form_of_key_info(first)) {\n"),
    one("AC-008", "nobody is told that a raw public key came unasked", PEER_CERTIFICATE,
        "    ENSURE(!crypto::has_form_of_key_info(first), Error::unexpected_raw_public_key);\n", ""),
    one("AC-008", "any raw public key is believed", PEER_CERTIFICATE,
        "  if (std::ranges::find(keys, pin) != keys.end()) return {};\n",
        "  (void)pin;\n  if (keys.data() != nullptr) return {};\n"),
    one("AC-008", "a client may be told to believe no key", CERTIFICATE_TYPES,
        "  return !config.server_types.contains(CertificateType::raw_public_key) || "
        "config.ask_verdict ||\n         !config.raw_public_keys.empty();\n",
        "  (void)config;\n  return true;\n"),
    one("AC-008", "a server may be told to believe no key", CERTIFICATE_TYPES,
        "(!keys || config.ask_verdict || !keys->pins.empty())", "true"),
    one("AC-008", "a client's types are not looked at", SELECTION_OF_TYPES,
        "  ENSURE(type != ours.end(), Error::no_common_certificate_type);\n",
        "  if (type == ours.end()) return {};\n"),
    one("AC-105", "more is decompressed than a message may hold", COMPRESSION,
        "  ENSURE(0 < size && size + 4 <= config->limits.handshake_message,\n"
        "         Error::bad_compressed_certificate);\n", ""),
    one("AC-105", "a failed decompression is not noticed", COMPRESSION,
        "  ENSURE((*found)->decompress(compressed.compressed_certificate_message.bytes, whole),\n"
        "         Error::bad_compressed_certificate);\n",
        "  (void)(*found)->decompress(compressed.compressed_certificate_message.bytes, whole);\n"),
    one("AC-105", "the first algorithm stands for any", COMPRESSION,
        "    return each->algorithm() == compressed.algorithm;\n",
        "    return each != nullptr;\n"),
    one("AC-105", "compressed certificates are taken unasked", COMPRESSION,
        " || config->decompressors.empty()) return message;", ") return message;"),
    one("AC-105", "what is left of a stream is not looked at", ZLIB,
        "           size == message.size() && used == compressed.size();\n",
        "           size == message.size();\n"),
]

ECH = [
    one("AC-106", "the outer ClientHello names the server that is meant", OFFER,
        "is_outer ? ech_->public_name : *server_name_;", "*server_name_;"),
    one("AC-106", "the outer ClientHello has the inner random", OFFER,
        "writer.bytes(is_outer ? ech_->outer_random : random_)", "writer.bytes(random_)"),
    one("AC-106", "the outer ClientHello offers the keys", OFFER,
        "is_outer ? psks_.write_grease(body) : psks_.write(body);", "psks_.write(body);"),
    one("AC-106", "the random stand-ins are the identities", "src/handshake/psk_offer.cpp",
        "      const std::size_t size = at(i)->identity.size();\n"
        "      TRY(list.vector<2>([&](wire::Writer& out) { return random(out, size); }));\n",
        "      const Bytes identity = at(i)->identity;\n"
        "      TRY(list.vector<2>([&](wire::Writer& out) { return out.bytes(identity); }));\n"),
    one("AC-107", "an extension may be referred to twice", ENCODED,
        "    TRY(wire::write(writer, *at));\n    ++at;\n", "    TRY(wire::write(writer, *at));\n"),
    one("AC-107", "references may come in any order", ENCODED,
        "  for (const ExtensionType type : names.types) {\n",
        "  for (const ExtensionType type : names.types) {\n    at = outer.extensions.begin();\n"),
    one("AC-107", "encrypted_client_hello may be referred to", ENCODED,
        "    ENSURE(type != ExtensionType::encrypted_client_hello, Error::bad_outer_extensions);\n",
        ""),
    one("AC-107", "what is not there is left out", ENCODED,
        "    ENSURE(at != outer.extensions.end(), Error::bad_outer_extensions);\n",
        "    if (at == outer.extensions.end()) return {};\n"),
    one("AC-107", "there may be two lists of references", ENCODED,
        "      ENSURE(!std::exchange(named, true), Error::bad_outer_extensions);\n",
        "      (void)std::exchange(named, true);\n"),
    one("AC-107", "a list of references may have anything behind it", ENCODED,
        "wire::read_all<OuterExtensions>(extension.extension_data.bytes)",
        "[&] { wire::Reader rest(extension.extension_data.bytes); "
        "return wire::read<OuterExtensions>(rest); }()"),
    one("AC-107", "padding may be anything", ENCODED,
        "  ENSURE(std::ranges::all_of(reader.rest(), is_zero), Error::bad_ech_padding);\n",
        "  (void)is_zero;\n"),
    one("AC-107", "an encoded ClientHello may have a session ID", ENCODED,
        "  ENSURE(inner.legacy_session_id.bytes.empty(), Error::bad_inner_client_hello);\n", ""),
    one("AC-107", "an inner ClientHello needs no mark", ENCODED,
        "  ENSURE(mark && mark->variant == EchClientHelloType::inner, "
        "Error::bad_inner_client_hello);\n  TRY(mark->check());\n", ""),
    one("AC-107", "an inner ClientHello may offer older versions", ENCODED,
        "    ENSURE(version > ProtocolVersion::tls_1_2, Error::bad_inner_client_hello);\n",
        "    (void)version;\n"),
    one("AC-107", "an inner ClientHello may come from anywhere", ECH_OPENER,
        "  ENSURE(extension.variant == EchClientHelloType::outer, Error::unexpected_ech_type);\n",
        "  if (extension.variant == EchClientHelloType::inner) return EchOuter{};\n"),
    one("AC-107", "a second ClientHello may be for another key", ECH_OPENER,
        "  ENSURE(ech.cipher_suite == suite_ && ech.config_id == config_id_ && "
        "ech.enc.bytes.empty(),\n         Error::changed_ech);\n", ""),
    one("AC-107", "a second ClientHello need not be encrypted", ECH_OPENER,
        "  ENSURE(extension, Error::missing_extension);\n",
        "  if (!extension) return MutableBytes{};\n"),
    one("AC-107", "what authenticates the outer ClientHello leaves it out", ECH_OPENER,
        "  return room.first(body.size());\n", "  return {};\n"),
]

FAULTS = ECH + FORMS + AUTH + X509 + STATE + RECORD + HSLEN + EXT + KEX + POST + PSK + TICKETS + EARLY_DATA
