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

// The types of the extensions that we sent, for the answers to be held against. Of those above 63
// (encrypted_client_hello, GREASE) it takes four.
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

  // It is not, or no longer, asked for.
  constexpr void remove(ExtensionType type) {
    const auto number = static_cast<std::uint16_t>(type);
    if (number < 64) {
      low_ &= ~(std::uint64_t{1} << number);
    } else {
      const auto rest = std::ranges::remove(std::span(others_).first(others_count_), type);
      others_count_ -= rest.size();
    }
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
