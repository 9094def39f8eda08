// Caches that many threads read.
#include "crypto/read_mostly.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <future>
#include <string>

namespace nacre::test {
namespace {

using crypto::ReadMostly;
using namespace std::chrono_literals;

// What `call` returns in another thread while this one is in `cache`; nothing where it waits. As
// long as it does not, no time passes.
template <class Call>
auto meanwhile(const ReadMostly<std::string>& cache, Call call) {
  std::future<decltype(call())> other;
  auto answer = cache.read([&](const std::string&) -> std::optional<decltype(call())> {
    other = std::async(std::launch::async, call);
    if (other.wait_for(20s) != std::future_status::ready) return std::nullopt;
    return other.get();
  });
  if (!answer) other.wait();
  return answer;
}

}  // namespace

TEST_CASE("AC-205: a reader waits for no other reader, and no change for a reader",
          "[AC-205][threads]") {
  ReadMostly<std::string> cache("kept");
  CHECK(meanwhile(cache, [&] { return cache.read(std::identity()); }) == "kept");
  CHECK(meanwhile(cache, [&] { return cache.change([](std::string& it) { it = "changed"; }); }) ==
        false);
  CHECK(cache.read(std::identity()) == "kept");
  CHECK(cache.change([](std::string& it) { it = "changed"; }));
  CHECK(cache.read(std::identity()) == "changed");
}

}  // namespace nacre::test
