// Reads a handshake message of any type, whatever its header says of its length.
#include "messages/certificate.h"
#include "messages/certificate_request.h"
#include "messages/certificate_verify.h"
#include "messages/client_hello.h"
#include "messages/compressed_certificate.h"
#include "messages/encrypted_extensions.h"
#include "messages/end_of_early_data.h"
#include "messages/finished.h"
#include "messages/handshake_message.h"
#include "messages/key_update.h"
#include "messages/new_session_ticket.h"
#include "messages/server_hello.h"
#include "round_trip.h"

namespace nacre {
namespace {

// Reads `body` as each of the messages that has this type.
template <class... Messages>
void read_as(HandshakeType type, Bytes body) {
  ((type == Messages::type ? fuzz::round_trip<Messages>(body) : void()), ...);
}

void read_message(Bytes input) {
  wire::Reader reader(input);
  const auto header = wire::read<HandshakeHeader>(reader);
  if (!header) return;
  read_as<ClientHello, ServerHello, EncryptedExtensions, CertificateRequest, Certificate,
          CompressedCertificate, CertificateVerify, Finished, EndOfEarlyData, NewSessionTicket,
          KeyUpdate>(header->msg_type, reader.rest());
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size <= 1 << 18) nacre::read_message(nacre::fuzz::input_of(data, size));
  return 0;
}
