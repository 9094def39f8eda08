// Counts what costs us and brings nothing, against Limits.
#pragma once

#include <cstdint>

#include "nacre/limits.h"
#include "nacre/try.h"

namespace nacre::record {

class ProgressGuard {
 public:
  // An empty record of application data, or change_cipher_spec. Errors: too_many_empty_records.
  Result<void> record_without_progress(const Limits& limits) noexcept {
    ENSURE(records_ < limits.records_without_progress, Error::too_many_empty_records);
    ++records_;
    return {};
  }
  // A KeyUpdate came. Errors: too_many_key_updates.
  Result<void> key_update(const Limits& limits) noexcept {
    // fault: AC-081a AC-081b
    ENSURE(key_updates_ < limits.key_updates_without_data, Error::too_many_key_updates);
    ++key_updates_;
    return {};
  }
  // A warning alert came. Errors: too_many_warnings.
  Result<void> warning(const Limits& limits) noexcept {
    // fault: AC-088b
    ENSURE(warnings_ < limits.warnings, Error::too_many_warnings);
    ++warnings_;
    return {};
  }

  // Handshake bytes came: their number has limits of its own.
  void handshake() noexcept { records_ = 0; }
  // Application data came, at least one byte.
  void application_data() noexcept {
    records_ = 0;
    // fault: AC-088c
    key_updates_ = 0;
  }

 private:
  std::uint32_t records_ = 0;
  std::uint32_t key_updates_ = 0;
  std::uint32_t warnings_ = 0;
};

}  // namespace nacre::record
