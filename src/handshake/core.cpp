// What both roles of a handshake share.
#include "handshake/core.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "handshake/certificate_verify.h"
#include "handshake/key_log.h"
#include "handshake/state_machine.h"
#include "wire/codec.h"

namespace nacre {
Result<void> PeerChain::add(Bytes certificate, const Limits& limits, MemoryBudget& budget) {
  if (!views_) {
    TRY(budget.take(sizeof(Views)));
    auto views = crypto::Box<Views>::make_in(budget.arena(), 0);
    // fault: AC-116b
    if (!views) budget.give_back(sizeof(Views));
    TRY(views_, std::move(views));
  }
  std::size_t& count = views_->count;
  ENSURE(count < std::min(limits.certificates, max_certificates),
         Error::certificate_chain_too_long);
  const std::size_t held = buffer_.content().size() - length_size * count;
  ENSURE(certificate.size() <= limits.certificate_chain - held, Error::certificate_chain_too_long);
  TRY(const MutableBytes room, buffer_.reserve(length_size + certificate.size(), budget));
  wire::Writer writer(room);
  TRY(writer.vector<length_size>([&](wire::Writer& out) { return out.bytes(certificate); }));
  buffer_.commit(writer.used());
  // The others may have moved: certificates() looks where they are.
  views_->certificates.at(count++) = room.subspan(length_size, certificate.size());
  return {};
}

void PeerChain::release(MemoryBudget& budget) {
  if (views_) budget.give_back(sizeof(Views));
  views_.reset();
  buffer_.release(budget);
  ocsp_response_.release(budget);
  timestamps_.release(budget);
}

Result<void> PeerChain::add_staples(Bytes ocsp_response, Bytes timestamps, MemoryBudget& budget) {
  if (!ocsp_response.empty()) TRY(ocsp_response_.append(ocsp_response, budget));
  return timestamps.empty() ? Result<void>{} : timestamps_.append(timestamps, budget);
}

std::span<const Bytes> PeerChain::certificates() {
  if (!views_) return {};
  const auto views = std::span(views_->certificates).first(views_->count);
  Bytes rest = buffer_.content();
  for (Bytes& view : views) {
    view = rest.subspan(length_size, view.size());
    rest = rest.subspan(length_size + view.size());
  }
  return views;
}

Result<crypto::HashSecret> HandshakeCore::derive_early_secrets(Bytes client_hello_hash) {
  TRY(crypto::HashSecret traffic, early_secret->client_traffic(client_hello_hash));
  TRY(early_exporter_secret, early_secret->exporter(client_hello_hash));
  log_secret("CLIENT_EARLY_TRAFFIC_SECRET", traffic);
  log_secret("EARLY_EXPORTER_SECRET", early_exporter_secret);
  return traffic;
}

Result<void> HandshakeCore::derive_handshake_secrets(crypto::SharedSecret shared_secret) {
  if (!early_secret) early_secret = EarlySecret::without_psk(established.hash);
  TRY(HandshakeSecret secret, (*std::move(early_secret)).mix(std::move(shared_secret)));
  early_secret.reset();
  TRY(HandshakeTraffic traffic, std::move(secret).traffic(transcript->hash().bytes()));
  client_handshake_traffic = std::move(traffic.client);
  server_handshake_traffic = std::move(traffic.server);
  main_secret = std::move(traffic.main);
  log_secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET", client_handshake_traffic);
  log_secret("SERVER_HANDSHAKE_TRAFFIC_SECRET", server_handshake_traffic);
  return {};
}

Result<void> HandshakeCore::derive_application_secrets(Bytes transcript_hash) {
  TRY(ApplicationTraffic traffic, main_secret->traffic(transcript_hash));
  client_application_traffic = std::move(traffic.client);
  server_application_traffic = std::move(traffic.server);
  established.exporter_secret = std::move(traffic.exporter);
  log_secret("CLIENT_TRAFFIC_SECRET_0", client_application_traffic);
  log_secret("SERVER_TRAFFIC_SECRET_0", server_application_traffic);
  log_secret("EXPORTER_SECRET", established.exporter_secret);
  return {};
}

Result<std::optional<Signature>> HandshakeCore::sign(Purpose signer, SignatureRoom& room) {
  TRY(const auto content, SignedContent::make(signer, transcript->hash()));
  if (!own.credential->key) {
    TRY(signed_content.append(content.bytes(), budget));
    question = SignatureWanted{own.scheme, signed_content.content(), own.credential->chain.front()};
    return std::nullopt;
  }
  const auto size = own.credential->key->sign(own.scheme, content.bytes(), room);
  ENSURE(size, Error::signing_failed);
  return Signature{Bytes(room).first(*size)};
}

Result<void> HandshakeCore::send_certificate_verify(const Signature& signature) {
  const Bytes bytes = signature.bytes;
  ENSURE(!bytes.empty() && bytes.size() <= crypto::max_signature_size, Error::signing_failed);
  const auto verify = [&](wire::Writer& writer) -> Result<void> {
    TRY(wire::write(writer, own.scheme));
    return writer.vector<2>([&](wire::Writer& out) { return out.bytes(bytes); });
  };
  return send(HandshakeType::certificate_verify, 4 + bytes.size(), verify);
}

Result<void> HandshakeCore::send_finished(const crypto::HashSecret& traffic_secret) {
  TRY(const crypto::Digest verify_data,
      finished_verify_data(established.hash, traffic_secret.reveal(), transcript->hash().bytes()));
  return send(HandshakeType::finished, verify_data.size,
              [&](wire::Writer& body) { return body.bytes(verify_data.bytes()); });
}

Result<void> HandshakeCore::take_finished(const crypto::HashSecret& traffic_secret,
                                          const Finished& finished, Bytes encoding) {
  TRY(const crypto::Digest expected,
      finished_verify_data(established.hash, traffic_secret.reveal(), transcript->hash().bytes()));
  // fault: AC-011e AC-011f AC-011g AC-011h AC-011i AC-011j AC-011k
  ENSURE(crypto::equal_in_constant_time(expected.bytes(), finished.verify_data.bytes),
         Error::bad_finished);
  transcript->add(encoding);
  return {};
}

void HandshakeCore::log_secret(std::string_view label, const crypto::HashSecret& secret) const {
  log_to(*config, label, client_random, secret.reveal());
}

crypto::HashSecret duplicate(const crypto::HashSecret& secret) {
  crypto::HashSecret copy;
  std::ranges::copy(secret.reveal(), copy.resize(secret.reveal().size()).begin());
  return copy;
}

Input classify(HandshakeType type, Bytes body) {
  constexpr std::size_t random_offset = 2;
  if (type == HandshakeType::server_hello &&
      body.size() >= random_offset + hello_retry_request_random.size() &&
      std::ranges::equal(body.subspan(random_offset, hello_retry_request_random.size()),
                         hello_retry_request_random)) {
    return Input::hello_retry_request;
  }
  return static_cast<Input>(type);
}

}  // namespace nacre
