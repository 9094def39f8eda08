// The sending half of a connection: data, KeyUpdate and alerts into records. RFC 9846, sections
// 4.7.3, 5 and 6.
#pragma once

#include <cstddef>
#include <span>

#include "connection/link.h"
#include "messages/key_update.h"
#include "nacre/alert.h"
#include "nacre/bytes.h"
#include "nacre/connection.h"
#include "nacre/try.h"
#include "record/padding.h"
#include "record/write_state.h"

namespace nacre {

// Move-only; allocates nothing.
class SendingHalf {
 public:
  record::WriteState& write() noexcept { return write_; }
  const record::WriteState& write() const noexcept { return write_; }
  // Both Finished messages have passed: data may be sent.
  void open() noexcept { is_open_ = true; }
  bool is_open() const noexcept { return is_open_; }
  bool is_closed() const noexcept { return is_closed_; }

  // As the functions of Connection with these names.
  Result<Connection::Sealed> seal(Bytes plaintext, MutableBytes outgoing, const Context& context) {
    return seal_pieces(std::span(&plaintext, 1), outgoing, context);
  }
  Result<Connection::Sealed> seal_pieces(std::span<const Bytes> pieces, MutableBytes outgoing,
                                         const Context& context);
  MutableBytes body(MutableBytes outgoing NACRE_LIFETIMEBOUND) const;
  Result<std::size_t> seal_body(std::size_t length, MutableBytes outgoing, const Context& context);
  // Data that goes before the handshake is complete.
  Result<Connection::Sealed> seal_early(Bytes plaintext, MutableBytes outgoing,
                                        const Context& context);
  Result<std::size_t> update_keys(bool request_peer, MutableBytes outgoing, const Context& context);
  Result<std::size_t> close(MutableBytes outgoing, const Context& context);

  // The KeyUpdate that must go before the next data: one that the peer asked for, or one before the
  // keys are used up. 0: none. Errors: buffer_too_small.
  Result<std::size_t> renew_keys(MutableBytes outgoing, const Context& context);
  // Writes an alert. Nothing can be sent after an error alert or close_notify.
  Result<std::size_t> alert(AlertDescription description, MutableBytes outgoing,
                            const Context& context);
  // Wipes the keys.
  void forget() noexcept;

 private:
  Result<void> check_open() const;
  bool must_renew_keys(const Context& context);
  Result<std::size_t> key_update(KeyUpdateRequest request, MutableBytes outgoing,
                                 const Context& context);
  std::size_t padding(std::size_t length, MutableBytes room, const Context& context) const;

  record::WriteState write_;
  bool is_open_ = false;
  bool is_closed_ = false;
};

}  // namespace nacre
