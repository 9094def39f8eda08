// EncodedClientHelloInner. RFC 9849, sections 5.1, 6.1.3 and 7.1.
#include "handshake/encoded_client_hello.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "extensions/registry.h"

namespace nacre {
namespace {

// All of a ClientHello but its session ID and its extensions.
template <class WriteExtensions>
Result<void> write_around(wire::Writer& writer, const ClientHello& hello, Bytes session_id,
                          const WriteExtensions& extensions) {
  TRY(wire::write(writer, hello.legacy_version));
  TRY(writer.bytes(hello.random));
  TRY(writer.vector<1>([&](wire::Writer& body) { return body.bytes(session_id); }));
  TRY(wire::write(writer, hello.cipher_suites));
  TRY(wire::write(writer, hello.legacy_compression_methods));
  return writer.vector<2>(extensions);
}

// Writes the extensions of `outer` that `names` refers to. They stand there in the same order, so
// that each is looked at once however many are named.
Result<void> write_referenced(wire::Writer& writer, const OuterExtensions& names,
                              const ClientHello& outer) {
  auto at = outer.extensions.begin();
  // fault: AC-107b
  for (const ExtensionType type : names.types) {
    // fault: AC-107c
    ENSURE(type != ExtensionType::encrypted_client_hello, Error::bad_outer_extensions);
    while (at != outer.extensions.end() && (*at).extension_type != type) ++at;
    // fault: AC-107d
    ENSURE(at != outer.extensions.end(), Error::bad_outer_extensions);
    TRY(wire::write(writer, *at));
    // fault: AC-107a
    ++at;
  }
  return {};
}

// Section 7.1: what a client-facing server makes sure of before anybody looks at the rest.
Result<void> check_inner(const ClientHello& inner) {
  TRY(const auto mark, find<EncryptedClientHello>(inner.extensions));
  // fault: AC-107i
  ENSURE(mark && mark->variant == EchClientHelloType::inner, Error::bad_inner_client_hello);
  TRY(mark->check());
  TRY(const auto offered, find<SupportedVersionsClientHello>(inner.extensions));
  ENSURE(offered, Error::bad_inner_client_hello);
  for (const ProtocolVersion version : offered->versions) {
    // fault: AC-107j
    ENSURE(version > ProtocolVersion::tls_1_2, Error::bad_inner_client_hello);
  }
  return {};
}

}  // namespace

Result<void> write_encoded(wire::Writer& writer, const ClientHello& inner) {
  const auto shared = [&](wire::Writer& list) -> Result<void> {
    for (const Extension& extension : inner.extensions) {
      const ExtensionType type = extension.extension_type;
      if (!is_inner_alone(type)) TRY(wire::write(list, type));
    }
    return {};
  };
  const auto extensions = [&](wire::Writer& body) -> Result<void> {
    bool named = false;
    for (const Extension& extension : inner.extensions) {
      if (is_inner_alone(extension.extension_type)) {
        TRY(wire::write(body, extension));
      } else if (!named) {
        named = true;
        TRY(write_extension(body, OuterExtensions::type,
                            [&](wire::Writer& list) { return list.vector<1>(shared); }));
      }
    }
    return {};
  };
  return write_around(writer, inner, {}, extensions);
}

std::size_t encoded_padding(std::size_t size, std::size_t name_size,
                            std::size_t maximum_name_length) {
  // A server_name extension has nine bytes around the name.
  const std::size_t for_name = name_size == 0
                                   ? maximum_name_length + 9
                                   : maximum_name_length - std::min(maximum_name_length, name_size);
  return for_name + 31 - (size + for_name - 1) % 32;
}

Result<void> write_decoded(wire::Writer& writer, Bytes encoded, const ClientHello& outer) {
  wire::Reader reader(encoded);
  TRY(const auto inner, wire::read<ClientHello>(reader));
  const auto is_zero = [](std::uint8_t byte) { return byte == 0; };
  // fault: AC-107g
  ENSURE(std::ranges::all_of(reader.rest(), is_zero), Error::bad_ech_padding);
  // fault: AC-107h
  ENSURE(inner.legacy_session_id.bytes.empty(), Error::bad_inner_client_hello);
  const auto extensions = [&](wire::Writer& body) -> Result<void> {
    bool named = false;
    for (const Extension& extension : inner.extensions) {
      if (extension.extension_type != OuterExtensions::type) {
        TRY(wire::write(body, extension));
        continue;
      }
      // fault: AC-107e
      ENSURE(!std::exchange(named, true), Error::bad_outer_extensions);
      // fault: AC-107f
      TRY(const auto names, wire::read_all<OuterExtensions>(extension.extension_data.bytes));
      TRY(write_referenced(body, names, outer));
    }
    return {};
  };
  const std::size_t start = writer.used();
  TRY(wire::write(writer, ClientHello::type));
  TRY(writer.vector<3>([&](wire::Writer& body) {
    return write_around(body, inner, outer.legacy_session_id.bytes, extensions);
  }));
  TRY(const auto written, wire::read_all<ClientHello>(writer.written().subspan(start + 4)));
  return check_inner(written);
}

}  // namespace nacre
