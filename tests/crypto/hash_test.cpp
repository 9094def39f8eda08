// SHA-256 and SHA-384: known answers, in pieces, forked.
#include "crypto/hash.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "support/hex.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

constexpr HashAlgorithm algorithms[] = {HashAlgorithm::sha256, HashAlgorithm::sha384};

std::string hash_of(HashAlgorithm algorithm, std::string_view text) {
  return hex(hash(algorithm, bytes_of(text)).bytes());
}

}  // namespace

TEST_CASE("the hashes of nothing and of abc are those of FIPS 180-4", "[crypto]") {
  CHECK(hash_of(HashAlgorithm::sha256, "") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_of(HashAlgorithm::sha256, "abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash_of(HashAlgorithm::sha384, "") ==
        "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
        "274edebfe76f65fbd51ad2f14898b95b");
  CHECK(hash_of(HashAlgorithm::sha384, "abc") ==
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
        "8086072ba1e7cc2358baeca134c825a7");
}

TEST_CASE("a digest is as long as its algorithm says", "[crypto]") {
  for (const HashAlgorithm algorithm : algorithms) {
    CHECK(hash(algorithm, {}).bytes().size() == hash_size(algorithm));
    CHECK(Hash(algorithm).algorithm() == algorithm);
  }
}

TEST_CASE("how the data is cut does not matter", "[crypto]") {
  const std::string text(1000, 'x');
  for (const HashAlgorithm algorithm : algorithms) {
    for (const std::size_t piece : {1U, 63U, 64U, 65U, 127U, 128U, 129U}) {
      Hash running(algorithm);
      for (std::size_t at = 0; at < text.size(); at += piece) {
        running.update(bytes_of(std::string_view(text).substr(at, piece)));
      }
      CHECK(hex(running.digest().bytes()) == hash_of(algorithm, text));
    }
  }
}

TEST_CASE("a digest leaves the hash as it was, and a copy goes its own way", "[crypto]") {
  for (const HashAlgorithm algorithm : algorithms) {
    Hash running(algorithm);
    running.update(bytes_of("ab"));
    Hash fork = running;
    CHECK(hex(running.digest().bytes()) == hash_of(algorithm, "ab"));
    running.update(bytes_of("c"));
    fork.update(bytes_of("d"));
    CHECK(hex(running.digest().bytes()) == hash_of(algorithm, "abc"));
    CHECK(hex(fork.digest().bytes()) == hash_of(algorithm, "abd"));
  }
}
