// Checks a block of extensions against the rules of RFC 9846, section 4.3, and the rules against a
// second, slower telling of them. The input: the message, the types that were asked for, the block.
#include <optional>
#include <set>

#include "extensions/registry.h"
#include "round_trip.h"

namespace nacre {
namespace {

// Four types of the input's choice.
std::optional<OfferedSet> read_offer(wire::Reader& reader) {
  OfferedSet offered;
  for (int i = 0; i < 4; ++i) {
    const auto type = wire::read<ExtensionType>(reader);
    if (!type) return std::nullopt;
    offered.add(*type);
  }
  return offered;
}

void hold_to_rules(Where where, const Extensions& block, const OfferedSet& offered) {
  std::set<ExtensionType> types;
  std::optional<ExtensionType> last;
  for (const Extension& extension : block) {
    const ExtensionType type = extension.extension_type;
    fuzz::require(types.insert(type).second);
    fuzz::require(!is_known(type) || is_allowed(type, where));
    const bool cookie = where == Where::hello_retry_request && type == ExtensionType::cookie;
    fuzz::require(!is_response(where) || cookie || offered.contains(type));
    last = type;
  }
  fuzz::require(types.size() <= Limits().extensions);
  if (where == Where::client_hello && types.contains(ExtensionType::pre_shared_key)) {
    fuzz::require(last == ExtensionType::pre_shared_key);
  }
}

void check(Bytes input) {
  wire::Reader reader(input);
  const auto number = reader.integer<1>();
  const auto offered = read_offer(reader);
  if (!number || !offered) return;
  const auto block = Extensions::from_encoding(reader.rest());
  if (!block) return;
  const auto where = static_cast<Where>(*number % 7);
  std::optional<ExtensionType> in_hand;
  const auto outcome = check_block(where, *block, Limits(), &*offered, &in_hand);
  fuzz::require(outcome.has_value() == !in_hand.has_value());
  if (outcome) hold_to_rules(where, *block, *offered);
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nacre::check(nacre::fuzz::input_of(data, size));
  return 0;
}
