// A source of randomness that gives what a test wrote down.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "crypto/key_exchange.h"

namespace nacre::test {

// Gives `script` from its start, and fails with no_randomness behind its end.
inline crypto::RandomSource scripted(std::vector<std::uint8_t> script) {
  struct State {
    std::vector<std::uint8_t> script;
    std::size_t used = 0;
  };
  auto state = std::make_shared<State>(std::move(script));
  return [state](MutableBytes out) -> Result<void> {
    if (out.size() > state->script.size() - state->used) return fail(Error::no_randomness);
    std::ranges::copy(Bytes(state->script).subspan(state->used, out.size()), out.begin());
    state->used += out.size();
    return {};
  };
}

}  // namespace nacre::test
