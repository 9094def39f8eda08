// Public and private keys, spoilt in one place each. RFC 5280, 5480, 5915, 5958, 8017 and 8410.
#include <algorithm>
#include <array>

#include "attacks/der.h"
#include "attacks/verdicts.h"
#include "crypto/hpke.h"
#include "crypto/signature.h"
#include "crypto/x509_oracle.h"

namespace nacre::test {
namespace {

using crypto::HpkeKey;
using crypto::PrivateKey;
using crypto::PublicKey;

// Of the files of keys; those that Nacre does not use come last.
const std::vector<std::string>& kinds_of_key() {
  static const std::vector<std::string> all{
      "p256",           "p384",           "p521",    "ed25519", "rsa2048",
      "rsa_pss_sha256", "rsa_pss_sha384", "mldsa44", "mldsa65", "mldsa87"};
  return all;
}

Data longer(Data data) {
  data.push_back(0);
  return data;
}
Data shorter(Data data) {
  if (!data.empty()) data.pop_back();
  return data;
}

// A SEQUENCE whose length takes one byte more than it should.
Data with_long_length(const Data& sequence) {
  const Data content = content_of(sequence);
  Data out{sequence.at(0), 0x83};
  const std::size_t size = content.size();
  for (const std::size_t shift : {16U, 8U, 0U}) {
    out.push_back(static_cast<std::uint8_t>(size >> shift));
  }
  return out + content;
}

Data key_info_of(const std::string& kind) {
  const auto key = PrivateKey::from_der(pkcs8_of(kind)).value();
  Data info(4'096);
  info.resize(key.public_key_info(info).value());
  return info;
}

Data key_info(const Data& algorithm, const Data& key) {
  return der::sequence({algorithm, der::bit_string(key)});
}

// As a key by itself, and as that of a certificate that an anchor has signed.
void judge_public(Verdicts& verdicts, const std::string& kind, const std::string& what,
                  const Data& info) {
  const auto key = PublicKey::from_key_info(info);
  const std::string alone = key ? key->description() : std::string(name(key.error()));
  Trio trio;
  trio.leaf.key_info = info;
  const auto verdict = trio.error();
  const bool has_key = crypto::x509_has_key(trio.leaf.sign(trio.middle));
  verdicts.add("public key, " + kind, what,
               alone + "; certificate " + (verdict ? std::string(name(*verdict)) : "believed") +
                   (has_key ? ", with a key" : ", without a key"));
}

void judge_forms(Verdicts& verdicts, const std::string& kind) {
  const Data whole = key_info_of(kind);
  const auto parts = elements_in(whole);
  const Data& algorithm = parts.at(0);
  Data key = content_of(parts.at(1));
  key.erase(key.begin());  // the number of unused bits
  const Data id = elements_in(algorithm).at(0);
  Data other_id = id;
  other_id.back() ^= 0x40;
  const Data null{0x05, 0x00};
  const std::vector<std::pair<std::string, Data>> all{
      {"as it is", whole},
      {"a byte behind", longer(whole)},
      {"cut by a byte", shorter(whole)},
      {"an unused bit", der::sequence({algorithm, der::element(0x03, Data{1} + key)})},
      {"no key", key_info(algorithm, {})},
      {"no BIT STRING", der::sequence({algorithm})},
      {"an OCTET STRING", der::sequence({algorithm, der::octet_string(key)})},
      {"an element behind", der::sequence({algorithm, der::bit_string(key), null})},
      {"a longer key", key_info(algorithm, longer(key))},
      {"a shorter key", key_info(algorithm, shorter(key))},
      {"zeros", key_info(algorithm, Data(key.size(), 0))},
      {"no parameters", key_info(der::sequence({id}), key)},
      {"NULL for parameters", key_info(der::sequence({id, null}), key)},
      {"another algorithm", key_info(der::sequence({other_id}), key)},
      {"a long length", with_long_length(whole)},
      {"a SET", der::element(0x31, content_of(whole))}};
  for (const auto& [what, info] : all) judge_public(verdicts, kind, what, info);
}

void judge_points(Verdicts& verdicts) {
  for (const CurveFacts& curve : curves()) {
    const auto parts = elements_in(key_info_of(curve.name));
    Data point = content_of(parts.at(1));
    point.erase(point.begin());
    for (const auto& [what, spoilt] : spoilt_points(curve, point)) {
      judge_public(verdicts, curve.name, what, key_info(parts.at(0), spoilt));
    }
  }
}

void judge_edwards(Verdicts& verdicts) {
  const Data algorithm = elements_in(key_info_of("ed25519")).at(0);
  for (const auto& [what, point] : small_order_edwards()) {
    judge_public(verdicts, "ed25519", what, key_info(algorithm, point));
  }
}

void judge_rsa(Verdicts& verdicts) {
  const Data e{1, 0, 1};
  const auto modulus = [](std::size_t bytes, std::uint8_t first, std::uint8_t last) {
    Data all(bytes, 0x5a);
    all.front() = first;
    all.back() = last;
    return all;
  };
  const auto judge = [&](const std::string& what, const Data& n, const Data& exponent) {
    judge_public(verdicts, "rsa", what, rsa_key_info(n, exponent));
  };
  const Data usual = modulus(256, 0xc5, 1);
  for (std::uint8_t small = 0; small < 5; ++small) {
    judge("e = " + std::to_string(small), usual, {small});
  }
  judge("e = 2^16 + 1", usual, e);
  judge("e = 2^32 + 1", usual, {1, 0, 0, 0, 1});
  judge("e = 2^33 + 1", usual, {2, 0, 0, 0, 1});
  judge("e = 2^64 + 1", usual, {1, 0, 0, 0, 0, 0, 0, 0, 1});
  judge("an even modulus", modulus(256, 0xc5, 2), e);
  judge("1024 bits", modulus(128, 0xc5, 1), e);
  judge("2047 bits", modulus(256, 0x75, 1), e);
  judge("8192 bits", modulus(1'024, 0xc5, 1), e);
  judge("8193 bits", modulus(1'025, 1, 1), e);
  judge("16384 bits", modulus(2'048, 0xc5, 1), e);
  judge("modulus 0", {0}, e);
}

void judge_private(Verdicts& verdicts, const std::string& kind, const std::string& what,
                   const Data& der) {
  verdicts.add("private key, " + kind, what, PrivateKey::from_der(der));
}

void judge_pkcs8(Verdicts& verdicts, const std::string& kind) {
  const Data whole = pkcs8_of(kind);
  const auto parts = elements_in(whole);
  const Data& algorithm = parts.at(1);
  const Data key = content_of(parts.at(2));
  const auto with = [&](const Data& version, const Data& how, const Data& octets) {
    return der::sequence({version, how, der::octet_string(octets)});
  };
  const Data zero = der::integer(0);
  const Data id = elements_in(algorithm).at(0);
  const Data public_key = der::primitive(1, Data{0} + Data(32, 7));
  const std::vector<std::pair<std::string, Data>> all{
      {"as it is", whole},
      {"a byte behind", longer(whole)},
      {"cut by a byte", shorter(whole)},
      {"version 1", with(der::integer(1), algorithm, key)},
      {"version 2", with(der::integer(2), algorithm, key)},
      {"no attributes",
       der::sequence({zero, algorithm, der::octet_string(key), der::constructed(0, {})})},
      {"a public key, in version 0",
       der::sequence({zero, algorithm, der::octet_string(key), public_key})},
      {"a public key that is another's, in version 1",
       der::sequence({der::integer(1), algorithm, der::octet_string(key), public_key})},
      {"no key", with(zero, algorithm, {})},
      {"a longer key", with(zero, algorithm, longer(key))},
      {"a shorter key", with(zero, algorithm, shorter(key))},
      {"zeros", with(zero, algorithm, Data(key.size(), 0))},
      {"no parameters", with(zero, der::sequence({id}), key)},
      {"NULL for parameters", with(zero, der::sequence({id, Data{0x05, 0x00}}), key)},
      {"a long length", with_long_length(whole)}};
  for (const auto& [what, der] : all) judge_private(verdicts, kind, what, der);
}

// ECPrivateKey ::= SEQUENCE { 1, privateKey, [0] parameters, [1] publicKey }.
void judge_ec(Verdicts& verdicts, const CurveFacts& curve) {
  const auto outer = elements_in(pkcs8_of(curve.name));
  const Data parameters = elements_in(outer.at(1)).at(1);
  const auto inner = elements_in(content_of(outer.at(2)));
  const Data scalar = content_of(inner.at(1));
  const Data named = der::constructed(0, parameters);
  const auto parts = elements_in(key_info_of(curve.name));
  Data point = content_of(parts.at(1));
  point.erase(point.begin());
  const auto pkcs8 = [&](const std::vector<Data>& fields) {
    Data key = der::integer(1);
    for (const Data& field : fields) key = key + field;
    return der::sequence({outer.at(0), outer.at(1), der::octet_string(der::element(0x30, key))});
  };
  const std::vector<std::pair<std::string, Data>> scalars{
      {"scalar 0", Data(curve.size, 0)},
      {"scalar 1", plus_one(Data(curve.size, 0))},
      {"scalar n", curve.order},
      {"scalar n - 1", minus(curve.order, plus_one(Data(curve.size, 0)))},
      {"scalar n + 1", plus_one(curve.order)},
      {"a zero before the scalar", Data{0} + scalar}};
  for (const auto& [what, value] : scalars) {
    judge_private(verdicts, curve.name, what, pkcs8({der::octet_string(value)}));
  }
  judge_private(verdicts, curve.name, "no point", pkcs8({der::octet_string(scalar)}));
  judge_private(verdicts, curve.name, "parameters twice",
                pkcs8({der::octet_string(scalar), named}));
  judge_private(verdicts, curve.name, "by itself, no parameters",
                der::sequence({der::integer(1), der::octet_string(scalar)}));
  judge_private(verdicts, curve.name, "by itself",
                der::sequence({der::integer(1), der::octet_string(scalar), named}));
  for (const auto& [what, spoilt] : spoilt_points(curve, point)) {
    const Data behind = der::constructed(1, der::bit_string(spoilt));
    judge_private(verdicts, curve.name, "point: " + what,
                  pkcs8({der::octet_string(scalar), behind}));
    if (curve.name != "p256") continue;
    verdicts.add("HPKE key, p256", "point: " + what,
                 HpkeKey::from_pkcs8(pkcs8({der::octet_string(scalar), behind})));
  }
}

}  // namespace

void judge_public_keys(Verdicts& verdicts) {
  for (const std::string& kind : kinds_of_key()) judge_forms(verdicts, kind);
  judge_points(verdicts);
  judge_edwards(verdicts);
  judge_rsa(verdicts);
}

void judge_private_keys(Verdicts& verdicts) {
  for (const std::string& kind : kinds_of_key()) judge_pkcs8(verdicts, kind);
  for (const char* unused : {"p224", "secp256k1", "rsa1024", "rsa_pss_any_hash", "x25519"}) {
    judge_private(verdicts, unused, "as it is", pkcs8_of(unused));
    verdicts.add("HPKE key, " + std::string(unused), "as it is",
                 HpkeKey::from_pkcs8(pkcs8_of(unused)));
  }
  for (const CurveFacts& curve : curves()) judge_ec(verdicts, curve);
}

}  // namespace nacre::test
