// The server_name extension. RFC 6066, section 3.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

enum class NameType : std::uint8_t { host_name = 0 };

// Names of types to come begin with a length of two bytes too.
struct ServerName {
  NameType name_type{};
  wire::Opaque<0, 0xffff> name;

  static constexpr auto wire = wire::fields(&ServerName::name_type, &ServerName::name);

  friend constexpr bool operator==(const ServerName&, const ServerName&) = default;
};

// Whether `name` is a DNS name as server_name carries it: ASCII labels of 1 to 63 bytes, 253 in
// all, no trailing dot. A last label of digits would make it an IPv4 address.
constexpr bool is_dns_name(Bytes name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  bool digits_only = true;
  for (const std::uint8_t c : name) {
    if (c == '.') {
      if (label == 0 || label > 63) return false;
      label = 0;
      digits_only = true;
      continue;
    }
    const bool digit = '0' <= c && c <= '9';
    const bool letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
    if (!digit && !letter && c != '-' && c != '_') return false;
    digits_only = digits_only && digit;
    ++label;
  }
  return 0 < label && label <= 63 && !digits_only;
}

struct ServerNameList {
  static constexpr auto type = ExtensionType::server_name;
  static constexpr Places places{Where::client_hello};
  using List = wire::Vector<ServerName, 1, 0xffff>;

  List server_name_list;

  static constexpr auto wire = wire::fields(&ServerNameList::server_name_list);

  friend constexpr bool operator==(const ServerNameList&, const ServerNameList&) = default;

  // The first host_name; empty when there is none.
  constexpr Bytes host_name() const {
    for (const ServerName& entry : server_name_list) {
      if (entry.name_type == NameType::host_name) return entry.name.bytes;
    }
    return {};
  }

  // Exactly one host_name, and that a DNS name. Other types of names are ignored.
  constexpr Result<void> check() const {
    std::size_t host_names = 0;
    for (const ServerName& entry : server_name_list) {
      host_names += entry.name_type == NameType::host_name ? 1 : 0;
    }
    // fault: AC-056a AC-056b
    ENSURE(host_names == 1 && is_dns_name(host_name()), Error::bad_server_name);
    return {};
  }
};

// Writes the extension with one host_name.
constexpr Result<void> write_server_name(wire::Writer& writer, Bytes host_name) {
  const ServerName entry{NameType::host_name, {host_name}};
  return write_extension_of<ServerNameList>(writer, std::array{entry});
}

// The server says that it used the name.
struct ServerNameAcknowledgment {
  static constexpr auto type = ExtensionType::server_name;
  static constexpr Places places{Where::encrypted_extensions};

  static constexpr auto wire = wire::fields();

  friend constexpr bool operator==(const ServerNameAcknowledgment&,
                                   const ServerNameAcknowledgment&) = default;
};

using ServerNameInRequest = Unread<ExtensionType::server_name, Where::certificate_request>;

}  // namespace nacre
