// A server's Encrypted Client Hello: what is decrypted, and how it is told. RFC 9849, section 7.
#include <algorithm>

#include "extensions/registry.h"
#include "handshake/server.h"

namespace nacre {

// Before anything else is looked at (section 7.1). The inner ClientHello takes the place of what
// was received.
Result<void> ServerHandshake::decrypt_first(const ClientHello& outer) {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  if (!config().ech) return {};
  TRY(const auto offered, find<EncryptedClientHello>(outer.extensions, in_hand));
  if (!offered) return {};
  TRY(check_block(Where::client_hello, outer.extensions, config().limits, nullptr, in_hand));
  ech_.emplace(config().ech);
  *in_hand = EncryptedClientHello::type;
  TRY(const MutableBytes room, kept_client_hello_.reserve(2 * client_hello_.size(), core_.budget));
  TRY(const auto inner, ech_->open_first(outer, client_hello_, room, &config()));
  in_hand->reset();
  if (inner) return take_decrypted(inner->size());
  kept_client_hello_.release(core_.budget);
  return {};
}

// Section 7.1.1.
Result<void> ServerHandshake::decrypt_second(const ClientHello& outer) {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(check_block(Where::client_hello, outer.extensions, config().limits, nullptr, in_hand));
  *in_hand = EncryptedClientHello::type;
  kept_client_hello_.release(core_.budget);
  TRY(const MutableBytes room, kept_client_hello_.reserve(2 * client_hello_.size(), core_.budget));
  TRY(const MutableBytes inner, ech_->open_second(outer, client_hello_, room));
  in_hand->reset();
  return take_decrypted(inner.size());
}

Result<void> ServerHandshake::take_decrypted(std::size_t size) {
  kept_client_hello_.commit(size);
  client_hello_ = kept_client_hello_.content();
  is_decrypted_ = true;
  if (core_.config->trace) core_.config->trace->client_hello_inner(false, size);
  return {};
}

EchStatus ServerHandshake::ech_status() const {
  if (!offer_->ech) return EchStatus::not_offered;
  return *offer_->ech == EchClientHelloType::inner ? EchStatus::accepted : EchStatus::rejected;
}

// Section 7: an inner ClientHello comes from a client-facing server, to a backend server, or from
// our own decryption; from nowhere else. And a backend server gets no other.
Result<void> ServerHandshake::check_ech_role() {
  const EchStatus status = ech_status();
  const bool is_fitting = status == EchStatus::not_offered || is_decrypted_ ||
                          config().ech_backend == (status == EchStatus::accepted);
  if (!is_fitting) core_.extension_in_hand = EncryptedClientHello::type;
  ENSURE(is_fitting, Error::unexpected_ech_type);
  core_.established.negotiated.ech = status;
  return {};
}

// Overwrites the zeros at `place` of our message, which the transcript does not have yet. Sections
// 7.2 and 7.2.1.
Result<void> ServerHandshake::confirm_ech(EchConfirms what, MutableBytes message,
                                          std::size_t place) const {
  if (core_.established.negotiated.ech != EchStatus::accepted) return {};
  Transcript transcript = *core_.transcript;
  transcript.add(message);
  TRY(const auto confirmation, ech_confirmation(core_.established.hash, what, core_.client_random,
                                                transcript.hash().bytes()));
  std::ranges::copy(confirmation, message.subspan(place).begin());
  return {};
}

auto ServerHandshake::on_second_encrypted_hello(const ClientHello& outer, Bytes)
    -> Result<Next<ask_signature, wait_finished>> {
  TRY(decrypt_second(outer));
  TRY(const auto inner, wire::read_all<ClientHello>(client_hello_.subspan(4)));
  TRY(take_second_hello(inner));
  if (is_by_certificate()) return to<ask_signature>;
  return to<wait_finished>;
}

}  // namespace nacre
