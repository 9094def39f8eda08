// The body of a ServerHello or HelloRetryRequest. RFC 9846, section 4.2.3.
#pragma once

#include "messages/client_hello.h"
#include "messages/random.h"
#include "messages/server_hello.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"
#include "wire/writer.h"

namespace nacre {

template <class Extensions>
Result<void> write_server_hello(wire::Writer& writer, const Random& random,
                                const ClientHello& client, CipherSuite suite,
                                const Extensions& extensions) {
  TRY(wire::write(writer, ProtocolVersion::tls_1_2));
  TRY(writer.bytes(random));
  TRY(wire::write(writer, client.legacy_session_id));
  TRY(wire::write(writer, suite));
  TRY(writer.integer<1>(0));
  return writer.vector<2>(extensions);
}

}  // namespace nacre
