// A client's Encrypted Client Hello, and what follows where the server does not take it: it is
// authenticated for the public name, and the connection ends. RFC 9849, sections 6.1.4 to 6.1.7.
#include <array>
#include <utility>

#include "crypto/cipher_suite.h"
#include "extensions/registry.h"
#include "handshake/client.h"

namespace nacre {
namespace {

// The transcript as the server had it for its confirmation: with zeros at `place` of `encoding`.
crypto::Digest hash_without(Transcript transcript, Bytes encoding, std::size_t place) {
  constexpr std::array<std::uint8_t, ech_confirmation_size> zeros{};
  transcript.add(encoding.first(place));
  transcript.add(zeros);
  transcript.add(encoding.subspan(place + zeros.size()));
  return transcript.hash();
}

}  // namespace

Result<void> ClientHandshake::send_encrypted_client_hello() {
  MemoryBudget& budget = core_.budget;
  inner_hello_.release(budget);
  TRY(const MutableBytes room, inner_hello_.reserve(4 + offer_->body_limit(), budget));
  wire::Writer writer(room);
  TRY(wire::write(writer, HandshakeType::client_hello));
  TRY(writer.vector<3>([&](wire::Writer& body) { return offer_->write_inner(body); }));
  inner_hello_.commit(writer.used());
  const MutableBytes inner = inner_hello_.content();
  TRY(offer_->bind(inner, core_.transcript));

  Buffer encoded;
  TRY(const MutableBytes sealed, offer_->encode(inner.subspan(4), encoded, budget));
  MutableBytes payload;
  TRY(const MutableBytes outer,
      core_.flight.message(
          HandshakeType::client_hello, offer_->body_limit() + ech_overhead + sealed.size(), budget,
          [&](wire::Writer& body) { return offer_->write_outer(body, sealed.size(), payload); }));
  TRY(offer_->seal(sealed, payload, outer.subspan(4)));
  encoded.release(budget);

  if (core_.transcript) core_.transcript->add(inner);
  if (config().trace) config().trace->client_hello_inner(true, inner.size());
  core_.told(HandshakeType::client_hello, outer.size());
  return {};
}

// Section 7.2.
Result<bool> ClientHandshake::take_confirmation(const ServerHello& hello, Bytes encoding) {
  constexpr std::size_t random_end = 4 + 2 + sizeof(Random);
  constexpr std::size_t place = random_end - ech_confirmation_size;
  TRY(const auto suite, crypto::properties(hello.cipher_suite));
  Transcript before(suite.hash);
  if (core_.transcript) {
    before = *core_.transcript;
  } else {
    before.add(inner_hello_.content());
  }
  TRY(const auto expected, ech_confirmation(suite.hash, EchConfirms::server_hello, offer_->random(),
                                            hash_without(before, encoding, place).bytes()));
  const bool accepted =
      crypto::equal_in_constant_time(expected, Bytes(hello.random).last(ech_confirmation_size));
  if (accepted) accept_ech();
  return accepted;
}

// Section 7.2.1.
Result<bool> ClientHandshake::take_confirmation(const HelloRetryRequest& retry, Bytes encoding) {
  const crypto::HashAlgorithm hash = core_.established.hash;
  const crypto::Digest first_hello = crypto::hash(hash, inner_hello_.content());
  for (const Extension& extension : retry.extensions) {
    if (extension.extension_type != EchConfirmation::type) continue;
    const Bytes confirmation = extension.extension_data.bytes;
    const auto place = static_cast<std::size_t>(confirmation.begin() - encoding.begin());
    const Transcript before = Transcript::after_retry(hash, first_hello.bytes());
    TRY(const auto expected,
        ech_confirmation(hash, EchConfirms::hello_retry_request, offer_->random(),
                         hash_without(before, encoding, place).bytes()));
    const bool accepted = crypto::equal_in_constant_time(expected, confirmation);
    if (accepted) accept_ech();
    return accepted;
  }
  return false;
}

void ClientHandshake::accept_ech() {
  offer_->accept_ech();
  core_.established.negotiated.ech = EchStatus::accepted;
}

Result<void> ClientHandshake::reject_ech() {
  TRY(offer_->reject_ech(core_.flight.content(), core_.budget));
  core_.established.negotiated.ech = EchStatus::rejected;
  core_.client_random = offer_->random();
  return {};
}

auto ClientHandshake::on_outer_server_hello(const ServerHello& hello, Bytes encoding)
    -> Result<Next<wait_ee_outer>> {
  TRY(offer_->check(hello, &core_.extension_in_hand));
  TRY(take_server_hello(hello, encoding));
  return to<wait_ee_outer>;
}

auto ClientHandshake::on_outer_encrypted_extensions(const EncryptedExtensions& message,
                                                    Bytes encoding)
    -> Result<Next<wait_cert_cr_outer>> {
  TRY(take_extensions(message, encoding));
  TRY(const auto retry, find<EchRetryConfigs>(message.extensions, &core_.extension_in_hand));
  if (retry) {
    Buffer& kept = core_.ech_retry_configs;
    const std::size_t size = 2 + retry->retry_configs.encoding().size();
    TRY(const MutableBytes room, kept.reserve(size, core_.budget));
    wire::Writer writer(room);
    TRY(wire::write(writer, *retry));
    kept.commit(writer.used());
  }
  return to<wait_cert_cr_outer>;
}

// Section 6.1.7: it is answered by an empty list.
auto ClientHandshake::on_outer_certificate_request(const CertificateRequest& request,
                                                   Bytes encoding)
    -> Result<Next<wait_cert_outer>> {
  TRY(take_certificate_request(request, encoding));
  return to<wait_cert_outer>;
}

auto ClientHandshake::on_outer_certificate(const Certificate& certificate, Bytes encoding)
    -> Result<Next<ask_certificate_verdict_outer>> {
  TRY(take_certificate(certificate, encoding));
  return to<ask_certificate_verdict_outer>;
}

auto ClientHandshake::on_outer_verdict(const Verdict& verdict) -> Result<Next<wait_cv_outer>> {
  if (verdict.refused) return fail(*verdict.refused);
  return to<wait_cv_outer>;
}

auto ClientHandshake::on_outer_certificate_verify(const CertificateVerify& verify, Bytes encoding)
    -> Result<Next<wait_finished_outer>> {
  TRY(take_certificate_verify(verify, encoding));
  return to<wait_finished_outer>;
}

// Our flight goes out, so that the server can read the alert behind it. Nothing is read any more.
auto ClientHandshake::on_outer_finished(const Finished& finished, Bytes encoding)
    -> Result<Next<ech_rejected>> {
  TRY(core_.take_finished(core_.server_handshake_traffic, finished, encoding));
  TRY(core_.derive_application_secrets(core_.transcript->hash().bytes()));
  if (wishes_) TRY(core_.send_certificate(*wishes_));
  TRY(core_.send_finished(core_.client_handshake_traffic));
  core_.change(false, std::move(core_.client_application_traffic));
  core_.ech_rejected = true;
  return to<ech_rejected>;
}

}  // namespace nacre
