// EncryptedExtensions. RFC 9846, section 4.4.1.
#pragma once

#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct EncryptedExtensions {
  static constexpr auto type = HandshakeType::encrypted_extensions;

  Extensions extensions;

  static constexpr auto wire = wire::fields(&EncryptedExtensions::extensions);

  friend constexpr bool operator==(const EncryptedExtensions&,
                                   const EncryptedExtensions&) = default;
};

}  // namespace nacre
