#include "extensions/record_size_limit.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

template <class T>
constexpr Result<void> check(std::uint16_t limit) {
  return T{limit}.check();
}

TEST_CASE("record_size_limit is one number", "[rfc8449-4]") {
  STATIC_REQUIRE(round_trips<RecordSizeLimit>(bytes<"4001">));
  STATIC_REQUIRE(rejects_every_truncation<RecordSizeLimit>(bytes<"4001">));
  STATIC_REQUIRE(rejects_trailing_data<RecordSizeLimit>(bytes<"4001">));
  STATIC_REQUIRE(round_trips<RecordSizeLimitAnswer>(bytes<"0040">));
}

TEST_CASE("No limit is below 64 bytes", "[rfc8449-4]") {
  STATIC_REQUIRE(check<RecordSizeLimit>(63) == fail(Error::bad_record_size_limit));
  STATIC_REQUIRE(check<RecordSizeLimit>(64));
  STATIC_REQUIRE(check<RecordSizeLimitAnswer>(63) == fail(Error::bad_record_size_limit));
  STATIC_REQUIRE(check<RecordSizeLimitAnswer>(64));
}

TEST_CASE("A server's limit is at most a full record, a client's may be more", "[rfc8449-4]") {
  STATIC_REQUIRE(check<RecordSizeLimit>(0xffff));
  STATIC_REQUIRE(check<RecordSizeLimitAnswer>(16'385));
  STATIC_REQUIRE(check<RecordSizeLimitAnswer>(16'386) == fail(Error::bad_record_size_limit));
}

}  // namespace
}  // namespace nacre
