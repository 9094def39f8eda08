// What nacre/danger.h sets in a builder.
#include "nacre/danger.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "handshake/config.h"

namespace nacre::danger {

namespace {

void set_update_keys_after(auto& impl, std::uint64_t records) {
  impl.contradictory |= records == 0;
  impl.update_keys_after = records;
}

}  // namespace

void log_secrets(ClientConfig::Builder& builder, std::shared_ptr<KeyLog> log) {
  builder.impl().key_log = std::move(log);
}

void log_secrets(ServerConfig::Builder& builder, std::shared_ptr<KeyLog> log) {
  builder.impl().key_log = std::move(log);
}

void replace_randomness(ClientConfig::Builder& builder, std::shared_ptr<Randomness> source) {
  builder.impl().randomness = std::move(source);
}

void replace_randomness(ServerConfig::Builder& builder, std::shared_ptr<Randomness> source) {
  builder.impl().randomness = std::move(source);
}

void update_keys_after(ClientConfig::Builder& builder, std::uint64_t records) {
  set_update_keys_after(builder.impl(), records);
}

void update_keys_after(ServerConfig::Builder& builder, std::uint64_t records) {
  set_update_keys_after(builder.impl(), records);
}

}  // namespace nacre::danger
