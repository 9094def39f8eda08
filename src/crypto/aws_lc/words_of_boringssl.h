// Functions of BoringSSL that AWS-LC lacks, or has for what is not const, for the files of this
// room alone. Each does what BoringSSL's documentation says of it.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <utility>

BSSL_NAMESPACE_BEGIN
BORINGSSL_MAKE_DELETER(ISSUING_DIST_POINT, ISSUING_DIST_POINT_free)
BSSL_NAMESPACE_END

inline constexpr int NID_ML_DSA_44 = NID_MLDSA44;
inline constexpr int NID_ML_DSA_65 = NID_MLDSA65;
inline constexpr int NID_ML_DSA_87 = NID_MLDSA87;

// A certificate's cache of its extensions is filled under a lock: to look at it changes nothing
// that can be seen.
inline std::uint32_t X509_get_extension_flags(const X509* certificate) {
  return ::X509_get_extension_flags(const_cast<X509*>(certificate));
}
inline std::uint32_t X509_get_key_usage(const X509* certificate) {
  return ::X509_get_key_usage(const_cast<X509*>(certificate));
}
inline int X509_NAME_get0_der(const X509_NAME* name, const std::uint8_t** der, std::size_t* size) {
  return ::X509_NAME_get0_der(const_cast<X509_NAME*>(name), der, size);
}
inline int X509_check_ca(const X509* certificate) {
  return ::X509_check_ca(const_cast<X509*>(certificate));
}
inline const ASN1_OCTET_STRING* X509_get0_subject_key_id(const X509* certificate) {
  return ::X509_get0_subject_key_id(const_cast<X509*>(certificate));
}
inline int X509_check_issued(const X509* issuer, const X509* certificate) {
  return ::X509_check_issued(const_cast<X509*>(issuer), const_cast<X509*>(certificate));
}
inline int NAME_CONSTRAINTS_check(const X509* certificate, const NAME_CONSTRAINTS* constraints) {
  return ::NAME_CONSTRAINTS_check(const_cast<X509*>(certificate),
                                  const_cast<NAME_CONSTRAINTS*>(constraints));
}
inline int X509_STORE_CTX_get1_issuer(X509** out, X509_STORE_CTX* context,
                                      const X509* certificate) {
  return ::X509_STORE_CTX_get1_issuer(out, context, const_cast<X509*>(certificate));
}
inline const STACK_OF(X509) * X509_STORE_CTX_get0_chain(const X509_STORE_CTX* context) {
  return ::X509_STORE_CTX_get0_chain(const_cast<X509_STORE_CTX*>(context));
}
inline int i2d_X509(const X509* certificate, std::uint8_t** out) {
  return ::i2d_X509(const_cast<X509*>(certificate), out);
}

// A copy of the list: another thread may sort the store's own at its first look into it.
inline STACK_OF(X509_OBJECT) * X509_STORE_get1_objects(X509_STORE* store) {
  bssl::UniquePtr<STACK_OF(X509_OBJECT)> copies(sk_X509_OBJECT_new_null());
  if (copies == nullptr || X509_STORE_lock(store) != 1) return nullptr;
  const STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(store);
  bool copied = true;
  for (std::size_t i = 0; copied && i < sk_X509_OBJECT_num(objects); ++i) {
    X509* certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
    if (certificate == nullptr) continue;
    bssl::UniquePtr<X509_OBJECT> copy(X509_OBJECT_new());
    copied = copy != nullptr && X509_OBJECT_set1_X509(copy.get(), certificate) == 1 &&
             bssl::PushToStack(copies.get(), std::move(copy));
  }
  X509_STORE_unlock(store);
  return copied ? copies.release() : nullptr;
}

inline int EVP_PKEY_eq(const EVP_PKEY* a, const EVP_PKEY* b) {
  return EVP_PKEY_cmp(a, b);
}

// Of a scalar as long as the order, and of one with another length not at all.
inline int EC_KEY_oct2priv(EC_KEY* key, const std::uint8_t* scalar, std::size_t size) {
  const BIGNUM* order = EC_GROUP_get0_order(EC_KEY_get0_group(key));
  if (size != BN_num_bytes(order)) return 0;
  const bssl::UniquePtr<BIGNUM> number(BN_bin2bn(scalar, size, nullptr));
  return number != nullptr && EC_KEY_set_private_key(key, number.get()) == 1;
}

inline std::size_t EC_KEY_priv2oct(const EC_KEY* key, std::uint8_t* out, std::size_t room) {
  const std::size_t size = BN_num_bytes(EC_GROUP_get0_order(EC_KEY_get0_group(key)));
  const BIGNUM* scalar = EC_KEY_get0_private_key(key);
  return scalar != nullptr && room >= size && BN_bn2bin_padded(out, size, scalar) == 1 ? size : 0;
}

inline int EC_KEY_oct2key(EC_KEY* key, const std::uint8_t* point, std::size_t size,
                          BN_CTX* scratch) {
  const EC_GROUP* group = EC_KEY_get0_group(key);
  const bssl::UniquePtr<EC_POINT> parsed(EC_POINT_new(group));
  return parsed != nullptr && EC_POINT_oct2point(group, parsed.get(), point, size, scratch) == 1 &&
         EC_KEY_set_public_key(key, parsed.get()) == 1;
}

inline EVP_PKEY* EVP_RSA_gen(unsigned bits) {
  const bssl::UniquePtr<BIGNUM> exponent(BN_new());
  const bssl::UniquePtr<RSA> rsa(RSA_new());
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  const bool made =
      exponent && rsa && key && BN_set_word(exponent.get(), RSA_F4) == 1 &&
      RSA_generate_key_ex(rsa.get(), static_cast<int>(bits), exponent.get(), nullptr) == 1 &&
      EVP_PKEY_set1_RSA(key.get(), rsa.get()) == 1;
  return made ? key.release() : nullptr;
}
