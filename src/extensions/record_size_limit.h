// The record_size_limit extension. RFC 8449, section 4.
#pragma once

#include <cstdint>

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

inline constexpr std::uint16_t min_record_size_limit = 64;
// A full record's content and its type byte.
inline constexpr std::uint16_t max_record_size_limit = 16'384 + 1;

// A client may know versions or extensions with longer records: no ceiling for it.
struct RecordSizeLimit {
  static constexpr auto type = ExtensionType::record_size_limit;
  static constexpr Places places{Where::client_hello};

  std::uint16_t limit = 0;

  static constexpr auto wire = wire::fields(&RecordSizeLimit::limit);

  friend constexpr bool operator==(const RecordSizeLimit&, const RecordSizeLimit&) = default;

  constexpr Result<void> check() const {
    // fault: AC-036b
    ENSURE(limit >= min_record_size_limit, Error::bad_record_size_limit);
    return {};
  }
};

// The server knows which version it has chosen.
struct RecordSizeLimitAnswer {
  static constexpr auto type = ExtensionType::record_size_limit;
  static constexpr Places places{Where::encrypted_extensions};

  std::uint16_t limit = 0;

  static constexpr auto wire = wire::fields(&RecordSizeLimitAnswer::limit);

  friend constexpr bool operator==(const RecordSizeLimitAnswer&,
                                   const RecordSizeLimitAnswer&) = default;

  constexpr Result<void> check() const {
    // fault: AC-036c
    ENSURE(min_record_size_limit <= limit && limit <= max_record_size_limit,
           Error::bad_record_size_limit);
    return {};
  }
};

}  // namespace nacre
