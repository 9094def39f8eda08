// KeyUpdate. RFC 9846, section 4.7.3.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/error.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

enum class KeyUpdateRequest : std::uint8_t { update_not_requested = 0, update_requested = 1 };

// Unlike other enumerateds, this one has no room for values to come: the RFC wants them refused.
template <>
struct wire::Codec<KeyUpdateRequest> {
  static constexpr Result<void> read(Reader& reader, KeyUpdateRequest& value) {
    TRY(const std::uint64_t number, reader.integer<1>());
    // fault: AC-083a
    ENSURE(number <= 1, Error::bad_key_update);
    value = static_cast<KeyUpdateRequest>(number);
    return {};
  }
  static constexpr Result<void> write(Writer& writer, KeyUpdateRequest value) {
    return writer.integer<1>(static_cast<std::uint8_t>(value));
  }
};

struct KeyUpdate {
  static constexpr auto type = HandshakeType::key_update;
  static constexpr std::size_t longest = 1;
  static constexpr auto too_long = Error::trailing_data;

  KeyUpdateRequest request_update{};

  static constexpr auto wire = wire::fields(&KeyUpdate::request_update);

  friend constexpr bool operator==(const KeyUpdate&, const KeyUpdate&) = default;
};

}  // namespace nacre
