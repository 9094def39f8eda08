// What stands behind ClientConfig and ServerConfig.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crypto/credentials.h"
#include "crypto/secret.h"
#include "nacre/config.h"
#include "nacre/danger.h"
#include "nacre/limits.h"
#include "nacre/policy.h"
#include "nacre/trace.h"
#include "nacre/try.h"

namespace nacre {

// Both roles'.
struct CommonConfig {
  Policy policy = policy_2026;
  Limits limits;
  std::vector<std::string> alpn;
  // RFC 8449, as it travels (content type included); 0: not sent.
  std::size_t record_size_limit = 0;
  PaddingFunction padding;                         // empty: none
  Clock clock;                                     // empty: the system's
  std::shared_ptr<Trace> trace;                    // may be null
  std::shared_ptr<danger::KeyLog> key_log;         // may be null
  std::shared_ptr<danger::Randomness> randomness;  // null: the system's
  std::uint64_t update_keys_after = 0;             // records; 0: the AEAD's limit

  UnixTime now() const;
  Result<void> random(MutableBytes out) const;
};

struct ClientConfig::Impl : CommonConfig {
  explicit Impl(TrustAnchors trust) : anchors(std::move(trust)) {}
  TrustAnchors anchors;
  std::vector<SpkiPin> pins;
  std::vector<Credential> credentials;
  bool ask_credential = false;
  bool ask_verdict = false;
  bool grease = false;
  bool send_certificate_authorities = false;
};

struct ServerConfig::Impl : CommonConfig {
  std::vector<Credential> credentials;
  bool require_known_name = false;
  bool ask_configuration = false;
  std::shared_ptr<const crypto::Secret<32>> cookie_key;  // null: no stateless retry
};

// What was asked for so far; checked and copied by build().
struct ClientConfig::Builder::Impl : ClientConfig::Impl {
  using ClientConfig::Impl::Impl;
  bool contradictory = false;
};

struct ServerConfig::Builder::Impl : ServerConfig::Impl {
  bool contradictory = false;
};

}  // namespace nacre
