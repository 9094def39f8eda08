// ECHConfigList. RFC 9849, sections 4 and 6.1.7.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "crypto/hpke.h"
#include "extensions/number_set.h"
#include "nacre/bytes.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

// The one version there is; the contents of others are not looked at.
inline constexpr std::uint16_t ech_version = 0xfe0d;

struct HpkeKeyConfig {
  using CipherSuites = wire::Vector<crypto::HpkeSymmetricCipherSuite, 4, 0xfffc>;

  std::uint8_t config_id = 0;
  crypto::HpkeKem kem_id{};
  wire::Opaque<1, 0xffff> public_key;
  CipherSuites cipher_suites;

  static constexpr auto wire =
      wire::fields(&HpkeKeyConfig::config_id, &HpkeKeyConfig::kem_id, &HpkeKeyConfig::public_key,
                   &HpkeKeyConfig::cipher_suites);

  friend constexpr bool operator==(const HpkeKeyConfig&, const HpkeKeyConfig&) = default;
};

// Section 4.2. No type is registered that we know.
struct EchConfigExtension {
  std::uint16_t type = 0;
  wire::Opaque<0, 0xffff> data;

  constexpr bool is_mandatory() const { return (type & 0x8000) != 0; }

  static constexpr auto wire = wire::fields(&EchConfigExtension::type, &EchConfigExtension::data);

  friend constexpr bool operator==(const EchConfigExtension&, const EchConfigExtension&) = default;
};

struct EchConfigContents {
  using Extensions = wire::Vector<EchConfigExtension, 0, 0xffff>;

  HpkeKeyConfig key_config;
  std::uint8_t maximum_name_length = 0;
  wire::Opaque<1, 0xff> public_name;
  Extensions extensions;

  static constexpr auto wire = wire::fields(  //
      &EchConfigContents::key_config, &EchConfigContents::maximum_name_length,
      &EchConfigContents::public_name, &EchConfigContents::extensions);

  friend constexpr bool operator==(const EchConfigContents&, const EchConfigContents&) = default;
};

struct EchConfig {
  std::uint16_t version = 0;
  wire::Opaque<0, 0xffff> contents;  // EchConfigContents where it is of ech_version

  static constexpr auto wire = wire::fields(&EchConfig::version, &EchConfig::contents);

  friend constexpr bool operator==(const EchConfig&, const EchConfig&) = default;
};

// ECHConfigList.
using EchConfigs = wire::Vector<EchConfig, 4, 0xffff>;

// The contents of a config of ech_version. Errors: as of wire::read_all, duplicate_extension.
constexpr Result<EchConfigContents> read_contents(const EchConfig& config) {
  TRY(const auto contents, wire::read_all<EchConfigContents>(config.contents.bytes));
  ENSURE(
      contents.extensions.empty() || all_distinct(contents.extensions, &EchConfigExtension::type),
      Error::duplicate_extension);
  return contents;
}

// Whether all of a list can be read. Errors: as of read_contents.
constexpr Result<void> check_configs(const EchConfigs& configs) {
  for (const EchConfig& config : configs) {
    if (config.version == ech_version) TRY(read_contents(config));
  }
  return {};
}

// LDH label of RFC 5890, section 2.3.1.
constexpr bool is_ldh_label(Bytes label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](std::uint8_t c) {
           return ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                  c == '-';
         });
}

// Whether a name that ends with `label` may be taken for an IPv4 address: digits, or 0x and
// hexadecimal digits, be they none.
constexpr bool is_number_label(Bytes label) {
  if (label.size() >= 2 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X')) {
    return std::ranges::all_of(label.subspan(2), [](std::uint8_t c) {
      return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f') || ('A' <= c && c <= 'F');
    });
  }
  return std::ranges::all_of(label, [](std::uint8_t c) { return '0' <= c && c <= '9'; });
}

// Whether `name` is a host name in preferred name syntax (section 6.1.7), as long as DNS allows.
constexpr bool is_ech_public_name(Bytes name) {
  if (name.size() > 253) return false;
  while (true) {
    const auto dot = std::ranges::find(name, std::uint8_t{'.'});
    const auto size = static_cast<std::size_t>(dot - name.begin());
    const Bytes label = name.first(size);
    if (!is_ldh_label(label)) return false;
    if (size == name.size()) return !is_number_label(label);
    name = name.subspan(size + 1);
  }
}

// The suite that a client encrypts with: the first of the config's that we have.
constexpr std::optional<crypto::HpkeSymmetricCipherSuite> choose_suite(
    const HpkeKeyConfig& config) {
  for (const crypto::HpkeSymmetricCipherSuite& suite : config.cipher_suites) {
    if (wire::contains(crypto::hpke_suites, suite)) return suite;
  }
  return std::nullopt;
}

// Whether a client may use this config: sections 4, 4.2, 6.1 and 6.1.7.
constexpr bool is_usable(const EchConfigContents& contents) {
  const HpkeKeyConfig& key = contents.key_config;
  if (key.public_key.bytes.size() != crypto::hpke_public_key_size(key.kem_id)) return false;
  if (!choose_suite(key) || !is_ech_public_name(contents.public_name.bytes)) return false;
  for (const EchConfigExtension& extension : contents.extensions) {
    if (extension.is_mandatory()) return false;
  }
  return true;
}

}  // namespace nacre
