// A verifier whose memory fails.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <optional>
#include <vector>

#include "connection/memory/failing.h"
#include "crypto/certificate.h"
#include "crypto/issued.h"

namespace nacre::test {
namespace {

// What comes of a chain where the search for its path gets no memory: its first allocation is the
// one behind those that reading the leaf makes.
std::optional<Error> judge_without_memory(const Family::Certificates& made,
                                          const TrustAnchors& anchors) {
  const std::vector<crypto::Der> chain{der_of(made.leaf), der_of(made.middle)};
  const std::vector<Bytes> views(chain.begin(), chain.end());
  ChainQuery query;
  query.chain = views;
  query.time = now;
  constexpr std::ptrdiff_t plenty = 1'000'000;
  until_failure = plenty;
  static_cast<void>(crypto::ParsedCertificate::parse(views.front()));
  until_failure = plenty - until_failure;
  const std::optional<Error> error = check_chain(anchors, query).error;
  CHECK(until_failure == -1);
  return error;
}

}  // namespace

TEST_CASE("AC-099: a verifier without memory believes nothing, and says internal_error",
          "[memory][AC-099][rfc9846-6.2]") {
  const auto made = Family().issue();
  const TrustAnchors ours = trust(made.root);
  const TrustAnchors others = trust(issue_self_signed(request_for_ca("stranger")));
  CHECK(judge_without_memory(made, ours) == Error::out_of_memory);
  CHECK(judge_without_memory(made, others) == Error::out_of_memory);
  CHECK(alert_for(Error::out_of_memory) == AlertDescription::internal_error);
  CHECK_FALSE(Question({made.leaf, made.middle}).ask(ours).error);
}

}  // namespace nacre::test
