// Reads one extension's data as each form that its type has. The input: the message, the type, the
// data.
#include "extensions/registry.h"
#include "round_trip.h"

namespace nacre {
namespace {

template <class Form>
void read_form(ExtensionType type, Where where, Bytes data) {
  if constexpr (wire::Constructed<Form>) {
    if (type != Form::type) return;
    fuzz::round_trip<Form>(data);
    if (!Form::places.contains(where)) return;
    // What the registry accepts, the handshake can read.
    if (check_data(type, where, data)) fuzz::require(wire::read_all<Form>(data).has_value());
  }
}

template <class... Forms>
void read_forms(FormList<Forms...>, ExtensionType type, Where where, Bytes data) {
  (read_form<Forms>(type, where, data), ...);
}

void read_extension(Bytes input) {
  wire::Reader reader(input);
  const auto where = reader.integer<1>();
  const auto type = wire::read<ExtensionType>(reader);
  if (!where || !type) return;
  read_forms(registry::Known(), *type, static_cast<Where>(*where % 7), reader.rest());
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size <= 1 << 18) nacre::read_extension(nacre::fuzz::input_of(data, size));
  return 0;
}
