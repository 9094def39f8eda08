// The key_share extension. RFC 9846, section 4.3.8.
#pragma once

#include "extensions/number_set.h"
#include "extensions/supported_groups.h"
#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

struct KeyShareEntry {
  NamedGroup group{};
  wire::Opaque<1, 0xffff> key_exchange;

  static constexpr auto wire = wire::fields(&KeyShareEntry::group, &KeyShareEntry::key_exchange);

  friend constexpr bool operator==(const KeyShareEntry&, const KeyShareEntry&) = default;
};

struct KeyShareClientHello {
  static constexpr auto type = ExtensionType::key_share;
  static constexpr Places places{Where::client_hello};
  using List = wire::Vector<KeyShareEntry, 0, 0xffff>;

  List client_shares;

  static constexpr auto wire = wire::fields(&KeyShareClientHello::client_shares);

  friend constexpr bool operator==(const KeyShareClientHello&,
                                   const KeyShareClientHello&) = default;

  // At most one share for each group.
  constexpr Result<void> check() const {
    NACRE_UNINITIALIZED NumberSet groups;
    for (const KeyShareEntry& share : client_shares) {
      // fault: AC-058a
      ENSURE(groups.add(share.group), Error::duplicate_share);
    }
    return {};
  }

  // The shares' groups are a part of `groups`, in the same order.
  constexpr Result<void> check_against(const SupportedGroups& groups) const {
    auto group = groups.named_group_list.begin();
    for (const KeyShareEntry& share : client_shares) {
      while (group != groups.named_group_list.end() && *group != share.group) ++group;
      ENSURE(group != groups.named_group_list.end(), Error::unoffered_group);
    }
    return {};
  }
};

struct KeyShareHelloRetryRequest {
  static constexpr auto type = ExtensionType::key_share;
  static constexpr Places places{Where::hello_retry_request};

  NamedGroup selected_group{};

  static constexpr auto wire = wire::fields(&KeyShareHelloRetryRequest::selected_group);

  friend constexpr bool operator==(const KeyShareHelloRetryRequest&,
                                   const KeyShareHelloRetryRequest&) = default;
};

struct KeyShareServerHello {
  static constexpr auto type = ExtensionType::key_share;
  static constexpr Places places{Where::server_hello};

  KeyShareEntry server_share;

  static constexpr auto wire = wire::fields(&KeyShareServerHello::server_share);

  friend constexpr bool operator==(const KeyShareServerHello&,
                                   const KeyShareServerHello&) = default;
};

}  // namespace nacre
