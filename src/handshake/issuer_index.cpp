// Who has issued our credentials. RFC 9846, section 4.3.4.
#include "handshake/issuer_index.h"

namespace nacre {

Result<IssuerIndex> IssuerIndex::make(std::span<const Credential> credentials) {
  IssuerIndex index;
  std::vector<Name>& names = index.names_;
  for (const Credential& credential : credentials) {
    for (const auto& certificate : credential.impl().parsed) {
      names.push_back({certificate.issuer()});
    }
  }
  std::ranges::sort(names);
  const auto again = std::ranges::unique(names);
  names.erase(again.begin(), again.end());
  ENSURE(names.size() <= std::size_t{UINT16_MAX} + 1, Error::bad_configuration);
  for (const Credential& credential : credentials) {
    auto& chain = index.chains_.emplace_back();
    for (const auto& certificate : credential.impl().parsed) {
      if (const auto number = index.find(certificate.issuer())) chain.push_back(*number);
    }
  }
  return index;
}

}  // namespace nacre
