// Reading private keys: PKCS#8 (RFC 5208), SEC 1 (RFC 5915), PKCS#1 (RFC 8017), in PEM or DER.
#include <openssl/bio.h>
#include <openssl/bytestring.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <limits>
#include <utility>

#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

using Key = bssl::UniquePtr<EVP_PKEY>;

Key read_sec1(Bytes der) {
  CBS rest;
  CBS_init(&rest, der.data(), der.size());
  const bssl::UniquePtr<EC_KEY> ec(EC_KEY_parse_private_key(&rest, nullptr));
  Key key(EVP_PKEY_new());
  const bool read = ec != nullptr && CBS_len(&rest) == 0 && key != nullptr &&
                    EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1;
  return read ? std::move(key) : nullptr;
}

Key read_pkcs1(Bytes der) {
  CBS rest;
  CBS_init(&rest, der.data(), der.size());
  const bssl::UniquePtr<RSA> rsa(RSA_parse_private_key(&rest));
  Key key(EVP_PKEY_new());
  const bool read = rsa != nullptr && CBS_len(&rest) == 0 && key != nullptr &&
                    EVP_PKEY_set1_RSA(key.get(), rsa.get()) == 1;
  return read ? std::move(key) : nullptr;
}

// One block of a PEM file; `name` is null at the end.
struct PemBlock {
  bssl::UniquePtr<char> name;
  bssl::UniquePtr<char> header;
  bssl::UniquePtr<std::uint8_t> data;
  std::size_t size = 0;

// A pointer and its length, as the parser gave them.
#pragma clang unsafe_buffer_usage begin
  Bytes bytes() const { return {data.get(), size}; }
#pragma clang unsafe_buffer_usage end
  std::string_view label() const { return name.get(); }
  // "Proc-Type" and "DEK-Info" of an encrypted key.
  bool has_header() const { return !std::string_view(header.get()).empty(); }
};

PemBlock next_block(BIO* source) {
  char* name = nullptr;
  char* header = nullptr;
  std::uint8_t* data = nullptr;
  long size = 0;
  if (PEM_read_bio(source, &name, &header, &data, &size) != 1) {
    ERR_clear_error();
    return {};
  }
  return {bssl::UniquePtr<char>(name), bssl::UniquePtr<char>(header),
          bssl::UniquePtr<std::uint8_t>(data), static_cast<std::size_t>(size)};
}

using Read = Key (*)(Bytes);

// Null for a block that is no private key.
Read reader_of(std::string_view label) {
  if (label == "PRIVATE KEY") return parse_private_key_info;
  if (label == "EC PRIVATE KEY") return read_sec1;
  if (label == "RSA PRIVATE KEY") return read_pkcs1;
  return nullptr;
}

}  // namespace

static Result<void> expand_ed25519(PrivateKey::Impl& impl) {
  Secret<ed25519_key_size> seed;
  std::size_t size = ed25519_key_size;
  ENSURE(EVP_PKEY_get_raw_private_key(impl.key.get(), seed.resize(size).data(), &size) == 1,
         Error::unsupported_key);
  std::array<std::uint8_t, ED25519_PUBLIC_KEY_LEN> unused{};
  ED25519_keypair_from_seed(unused.data(), impl.ed25519.resize(ED25519_PRIVATE_KEY_LEN).data(),
                            seed.reveal().data());
  return {};
}

// A key that does not parse is of an unknown kind as far as anyone can tell.
static Result<PrivateKey> finish(Key key) {
  if (key == nullptr) ERR_clear_error();
  ENSURE(key != nullptr, Error::unsupported_key);
  const std::optional<KeyKind> kind = key_kind(key.get());
  ENSURE(kind, Error::unsupported_key);
  if (is_rsa(*kind)) {
    const int bits = EVP_PKEY_bits(key.get());
    ENSURE(min_rsa_bits <= bits && bits <= max_rsa_bits, Error::unsupported_key);
  }
  const auto impl = std::make_shared<PrivateKey::Impl>(std::move(key), *kind);
  if (*kind == KeyKind::ed25519) TRY(expand_ed25519(*impl));
  return PrivateKey(impl);
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  ENSURE(pem.size() <= std::numeric_limits<int>::max(), Error::bad_pem);
  const bssl::UniquePtr<BIO> source(
      BIO_new_mem_buf(pem.data(), static_cast<ossl_ssize_t>(pem.size())));
  ENSURE(source != nullptr, Error::out_of_memory);
  while (true) {
    const PemBlock block = next_block(source.get());
    ENSURE(block.name != nullptr, Error::bad_pem);
    ENSURE(block.label() != "ENCRYPTED PRIVATE KEY", Error::unsupported_key);
    const Read read = reader_of(block.label());
    if (read == nullptr) continue;
    ENSURE(!block.has_header(), Error::unsupported_key);
    return finish(read(block.bytes()));
  }
}

Result<PrivateKey> PrivateKey::from_der(Bytes der) {
  for (const Read read : {parse_private_key_info, read_sec1, read_pkcs1}) {
    if (Key key = read(der); key != nullptr) return finish(std::move(key));
  }
  return finish(nullptr);
}

Result<std::size_t> PrivateKey::public_key_info(MutableBytes out) const {
  CBB writer;
  ENSURE(CBB_init_fixed(&writer, out.data(), out.size()) == 1, Error::buffer_too_small);
  if (!write_key_info(&writer, impl_->key.get())) {
    ERR_clear_error();
    return fail(Error::buffer_too_small);
  }
  return CBB_len(&writer);
}

}  // namespace nacre::crypto
