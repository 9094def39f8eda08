#include "shim/psk.h"

#include <algorithm>
#include <array>

#include "crypto/pem.h"

namespace nacre::bogo {

Result<std::vector<std::uint8_t>> unbase64(const std::string& text) {
  if (text.empty()) return std::vector<std::uint8_t>();
  TRY(const auto blocks,
      crypto::read_pem("-----BEGIN FLAG-----\n" + text + "\n-----END FLAG-----\n", "FLAG"));
  return std::vector<std::uint8_t>(blocks.front().begin(), blocks.front().end());
}

Result<std::vector<ExternalPsk>> all_psks(const Flags& flags) {
  std::vector<ExternalPsk> psks;
  for (const CredentialFlags& of : flags.credentials) {
    if (!of.is_psk) continue;
    TRY(const auto key, unbase64(of.psk_importer_key));
    TRY(const auto identity, unbase64(of.psk_importer_identity));
    TRY(const auto context, unbase64(of.psk_importer_context));
    for (const Kdf target : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
      const ExternalPsk::Import import{
          .external_identity = identity,
          .key = key,
          .kdf = of.psk_importer_sha384 ? Kdf::hkdf_sha384 : Kdf::hkdf_sha256,
          .context = context,
          .target = target};
      TRY(const ExternalPsk psk, ExternalPsk::import(import));
      psks.push_back(psk);
    }
  }
  return psks;
}

Result<ExternalPsk> nobodys_psk() {
  constexpr std::array<std::uint8_t, 32> key{1};
  return ExternalPsk::make(bytes_of("nobody"), key);
}

std::optional<ExternalPsk> find(const std::vector<ExternalPsk>& psks, const PskOffered& question) {
  for (const ExternalPsk& psk : psks) {
    const auto is_its = [&](Bytes identity) {
      return std::ranges::equal(identity, psk.identity());
    };
    if (std::ranges::any_of(question.identities, is_its)) return psk;
  }
  return std::nullopt;
}

}  // namespace nacre::bogo
