// The receiving half of a connection: records into events. RFC 9846, sections 4.7, 5 and 6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "connection/endpoint.h"
#include "connection/link.h"
#include "connection/memory.h"
#include "handshake/message_reader.h"
#include "handshake/post_handshake.h"
#include "nacre/bytes.h"
#include "nacre/connection.h"
#include "nacre/try.h"
#include "record/progress_guard.h"
#include "record/read_state.h"

namespace nacre {

// What one step's bytes were about: for Failure, if it fails.
struct InHand {
  std::optional<HandshakeType> message;
  std::optional<ExtensionType> extension;
  std::optional<AlertDescription> peer_alert;
  bool asks_for_key_update = false;
  std::uint32_t tickets = 0;  // that were kept
};

// Move-only; allocates nothing, but for handshake messages that come in parts.
class ReceivingHalf {
 public:
  explicit ReceivingHalf(const Endpoint& endpoint) noexcept;
  ReceivingHalf(ReceivingHalf&&) noexcept;
  ~ReceivingHalf();

  record::ReadState& read() noexcept { return read_; }
  // Bytes received before the record in hand.
  std::uint64_t offset() const noexcept { return offset_; }
  bool is_closed() const noexcept { return is_closed_; }

  // A record of that size has been handled.
  void done(std::size_t size) noexcept { offset_ += size; }

  // Nothing can be read any more: wipes the keys, and what came of a message.
  void forget() noexcept;

  // Takes a record of any type but handshake, and tells what happened if anything did. Not
  // `connected`: application data was refused, and a closure is an error. Errors:
  // too_many_empty_records, too_many_warnings, peer_alert, peer_canceled.
  Result<void> take(Event& event, ContentType type, MutableBytes content, bool connected,
                    const Context& context, InHand& in_hand);
  // Handshake content came: its number has limits of its own.
  void count_handshake() noexcept { guard_.handshake(); }

  // A client that keeps sessions makes them by `keeper`.
  void keep_tickets(std::unique_ptr<SessionKeeper> keeper) noexcept {
    post_handshake_.keep_tickets(std::move(keeper));
  }
  // After the handshake: handles at most one record. `step` is as it was made.
  Result<void> advance(Step& step, MutableBytes incoming, const Context& context, InHand& in_hand);

 private:
  // A message that came in part. It exists while there is one.
  struct Partial;

  Result<void> take_alert(Event& event, Bytes content, bool connected, const Context& context,
                          InHand& in_hand);
  Result<void> take_handshake(Bytes content, const Context& context, InHand& in_hand);
  Result<void> take_messages(MessageReader& reader, MemoryBudget& budget, const Context& context,
                             InHand& in_hand);
  Result<void> keep_begun(MessageReader& reader, MemoryBudget& budget, InHand& in_hand);
  Result<void> take_key_update(KeyUpdateRequest request, bool at_end, const Context& context,
                               InHand& in_hand);

  record::ReadState read_;
  record::ProgressGuard guard_;
  PostHandshake post_handshake_;
  Owned<Partial> partial_;
  std::uint64_t offset_ = 0;
  bool is_canceled_ = false;  // user_canceled came
  bool is_closed_ = false;
};

}  // namespace nacre
