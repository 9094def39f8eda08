// The handshake, and the answers to its questions.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "crypto/signature.h"
#include "nacre/verify.h"
#include "shim/choice.h"
#include "shim/exchange.h"
#include "shim/expectations.h"
#include "shim/psk.h"

namespace nacre::bogo {
namespace {

bool is_question(const Event& event) {
  return std::holds_alternative<ClientHelloSeen>(event) ||
         std::holds_alternative<PskOffered>(event) ||
         std::holds_alternative<CertificateWanted>(event) ||
         std::holds_alternative<ChainToJudge>(event) ||
         std::holds_alternative<SignatureWanted>(event);
}

}  // namespace

Result<void> Exchange::handshake() {
  while (true) {
    TRY(auto event, next());
    if (!event) return connection_.transport_closed();
    if (std::holds_alternative<HandshakeComplete>(*event)) return {};
    if (std::holds_alternative<EarlyData>(*event)) {
      TRY(echo_early());
      continue;
    }
    if (!is_question(*event)) return fail(Error::internal);
    if (flags().async) {
      // Whoever knows the answer takes his time: meanwhile the question stands.
      const std::size_t question = event->index();
      TRY(*event, advance());
      ENSURE(event->index() == question, Error::internal);
    }
    const auto answered = answer(*event);
    // Where the answer leads to a failure, advance() has it, with its alert.
    if (!answered && (has_refused_ || !connection_.failure())) return answered;
  }
}

Result<void> Exchange::judge_again() {
  const bool is_wanted = flags().reverify_on_resume && !flags().server &&
                         connection_.negotiated().key_source == KeySource::session;
  if (!is_wanted || !flags().verify_fail) return {};
  return refuse(AlertDescription::certificate_unknown, Error::chain_refused);
}

Result<void> Exchange::answer(const Event& question) {
  if (const auto* hello = std::get_if<ClientHelloSeen>(&question)) return answer(*hello);
  if (const auto* offered = std::get_if<PskOffered>(&question)) return answer(*offered);
  if (const auto* wanted = std::get_if<CertificateWanted>(&question)) return answer(*wanted);
  if (const auto* chain = std::get_if<ChainToJudge>(&question)) return answer(*chain);
  return answer(std::get<SignatureWanted>(question));
}

Result<void> Exchange::refuse(AlertDescription alert, Error error) {
  has_refused_ = true;
  TRY(const std::size_t size, connection_.abort(alert, out_));
  TRY(send(Bytes(out_).first(size)));
  return fail(error);
}

Result<void> Exchange::answer(const ClientHelloSeen& hello) {
  using enum AlertDescription;
  const bool is_decrypted = hello.ech == EchStatus::accepted;
  if (is_decrypted && flags().fail_early_callback_ech_rewind) return rewind();
  if (flags().fail_early_callback) return refuse(handshake_failure, Error::application_refused);
  if (flags().fail_ddos_callback) return refuse(internal_error, Error::application_refused);
  if (flags().fail_cert_callback) return refuse_certificate();
  if (flags().fail_ocsp_callback) return refuse(internal_error, Error::application_refused);
  if (flags().reject_alpn) return refuse(no_application_protocol, Error::no_application_protocol);
  const bool as_advertised = std::ranges::equal(
      hello.alpn, flags().expect_advertised_alpn, [](std::uint8_t byte, char character) {
        return byte == static_cast<unsigned char>(character);
      });
  ENSURE(flags().expect_advertised_alpn.empty() || as_advertised, Error::internal);
  const auto config = server_config(flags(), hello, surroundings_);
  if (!config && config.error() == Error::no_common_signature_scheme) {
    return refuse(handshake_failure, config.error());
  }
  if (!config) return refuse(internal_error, config.error());
  return connection_.resume(*config);
}

// The name that is asked for is not to be had so: begins again with what has come, as a server that
// cannot decrypt it.
Result<void> Exchange::rewind() {
  Flags without_keys = flags();
  without_keys.ech_server_config.clear();
  TRY(const ServerConfig config, asking_server_config(without_keys, surroundings_));
  TRY(connection_, Connection::server(config));
  inbox_ = heard_;
  return {};
}

Result<void> Exchange::answer(const PskOffered& question) {
  TRY(const auto psks, all_psks(flags()));
  return connection_.resume(KnownPsk{find(psks, question)});
}

Result<void> Exchange::answer(const CertificateWanted& question) {
  if (flags().fail_cert_callback) return refuse_certificate();
  ENSURE(is_as_expected(question, flags()), Error::internal);
  if (all_credentials(flags()).empty()) return connection_.resume(Presented{});
  const auto credential = choose_credential(question, flags());
  if (!credential) return refuse(AlertDescription::handshake_failure, credential.error());
  return connection_.resume(Presented{*credential});
}

// As the flags want it, with an alert of the application's choice.
Result<void> Exchange::refuse_certificate() {
  const AlertDescription alert{static_cast<std::uint8_t>(flags().fail_cert_callback_alert)};
  return refuse(alert, Error::application_refused);
}

// The names of the tests' certificates are not looked at, as by the peer whose suite this is.
Result<void> Exchange::answer(const ChainToJudge& question) {
  ENSURE(is_for_expected_name(question, flags()), Error::internal);
  Verdict verdict;
  const bool is_raw = question.type == CertificateType::raw_public_key;
  if (flags().verify_fail && (flags().use_custom_verify_callback || is_raw)) {
    verdict.refused = Error::chain_refused;
  } else if (flags().fail_ocsp_callback) {
    verdict.refused = Error::bad_certificate_status;
  } else if (flags().verify_fail && flags().verify_peer) {
    return refuse(AlertDescription::handshake_failure, Error::chain_refused);
  }
  return connection_.resume(verdict);
}

// The key is somewhere else: in a module, or with another process.
Result<void> Exchange::answer(const SignatureWanted& question) {
  for (const CredentialFlags& candidate : all_credentials(flags())) {
    TRY(const Credential credential, credential_of(candidate, false));
    if (!std::ranges::equal(credential.certificate(), question.certificate)) continue;
    TRY(const std::string pem, read_file(candidate.key_file));
    TRY(const auto key, crypto::PrivateKey::from_pem(pem));
    std::vector<std::uint8_t> signature(crypto::max_signature_size);
    TRY(const std::size_t size, key.sign(question.scheme, question.content, signature));
    return connection_.resume(Signature{Bytes(signature).first(size)});
  }
  return fail(Error::signing_failed);
}

}  // namespace nacre::bogo
