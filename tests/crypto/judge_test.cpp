// What bounds the search for a path, pins, and what a verdict says.
#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "crypto/issued.h"
#include "crypto/path.h"
#include "nacre/danger.h"

namespace nacre::test {
namespace {

using Catch::Matchers::ContainsSubstring;
using crypto::Issued;
using crypto::IssueRequest;

SpkiPin pin_of(const Issued& issued) {
  return read_certificate(der_of(issued)).value().spki_sha256;
}

ChainVerdict judged(const TrustAnchors& anchors, const ChainQuery& query,
                    std::span<const SpkiPin> pins) {
  const auto leaf = crypto::ParsedCertificate::parse(query.chain.front()).value();
  return crypto::judge_chain(anchors.impl(), leaf, query, pins);
}

std::optional<Error> judge_with_pins(const TrustAnchors& anchors, const std::vector<Issued>& chain,
                                     const std::vector<SpkiPin>& pins) {
  Question question(chain);
  const std::vector<Bytes> views(question.chain.begin(), question.chain.end());
  question.query.chain = views;
  return judged(anchors, question.query, pins).error;
}

}  // namespace

TEST_CASE("a path beyond the budget is refused", "[rfc5280-6.1]") {
  const auto made = Family().issue();
  Question question({made.leaf, made.middle});
  question.query.limits.path_iterations = 1;
  const ChainVerdict verdict = question.ask(trust(made.root));
  CHECK(verdict.error == Error::chain_too_complex);
  CHECK_THAT(verdict.detail, ContainsSubstring("1 steps"));
  question.query.limits.path_iterations = 0;
  CHECK(question.ask(trust(made.root)).error == Error::chain_too_complex);
}

TEST_CASE("a path beyond the time for it is refused", "[rfc5280-6.1]") {
  const auto made = Family().issue();
  Question question({made.leaf, made.middle});
  question.query.limits.path_time = std::chrono::milliseconds{0};
  const ChainVerdict verdict = question.ask(trust(made.root));
  CHECK(verdict.error == Error::chain_too_complex);
  CHECK_THAT(verdict.detail, ContainsSubstring("0 ms"));
}

TEST_CASE("many certificates of one name do not cost more than the budget", "[rfc5280-6.1]") {
  // Thirty authorities that all certify each other, and no way out of them.
  std::vector<Issued> ring;
  for (int i = 0; i < 30; ++i) {
    IssueRequest request = request_for_ca("ring");
    ring.push_back(i == 0 ? issue_self_signed(request) : issue_by(ring.back(), request));
  }
  std::vector<Issued> chain{issue_by(ring.back(), request_for_host("a.example"))};
  chain.insert(chain.end(), ring.begin() + 1, ring.end());
  const Issued other = issue_self_signed(request_for_ca("our authority"));
  Question question(chain);
  CHECK(question.ask(trust(other)).error);
  CHECK_FALSE(question.ask(trust(ring.front())).error);
}

TEST_CASE("an unreadable intermediate is passed over", "[rfc9846-4.5.1]") {
  const auto made = Family().issue();
  Question question({made.leaf, made.middle});
  question.chain.insert(question.chain.begin() + 1, crypto::Der{0x30, 0x00});
  CHECK_FALSE(question.ask(trust(made.root)).error);
}

TEST_CASE("no certificate and no readable leaf are refused", "[rfc9846-4.5.1]") {
  const TrustAnchors anchors = trust(issue_self_signed(request_for_ca("authority")));
  CHECK(Question({}).ask(anchors).error == Error::bad_certificate);
  Question question({});
  question.chain.push_back({0x30, 0x03, 0x02, 0x01, 0x00});
  CHECK(question.ask(anchors).error == Error::bad_certificate);
}

TEST_CASE("text from a certificate is escaped in the reasons", "[rfc5280-4.1]") {
  Family family;
  family.leaf.common_name = "red\x1b[31m\nalert";
  family.leaf.not_after = now - 1;
  const ChainVerdict verdict = judge(family);
  CHECK(std::ranges::all_of(verdict.detail, [](char c) { return c >= ' ' && c <= '~'; }));
  CHECK_THAT(verdict.detail, ContainsSubstring("red"));
}

TEST_CASE("a pinned key anywhere in the path will do", "[rfc7469-2.6]") {
  const auto made = Family().issue();
  const TrustAnchors anchors = trust(made.root);
  const std::vector<Issued> chain{made.leaf, made.middle};
  const SpkiPin stranger = pin_of(issue_self_signed(request_for("stranger")));
  for (const Issued* pinned : {&made.leaf, &made.middle, &made.root}) {
    CHECK_FALSE(judge_with_pins(anchors, chain, {stranger, pin_of(*pinned)}));
  }
  CHECK(judge_with_pins(anchors, chain, {stranger}) == Error::pin_mismatch);
  CHECK_FALSE(judge_with_pins(anchors, chain, {}));
}

TEST_CASE("a certificate outside of the path fulfils no pin", "[rfc7469-2.6]") {
  const auto made = Family().issue();
  const Issued stranger = issue_self_signed(request_for_ca("stranger"));
  const std::vector<Issued> chain{made.leaf, made.middle, stranger};
  CHECK(judge_with_pins(trust(made.root), chain, {pin_of(stranger)}) == Error::pin_mismatch);
}

TEST_CASE("whoever trusts anyone believes every chain, but a pinned key must be the leaf's",
          "[danger]") {
  const TrustAnchors anyone = danger::trust_anyone();
  const auto made = Family().issue();
  Question question({made.leaf});
  CHECK_FALSE(question.name("other.example").at(0).ask(anyone).error);
  CHECK_FALSE(judge_with_pins(anyone, {made.leaf}, {pin_of(made.leaf)}));
  CHECK(judge_with_pins(anyone, {made.leaf, made.middle}, {pin_of(made.middle)}) ==
        Error::pin_mismatch);
  CHECK(Question({}).ask(anyone).error == Error::bad_certificate);
}

TEST_CASE("the handshake's question builds no text where the chain is believed",
          "[rfc9846-4.5.1]") {
  const auto made = Family().issue();
  Question question({made.leaf, made.middle});
  const std::vector<Bytes> views(question.chain.begin(), question.chain.end());
  question.query.chain = views;
  const auto anchors = trust(made.root);
  const ChainVerdict verdict = judged(anchors, question.query, {});
  CHECK_FALSE(verdict.error);
  CHECK(verdict.detail.empty());
  CHECK(verdict.path.empty());
}

TEST_CASE("anchors and verdicts may be used by several threads at a time", "[threads]") {
  Family old_family;
  old_family.leaf.not_after = now - 1;
  const auto made = old_family.issue();
  IssueRequest modern = request_for_host("a.example");
  modern.key = crypto::KeyType::ed25519;
  const Issued leaf = issue_by(made.middle, modern);
  const TrustAnchors anchors = trust(made.root);
  std::atomic<int> believed = 0;
  std::atomic<int> expired = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        const auto good = Question({leaf, made.middle}).name("a.example").ask(anchors);
        const auto bad = Question({made.leaf, made.middle}).name("a.example").ask(anchors);
        believed += good.error ? 0 : 1;
        expired += bad.error == Error::certificate_expired ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(believed == 40);
  CHECK(expired == 40);
}

}  // namespace nacre::test
