// Takes handshake messages out of records: split over them, or several in one. RFC 9846, 5.1.
#pragma once

#include <cstddef>
#include <optional>

#include "handshake/buffer.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/reader.h"

namespace nacre {

struct HandshakeMessage {
  HandshakeType type{};
  Bytes body;
  Bytes encoding;  // header and body
};

// Messages that lie whole in one record are handed out where they stand; parts are kept.
class MessageReader {
 public:
  explicit MessageReader(std::size_t message_limit) : message_limit_(message_limit) {}

  // The content of the next handshake record. Take all messages out before the next one, and call
  // keep() before `content` goes away.
  Result<void> add(Bytes content, MemoryBudget& budget) {
    done_with_message(budget);
    if (buffer_.empty()) {
      record_ = content;
      return {};
    }
    return buffer_.append(content, budget);
  }

  // The next whole message, or nothing. It lives until the next call.
  Result<std::optional<HandshakeMessage>> next(MemoryBudget& budget) {
    done_with_message(budget);
    const Bytes unread = buffer_.empty() ? record_ : Bytes(buffer_.content());
    wire::Reader reader(unread);
    if (unread.size() < header_size) return std::nullopt;
    TRY(const auto type, reader.integer<1>());
    TRY(const auto length, reader.integer<3>());
    // fault: AC-043 AC-084a AC-084b
    ENSURE(length + header_size <= message_limit_, Error::message_too_long);
    if (reader.rest().size() < length) return std::nullopt;
    message_size_ = length + header_size;
    return HandshakeMessage{static_cast<HandshakeType>(type), unread.subspan(header_size, length),
                            unread.first(message_size_)};
  }

  // The message that has begun, once its header is there, after next() has returned nothing.
  struct Begun {
    HandshakeType type{};
    std::size_t length = 0;
  };
  std::optional<Begun> begun() const {
    wire::Reader reader(buffer_.empty() ? record_ : Bytes(buffer_.content()));
    const auto type = reader.integer<1>();
    const auto length = type ? reader.integer<3>() : type;
    if (!length) return std::nullopt;
    return Begun{static_cast<HandshakeType>(*type), *length};
  }

  // Copies what is left of the record that add() was given.
  Result<void> keep(MemoryBudget& budget) {
    done_with_message(budget);
    const Bytes rest = record_;
    record_ = {};
    // fault: AC-033
    return rest.empty() ? Result<void>{} : buffer_.append(rest, budget);
  }

  // Whether bytes are left that no message has taken: the message last handed out is taken.
  bool has_rest() const {
    const std::size_t unread = buffer_.empty() ? record_.size() : buffer_.content().size();
    return unread > message_size_;
  }

 private:
  static constexpr std::size_t header_size = 4;

  void done_with_message(MemoryBudget& budget) {
    if (buffer_.empty()) {
      record_ = record_.subspan(message_size_);
    } else {
      buffer_.consume(message_size_);
      if (buffer_.empty()) buffer_.release(budget);
    }
    message_size_ = 0;
  }

  std::size_t message_limit_;
  Bytes record_;
  Buffer buffer_;
  std::size_t message_size_ = 0;
};

}  // namespace nacre
