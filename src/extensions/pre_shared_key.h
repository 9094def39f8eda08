// The pre_shared_key extension. RFC 9846, section 4.3.11.
#pragma once

#include <cstdint>
#include <iterator>

#include "extensions/where.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

struct PskIdentity {
  wire::Opaque<1, 0xffff> identity;
  std::uint32_t obfuscated_ticket_age = 0;

  static constexpr auto wire =
      wire::fields(&PskIdentity::identity, &PskIdentity::obfuscated_ticket_age);

  friend constexpr bool operator==(const PskIdentity&, const PskIdentity&) = default;
};

struct PskBinderEntry {
  // fault: AC-065f
  wire::Opaque<32, 255> binder;

  static constexpr auto wire = wire::fields(&PskBinderEntry::binder);

  friend constexpr bool operator==(const PskBinderEntry&, const PskBinderEntry&) = default;
};

struct OfferedPsks {
  static constexpr auto type = ExtensionType::pre_shared_key;
  static constexpr Places places{Where::client_hello};
  using Identities = wire::Vector<PskIdentity, 7, 0xffff>;
  using Binders = wire::Vector<PskBinderEntry, 33, 0xffff>;

  Identities identities;
  Binders binders;

  static constexpr auto wire = wire::fields(&OfferedPsks::identities, &OfferedPsks::binders);

  friend constexpr bool operator==(const OfferedPsks&, const OfferedPsks&) = default;

  // One binder for each identity.
  constexpr Result<void> check() const {
    // fault: AC-067a AC-067b
    ENSURE(std::ranges::distance(identities) == std::ranges::distance(binders),
           Error::binder_count);
    return {};
  }

  // What the binders take of a ClientHello, of which they are the end.
  constexpr std::size_t binders_size() const { return 2 + binders.encoding().size(); }
};

struct SelectedPsk {
  static constexpr auto type = ExtensionType::pre_shared_key;
  static constexpr Places places{Where::server_hello};

  std::uint16_t selected_identity = 0;

  static constexpr auto wire = wire::fields(&SelectedPsk::selected_identity);

  friend constexpr bool operator==(const SelectedPsk&, const SelectedPsk&) = default;
};

}  // namespace nacre
