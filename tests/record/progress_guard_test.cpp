// Counting what brings nothing, against Limits.
#include "record/progress_guard.h"

#include <catch2/catch_test_macros.hpp>

using namespace nacre;
using namespace nacre::record;

namespace {

constexpr Limits few{.records_without_progress = 3, .key_updates_without_data = 2, .warnings = 2};

}  // namespace

TEST_CASE("empty records are tolerated up to the limit, in a row", "[rfc9846-5.1]") {
  ProgressGuard guard;
  for (int i = 0; i < 3; ++i) CHECK(guard.record_without_progress(few));
  CHECK(guard.record_without_progress(few) == fail(Error::too_many_empty_records));
  CHECK(guard.record_without_progress(few) == fail(Error::too_many_empty_records));
  guard.application_data();
  for (int i = 0; i < 3; ++i) CHECK(guard.record_without_progress(few));
  guard.handshake();
  for (int i = 0; i < 3; ++i) CHECK(guard.record_without_progress(few));
  CHECK(guard.record_without_progress(few) == fail(Error::too_many_empty_records));
}

TEST_CASE("KeyUpdates are tolerated up to the limit, until data comes", "[rfc9846-4.7.3]") {
  ProgressGuard guard;
  for (int i = 0; i < 2; ++i) CHECK(guard.key_update(few));
  guard.handshake();
  CHECK(guard.record_without_progress(few));
  CHECK(guard.key_update(few) == fail(Error::too_many_key_updates));
  guard.application_data();
  for (int i = 0; i < 2; ++i) CHECK(guard.key_update(few));
  CHECK(guard.key_update(few) == fail(Error::too_many_key_updates));
}

TEST_CASE("warnings are counted in all", "[rfc9846-6.1]") {
  ProgressGuard guard;
  CHECK(guard.warning(few));
  guard.application_data();
  guard.handshake();
  CHECK(guard.warning(few));
  guard.application_data();
  CHECK(guard.warning(few) == fail(Error::too_many_warnings));
}

TEST_CASE("the limits are those of the config", "[limits]") {
  ProgressGuard guard;
  for (std::uint32_t i = 0; i < Limits{}.records_without_progress; ++i) {
    REQUIRE(guard.record_without_progress(Limits{}));
  }
  CHECK(guard.record_without_progress(Limits{}) == fail(Error::too_many_empty_records));
  const Limits none{.records_without_progress = 0, .key_updates_without_data = 0, .warnings = 0};
  CHECK(!ProgressGuard().record_without_progress(none));
  CHECK(!ProgressGuard().key_update(none));
  CHECK(!ProgressGuard().warning(none));
}
