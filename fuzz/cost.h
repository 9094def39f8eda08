// What an input may cost: so many edges of the library and its library of cryptography, counted
// while they are executed. A clock would tell of the machine; this tells of the code.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre::fuzz {

// Edges executed until now.
std::uint64_t edges();

struct Cost {
  std::uint64_t fixed;  // edges, whatever the input is
  std::uint64_t per_byte;
};

// Several times what the dearest inputs of the corpora cost. A connection's has a handshake in it,
// and a record for as little as three bytes.
inline constexpr Cost certificate_cost{1'000'000, 500};
inline constexpr Cost chain_cost{1'000'000, 500};
inline constexpr Cost revocation_cost{2'000'000, 500};
inline constexpr Cost connection_cost{5'000'000, 2'000};
// A signature that is checked: P-384's costs half of it.
inline constexpr std::uint64_t signature_cost = 400'000;

// Ends the process where more was executed, from its beginning to its end, than `cost` allows for
// so many bytes of input, and `signatures` that may be checked. NACRE_COST in the environment
// prints the cost instead.
class CostBound {
 public:
  CostBound(std::size_t input, const Cost& cost, std::uint64_t signatures = 0);
  CostBound(const CostBound&) = delete;
  CostBound& operator=(const CostBound&) = delete;
  ~CostBound();

 private:
  std::size_t input_;
  std::uint64_t allowed_;
  std::uint64_t start_;
};

}  // namespace nacre::fuzz
