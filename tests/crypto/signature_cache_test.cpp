// Signatures on certificates that were checked before.
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "crypto/issued.h"
#include "support/library.h"

namespace nacre::test {
namespace {

std::optional<Error> judge_with(const SignatureCache& cache, const Family::Certificates& made) {
  Question question({made.leaf, made.middle});
  question.query.signatures = &cache;
  return question.ask(trust(made.root)).error;
}

// BoringSSL's pki asks for each signature. X509_verify_cert, over AWS-LC, cannot: there the verdict
// on a path as a whole is what is remembered.
std::size_t entries_of(std::size_t signatures, std::size_t paths) {
  return is_over_aws_lc() ? paths : signatures;
}

}  // namespace

TEST_CASE("each signature of a path is checked once", "[rfc5280-6.1]") {
  const SignatureCache cache = SignatureCache::create().value();
  const auto made = Family().issue();
  CHECK_FALSE(judge_with(cache, made));
  CHECK(cache.size() == entries_of(2, 1));
  CHECK(cache.hits() == 0);
  CHECK_FALSE(judge_with(cache, made));
  CHECK(cache.size() == entries_of(2, 1));
  CHECK(cache.hits() == entries_of(2, 1));
}

TEST_CASE("AC-204: signatures that fail are not kept, and have no others forgotten",
          "[AC-204][rfc5280-6.1]") {
  const SignatureCache cache = SignatureCache::create(4).value();
  const auto honest = Family().issue();
  CHECK_FALSE(judge_with(cache, honest));
  const auto size = cache.size();
  for (int i = 0; i < 8; ++i) {
    auto hostile = Family().issue();
    hostile.root = honest.root;  // of the same name, and with another key
    for (int again = 0; again < 2; ++again) CHECK(judge_with(cache, hostile));
  }
  CHECK(cache.size() == size);
  CHECK(cache.hits() == 0);
  CHECK_FALSE(judge_with(cache, honest));
  CHECK(cache.hits() == size);
}

TEST_CASE("a remembered signature does not make an expired certificate good", "[rfc5280-6.1]") {
  const SignatureCache cache = SignatureCache::create().value();
  const auto made = Family().issue();
  CHECK_FALSE(judge_with(cache, made));
  Question question({made.leaf, made.middle});
  question.query.signatures = &cache;
  CHECK(question.at(now + 60 * day).ask(trust(made.root)).error == Error::certificate_expired);
}

TEST_CASE("the cache of signatures does not grow beyond its entries", "[limits]") {
  CHECK(SignatureCache::create(0).error() == Error::bad_configuration);
  CHECK(SignatureCache::create(1).error() == Error::bad_configuration);
  const SignatureCache cache = SignatureCache::create(6).value();
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(judge_with(cache, Family().issue()));
    CHECK(cache.size() <= 6);
  }
  // What is asked for stays: one family among many others.
  const auto kept = Family().issue();
  CHECK_FALSE(judge_with(cache, kept));
  const auto hits = cache.hits();
  for (int i = 0; i < 5; ++i) {
    CHECK_FALSE(judge_with(cache, Family().issue()));
    CHECK_FALSE(judge_with(cache, kept));
  }
  CHECK(cache.hits() == hits + entries_of(10, 5));
}

TEST_CASE("threads share a cache of signatures", "[threads]") {
  const SignatureCache cache = SignatureCache::create(8).value();
  const auto first = Family().issue();
  const auto second = Family().issue();
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, cache] {
      for (int turn = 0; turn < 20; ++turn) {
        if (judge_with(cache, turn % 2 == 0 ? first : second)) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(refused == 0);
  CHECK(cache.size() == entries_of(4, 2));
}

}  // namespace nacre::test
