// What the peer presents, whichever role it has: its chain, and the proof that it has the key. RFC
// 9846, sections 4.5.1 and 4.5.2.
#include <algorithm>
#include <string>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/path.h"
#include "extensions/registry.h"
#include "handshake/certificate_verify.h"
#include "handshake/core.h"

namespace nacre {

Result<void> HandshakeCore::take_certificate(const Certificate& certificate,
                                             const OfferedSet& asked, Bytes encoding) {
  // fault: AC-117a
  ENSURE(peer_chain.empty(), Error::internal);
  for (const CertificateEntry& entry : certificate.certificate_list) {
    TRY(check_block(Where::certificate, entry.extensions, config->limits, &asked,
                    &extension_in_hand));
    const bool is_leaf = peer_chain.certificates().empty();
    TRY(peer_chain.add(entry.cert_data.bytes, config->limits, budget));
    if (is_leaf) TRY(take_staples(entry));
  }
  const std::uint32_t minimum_rsa_bits = config->policy.minimum_rsa_bits;
  const Bytes first = peer_chain.certificates().front();
  TRY(budget.take(sizeof(Unproved)));
  // fault: AC-008a
  if (has_raw_public_key()) {
    ENSURE(peer_chain.certificates().size() == 1, Error::raw_public_key_chain);
    TRY(crypto::PublicKey key, crypto::PublicKey::from_raw(first, minimum_rsa_bits));
    TRY(peer, crypto::Box<Unproved>::make_in(budget.arena(), 0, std::nullopt, std::move(key)));
  } else {
    // fault: AC-008b
    ENSURE(!crypto::has_form_of_key_info(first), Error::unexpected_raw_public_key);
    TRY(const auto leaf, crypto::ParsedCertificate::view(first));
    TRY(crypto::PublicKey key, leaf.signing_key(minimum_rsa_bits));
    TRY(peer, crypto::Box<Unproved>::make_in(budget.arena(), 0, leaf, std::move(key)));
  }
  transcript->add(encoding);
  return {};
}

Result<void> HandshakeCore::ask_for_verdict(Purpose purpose, std::string_view name) {
  const Bytes leaf = peer_chain.certificates().front();
  // No path is searched for, which would parse it to the end.
  // fault: AC-103d
  if (!has_raw_public_key()) {
    TRY(const auto parsed, crypto::ParsedCertificate::parse(leaf));
    // Nor is there one whose dates would count.
    // fault: AC-141c
    TRY(proof.proved.valid_until, parsed.not_after());
  }
  question = ChainToJudge{peer_chain.certificates(),
                          purpose,
                          established.negotiated.peer_certificate_type,
                          peer_chain.ocsp_response(),
                          peer_chain.signed_certificate_timestamps(),
                          name};
  return {};
}

Verdict HandshakeCore::judge_raw_public_key(std::span<const SpkiPin> keys) {
  const SpkiPin pin = crypto::spki_pin(peer_chain.certificates().front());
  // fault: AC-008c
  if (std::ranges::find(keys, pin) != keys.end()) return {};
  verdict_detail = "the raw public key is none of the " + std::to_string(keys.size()) +
                   " pinned ones. If the peer changed its key, pin the new one";
  return {Error::pin_mismatch};
}

// Section 4.5.1.1. Those of other certificates are not looked at.
Result<void> HandshakeCore::take_staples(const CertificateEntry& leaf) {
  TRY(const auto status, find<CertificateStatus>(leaf.extensions, &extension_in_hand));
  TRY(const auto timestamps,
      find<SignedCertificateTimestampList>(leaf.extensions, &extension_in_hand));
  return peer_chain.add_staples(status ? status->response.bytes : Bytes{},
                                timestamps ? timestamps->list.bytes : Bytes{}, budget);
}

Verdict HandshakeCore::judge(const TrustAnchors& anchors, std::span<const SpkiPin> pins,
                             Purpose purpose, const std::optional<PeerName>& name,
                             const OfferedSet& asked) {
  const ChainQuery query{
      .chain = peer_chain.certificates(),
      .peer_name = name,
      .time = config->now(),
      .purpose = purpose,
      .policy = config->policy,
      .limits = config->limits,
      .crls = config->revocation_lists ? &*config->revocation_lists : nullptr,
      .revocation = config->revocation,
      .ocsp_response = peer_chain.ocsp_response(),
      .ocsp_asked = asked.contains(ExtensionType::status_request),
      .check_anchor_dates = config->check_anchor_dates,
      .signatures = config->signature_cache ? &*config->signature_cache : nullptr};
  ChainVerdict verdict = crypto::judge_chain(anchors.impl(), *peer->leaf, query, pins);
  verdict_detail = std::move(verdict.detail);
  // fault: AC-141d
  if (verdict.valid_until) proof.proved.valid_until = *verdict.valid_until;
  return {verdict.error};
}

Result<void> HandshakeCore::take_certificate_verify(Purpose signer, const SignatureSchemes& offered,
                                                    const CertificateVerify& verify,
                                                    Bytes encoding) {
  // fault: AC-004a
  ENSURE(offered.contains(verify.algorithm), Error::unoffered_signature_scheme);
  ENSURE(peer->key.fits(verify.algorithm), Error::wrong_key_for_scheme);
  TRY(const auto content, SignedContent::make(signer, transcript->hash()));
  // fault: AC-011a AC-011b AC-011c
  TRY(peer->key.verify(verify.algorithm, content.bytes(), verify.signature.bytes));
  peer.reset();
  proof.proved.at = config->now();
  transcript->add(encoding);
  return {};
}

}  // namespace nacre
