// Revocation: lists and OCSP responses of any bytes are looked up without harm, and every refusal
// says why, in printable ASCII.
//
// The input is one byte, even for a list and odd for a response, then its DER. Certificates are
// those of tests/data/ocsp.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace {

using nacre::Bytes;
using Der = std::vector<std::uint8_t>;

Der read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return Der(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Der leaf = read(NACRE_FUZZ_DATA "/leaf.cer");
  static const Der root = read(NACRE_FUZZ_DATA "/root.cer");
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
  // A day behind tests/data/ocsp/made_at.txt.
  query.time = 1'795'848'649 + 86'400;
  query.revocation = nacre::Revocation::required;
  if (is_list && crls) query.crls = &*crls;
  if (!is_list) query.ocsp_response = input;
  const nacre::ChainVerdict verdict = nacre::check_chain(anchors, query);
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::ranges::all_of(verdict.detail, printable)) std::abort();
  if (verdict.error && verdict.detail.empty()) std::abort();
  return 0;
}
