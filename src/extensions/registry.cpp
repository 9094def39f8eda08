// The rules that hold for all extensions. RFC 9846, section 4.3.
#include "extensions/registry.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "extensions/number_set.h"
#include "messages/grease.h"
#include "nacre/try.h"

namespace nacre {
namespace {

template <class Form>
Result<void> check_form(Bytes extension_data) {
  if constexpr (wire::Constructed<Form>) {
    TRY(const auto form, wire::read_all<Form>(extension_data));
    if constexpr (requires { form.check(); }) TRY(form.check());
  }
  return {};
}

struct Row {
  ExtensionType type;
  Places places;
  Result<void> (*check)(Bytes extension_data);
};

template <class... Forms>
constexpr auto rows_of(FormList<Forms...>) {
  return std::array{Row{Forms::type, Forms::places, &check_form<Forms>}...};
}

constexpr auto rows = rows_of(registry::Known());

const Row* find_row(ExtensionType type, Where where) {
  const auto row = std::ranges::find_if(
      rows, [&](const Row& r) { return r.type == type && r.places.contains(where); });
  return row == rows.end() ? nullptr : &*row;
}

bool is_asked_for(ExtensionType type, Where where, const OfferedSet* offered) {
  if (where == Where::hello_retry_request && type == ExtensionType::cookie) return true;
  return offered != nullptr && offered->contains(type);
}

// The rules for one extension that look at no other. RFC 8701, section 3.1: what GREASE offers may
// not be taken up.
Result<void> check_extension(Where where, const Extension& extension, const OfferedSet* offered) {
  const ExtensionType type = extension.extension_type;
  // fault: AC-049
  ENSURE(!is_known(type) || is_allowed(type, where), Error::misplaced_extension);
  if (is_response(where)) {
    // fault: AC-048 AC-057b.1
    ENSURE(is_asked_for(type, where, offered), Error::unsolicited_extension);
    // fault: AC-057b.2
    ENSURE(!is_grease(type), Error::misplaced_extension);
  }
  return check_data(type, where, extension.extension_data.bytes);
}

}  // namespace

Result<void> check_block(Where where, const Extensions& extensions, const Limits& limits,
                         const OfferedSet* offered, std::optional<ExtensionType>* in_hand) {
  if (extensions.empty()) return {};
  std::optional<ExtensionType> ignored;
  std::optional<ExtensionType>& current = in_hand != nullptr ? *in_hand : ignored;
  current.reset();

  NACRE_UNINITIALIZED NumberSet seen;
  std::size_t count = 0;
  for (const Extension& extension : extensions) {
    ENSURE(++count <= limits.extensions, Error::too_many_extensions);
    const bool behind_psk =
        current == ExtensionType::pre_shared_key && where == Where::client_hello;
    // fault: AC-050
    ENSURE(!behind_psk, Error::psk_not_last);
    current = extension.extension_type;
    // fault: AC-047
    ENSURE(seen.add(extension.extension_type), Error::duplicate_extension);
    TRY(check_extension(where, extension, offered));
  }
  current.reset();
  return {};
}

bool is_known(ExtensionType type) {
  return std::ranges::any_of(rows, [&](const Row& row) { return row.type == type; });
}

bool is_allowed(ExtensionType type, Where where) {
  return find_row(type, where) != nullptr;
}

Result<void> check_data(ExtensionType type, Where where, Bytes extension_data) {
  const Row* const row = find_row(type, where);
  if (row == nullptr) return {};
  return row->check(extension_data);
}

}  // namespace nacre
