// The supported_groups extension. RFC 9846, section 4.3.7.
#pragma once

#include "extensions/number_set.h"
#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

// A server that sends it in EncryptedExtensions tells its groups for the next connection.
struct SupportedGroups {
  static constexpr auto type = ExtensionType::supported_groups;
  static constexpr Places places{Where::client_hello, Where::encrypted_extensions};
  using List = wire::Vector<NamedGroup, 2, 0xffff>;

  List named_group_list;

  static constexpr auto wire = wire::fields(&SupportedGroups::named_group_list);

  friend constexpr bool operator==(const SupportedGroups&, const SupportedGroups&) = default;

  constexpr Result<void> check() const {
    ENSURE(all_distinct(named_group_list), Error::duplicate_value);
    return {};
  }
};

}  // namespace nacre
