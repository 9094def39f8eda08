// A server's side of pre-shared keys: what is believed of a key that the client names, and what
// early data is taken. RFC 9846, sections 4.3.10, 4.3.11 and 8.
#include <algorithm>
#include <utility>

#include "crypto/cipher_suite.h"
#include "handshake/server.h"

namespace nacre {

Result<void> ServerHandshake::ask_for_psk() {
  TRY(keep_client_hello());
  identities_.emplace(*offer_->psks);
  const Bytes of_session = psk_ ? Bytes(psk_->proof.psk_identity.content()) : Bytes{};
  if (!of_session.empty()) identities_->list.at(psk_->index) = of_session;
  core_.question = PskOffered{identities_->all(), of_session};
  return {};
}

PskSearch ServerHandshake::search_from(std::size_t first_session) const {
  const bool is_fixed = core_.established.negotiated.retried;
  return {.now = now_,
          .context = session_context_,
          .first_session = first_session,
          .known = known_psk_ ? &*known_psk_ : nullptr,
          .hash = is_fixed ? std::optional(core_.established.hash) : std::nullopt};
}

// A session stands where the key that it began with is known as it was. If not, it is as if its
// ticket had not been offered.
void ServerHandshake::take_known(const KnownPsk& known) {
  known_psk_ = known.psk;
  // fault: AC-144a
  if (psk_ && known.psk && psk_->proof.is_by(*known.psk)) return;
  const std::size_t next = psk_ ? psk_->index + 1 : max_identities;  // there is no session
  if (psk_) psk_->release(core_.budget);
  find_other_psk(*offer_, next);
}

// The application's key, a session behind those that are lost, or a key of the configuration's.
void ServerHandshake::find_other_psk(const ClientOffer& offer, std::size_t next) {
  const PskSearch search = search_from(next);
  psk_.reset();
  if (known_psk_) psk_ = find_psk(*known_psk_, config().policy, offer, search.hash);
  // fault: AC-129
  if (!psk_) psk_ = find_psk(config(), offer, search, core_.budget);
  drop_insufficient_psk();
}

// With a key, the suite has its hash (section 4.3.11). A HelloRetryRequest has fixed it.
Result<void> ServerHandshake::select_suite(const ClientOffer& offer) {
  if (core_.established.negotiated.retried) return {};
  const auto hash = psk_ ? std::optional(psk_->hash) : std::nullopt;
  TRY(const CipherSuite suite, select_cipher_suite(config().policy, offer, hash));
  TRY(const auto properties, crypto::properties(suite));
  core_.established.negotiated.cipher_suite = suite;
  core_.established.hash = properties.hash;
  return {};
}

// A server without a certificate answers an unknown identity as it does a known one whose binder is
// wrong, after the same work. Appendix F.6.
Result<void> ServerHandshake::refuse_unknown_psk(const ClientOffer& offer) {
  core_.extension_in_hand = ExtensionType::pre_shared_key;
  ENSURE(offer.names_psks, Error::missing_extension);
  ENSURE(offer.psks, Error::no_common_signature_scheme);
  TRY(const FoundPsk nobody, unknown_psk(config()));
  // fault: AC-074a AC-074b
  TRY(check_binder(nobody, *offer.psks, client_hello_, core_.transcript));
  return fail(Error::bad_binder);
}

// RFC 9973, section 5.
bool ServerHandshake::is_with_certificate(const ClientOffer& offer) const {
  return offer.certificate_with_psk && offer.takes_certificates && !config().credentials.empty();
}

// A key that both sides have does not stand for a certificate that is required.
void ServerHandshake::drop_insufficient_psk() {
  const bool stands_alone =
      psk_ && psk_->kind != PskKind::resumption && !is_with_certificate(*offer_);
  if (stands_alone && requires_certificate()) psk_.reset();
}

// Whether the client has the key (section 4.3.11.2). When its ClientHello is answered by
// ServerHello it is believed, and that alone uses a session up: who has only seen its number does
// not, nor does a first ClientHello that gets a HelloRetryRequest. A session that another has taken
// in the meantime is passed over.
Result<void> ServerHandshake::use_psk(const ClientOffer& offer, bool is_answered) {
  while (psk_) {
    core_.extension_in_hand = ExtensionType::pre_shared_key;
    // fault: AC-121
    TRY(EarlySecret secret, check_binder(*psk_, *offer.psks, client_hello_, core_.transcript));
    core_.extension_in_hand.reset();
    // fault: AC-122a
    if (!is_answered) return {};
    // fault: AC-122b
    if (take_session(offer)) return believe(offer, std::move(secret));
    TRY(lose_session(offer));
  }
  return config().credentials.empty() ? refuse_unknown_psk(offer) : Result<void>{};
}

// Out of the store, where it is from there.
bool ServerHandshake::take_session(const ClientOffer& offer) const {
  if (!psk_->is_in_store) return true;
  const Identities identities(*offer.psks);
  // fault: AC-071a AC-075e AC-123
  return config().sessions->take(identities.list.at(psk_->index), now_);
}

// Another has it: as if it had not been offered.
Result<void> ServerHandshake::lose_session(const ClientOffer& offer) {
  const std::size_t next = psk_->index + 1;
  psk_->release(core_.budget);
  find_other_psk(offer, next);
  return select_suite(offer);
}

// The client has the key: with a session it is who it was when that began.
Result<void> ServerHandshake::believe(const ClientOffer& offer, EarlySecret secret) {
  core_.early_secret = std::move(secret);
  core_.peer_chain = std::move(psk_->chain);
  core_.proof = std::move(psk_->proof);
  Negotiated& negotiated = core_.established.negotiated;
  if (psk_->kind == PskKind::resumption) {
    negotiated.key_source = KeySource::session;
    negotiated.peer_certificate_type = psk_->client_certificate_type;
  } else {
    negotiated.key_source =
        is_with_certificate(offer) ? KeySource::external_psk_certificate : KeySource::external_psk;
    TRY(prove_by_psk(offer));
  }
  // fault: AC-143a
  negotiated.began_with = core_.proof.began_with;
  return {};
}

Result<void> ServerHandshake::prove_by_psk(const ClientOffer& offer) {
  core_.proof.began_with = core_.established.negotiated.key_source;
  core_.proof.proved.at = now_;
  core_.proof.psk_digest =
      digest_of(psk_->kind == PskKind::imported, psk_->hash, psk_->secret.reveal());
  const Identities identities(*offer.psks);
  return core_.proof.psk_identity.append(identities.list.at(psk_->index), core_.budget);
}

// The second ClientHello names the same key again. Section 4.2.2.
Result<void> ServerHandshake::take_second_psk(const ClientOffer& offer) {
  // fault: AC-080a
  ENSURE(!offer.early_data, Error::early_data_after_retry);
  if (!psk_) return {};
  core_.extension_in_hand = ExtensionType::pre_shared_key;
  ENSURE(offer.psks, Error::missing_extension);
  const Identities identities(*offer.psks);
  for (std::size_t index = 0; index < identities.count; ++index) {
    const crypto::Digest identity =
        crypto::hash(crypto::HashAlgorithm::sha256, identities.list.at(index));
    if (!std::ranges::equal(identity.bytes(), psk_->identity.bytes())) continue;
    psk_->index = index;
    // fault: AC-065e
    return use_psk(offer, true);
  }
  return fail(Error::changed_client_hello);
}

// Sections 4.3.10 and 8. The guard is asked last: whoever asks it has used the flight up.
bool ServerHandshake::may_take_early_data(const ClientOffer& offer) const {
  const auto& early_data = config().early_data;
  if (!offer.early_data || !early_data.guard || !psk_ || psk_->kind != PskKind::resumption) {
    return false;
  }
  const std::string_view protocol = core_.established.negotiated.alpn;
  const crypto::Digest alpn = crypto::hash(crypto::HashAlgorithm::sha256, bytes_of(protocol));
  const std::int64_t window_ms = std::int64_t{early_data.window.count()} * 1'000;
  // fault: AC-076a AC-076b AC-077a AC-077b
  return psk_->index == 0 && psk_->max_early_data > 0 &&
         psk_->cipher_suite == core_.cipher_suite() &&
         std::ranges::equal(alpn.bytes(), psk_->alpn.bytes()) &&
         -window_ms <= psk_->age_difference_ms && psk_->age_difference_ms <= window_ms &&
         // fault: AC-075d
         early_data.guard->is_first(binder_at(*offer.psks, 0), now_, early_data.window);
}

Result<void> ServerHandshake::begin_early_data() {
  TRY(crypto::HashSecret traffic, core_.derive_early_secrets(core_.transcript->hash().bytes()));
  core_.next_read.emplace(record::InboundPhase::early_data, std::move(traffic));
  core_.established.negotiated.early_data = EarlyDataStatus::accepted;
  // fault: AC-148
  core_.early_data_left = std::min(psk_->max_early_data, config().early_data.max_size);
  core_.may_send_early = true;
  return {};
}

// Section 4.6.
auto ServerHandshake::on_end_of_early_data(const EndOfEarlyData&, Bytes encoding)
    -> Result<Next<wait_finished>> {
  core_.transcript->add(encoding);
  core_.early_data_left = 0;
  // fault: AC-079e
  core_.next_read.emplace(record::InboundPhase::client_flight,
                          duplicate(core_.client_handshake_traffic));
  return to<wait_finished>;
}

}  // namespace nacre
