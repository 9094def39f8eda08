// A handshake under way: its machine, and its messages on their way from and into records. It is
// the one block that a handshake costs. RFC 9846, sections 4 and 5.1.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "connection/link.h"
#include "connection/memory.h"
#include "connection/receiving.h"
#include "connection/sending.h"
#include "handshake/client.h"
#include "handshake/message_reader.h"
#include "handshake/server.h"
#include "nacre/bytes.h"
#include "nacre/connection.h"
#include "nacre/try.h"

namespace nacre {

class Handshaking {
 public:
  Handshaking(crypto::Arena* arena, const ClientConfig& config, const PeerName& server_name,
              std::optional<EchConfigList> ech);
  Handshaking(crypto::Arena* arena, const ServerConfig& config);

  crypto::Arena* const arena;

  // A client's first message.
  Result<void> begin();

  // Writes what there is to send, and changes the keys where the flight says so. Returns the room
  // that the next record wants; 0: all is sent.
  Result<std::size_t> drain(Step& step, MutableBytes outgoing, SendingHalf& sending,
                            const CommonConfig& config);
  // The room for what must go before an alert, at most: the rest of a message that is sent in part
  // (section 5.1), and a change_cipher_spec. 0: nothing must.
  std::size_t room_before_alert(const SendingHalf& sending) const;
  // Leaves of what there is to send what must go before an alert: drain() writes that.
  void cut_flight();

  // The content of a handshake record; it is not needed after take_messages().
  Result<void> add(Bytes content);
  // Handles the messages that are whole, up to one that asks a question.
  Result<void> take_messages(ReceivingHalf& receiving);
  // Reads with the keys that a message, or the answer to a question, has put in place.
  Result<void> take_keys(ReceivingHalf& receiving);
  // Whether a message has begun and is not whole.
  bool within_message() const { return reader_.has_rest(); }

  // Counts early data: that came (errors: too_much_early_data), and that is sent.
  Result<void> take_early_data(std::size_t size);
  std::size_t early_data_room() const;
  void early_data_sent(std::size_t size);

  // The question that has to be answered, as an event.
  std::optional<Event> question() const;
  Result<void> resume(const ServerConfig& config);
  Result<void> resume(const KnownPsk& known);
  Result<void> resume(const Presented& presented);
  Result<void> resume(const Signature& signature);
  Result<void> resume(const Verdict& verdict);

  HandshakeCore& core();
  const HandshakeCore& core() const;
  const CommonConfig& config() const { return *core().config; }

  // For a client's tickets, once the handshake is complete; null: none are kept.
  Result<std::unique_ptr<SessionKeeper>> session_keeper();

  // Wipes all secrets, and keeps what the handshake learned of the peer; with `tells`, what must go
  // before an alert besides. Only the functions below and drain() may be called then.
  void forget(bool tells = false);
  bool is_over() const { return std::holds_alternative<Remains>(machine_); }
  std::span<const Bytes> peer_chain();
  const PeerChain& staples() const;
  std::string_view server_name() const;
  Bytes psk_identity() const;
  std::string_view verdict_detail() const;
  // ECHConfigList of an authenticated server that has rejected ECH. Empty: none.
  Bytes ech_retry_configs() const;
  // Empty: there was no early data.
  const crypto::HashSecret& early_exporter_secret() const;
  // For Failure.
  std::optional<HandshakeType> message_in_hand() const { return message_in_hand_; }

 private:
  Flight& flight();
  const Flight& flight() const;
  Result<void> receive(const HandshakeMessage& message);
  Result<void> judge_begun();
  // Whoever is answered has said all that it had to say.
  Result<void> check_end_of_flight();

  // What forget() keeps, in the place of the machine.
  struct Remains {
    PeerChain peer_chain;
    Buffer psk_identity;
    Buffer ech_retry_configs;
    crypto::HashSecret early_exporter_secret;
    Flight flight;
    std::string verdict_detail;
    std::array<char, 255> server_name{};
    std::size_t server_name_size = 0;
  };

  std::variant<Remains, ClientHandshake, ServerHandshake> machine_;
  MessageReader reader_;
  // The change that is due now that what goes before it is sent.
  std::optional<Flight::Change> due_;
  std::optional<HandshakeType> message_in_hand_;
};

}  // namespace nacre
