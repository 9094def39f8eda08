// What stands behind Receiver and Sender, which share a Link and nothing else.
#pragma once

#include <optional>

#include "connection/endpoint.h"
#include "connection/link.h"
#include "connection/memory.h"
#include "connection/receiving.h"
#include "connection/sending.h"
#include "nacre/connection.h"

namespace nacre {

struct Receiver::Impl {
  Impl(crypto::Arena* where, const Endpoint& whose, ReceivingHalf half, SharedLink shared)
      : arena(where), endpoint(whose), receiving(std::move(half)), link(std::move(shared)) {}

  Context context() { return {common(endpoint), *link, arena}; }
  Result<void> check_alive();
  void end(Error error, const InHand& in_hand);

  crypto::Arena* arena;
  Endpoint endpoint;
  ReceivingHalf receiving;
  SharedLink link;
  std::optional<Failure> failure;
};

struct Sender::Impl {
  Impl(crypto::Arena* where, const Endpoint& whose, SendingHalf half, SharedLink shared)
      : arena(where), endpoint(whose), sending(std::move(half)), link(std::move(shared)) {}

  Context context() { return {common(endpoint), *link, arena}; }
  // The alert of the Receiver's failure, once; 0: the connection lives. Errors: why it is dead,
  // once no alert is owed.
  Result<std::size_t> last_words(MutableBytes outgoing);
  // Ends the connection where a call's failure is not the caller's alone.
  template <class T>
  void watch(const Result<T>& result);
  template <class T>
  Result<T> checked(Result<T> result);

  crypto::Arena* arena;
  Endpoint endpoint;
  SendingHalf sending;
  SharedLink link;
};

template <class T>
void Sender::Impl::watch(const Result<T>& result) {
  if (result != fail(Error::crypto_failure)) return;
  (*link).end(result.error(), std::nullopt);
  sending.forget();
}

template <class T>
Result<T> Sender::Impl::checked(Result<T> result) {
  watch(result);
  return result;
}

}  // namespace nacre
