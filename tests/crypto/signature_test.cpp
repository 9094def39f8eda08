// Keys are read, bound to their schemes, sign and verify. RFC 9846, sections 4.3.3 and 4.5.2.
#include "crypto/signature.h"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/hex.h"
#include "support/sweep.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

using Octets = std::vector<std::uint8_t>;
using Scheme = SignatureScheme;
using Schemes = Preferences<Scheme, 16>;

struct KeyFile {
  const char* file;
  const char* description;
  Schemes schemes;
};

const Schemes rsae{Scheme::rsa_pss_rsae_sha256, Scheme::rsa_pss_rsae_sha384,
                   Scheme::rsa_pss_rsae_sha512};
const std::vector<KeyFile> key_files{
    {"p256.pem", "EC P-256", {Scheme::ecdsa_secp256r1_sha256}},
    {"p384.pem", "EC P-384", {Scheme::ecdsa_secp384r1_sha384}},
    {"p521.pem", "EC P-521", {Scheme::ecdsa_secp521r1_sha512}},
    {"rsa2048.pem", "RSA 2048", rsae},
    {"rsa_pss_sha256.pem", "RSA-PSS 2048", {Scheme::rsa_pss_pss_sha256}},
    {"rsa_pss_sha384.pem", "RSA-PSS 2048", {Scheme::rsa_pss_pss_sha384}},
    {"rsa_pss_sha512.pem", "RSA-PSS 2048", {Scheme::rsa_pss_pss_sha512}},
    {"ed25519.pem", "Ed25519", {Scheme::ed25519}},
    {"mldsa44.pem", "ML-DSA-44", {Scheme::mldsa44}},
    {"mldsa65.pem", "ML-DSA-65", {Scheme::mldsa65}},
    {"mldsa87.pem", "ML-DSA-87", {Scheme::mldsa87}},
};

const std::vector<Scheme> all_schemes{Scheme::rsa_pkcs1_sha256,
                                      Scheme::rsa_pkcs1_sha384,
                                      Scheme::rsa_pkcs1_sha512,
                                      Scheme::ecdsa_secp256r1_sha256,
                                      Scheme::ecdsa_secp384r1_sha384,
                                      Scheme::ecdsa_secp521r1_sha512,
                                      Scheme::rsa_pss_rsae_sha256,
                                      Scheme::rsa_pss_rsae_sha384,
                                      Scheme::rsa_pss_rsae_sha512,
                                      Scheme::ed25519,
                                      Scheme::rsa_pss_pss_sha256,
                                      Scheme::rsa_pss_pss_sha384,
                                      Scheme::rsa_pss_pss_sha512,
                                      Scheme::mldsa44,
                                      Scheme::mldsa65,
                                      Scheme::mldsa87,
                                      Scheme{0x0203}};

std::string text_of_file(const std::string& file) {
  std::ifstream stream(NACRE_TEST_DATA "/keys/" + file);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

PrivateKey read(const std::string& file) {
  const auto key = PrivateKey::from_pem(text_of_file(file));
  REQUIRE(key);
  return *key;
}

Octets key_info(const PrivateKey& key) {
  Octets out(4096);
  const auto size = key.public_key_info(out);
  REQUIRE(size);
  out.resize(*size);
  return out;
}

PublicKey public_half(const PrivateKey& key) {
  return PublicKey::from_key_info(key_info(key)).value();
}

Result<Octets> sign(const PrivateKey& key, Scheme scheme, std::string_view content) {
  Octets out(max_signature_size);
  TRY(const std::size_t size, key.sign(scheme, bytes_of(content), out));
  out.resize(size);
  return out;
}

Octets der(std::uint8_t tag, const Octets& contents) {
  Octets out{tag, 0x82, static_cast<std::uint8_t>(contents.size() >> 8),
             static_cast<std::uint8_t>(contents.size() & 0xff)};
  if (contents.size() < 128) out = {tag, static_cast<std::uint8_t>(contents.size())};
  if (contents.size() >= 128 && contents.size() < 256) {
    out = {tag, 0x81, static_cast<std::uint8_t>(contents.size())};
  }
  out.insert(out.end(), contents.begin(), contents.end());
  return out;
}

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The bytes between the lines of a PEM block.
Octets unpem(const std::string& pem) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t begin = pem.find('\n');
  Octets out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char letter : pem.substr(begin, pem.rfind("-----END") - begin)) {
    const std::size_t digit = digits.find(letter);
    if (digit == std::string_view::npos) continue;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> count & 0xff));
  }
  return out;
}

// SubjectPublicKeyInfo of an RSA key with a modulus of `bits` bits. Nobody has its factors.
Octets rsa_key_info(std::size_t bits) {
  Octets modulus(bits / 8, 0xb5);
  modulus.insert(modulus.begin(), 0);
  const Octets key = der(0x30, der(0x02, modulus) + unhex("0203010001"));
  const Octets algorithm = unhex("300d06092a864886f70d0101010500");
  return der(0x30, algorithm + der(0x03, Octets{0} + key));
}

}  // namespace

TEST_CASE("each kind of key names its schemes and describes itself",
          "[crypto][rfc9846-4.3.3][rfc9846-4.3.3-785bb2][rfc9846-4.3.3-4ce7b7]"
          "[rfc9846-4.3.3-45421c]") {
  for (const KeyFile& file : key_files) {
    CAPTURE(file.file);
    const PrivateKey key = read(file.file);
    const PublicKey half = public_half(key);
    CHECK(key.schemes() == file.schemes);
    CHECK(half.schemes() == file.schemes);
    CHECK(half.description() == file.description);
    for (const Scheme scheme : all_schemes)
      CHECK(half.fits(scheme) == file.schemes.contains(scheme));
  }
}

TEST_CASE("each key signs and verifies with each of its schemes, and no other",
          "[crypto][rfc9846-4.5.2][rfc9846-4.5.2-bbcbd7][rfc9846-4.3.3-785bb2]") {
  for (const KeyFile& file : key_files) {
    CAPTURE(file.file);
    const PrivateKey key = read(file.file);
    const PublicKey half = public_half(key);
    for (const Scheme scheme : all_schemes) {
      CAPTURE(name(scheme));
      const auto signature = sign(key, scheme, "content");
      if (!file.schemes.contains(scheme)) {
        CHECK(signature.error() == Error::wrong_key_for_scheme);
        CHECK(half.verify(scheme, bytes_of("content"), Octets(64)) ==
              fail(Error::wrong_key_for_scheme));
        continue;
      }
      REQUIRE(signature);
      CHECK(half.verify(scheme, bytes_of("content"), *signature));
      CHECK(half.verify(scheme, bytes_of("contents"), *signature) ==
            fail(Error::bad_certificate_verify));
      CHECK(half.verify(scheme, {}, *signature) == fail(Error::bad_certificate_verify));
    }
  }
}

TEST_CASE("a signature with one changed bit does not verify",
          "[crypto][rfc9846-4.5.2][rfc9846-4.5.2-34ca90]") {
  for (const KeyFile& file : key_files) {
    CAPTURE(file.file);
    const PrivateKey key = read(file.file);
    const PublicKey half = public_half(key);
    const Scheme scheme = *file.schemes.begin();
    auto signature = sign(key, scheme, "content");
    REQUIRE(signature);
    std::size_t verified = 0;
    // ML-DSA's are long: AC-011 sweeps over a whole one.
    const std::size_t step = signature->size() > 512 ? 7 : sweep_step;
    for (std::size_t bit = 0; bit < signature->size() * 8; bit += step) {
      std::uint8_t& byte = (*signature)[bit / 8];
      const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
      byte ^= mask;
      if (half.verify(scheme, bytes_of("content"), *signature)) ++verified;
      byte ^= mask;
    }
    CHECK(verified == 0);
    CHECK(half.verify(scheme, bytes_of("content"), *signature));
  }
}

TEST_CASE("a signature that is cut, longer or empty does not verify", "[crypto][rfc9846-4.5.2]") {
  for (const KeyFile& file : key_files) {
    CAPTURE(file.file);
    const PrivateKey key = read(file.file);
    const PublicKey half = public_half(key);
    const Scheme scheme = *file.schemes.begin();
    auto signature = sign(key, scheme, "content");
    REQUIRE(signature);
    const Bytes whole = *signature;
    const auto refused = fail(Error::bad_certificate_verify);
    CHECK(half.verify(scheme, bytes_of("content"), {}) == refused);
    CHECK(half.verify(scheme, bytes_of("content"), whole.first(whole.size() - 1)) == refused);
    CHECK(half.verify(scheme, bytes_of("content"), whole.subspan(1)) == refused);
    signature->push_back(0);
    CHECK(half.verify(scheme, bytes_of("content"), *signature) == refused);
  }
}

TEST_CASE("a signature of one scheme does not verify under another of the same key",
          "[crypto][rfc9846-4.3.3]") {
  const PrivateKey key = read("rsa2048.pem");
  const PublicKey half = public_half(key);
  for (const Scheme made : rsae) {
    const auto signature = sign(key, made, "content");
    REQUIRE(signature);
    for (const Scheme read_as : rsae) {
      CHECK(half.verify(read_as, bytes_of("content"), *signature).has_value() == (made == read_as));
    }
  }
}

TEST_CASE("a signature needs room for the longest that its key makes", "[crypto]") {
  for (const KeyFile& file : key_files) {
    CAPTURE(file.file);
    const PrivateKey key = read(file.file);
    const Scheme scheme = *file.schemes.begin();
    Octets none(8);
    CHECK(key.sign(scheme, bytes_of("content"), none).error() == Error::buffer_too_small);
    CHECK(sign(key, scheme, "content"));
  }
}

TEST_CASE("a private key belongs to its own public key alone", "[crypto]") {
  for (const KeyFile& mine : key_files) {
    for (const KeyFile& theirs : key_files) {
      CAPTURE(mine.file, theirs.file);
      CHECK(read(mine.file).belongs_to(key_info(read(theirs.file))) == (mine.file == theirs.file));
    }
    CHECK_FALSE(read(mine.file).belongs_to({}));
  }
}

TEST_CASE("SEC 1 and PKCS#1 hold the same keys as PKCS#8", "[crypto]") {
  CHECK(read("p256_sec1.pem").belongs_to(key_info(read("p256.pem"))));
  CHECK(read("rsa2048_pkcs1.pem").belongs_to(key_info(read("rsa2048.pem"))));
}

TEST_CASE("a key is found behind other PEM blocks", "[crypto]") {
  const std::string other =
      "noise\n-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  CHECK(PrivateKey::from_pem(other + text_of_file("p256.pem")));
}

TEST_CASE("text without a private key is refused", "[crypto]") {
  const std::string pem = text_of_file("p256.pem");
  CHECK(PrivateKey::from_pem("").error() == Error::bad_pem);
  CHECK(PrivateKey::from_pem("no PEM at all").error() == Error::bad_pem);
  CHECK(PrivateKey::from_pem(pem.substr(0, pem.size() / 2)).error() == Error::bad_pem);
  CHECK(PrivateKey::from_pem("-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n")
            .error() == Error::bad_pem);
  CHECK(PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")
            .error() == Error::unsupported_key);
}

TEST_CASE("keys that Nacre does not use are refused", "[crypto]") {
  for (const char* file :
       {"secp256k1.pem", "p224.pem", "p224_sec1.pem", "rsa1024.pem", "rsa_pss_any_hash.pem",
        "x25519.pem", "p256_encrypted.pem", "p256_sec1_encrypted.pem"}) {
    CAPTURE(file);
    CHECK(PrivateKey::from_pem(text_of_file(file)).error() == Error::unsupported_key);
  }
}

TEST_CASE("DER is read in all three forms, to its last byte", "[crypto]") {
  const Octets scalar = der(0x04, Octets(32, 1));
  const Octets curve = unhex("a00a06082a8648ce3d030107");
  const Octets sec1 = der(0x30, unhex("020101") + scalar + curve);
  const Octets mldsa65 = unhex("300b0609608648016503040312");
  const Octets pkcs8 = der(0x30, unhex("020100") + mldsa65 + der(0x04, der(0x80, Octets(32, 2))));
  const auto ec = PrivateKey::from_der(sec1);
  const auto seed = PrivateKey::from_der(pkcs8);
  REQUIRE((ec && seed));
  CHECK(ec->schemes() == Schemes{Scheme::ecdsa_secp256r1_sha256});
  CHECK(seed->schemes() == Schemes{Scheme::mldsa65});
  const Octets pkcs1 = unpem(text_of_file("rsa2048_pkcs1.pem"));
  const auto rsa = PrivateKey::from_der(pkcs1);
  REQUIRE(rsa);
  CHECK(rsa->schemes() == rsae);
  for (const Octets& whole : {sec1, pkcs8, pkcs1}) {
    CHECK(PrivateKey::from_der(whole + Octets{0}).error() == Error::unsupported_key);
    CHECK(PrivateKey::from_der(Bytes(whole).first(whole.size() - 1)).error() ==
          Error::unsupported_key);
  }
  CHECK(PrivateKey::from_der({}).error() == Error::unsupported_key);
}

TEST_CASE("the public key needs room", "[crypto]") {
  const PrivateKey key = read("p256.pem");
  const std::size_t size = key_info(key).size();
  Octets out(size);
  CHECK(key.public_key_info(out));
  CHECK(key.public_key_info(MutableBytes(out).first(size - 1)).error() == Error::buffer_too_small);
  CHECK(key.public_key_info({}).error() == Error::buffer_too_small);
}

TEST_CASE("a peer's RSA key is refused below the policy's size and above 8192 bits", "[crypto]") {
  CHECK(PublicKey::from_key_info(rsa_key_info(1024)).error() == Error::certificate_weak_key);
  CHECK(PublicKey::from_key_info(rsa_key_info(2040)).error() == Error::certificate_weak_key);
  CHECK(PublicKey::from_key_info(rsa_key_info(2048)));
  CHECK(PublicKey::from_key_info(rsa_key_info(2048), 3072).error() == Error::certificate_weak_key);
  CHECK(PublicKey::from_key_info(rsa_key_info(1024), 1024));
  CHECK(PublicKey::from_key_info(rsa_key_info(8192)));
  CHECK(PublicKey::from_key_info(rsa_key_info(8200)).error() == Error::bad_certificate_key);
}

TEST_CASE("a public key that does not parse is refused", "[crypto]") {
  for (const KeyFile& file : key_files) {
    CAPTURE(file.file);
    Octets info = key_info(read(file.file));
    CHECK(PublicKey::from_key_info({}).error() == Error::bad_certificate_key);
    CHECK(PublicKey::from_key_info(Bytes(info).first(info.size() - 1)).error() ==
          Error::bad_certificate_key);
    info.push_back(0);
    CHECK(PublicKey::from_key_info(info).error() == Error::bad_certificate_key);
  }
  const Octets off_curve =
      unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") + Octets(64, 1);
  CHECK(PublicKey::from_key_info(off_curve).error() == Error::bad_certificate_key);
}
