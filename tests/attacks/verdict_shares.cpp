// Shares of the groups, and what HPKE encapsulates, spoilt in one place each. RFC 9846, section
// 4.3.8; RFC 7748, section 6; RFC 9180, section 7.1; FIPS 203, section 7.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <span>

#include "attacks/verdicts.h"
#include "crypto/ecdhe.h"
#include "crypto/hpke.h"
#include "crypto/key_exchange.h"
#include "crypto/random.h"

namespace nacre::test {
namespace {

using crypto::HpkeKem;
using crypto::HpkeKey;
using crypto::KeyShare;

Result<void> draw(MutableBytes out) {
  crypto::random_bytes(out);
  return {};
}

std::string name_of(NamedGroup group) {
  return "group " + std::to_string(static_cast<unsigned>(group));
}

Data client_share(NamedGroup group) {
  const KeyShare share = KeyShare::generate(group, draw).value();
  Data key(share.public_key_size());
  REQUIRE(share.write_public_key(key));
  return key;
}

void judge_as_server(Verdicts& verdicts, NamedGroup group, const std::string& what,
                     const Data& share) {
  Data answer(crypto::find_group(group)->server_share_size);
  verdicts.add(name_of(group) + ", client's share", what,
               crypto::respond(group, share, answer, draw));
}

void judge_as_client(Verdicts& verdicts, NamedGroup group, const std::string& what,
                     const Data& share) {
  verdicts.add(name_of(group) + ", server's share", what,
               KeyShare::generate(group, draw).value().agree(share));
}

Spoilt spoilt_anyhow_share(const Data& share) {
  Data longer = share;
  longer.push_back(0);
  Data shorter = share;
  shorter.pop_back();
  return {{"as it is", share},
          {"a byte longer", longer},
          {"a byte shorter", shorter},
          {"zeros", Data(share.size(), 0)},
          {"ones", Data(share.size(), 0xff)},
          {"empty", {}}};
}

void judge_group(Verdicts& verdicts, NamedGroup group) {
  const Data share = client_share(group);
  for (const auto& [what, spoilt] : spoilt_anyhow_share(share)) {
    judge_as_server(verdicts, group, what, spoilt);
  }
  Data answer(crypto::find_group(group)->server_share_size);
  REQUIRE(crypto::respond(group, share, answer, draw));
  for (const auto& [what, spoilt] : spoilt_anyhow_share(answer)) {
    judge_as_client(verdicts, group, what, spoilt);
  }
}

void judge_curve(Verdicts& verdicts, const CurveFacts& curve, NamedGroup group) {
  for (const auto& [what, point] : spoilt_points(curve, client_share(group))) {
    judge_as_server(verdicts, group, "point: " + what, point);
    judge_as_client(verdicts, group, "point: " + what, point);
  }
}

// The ML-KEM half of a hybrid: a coefficient that is no residue (FIPS 203, section 7.2).
void judge_coefficients(Verdicts& verdicts, NamedGroup group, std::size_t start) {
  Data share = client_share(group);
  std::fill_n(share.begin() + static_cast<std::ptrdiff_t>(start), 3, std::uint8_t{0xff});
  judge_as_server(verdicts, group, "coefficients of 4095", share);
  // 3329 twice: 0xd01, in twelve bits each, the lower first.
  share.at(start) = 0x01;
  share.at(start + 1) = 0x1d;
  share.at(start + 2) = 0xd0;
  judge_as_server(verdicts, group, "coefficients of q", share);
}

void judge_hpke(Verdicts& verdicts) {
  const auto judge = [&](HpkeKem kem, const std::string& what, const Data& point) {
    const std::string subject = kem == HpkeKem::p256_hkdf_sha256 ? "HPKE, p256" : "HPKE, x25519";
    const HpkeKey key = HpkeKey::generate(kem, draw).value();
    verdicts.add(subject + ", enc", what,
                 crypto::HpkeReceiver::setup(key, crypto::hpke_suites.front(), point, {}));
    verdicts.add(subject + ", public key", what,
                 crypto::HpkeSender::setup(kem, crypto::hpke_suites.front(), point, {}, draw));
  };
  const HpkeKey key = HpkeKey::generate(HpkeKem::p256_hkdf_sha256, draw).value();
  const Data point(key.public_key().begin(), key.public_key().end());
  for (const auto& [what, spoilt] : spoilt_points(curves().front(), point)) {
    judge(HpkeKem::p256_hkdf_sha256, what, spoilt);
  }
  for (const auto& [what, spoilt] : small_order_montgomery()) {
    judge(HpkeKem::x25519_hkdf_sha256, what, spoilt);
  }
  const std::vector<std::pair<std::string, Data>> scalars{
      {"0", Data(32, 0)},
      {"n", curves().front().order},
      {"n - 1", minus(curves().front().order, plus_one(Data(32, 0)))},
      {"ones", Data(32, 0xff)},
      {"a byte too long", Data(33, 1)},
      {"a byte too short", Data(31, 1)}};
  for (const auto& [what, scalar] : scalars) {
    for (const HpkeKem kem : {HpkeKem::p256_hkdf_sha256, HpkeKem::x25519_hkdf_sha256}) {
      verdicts.add(kem == HpkeKem::p256_hkdf_sha256 ? "HPKE, p256, scalar" : "HPKE, x25519, scalar",
                   what, HpkeKey::from_private_key(kem, scalar));
    }
  }
}

}  // namespace

void judge_shares(Verdicts& verdicts) {
  for (const auto& row : crypto::groups) judge_group(verdicts, row.group);
  constexpr std::array by_curve{NamedGroup::secp256r1, NamedGroup::secp384r1,
                                NamedGroup::secp521r1};
  for (std::size_t i = 0; i < by_curve.size(); ++i) {
    judge_curve(verdicts, curves().at(i), by_curve.at(i));
  }
  for (const auto& [what, point] : small_order_montgomery()) {
    judge_as_server(verdicts, NamedGroup::x25519, what, point);
    judge_as_client(verdicts, NamedGroup::x25519, what, point);
  }
  judge_coefficients(verdicts, NamedGroup::x25519_mlkem768, 0);
  judge_coefficients(verdicts, NamedGroup::secp256r1_mlkem768, 65);
  judge_coefficients(verdicts, NamedGroup::mlkem1024, 0);
  judge_hpke(verdicts);
}

}  // namespace nacre::test
