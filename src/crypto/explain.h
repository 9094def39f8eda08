// Why a chain is refused, in words, for the files of this room alone.
#pragma once

#include <string>
#include <string_view>

#include "crypto/diagnose.h"
#include "crypto/path_search.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// The verdict on a chain to which the search found no path, with `look` at what stands in the way.
ChainVerdict explain_refusal(const PathRefusal& refusal, const SecondLook& look,
                             const ChainQuery& query, std::size_t anchors);

// The verdict on one fault of a path.
ChainVerdict explain_fault(const Fault& fault, const SecondLook& look, const ChainQuery& query);

// The verdict on a leaf that is for other names.
ChainVerdict explain_wrong_name(const X509* leaf, const PeerName& expected);

// "has expired: its last second was ..." or "is not yet valid: it starts on ..."; without the date
// where the certificate is not known (null).
std::string date_words(Error error, const X509* certificate);

// A verdict with nothing but a sentence.
ChainVerdict refuse(Error error, std::string detail);

std::vector<std::string> subjects(const std::vector<bssl::UniquePtr<X509>>& path);

}  // namespace nacre::crypto
