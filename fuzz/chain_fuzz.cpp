// Chains: every refusal says why, in printable ASCII, and every chain that is believed has a path.
//
// The input is a list of certificates, each with its length in two bytes in front: the anchor, the
// leaf, and others.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "cost.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace {

using nacre::Bytes;

std::optional<Bytes> take(Bytes& rest) {
  if (rest.size() < 2) return std::nullopt;
  const std::size_t size = static_cast<std::size_t>(rest[0]) << 8 | rest[1];
  if (size > rest.size() - 2) return std::nullopt;
  const Bytes taken = rest.subspan(2, size);
  rest = rest.subspan(2 + size);
  return taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes rest(data, size);
  const std::optional<Bytes> anchor = take(rest);
  if (!anchor) return 0;
  const std::vector<Bytes> roots{*anchor};
  const auto anchors = nacre::TrustAnchors::from_der(roots);
  std::vector<Bytes> chain;
  while (const std::optional<Bytes> certificate = take(rest)) chain.push_back(*certificate);
  if (!anchors || chain.size() > 16) return 0;

  nacre::ChainQuery query;
  // Each certificate may have issued each, as far as the path's steps go.
  const std::size_t pairs = (chain.size() + 1) * (chain.size() + 1);
  const nacre::fuzz::CostBound bound(size, nacre::fuzz::chain_cost,
                                     std::min<std::size_t>(pairs, nacre::Limits{}.path_iterations));
  query.chain = chain;
  query.time = 1'795'392'000;
  query.peer_name = nacre::PeerName::parse("a.example").value();
  const nacre::ChainVerdict verdict = nacre::check_chain(*anchors, query);
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::ranges::all_of(verdict.detail, printable)) std::abort();
  // A refusal says why; a chain that is believed has a path.
  if (verdict.error ? verdict.detail.empty() : verdict.path.empty()) std::abort();
  return 0;
}
