// ECHConfigList: what is read is written back; what is usable can be sealed for, or has a key that
// is no point; keys in PEM do not crash, and come back as they were.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "extensions/ech.h"
#include "extensions/server_name.h"
#include "round_trip.h"

namespace nacre {
namespace {

using fuzz::require;

Result<void> no_chance(MutableBytes out) {
  std::ranges::fill(out, std::uint8_t{0x5a});
  return {};
}

void use(const UsableEchConfig& config) {
  require(is_dns_name(config.contents.public_name.bytes));
  const auto sender = crypto::HpkeSender::setup(config.contents.key_config.kem_id, config.suite,
                                                config.contents.key_config.public_key.bytes,
                                                config.encoding, no_chance);
  require(sender || sender.error() == Error::bad_key_share);
}

void parse(Bytes input) {
  const auto list = EchConfigList::parse(input);
  if (!list) return;
  require(wire::read_all<EchConfigs>(input).has_value());
  require(std::ranges::equal(list->bytes(), input));
  require(list->size() <= EchConfigList::max_configs && list->size() == list->usable().size());
  if (list->size() != 0) use(list->impl().usable.back());
}

void read_key(std::string_view text) {
  const auto key = EchKey::from_pem(text);
  if (!key) return;
  const auto pem = key->to_pem();
  require(pem.has_value());
  const auto again = EchKey::from_pem(*pem);
  require(again && *again->to_pem() == *pem);
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nacre::Bytes input = nacre::fuzz::input_of(data, size);
  nacre::fuzz::round_trip<nacre::EchConfigs>(input);
  nacre::fuzz::round_trip<nacre::EchConfigContents>(input);
  nacre::parse(input);
  nacre::read_key(nacre::text_of(input));
  return 0;
}
