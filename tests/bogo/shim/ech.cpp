#include "shim/ech.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "crypto/pem.h"
#include "nacre/try.h"
#include "shim/psk.h"

namespace nacre::bogo {
namespace {

// PrivateKeyInfo of X25519 up to the 32 bytes of the key. RFC 8410, section 7.
constexpr std::array<std::uint8_t, 16> x25519_prefix{
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20};

// Out of the ECHConfig and the raw private key, by way of the form that RFC 9934 gives them.
Result<EchKey> ech_key(const std::string& config_flag, const std::string& key_flag) {
  TRY(const auto config, unbase64(config_flag));
  TRY(const auto raw_key, unbase64(key_flag));
  std::vector<std::uint8_t> key(x25519_prefix.begin(), x25519_prefix.end());
  key.insert(key.end(), raw_key.begin(), raw_key.end());
  std::vector<std::uint8_t> list{static_cast<std::uint8_t>(config.size() >> 8),
                                 static_cast<std::uint8_t>(config.size())};
  list.insert(list.end(), config.begin(), config.end());
  std::string pem;
  crypto::append_pem(pem, "PRIVATE KEY", key);
  crypto::append_pem(pem, "ECHCONFIG", list);
  return EchKey::from_pem(pem);
}

}  // namespace

Result<std::optional<EchConfigList>> ech_configs(const Flags& flags) {
  std::optional<EchConfigList> configs;
  if (!flags.ech_config_list.empty()) {
    TRY(const auto list, unbase64(flags.ech_config_list));
    TRY(configs, EchConfigList::parse(list));
  }
  const bool is_usable = configs && configs->size() > 0;
  ENSURE(is_usable || !flags.reject_unusable_ech_config, Error::bad_configuration);
  return configs;
}

Result<void> add_ech_keys(ServerConfig::Builder& builder, const Flags& flags) {
  const std::size_t count = flags.ech_server_config.size();
  if (count == 0) return {};
  ENSURE(count == flags.ech_server_key.size() && count == flags.ech_is_retry_config.size(),
         Error::bad_configuration);
  EchKeys keys;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(const EchKey key, ech_key(flags.ech_server_config[i], flags.ech_server_key[i]));
    (flags.ech_is_retry_config[i] != 0 ? keys.keys : keys.former_keys).push_back(key);
  }
  builder.ech_keys(std::move(keys));
  return {};
}

}  // namespace nacre::bogo
