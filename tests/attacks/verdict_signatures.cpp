// Signatures, spoilt in one place each. RFC 9846, section 4.3.3; RFC 8017; RFC 8032; FIPS 186-5.
#include <algorithm>
#include <array>

#include "attacks/der.h"
#include "attacks/verdicts.h"
#include "crypto/forge.h"
#include "crypto/signature.h"

namespace nacre::test {
namespace {

using crypto::AnySignature;
using crypto::PrivateKey;
using crypto::PublicKey;

const Data& content() {
  static const Data text(100, 0x42);
  return text;
}

struct Pair {
  PrivateKey secret;
  PublicKey open;
};

Pair pair_of(const std::string& kind) {
  const auto secret = PrivateKey::from_der(pkcs8_of(kind)).value();
  Data info(4'096);
  info.resize(secret.public_key_info(info).value());
  return {secret, PublicKey::from_key_info(info).value()};
}

Data sign(const Pair& pair, SignatureScheme scheme) {
  Data signature(8'192);
  signature.resize(pair.secret.sign(scheme, content(), signature).value());
  return signature;
}

// Whatever the algorithm.
Spoilt spoilt_anyhow(const Data& signature) {
  Data longer = signature;
  longer.push_back(0);
  Data shorter = signature;
  shorter.pop_back();
  Data flipped = signature;
  flipped.back() ^= 1;
  return {{"as it is", signature},
          {"a byte behind", longer},
          {"a zero before it", Data{0} + signature},
          {"cut by a byte", shorter},
          {"a bit flipped", flipped},
          {"zeros", Data(signature.size(), 0)},
          {"ones", Data(signature.size(), 0xff)},
          {"empty", {}}};
}

Data integer_of(Data number) {
  while (number.size() > 1 && number.front() == 0) number.erase(number.begin());
  if ((number.front() & 0x80) != 0) number.insert(number.begin(), 0);
  return der::element(0x02, number);
}

// A number of that size, from an INTEGER.
Data number_in(const Data& integer, std::size_t size) {
  Data number = content_of(integer);
  while (number.size() > size) number.erase(number.begin());
  while (number.size() < size) number.insert(number.begin(), 0);
  return number;
}

Data plus(const Data& a, const Data& b) {
  Data sum(a.size() + 1, 0);
  int carry = 0;
  for (std::size_t i = a.size(); i > 0;) {
    --i;
    const int digit = a.at(i) + b.at(i) + carry;
    sum.at(i + 1) = static_cast<std::uint8_t>(digit & 0xff);
    carry = digit >> 8;
  }
  sum.at(0) = static_cast<std::uint8_t>(carry);
  return sum;
}

Spoilt spoilt_ecdsa(const CurveFacts& curve, const Data& signature) {
  const auto parts = elements_in(signature);
  const Data r = number_in(parts.at(0), curve.size);
  const Data s = number_in(parts.at(1), curve.size);
  const Data r_first = parts.at(0);
  const Data s_last = parts.at(1);
  const Data zero = der::integer(0);
  return {{"s as n - s", der::sequence({r_first, integer_of(minus(curve.order, s))})},
          {"r + n", der::sequence({integer_of(plus(r, curve.order)), s_last})},
          {"s + n", der::sequence({r_first, integer_of(plus(s, curve.order))})},
          {"r = 0", der::sequence({zero, s_last})},
          {"s = 0", der::sequence({r_first, zero})},
          {"r = n", der::sequence({integer_of(curve.order), s_last})},
          {"s = n", der::sequence({r_first, integer_of(curve.order)})},
          {"r negative", der::sequence({der::element(0x02, Data{0xff} + r), s_last})},
          {"a zero before r", der::sequence({der::element(0x02, Data{0, 0} + r), s_last})},
          {"three numbers", der::sequence({r_first, s_last, zero})},
          {"one number", der::sequence({r_first})},
          {"a SET", der::element(0x31, content_of(signature))},
          {"a long length", Data{0x30, 0x82, 0} +
                                Data{static_cast<std::uint8_t>(content_of(signature).size())} +
                                content_of(signature)},
          {"no DER", r + s}};
}

void judge_all(Verdicts& verdicts, const std::string& subject, const PublicKey& key,
               SignatureScheme scheme, const Spoilt& signatures) {
  for (const auto& [what, signature] : signatures) {
    verdicts.add("signature, " + subject, what, key.verify(scheme, content(), signature));
  }
}

void judge_ecdsa(Verdicts& verdicts) {
  constexpr std::array schemes{SignatureScheme::ecdsa_secp256r1_sha256,
                               SignatureScheme::ecdsa_secp384r1_sha384,
                               SignatureScheme::ecdsa_secp521r1_sha512};
  for (std::size_t i = 0; i < schemes.size(); ++i) {
    const CurveFacts& curve = curves().at(i);
    const Pair pair = pair_of(curve.name);
    const Data signature = sign(pair, schemes.at(i));
    judge_all(verdicts, curve.name, pair.open, schemes.at(i), spoilt_anyhow(signature));
    judge_all(verdicts, curve.name, pair.open, schemes.at(i), spoilt_ecdsa(curve, signature));
  }
}

// S is a number below the group's order, least significant byte first: RFC 8032, section 5.1.7.
void judge_ed25519(Verdicts& verdicts) {
  constexpr auto scheme = SignatureScheme::ed25519;
  const Pair pair = pair_of("ed25519");
  const Data signature = sign(pair, scheme);
  judge_all(verdicts, "ed25519", pair.open, scheme, spoilt_anyhow(signature));
  const Data order{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                   0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                   0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  Data larger = signature;
  int carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const int digit = larger.at(32 + i) + order.at(i) + carry;
    larger.at(32 + i) = static_cast<std::uint8_t>(digit & 0xff);
    carry = digit >> 8;
  }
  judge_all(verdicts, "ed25519", pair.open, scheme, {{"S + L", larger}});
  // What fits every message under a key of small order.
  Data identity(64, 0);
  identity.front() = 1;
  judge_all(verdicts, "ed25519", pair.open, scheme, {{"R = identity, S = 0", identity}});
}

void judge_rsa_pss(Verdicts& verdicts, const std::string& kind, SignatureScheme scheme) {
  const Pair pair = pair_of(kind);
  judge_all(verdicts, kind, pair.open, scheme, spoilt_anyhow(sign(pair, scheme)));
  for (const int salt : {0, 20, 31, 33, 64, 222}) {
    const auto made = crypto::sign_anyhow({.hash_bits = 256, .pss = true, .salt_length = salt},
                                          key_file(kind), content());
    verdicts.add("signature, " + kind, "a salt of " + std::to_string(salt),
                 made ? pair.open.verify(scheme, content(), *made) : fail(made.error()));
  }
  for (const int hash : {160, 384, 512}) {
    const auto made =
        crypto::sign_anyhow({.hash_bits = hash, .pss = true}, key_file(kind), content());
    verdicts.add("signature, " + kind, "a hash of " + std::to_string(hash) + " bits",
                 made ? pair.open.verify(scheme, content(), *made) : fail(made.error()));
  }
  const auto pkcs1 = crypto::sign_anyhow({}, key_file(kind), content());
  verdicts.add("signature, " + kind, "PKCS #1 v1.5",
               pkcs1 ? pair.open.verify(scheme, content(), *pkcs1) : fail(pkcs1.error()));
}

}  // namespace

void judge_signatures(Verdicts& verdicts) {
  judge_ecdsa(verdicts);
  judge_ed25519(verdicts);
  judge_rsa_pss(verdicts, "rsa2048", SignatureScheme::rsa_pss_rsae_sha256);
  judge_rsa_pss(verdicts, "rsa_pss_sha256", SignatureScheme::rsa_pss_pss_sha256);
  constexpr std::array schemes{SignatureScheme::mldsa44, SignatureScheme::mldsa65,
                               SignatureScheme::mldsa87};
  constexpr std::array kinds{"mldsa44", "mldsa65", "mldsa87"};
  for (std::size_t i = 0; i < schemes.size(); ++i) {
    const Pair pair = pair_of(kinds.at(i));
    judge_all(verdicts, kinds.at(i), pair.open, schemes.at(i),
              spoilt_anyhow(sign(pair, schemes.at(i))));
  }
}

}  // namespace nacre::test
