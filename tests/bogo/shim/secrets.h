// The secrets that -export-traffic-secrets asks for.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "nacre/danger.h"
#include "support/hex.h"

namespace nacre::bogo {

// The first traffic secrets, as the key log has them (RFC 9850): label, client_random, secret.
class Secrets : public danger::KeyLog {
 public:
  void line(std::string_view text) override {
    const std::string_view label = text.substr(0, text.find(' '));
    const std::string_view secret = text.substr(text.rfind(' ') + 1);
    if (label == "CLIENT_TRAFFIC_SECRET_0") client_ = test::unhex(secret);
    if (label == "SERVER_TRAFFIC_SECRET_0") server_ = test::unhex(secret);
  }

  // As the runner wants them: their size in two bytes, little endian, and what the shim reads with
  // before what it writes with.
  std::vector<std::uint8_t> as_sent_by(bool server) const {
    const auto& read = server ? client_ : server_;
    const auto& write = server ? server_ : client_;
    std::vector<std::uint8_t> sent;
    sent.push_back(static_cast<std::uint8_t>(read.size()));
    sent.push_back(0);
    for (const std::uint8_t byte : read) sent.push_back(byte);
    for (const std::uint8_t byte : write) sent.push_back(byte);
    return sent;
  }

 private:
  std::vector<std::uint8_t> client_;
  std::vector<std::uint8_t> server_;
};

}  // namespace nacre::bogo
