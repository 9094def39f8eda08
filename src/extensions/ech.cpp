// EchConfigList and EchKey. RFC 9849, section 4; RFC 9934.
#include "extensions/ech.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "crypto/file.h"
#include "crypto/pem.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "nacre/try.h"

namespace nacre {
namespace {

constexpr std::string_view ech_label = "ECHCONFIG";

Result<void> system_random(MutableBytes out) {
  crypto::random_bytes(out);
  return {};
}

// "tls ech" || 0x00 || ECHConfig.
std::vector<std::uint8_t> info_for(Bytes config) {
  using namespace std::string_view_literals;
  const Bytes prefix = bytes_of("tls ech\0"sv);
  std::vector<std::uint8_t> info(prefix.begin(), prefix.end());
  info.insert(info.end(), config.begin(), config.end());
  return info;
}

// The ECHConfigList of one config.
Result<EchConfigList> one_config(const crypto::HpkeKey& key, const EchKey::Parameters& parameters) {
  const auto contents = [&](wire::Writer& writer) -> Result<void> {
    TRY(wire::write(writer, parameters.config_id));
    TRY(wire::write(writer, key.kem()));
    TRY(wire::write(writer, wire::Opaque<1, 0xffff>{key.public_key()}));
    TRY(wire::write_elements<HpkeKeyConfig::CipherSuites>(writer, crypto::hpke_suites));
    TRY(wire::write(writer, parameters.maximum_name_length));
    TRY(wire::write(writer, wire::Opaque<1, 0xff>{bytes_of(parameters.public_name)}));
    return wire::write(writer, EchConfigContents::Extensions{});
  };
  const auto config = [&](wire::Writer& writer) -> Result<void> {
    TRY(wire::write(writer, ech_version));
    return writer.vector<2>(contents);
  };
  std::array<std::uint8_t, 512> room{};
  wire::Writer writer(room);
  TRY(writer.vector<2>(config));
  return EchConfigList::parse(writer.written());
}

}  // namespace

Result<EchConfigList> EchConfigList::parse(Bytes list) {
  TRY(wire::read_all<EchConfigs>(list));
  auto impl = std::make_shared<Impl>();
  impl->bytes.assign(list.begin(), list.end());
  wire::Reader rest(Bytes(impl->bytes).subspan(EchConfigs::width));
  while (!rest.empty()) {
    const Bytes from = rest.rest();
    TRY(const auto config, wire::read<EchConfig>(rest));
    ++impl->count;
    if (config.version != ech_version) continue;
    TRY(const EchConfigContents contents, read_contents(config));
    if (!is_usable(contents) || impl->usable.size() == max_configs) continue;
    const Bytes encoding = from.first(from.size() - rest.rest().size());
    impl->usable.push_back({.encoding = encoding,
                            .info = info_for(encoding),
                            .contents = contents,
                            .suite = *choose_suite(contents.key_config)});
    impl->summaries.push_back({.public_name = text_of(contents.public_name.bytes),
                               .config_id = contents.key_config.config_id,
                               .maximum_name_length = contents.maximum_name_length});
  }
  return EchConfigList(std::move(impl));
}

Bytes EchConfigList::bytes() const {
  return impl_->bytes;
}

std::span<const EchConfigSummary> EchConfigList::usable() const {
  return impl_->summaries;
}

std::size_t EchConfigList::size() const {
  return impl_->usable.size();
}

Result<EchKey> EchKey::generate(const Parameters& parameters) {
  ENSURE(is_ech_public_name(bytes_of(parameters.public_name)), Error::bad_name);
  TRY(crypto::HpkeKey key,
      crypto::HpkeKey::generate(crypto::HpkeKem::x25519_hkdf_sha256, system_random));
  TRY(EchConfigList configs, one_config(key, parameters));
  return EchKey(std::make_shared<const Impl>(std::move(key), std::move(configs)));
}

Result<EchKey> EchKey::from_pem(std::string_view pem) {
  TRY(crypto::HpkeKey key, crypto::HpkeKey::from_pem(pem));
  TRY(const std::vector<crypto::Der> lists, crypto::read_pem(pem, ech_label));
  ENSURE(lists.size() == 1, Error::bad_pem);
  TRY(EchConfigList configs, EchConfigList::parse(lists.front()));
  ENSURE(configs.impl().count == 1 && configs.size() == 1, Error::bad_configuration);
  const HpkeKeyConfig& named = configs.impl().usable.front().contents.key_config;
  ENSURE(named.kem_id == key.kem() && std::ranges::equal(named.public_key.bytes, key.public_key()),
         Error::key_mismatch);
  return EchKey(std::make_shared<const Impl>(std::move(key), std::move(configs)));
}

Result<EchKey> EchKey::from_pem_file(const std::filesystem::path& path) {
  TRY(std::string text, crypto::read_file(path));
  Result<EchKey> key = from_pem(text);
  crypto::wipe(text);
  return key;
}

Result<std::string> EchKey::to_pem() const {
  std::string list;
  crypto::append_pem(list, ech_label, impl_->configs.bytes());
  std::string text;
  // Once, so that growing leaves no copy of the key behind.
  text.reserve(crypto::HpkeKey::max_pem_size + list.size());
  TRY(impl_->key.append_pem(text));
  text += list;
  return text;
}

const EchConfigList& EchKey::config_list() const {
  return impl_->configs;
}

}  // namespace nacre
