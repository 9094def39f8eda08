// Counts what costs us and brings nothing, against Limits.
#pragma once

#include <cstdint>

#include "nacre/limits.h"
#include "nacre/try.h"

namespace nacre::record {

class ProgressGuard {
 public:
  explicit ProgressGuard(const Limits& limits) noexcept
      : max_records_(limits.records_without_progress),
        max_key_updates_(limits.key_updates_without_data),
        max_warnings_(limits.warnings) {}

  // An empty record of application data, or change_cipher_spec. Errors: too_many_empty_records.
  Result<void> record_without_progress() noexcept {
    ENSURE(records_ < max_records_, Error::too_many_empty_records);
    ++records_;
    return {};
  }
  // A KeyUpdate came. Errors: too_many_key_updates.
  Result<void> key_update() noexcept {
    ENSURE(key_updates_ < max_key_updates_, Error::too_many_key_updates);
    ++key_updates_;
    return {};
  }
  // A warning alert came. Errors: too_many_warnings.
  Result<void> warning() noexcept {
    ENSURE(warnings_ < max_warnings_, Error::too_many_warnings);
    ++warnings_;
    return {};
  }

  // Handshake bytes came: their number has limits of its own.
  void handshake() noexcept { records_ = 0; }
  // Application data came, at least one byte.
  void application_data() noexcept {
    records_ = 0;
    key_updates_ = 0;
  }

 private:
  std::uint32_t max_records_;
  std::uint32_t max_key_updates_;
  std::uint32_t max_warnings_;
  std::uint32_t records_ = 0;
  std::uint32_t key_updates_ = 0;
  std::uint32_t warnings_ = 0;
};

}  // namespace nacre::record
