// A client's side of pre-shared keys: what the server may choose of them, early data, and the
// sessions to come. RFC 9846, sections 4.3.10, 4.3.11 and 4.7.1.
#include <memory>
#include <utility>

#include "crypto/cipher_suite.h"
#include "extensions/registry.h"
#include "handshake/client.h"
#include "session/session.h"

namespace nacre {

// Sections 2.3 and 4.3.10: under the session's suite, before the server has said anything.
Result<void> ClientHandshake::begin_early_data() {
  const Session::Impl& session = *offer_->psks().session();
  TRY(const auto suite, crypto::properties(session.cipher_suite));
  TRY(core_.early_secret, EarlySecret::from_psk(suite.hash, session.psk.reveal()));
  const crypto::Digest hash = crypto::hash(suite.hash, hello_in_force());
  TRY(crypto::HashSecret traffic, core_.derive_early_secrets(hash.bytes()));
  core_.early_secret.reset();
  Negotiated& negotiated = core_.established.negotiated;
  negotiated.early_data = EarlyDataStatus::offered;
  negotiated.cipher_suite = session.cipher_suite;
  core_.established.hash = suite.hash;
  core_.early_data_left = session.max_early_data;
  core_.may_send_early = true;
  core_.change(true, std::move(traffic));
  return {};
}

bool ClientHandshake::asks_for_session() const {
  const Session::Impl* session = offer_->psks().session();
  // fault: AC-147a
  return config().ask_session_verdict && session != nullptr && !session->chain->empty();
}

void ClientHandshake::ask_for_session() {
  const Session::Impl& session = *offer_->psks().session();
  session_chain_.assign(session.chain->begin(), session.chain->end());
  core_.question = ChainToJudge{.chain = session_chain_,
                                .type = session.server_certificate_type,
                                .name = server_name_.text(),
                                .of_session = true};
}

// Before anything of the session is said.
auto ClientHandshake::on_session_verdict(const Verdict& verdict) -> Result<Next<wait_sh>> {
  session_chain_.clear();
  // fault: AC-147b
  if (verdict.refused) offer_->drop_session();
  // It may have ended while the application made up its mind.
  const Session::Impl* session = offer_->psks().session();
  const bool has_ended =
      session != nullptr && !session->is_usable(config().now(), config().max_proof_age);
  // fault: AC-147d
  if (has_ended) offer_->drop_session();
  TRY(send_first_hello());
  return to<wait_sh>;
}

// Section 4.3.11: whether the server has chosen a key, and may.
Result<bool> ClientHandshake::take_psk(const ServerHello& hello) {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(const auto selected, find<SelectedPsk>(hello.extensions, in_hand));
  if (offer_->is_ech_rejected()) {
    // Those of the outer ClientHello are nobody's (RFC 9849, section 6.1.2).
    ENSURE(!selected, Error::unoffered_psk);
    return false;
  }
  TRY(const auto certificate, find<CertificateWithPsk>(hello.extensions, in_hand));
  ENSURE(selected || !config().require_psk, Error::psk_declined);
  ENSURE((selected && certificate) || !config().certificate_with_psk, Error::psk_declined);
  if (!selected) return false;

  core_.extension_in_hand = SelectedPsk::type;
  const auto key = offer_->psks().at(selected->selected_identity);
  // fault: AC-066a
  ENSURE(key, Error::unoffered_psk);
  // fault: AC-066c
  ENSURE(key->hash == core_.established.hash, Error::psk_hash_mismatch);
  core_.extension_in_hand.reset();
  TRY(core_.early_secret, EarlySecret::from_psk(key->hash, key->secret));
  core_.established.negotiated.key_source = certificate ? KeySource::external_psk_certificate
                                            : key->kind == PskKind::resumption
                                                ? KeySource::session
                                                : KeySource::external_psk;
  TRY(take_proof(*key));
  if (key->kind == PskKind::resumption) {
    const Session::Impl& session = *offer_->psks().session();
    session_suite_ = session.cipher_suite;
    core_.established.negotiated.peer_certificate_type = session.server_certificate_type;
    TRY(core_.peer_chain, PeerChain::of(
                              *session.chain, [](const auto& each) { return Bytes(each); },
                              config().limits, core_.budget));
  }
  return true;
}

Result<void> ClientHandshake::take_proof(const PskOffer::Key& key) {
  Negotiated& negotiated = core_.established.negotiated;
  Proof& proof = core_.proof;
  proof.began_with = negotiated.key_source;
  proof.proved.at = config().now();
  Bytes identity = key.identity;
  if (key.kind == PskKind::resumption) {
    const Session::Impl& session = *offer_->psks().session();
    proof.began_with = session.began_with;
    // fault: AC-140e
    proof.proved = session.proved;
    // fault: AC-143b
    identity = session.psk_identity;
  }
  negotiated.began_with = proof.began_with;
  return identity.empty() ? Result<void>{} : proof.psk_identity.append(identity, core_.budget);
}

// Whether the server has taken our early data, once it is known. Section 4.3.10.
Result<void> ClientHandshake::take_early_data_answer(bool is_accepted) {
  Negotiated& negotiated = core_.established.negotiated;
  if (!is_accepted) {
    negotiated.early_data = EarlyDataStatus::rejected;
    core_.may_send_early = false;
    core_.early_data_left = 0;
    // The server has no such secret: what is exported from it would be shared with nobody.
    // fault: AC-238
    core_.early_exporter_secret.clear();
    return {};
  }
  // The session is the first identity, and was chosen; with its suite, and its protocol.
  core_.extension_in_hand = ExtensionType::early_data;
  // fault: AC-077e AC-077f
  ENSURE(negotiated.key_source == KeySource::session && session_suite_ == negotiated.cipher_suite &&
             offer_->psks().session()->alpn == negotiated.alpn,
         Error::early_data_mismatch);
  core_.extension_in_hand.reset();
  negotiated.early_data = EarlyDataStatus::accepted;
  return {};
}

// Section 7.1: the resumption secret covers everything, our Finished too.
Result<std::unique_ptr<SessionKeeper>> ClientHandshake::session_keeper() {
  // Whom the application has presented, it alone knows: the session of one would be another's.
  // fault: AC-150
  const bool is_anybodys = config().ask_credential && wishes_ && !config().has_session_context;
  if (!config().sessions || is_anybodys) return std::unique_ptr<SessionKeeper>();
  TRY(crypto::HashSecret resumption,
      (*std::move(core_.main_secret)).resumption(core_.transcript->hash().bytes()));
  std::vector<std::vector<std::uint8_t>> chain;
  for (const Bytes certificate : core_.peer_chain.certificates()) {
    chain.emplace_back(certificate.begin(), certificate.end());
  }
  const Bytes identity = core_.proof.psk_identity.content();
  return std::make_unique<SessionKeeper>(SessionKeeper::Origin{
      .config = config_,
      .server_name = std::string(server_name_.text()),
      .alpn = std::string(core_.established.negotiated.alpn),
      .cipher_suite = core_.cipher_suite(),
      .hash = core_.established.hash,
      .resumption_secret = std::move(resumption),
      .began_with = core_.proof.began_with,
      .proved = {within_time(core_.proof.proved.at), within_time(core_.proof.proved.valid_until)},
      .psk_identity = {identity.begin(), identity.end()},
      .chain = std::make_shared<const std::vector<std::vector<std::uint8_t>>>(std::move(chain)),
      .server_certificate_type = core_.established.negotiated.peer_certificate_type});
}

}  // namespace nacre
