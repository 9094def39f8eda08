// The C interface. What uses it is in capi_c.c: this file gives it certificates of today.
#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "capi/capi_c.h"
#include "capi/handles.h"
#include "crypto/credentials.h"
#include "crypto/issue.h"
#include "crypto/signature.h"

namespace nacre::test {
namespace {

struct Today {
  Today() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const UnixTime today = std::chrono::duration_cast<std::chrono::seconds>(since).count();
    ca = crypto::issue({.common_name = "Test authority",
                        .not_before = today - 3'600,
                        .not_after = today + 3'600,
                        .is_ca = true},
                       nullptr)
             .value();
    leaf = crypto::issue({.common_name = "localhost",
                          .names = {"localhost"},
                          .not_before = today - 3'600,
                          .not_after = today + 3'600},
                         &ca)
               .value();
  }
  capi_test_input input() const {
    return {ca.certificate_pem.c_str(), leaf.certificate_pem.c_str(), leaf.key_pem.c_str()};
  }

  crypto::Issued ca;
  crypto::Issued leaf;
};

const Today& today() {
  static const Today certificates;
  return certificates;
}

TEST_CASE("C programs use connections and streams", "[capi]") {
  const capi_test_input input = today().input();
  CHECK(capi_test(&input) == 0);
}

TEST_CASE("AC-239: NULL is an error in C, not a crash", "[AC-239][capi]") {
  const capi_test_input input = today().input();
  CHECK(capi_test_null(&input) == 0);
}

TEST_CASE("AC-241: who gives no time in C has the default", "[AC-241][capi]") {
  CHECK(capi::timeout_of(0) == default_timeout);
  CHECK(capi::timeout_of(1) == std::chrono::milliseconds(1));
  CHECK(capi::timeout_of(NACRE_NO_TIMEOUT) == std::chrono::milliseconds(0));
}

std::size_t sign(std::uint16_t scheme, const std::uint8_t* content, std::size_t size,
                 std::uint8_t* signature) {
  static const Credential credential =
      Credential::from_pem(today().leaf.certificate_pem, today().leaf.key_pem).value();
  return credential.impl()
      .key->sign(static_cast<SignatureScheme>(scheme), {content, size}, {signature, 5'000})
      .value();
}

TEST_CASE("C programs sign elsewhere", "[capi]") {
  const capi_test_input input = today().input();
  CHECK(capi_test_signature(&input, sign) == 0);
}

}  // namespace
}  // namespace nacre::test
