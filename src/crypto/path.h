// Whether a chain may be believed: the path, the names, the pins. RFC 9846, section 4.5.1.4;
// RFC 5280, section 6; RFC 9525.
#pragma once

#include <span>

#include "crypto/certificate.h"
#include "crypto/credentials.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// check_chain, and the pins besides: one certificate of the path must have one of those keys, where
// there are any. Builds no text where the chain is believed: `detail` and `path` stay empty then.
// `leaf`: the first of the chain, which may have been read by ParsedCertificate::view(): it is
// believed only where the search for a path, or ParsedCertificate::parse(), has accepted it too.
ChainVerdict judge_chain(const TrustAnchors::Impl& anchors, const ParsedCertificate& leaf,
                         const ChainQuery& query, std::span<const SpkiPin> pins);

}  // namespace nacre::crypto
