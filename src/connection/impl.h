// What stands behind a Connection. RFC 9846, sections 4 to 7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "connection/endpoint.h"
#include "connection/handshaking.h"
#include "connection/link.h"
#include "connection/memory.h"
#include "connection/receiving.h"
#include "connection/sending.h"
#include "crypto/secret.h"
#include "nacre/bytes.h"
#include "nacre/connection.h"
#include "nacre/try.h"

namespace nacre {

// Negotiated, as small as it gets: the protocol is one of the configuration's.
struct Agreed {
  CipherSuite cipher_suite{};
  NamedGroup group{};
  SignatureScheme server_scheme{};  // 0: none
  SignatureScheme client_scheme{};
  std::uint16_t protocol = 0;  // 1: the first of CommonConfig::alpn; 0: none
  bool retried = false;
  KeySource key_source{};
  KeySource began_with{};
  EarlyDataStatus early_data{};
  CertificateType peer_certificate_type{};
  EchStatus ech{};
};

// One fixed block for as long as the connection lives, and a second one for the handshake.
struct Connection::Impl {
  Impl(crypto::Arena* where, Endpoint whose)
      : endpoint(std::move(whose)), receiving(endpoint), arena(where) {}

  Result<Step> advance(MutableBytes incoming, MutableBytes outgoing);
  Result<std::size_t> close(MutableBytes outgoing);
  Result<Sealed> early_data(Bytes plaintext, MutableBytes outgoing);
  std::size_t early_data_room() const;

  // Why no call can succeed any more. Errors: that.
  Result<void> check_alive();
  // Ends the connection: keeps the cause and its circumstances, and wipes what is secret. The alert
  // is owed.
  void end(Error error, const InHand& in_hand) { end(error, alert_for(error), in_hand); }
  void end(Error error, std::optional<AlertDescription> alert, const InHand& in_hand);
  Result<std::size_t> abort(AlertDescription alert, MutableBytes outgoing);
  // The same, where a call's failure is not the caller's alone.
  template <class T>
  void watch(const Result<T>& result);
  template <class T>
  Result<T> checked(Result<T> result);

  Context context() { return {common(endpoint), link, arena}; }
  Negotiated negotiated() const;

  Endpoint endpoint;
  ReceivingHalf receiving;
  SendingHalf sending;
  Link link;
  Owned<Handshaking> handshaking;
  crypto::HashSecret exporter_secret;
  Agreed agreed;
  std::uint16_t alert_size = 0;
  bool is_complete = false;  // HandshakeComplete was reported
  std::optional<Failure> failure;
  crypto::Arena* arena;

 private:
  Result<void> handshake(Step& step, MutableBytes incoming, MutableBytes outgoing, InHand& in_hand);
  Result<bool> settle(Step& step, MutableBytes outgoing);
  Result<void> exchange(Step& step, MutableBytes incoming, MutableBytes outgoing, InHand& in_hand);
  Result<void> complete(HandshakeCore& core);
  void write_alert(MutableBytes outgoing, std::size_t produced);
  Result<void> write_last(AlertDescription alert, MutableBytes outgoing, std::uint16_t& size);
  Result<std::size_t> cancel(MutableBytes outgoing);
};

Failure describe_failure(Error error, const InHand& in_hand, std::uint64_t offset);

template <class T>
void Connection::Impl::watch(const Result<T>& result) {
  if (result == fail(Error::crypto_failure)) end(result.error(), {});
}

template <class T>
Result<T> Connection::Impl::checked(Result<T> result) {
  watch(result);
  return result;
}

}  // namespace nacre
