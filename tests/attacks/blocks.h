// Every message that has extensions, with the extensions that the test wants. RFC 9846, section
// 4.3.
#pragma once

#include <functional>

#include "attacks/side.h"
#include "extensions/where.h"

namespace nacre::test {

using ExtensionList = decltype(Hello::extensions);

inline constexpr std::array blocks{Where::client_hello,        Where::server_hello,
                                   Where::hello_retry_request, Where::encrypted_extensions,
                                   Where::certificate_request, Where::certificate,
                                   Where::new_session_ticket};

// The side that has heard that message, in its turn, with its extensions as `edit` leaves them. The
// client offers the two protocols "one" and "two", and record_size_limit, where it `offers_more`.
Side hear_block(Where where, const std::function<void(ExtensionList&)>& edit,
                bool offers_more = false);

// The first extension of that type, which must be there.
Data& at(ExtensionList& list, int type);

// A list of extensions, encoded and read.
Data encode(const ExtensionList& list);
ExtensionList read_extensions(const Data& encoding);

}  // namespace nacre::test
