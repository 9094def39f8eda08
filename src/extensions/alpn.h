// The application_layer_protocol_negotiation extension. RFC 7301, section 3.1.
#pragma once

#include <array>

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

// fault: AC-053
using ProtocolName = wire::Opaque<1, 0xff>;

struct ProtocolNameList {
  static constexpr auto type = ExtensionType::application_layer_protocol_negotiation;
  static constexpr Places places{Where::client_hello};
  using List = wire::Vector<ProtocolName, 2, 0xffff>;

  List protocol_name_list;

  static constexpr auto wire = wire::fields(&ProtocolNameList::protocol_name_list);

  friend constexpr bool operator==(const ProtocolNameList&, const ProtocolNameList&) = default;
};

// The server's choice: a list of exactly one name.
struct SelectedProtocol {
  static constexpr auto type = ExtensionType::application_layer_protocol_negotiation;
  static constexpr Places places{Where::encrypted_extensions};
  using List = ProtocolNameList::List;

  List protocol_name_list;

  static constexpr auto wire = wire::fields(&SelectedProtocol::protocol_name_list);

  friend constexpr bool operator==(const SelectedProtocol&, const SelectedProtocol&) = default;

  constexpr Bytes name() const { return (*protocol_name_list.begin()).bytes; }

  constexpr Result<void> check() const {
    ENSURE(protocol_name_list.encoding().size() == 1 + name().size(), Error::length_out_of_range);
    return {};
  }
};

constexpr Result<void> write_selected_protocol(wire::Writer& writer, Bytes name) {
  return write_extension_of<SelectedProtocol>(writer, std::array{ProtocolName{name}});
}

}  // namespace nacre
