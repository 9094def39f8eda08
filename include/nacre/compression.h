// Certificate compression. RFC 8879.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"

namespace nacre {

// One algorithm. Nacre itself has none: the library nacre_compression has those below. Used by many
// threads at once.
class NACRE_API CertificateCompressor {
 public:
  CertificateCompressor() = default;
  CertificateCompressor(const CertificateCompressor&) = delete;
  CertificateCompressor& operator=(const CertificateCompressor&) = delete;
  virtual ~CertificateCompressor() = default;

  // How it is called on the wire. The same at each call.
  virtual CertificateCompressionAlgorithm algorithm() const = 0;
  // The compressed form of a Certificate message's body; nothing: it is to be sent as it is.
  virtual std::optional<std::vector<std::uint8_t>> compress(Bytes message) const = 0;
  // Fills `message`, which is as long as the peer declared, to the last byte. Returns false where
  // `compressed`, which comes from the peer, is malformed or makes another length. Must use no more
  // than some constant memory besides.
  virtual bool decompress(Bytes compressed, MutableBytes message) const = 0;
};

// In the library nacre_compression, where the library of that name was there when it was built;
// null otherwise. Immutable.
using CertificateCompressorPtr = std::shared_ptr<const CertificateCompressor>;
NACRE_API CertificateCompressorPtr zlib_compressor();
NACRE_API CertificateCompressorPtr brotli_compressor();
NACRE_API CertificateCompressorPtr zstd_compressor();

}  // namespace nacre
