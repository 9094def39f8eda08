// Revocation: lists and OCSP responses of any bytes are looked up without harm, and every refusal
// says why, in printable ASCII.
//
// The input is one byte, even for a list and odd for a response, then its DER. Certificates are
// those of ocsp_certificates.h.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "cost.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"
#include "ocsp_certificates.h"

namespace {

using nacre::Bytes;
using Der = std::vector<std::uint8_t>;

Der unhex(std::string_view text) {
  const auto digit = [](char c) {
    return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  Der bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digit(text[at]) << 4 | digit(text[at + 1])));
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nacre::fuzz::CostBound bound(size, nacre::fuzz::revocation_cost);
  static const Der leaf = unhex(nacre::fuzz::ocsp_leaf);
  static const Der root = unhex(nacre::fuzz::ocsp_root);
  static const std::vector<Bytes> chain{leaf};
  static const std::vector<Bytes> roots{root};
  static const auto anchors = nacre::TrustAnchors::from_der(roots).value();
  if (size == 0) return 0;
  const Bytes input = Bytes(data, size).subspan(1);
  const bool is_list = data[0] % 2 == 0;
  const std::vector<Bytes> lists{input};
  const auto crls = nacre::RevocationLists::from_der(lists);

  nacre::ChainQuery query;
  query.chain = chain;
  query.time = nacre::fuzz::ocsp_made_at + 86'400;
  query.revocation = nacre::Revocation::required;
  if (is_list && crls) query.crls = &*crls;
  if (!is_list) query.ocsp_response = input;
  const nacre::ChainVerdict verdict = nacre::check_chain(anchors, query);
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::ranges::all_of(verdict.detail, printable)) std::abort();
  if (verdict.error && verdict.detail.empty()) std::abort();
  return 0;
}
