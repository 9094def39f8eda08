// What a CertificateVerify signs. RFC 9846, section 4.5.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/hash.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/try.h"
#include "nacre/verify.h"
#include "wire/writer.h"

namespace nacre {

// 64 spaces, a context string, a zero, and the transcript's hash.
class SignedContent {
 public:
  static Result<SignedContent> make(Purpose signer, const crypto::Digest& transcript_hash) {
    constexpr std::string_view spaces =
        "                                                                ";
    static_assert(spaces.size() == 64);
    SignedContent content;
    wire::Writer writer(content.bytes_);
    TRY(writer.bytes(bytes_of(spaces)));
    TRY(writer.bytes(bytes_of(signer == Purpose::server ? "TLS 1.3, server CertificateVerify"
                                                        : "TLS 1.3, client CertificateVerify")));
    TRY(writer.integer<1>(0));
    TRY(writer.bytes(transcript_hash.bytes()));
    content.size_ = writer.used();
    return content;
  }

  Bytes bytes() const NACRE_LIFETIMEBOUND { return Bytes(bytes_).first(size_); }

 private:
  SignedContent() = default;
  std::array<std::uint8_t, 64 + 33 + 1 + 48> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace nacre
