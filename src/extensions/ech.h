// What stands behind the public EchConfigList and EchKey. RFC 9849.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "crypto/hpke.h"
#include "extensions/ech_config.h"
#include "nacre/bytes.h"
#include "nacre/ech.h"

namespace nacre {

struct UsableEchConfig {
  Bytes encoding;                  // the whole ECHConfig
  std::vector<std::uint8_t> info;  // for HPKE: section 6.1
  EchConfigContents contents;
  crypto::HpkeSymmetricCipherSuite suite;  // a client's choice
};

// The views are of `bytes`.
struct EchConfigList::Impl {
  std::vector<std::uint8_t> bytes;
  std::size_t count = 0;  // with those that cannot be used
  std::vector<UsableEchConfig> usable;
  std::vector<EchConfigSummary> summaries;
};

struct EchKey::Impl {
  crypto::HpkeKey key;
  EchConfigList configs;

  const UsableEchConfig& config() const { return configs.impl().usable.front(); }
};

}  // namespace nacre
