// The key log. RFC 9850, section 2.
#include "handshake/key_log.h"

#include <string>

#include "crypto/secret.h"

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

// "<label> <client_random> <value>", the numbers in hexadecimal.
void log_to(const CommonConfig& config, std::string_view label, const Random& client_random,
            Bytes value) {
  if (!config.key_log) return;
  std::string line(label);
  // Once, so that growing leaves no copy of the secret behind.
  line.reserve(label.size() + 2 + 2 * (client_random.size() + value.size()));
  line += ' ';
  append_hex(line, client_random);
  line += ' ';
  append_hex(line, value);
  config.key_log->line(line);
  crypto::wipe(line);
}

void log_ech(const CommonConfig& config, const Random& outer_random, Bytes shared_secret,
             Bytes ech_config) {
  log_to(config, "ECH_SECRET", outer_random, shared_secret);
  log_to(config, "ECH_CONFIG", outer_random, ech_config);
}

}  // namespace nacre
