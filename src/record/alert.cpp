// Alerts as they travel. RFC 9846, section 6.
#include "record/alert.h"

namespace nacre::record {

Result<AlertDescription> read_alert(Bytes content) noexcept NACRE_NONALLOCATING {
  // fault: AC-089a AC-089c.2
  ENSURE(content.size() == alert_size, Error::bad_alert);
  return static_cast<AlertDescription>(content[1]);
}

}  // namespace nacre::record
