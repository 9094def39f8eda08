// Extensions. RFC 9846, section 4.3.
#pragma once

#include <optional>

#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

struct Extension {
  ExtensionType extension_type{};
  wire::Opaque<0, 0xffff> extension_data;

  static constexpr auto wire = wire::fields(&Extension::extension_type, &Extension::extension_data);

  friend constexpr bool operator==(const Extension&, const Extension&) = default;
};

using Extensions = wire::Vector<Extension, 0, 0xffff>;

// The extension of type T in `extensions`, or nothing when the peer did not send it. When it fails,
// `in_hand`, if given, names the extension.
template <class T>
constexpr Result<std::optional<T>> find(const Extensions& extensions,
                                        std::optional<ExtensionType>* in_hand = nullptr) {
  std::optional<T> found;
  for (const Extension& extension : extensions) {
    if (extension.extension_type != T::type) continue;
    if (in_hand != nullptr) *in_hand = T::type;
    ENSURE(!found, Error::duplicate_extension);
    TRY(found, wire::read_all<T>(extension.extension_data.bytes));
    if (in_hand != nullptr) in_hand->reset();
  }
  return found;
}

// Writes an extension whose data `body` writes.
template <class Body>
constexpr Result<void> write_extension(wire::Writer& writer, ExtensionType type, Body&& body) {
  TRY(wire::write(writer, type));
  return writer.vector<2>(body);
}

template <class T>
constexpr Result<void> write_extension(wire::Writer& writer, const T& extension) {
  return write_extension(writer, T::type, [&](wire::Writer& body) {  //
    return wire::write(body, extension);
  });
}

// Writes an extension T that is one vector, its elements taken from `range`.
template <class T>
constexpr Result<void> write_extension_of(wire::Writer& writer, const auto& range) {
  return write_extension(writer, T::type, [&](wire::Writer& body) {
    return wire::write_elements<typename T::List>(body, range);
  });
}

}  // namespace nacre
