// What both roles of a handshake share.
#include "handshake/core.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "handshake/state_machine.h"

namespace nacre {
namespace {

void append_hex(std::string& text, Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
}

}  // namespace

Result<void> PeerChain::add(Bytes certificate, const Limits& limits, MemoryBudget& budget) {
  ENSURE(count_ < std::min(limits.certificates, max_certificates),
         Error::certificate_chain_too_long);
  ENSURE(certificate.size() <= limits.certificate_chain - buffer_.content().size(),
         Error::certificate_chain_too_long);
  TRY(buffer_.append(certificate, budget));
  sizes_.at(count_++) = certificate.size();
  return {};
}

std::span<const Bytes> PeerChain::certificates() {
  Bytes rest = buffer_.content();
  for (std::size_t i = 0; i < count_; ++i) {
    views_.at(i) = rest.first(sizes_.at(i));
    rest = rest.subspan(sizes_.at(i));
  }
  return std::span<const Bytes>(views_).first(count_);
}

// "<label> <client_random> <secret>", the numbers in hexadecimal. RFC 9850, section 2.
void HandshakeCore::log_secret(std::string_view label, const crypto::HashSecret& secret) const {
  if (!config->key_log) return;
  std::string line(label);
  line.reserve(256);
  line += ' ';
  append_hex(line, client_random);
  line += ' ';
  append_hex(line, secret.reveal());
  config->key_log->line(line);
  for (char& letter : line) letter = ' ';
}

crypto::HashSecret duplicate(const crypto::HashSecret& secret) {
  crypto::HashSecret copy;
  std::ranges::copy(secret.reveal(), copy.resize(secret.reveal().size()).begin());
  return copy;
}

Input classify(HandshakeType type, Bytes body) {
  constexpr std::size_t random_offset = 2;
  if (type == HandshakeType::server_hello &&
      body.size() >= random_offset + hello_retry_request_random.size() &&
      std::ranges::equal(body.subspan(random_offset, hello_retry_request_random.size()),
                         hello_retry_request_random)) {
    return Input::hello_retry_request;
  }
  return static_cast<Input>(type);
}

}  // namespace nacre
