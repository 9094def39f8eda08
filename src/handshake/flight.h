// What a handshake has to send, in order: messages, and the points where keys change.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "crypto/secret.h"
#include "handshake/buffer.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/writer.h"

namespace nacre {

class Flight {
 public:
  // A change_cipher_spec record (appendix E.4), and what protects all that follows: `keys`, or what
  // did before.
  struct Keys {
    CipherSuite cipher_suite{};
    crypto::HashSecret traffic_secret;  // empty: none, as after early data that a retry follows
  };
  struct Change {
    std::size_t at = 0;  // bytes of the flight that go before it
    bool change_cipher_spec = false;
    std::optional<Keys> keys;
  };

  // Makes room for so many bytes at once, where it is known how many there will be.
  Result<void> reserve(std::size_t size, MemoryBudget& budget) {
    TRY(buffer_.reserve(size, budget));
    return {};
  }

  // Appends one message with its header; `body(writer)` writes the body, at most `body_limit`
  // bytes. Returns its encoding, which lives until the next call.
  template <class Body>
  Result<MutableBytes> message(HandshakeType type, std::size_t body_limit, MemoryBudget& budget,
                               Body&& body) {
    if (is_sent()) restart();
    TRY(const MutableBytes room, buffer_.reserve(body_limit + 4, budget));
    wire::Writer writer(room);
    TRY(writer.integer<1>(static_cast<std::uint8_t>(type)));
    TRY(writer.vector<3>(std::forward<Body>(body)));
    const std::size_t size = writer.written().size();
    buffer_.commit(size);
    return room.first(size);
  }

  // From here on the records are protected with `keys`; nothing: no change of keys.
  void change(bool change_cipher_spec, std::optional<Keys> keys) {
    if (is_sent()) restart();
    Change& change = changes_.at(change_count_++);
    change.at = buffer_.content().size();
    change.change_cipher_spec = change_cipher_spec;
    change.keys = std::move(keys);
  }

  // Everything that was appended since the flight before was sent, whether sent or not.
  Bytes content() const { return buffer_.content(); }
  // The bytes to send next, up to the next change or the end.
  Bytes pending() const {
    const std::size_t end = changed_ < change_count_ ? changes_.at(changed_).at : content().size();
    return content().subspan(sent_, end - sent_);
  }
  void mark_sent(std::size_t size) { sent_ += size; }
  // The change that is due now that pending() is empty, once; null: none.
  Change* next_change() {
    if (changed_ == change_count_ || changes_.at(changed_).at != sent_) return nullptr;
    return &changes_.at(changed_++);
  }
  // Returns the memory of what was sent, once nobody looks at it any more.
  void release_sent(MemoryBudget& budget) {
    if (!is_sent()) return;
    restart();
    buffer_.release(budget);
  }
  bool is_sent() const { return sent_ == content().size() && changed_ == change_count_; }
  // What a message that is sent in part still wants, so that no other record comes between its
  // parts (section 5.1). 0: the next byte begins a message.
  std::size_t rest_of_message() const {
    std::size_t end = 0;
    while (end < sent_) end += message_size(content().subspan(end));
    return end - sent_;
  }
  // How many changes are due so many bytes behind what is sent.
  std::size_t changes_at(std::size_t rest) const {
    std::size_t last = changed_;
    while (last < change_count_ && changes_.at(last).at <= sent_ + rest) ++last;
    return last - changed_;
  }
  // Leaves what rest_of_message() says, and the changes that are due there: for an alert, which
  // then travels under the keys that the peer expects.
  void cut() {
    const std::size_t end = sent_ + rest_of_message();
    buffer_.cut(end);
    while (change_count_ > changed_ && changes_.at(change_count_ - 1).at > end) {
      changes_.at(--change_count_) = {};
    }
  }

 private:
  static constexpr std::size_t header_size = 4;
  // Messages are whole here, so that their headers are.
  static std::size_t message_size(Bytes encoding) {
    std::size_t length = 0;
    for (const std::uint8_t octet : encoding.subspan(1, 3)) length = length << 8 | octet;
    return header_size + length;
  }
  void restart() {
    buffer_.consume(buffer_.content().size());
    sent_ = changed_ = change_count_ = 0;
  }

  Buffer buffer_;
  std::size_t sent_ = 0;
  // At most: change_cipher_spec, handshake keys, application keys.
  std::array<Change, 4> changes_;
  std::size_t change_count_ = 0;
  std::size_t changed_ = 0;
};

}  // namespace nacre
