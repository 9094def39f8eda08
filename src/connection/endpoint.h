// Which side we are, and how we were configured.
#pragma once

#include <variant>

#include "handshake/config.h"
#include "nacre/config.h"
#include "nacre/verify.h"

namespace nacre {

using Endpoint = std::variant<ClientConfig, ServerConfig>;

inline const CommonConfig& common(const Endpoint& endpoint) noexcept {
  if (const auto* client = std::get_if<ClientConfig>(&endpoint)) return client->impl();
  return std::get_if<ServerConfig>(&endpoint)->impl();
}

inline Purpose role(const Endpoint& endpoint) noexcept {
  return std::holds_alternative<ClientConfig>(endpoint) ? Purpose::client : Purpose::server;
}

}  // namespace nacre
