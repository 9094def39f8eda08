// What a ClientHello or CertificateRequest of ours asked for. RFC 9846, section 4.3.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "messages/extension.h"
#include "nacre/names.h"

namespace nacre {

// The types of the extensions that we sent, for the answers to be held against. Every type that
// Nacre knows is below 64; of others (GREASE) it takes four.
class OfferedSet {
 public:
  constexpr OfferedSet() = default;

  static constexpr OfferedSet of(const Extensions& extensions) {
    OfferedSet offered;
    for (const Extension& extension : extensions) offered.add(extension.extension_type);
    return offered;
  }

  constexpr void add(ExtensionType type) {
    const auto number = static_cast<std::uint16_t>(type);
    if (number < 64) {
      low_ |= std::uint64_t{1} << number;
    } else if (!contains(type)) {
      assert(others_count_ < others_.size());
      others_.at(others_count_++) = type;
    }
  }

  // A second ClientHello does not ask for it any more. Below 64 alone.
  constexpr void remove(ExtensionType type) {
    const auto number = static_cast<std::uint16_t>(type);
    assert(number < 64);
    low_ &= ~(std::uint64_t{1} << number);
  }

  constexpr bool contains(ExtensionType type) const {
    const auto number = static_cast<std::uint16_t>(type);
    if (number < 64) return (low_ >> number & 1) != 0;
    return std::ranges::count(std::span(others_).first(others_count_), type) != 0;
  }

 private:
  std::uint64_t low_ = 0;
  std::array<ExtensionType, 4> others_{};
  std::size_t others_count_ = 0;
};

}  // namespace nacre
