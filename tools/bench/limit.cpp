// What the primitives alone cost: the public-key operations of a handshake, one by one and summed,
// and the AEAD over records. The one benchmark that calls the crypto library itself.
#include <openssl/aead.h>
#include <openssl/base.h>
#include <openssl/bn.h>
#include <openssl/curve25519.h>
#include <openssl/ec_key.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hkdf.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cases.h"
#include "limit_kem.h"
#include "meter.h"

namespace bench {
namespace {

using Octets = std::vector<std::uint8_t>;

void need(bool is_done) {
  if (!is_done) die("a primitive fails");
}

class Operations {
 public:
  explicit Operations(double seconds) : seconds_(seconds) {}

  void measure(const std::string& name, const std::function<void()>& operation) {
    const Timing timing = time_of(seconds_, operation);
    times_[name] = timing.microseconds;
    print_row("op", name, "pair", "us_cpu", timing.microseconds, timing.count);
  }
  double operator[](const char* name) const { return times_.at(name); }

 private:
  double seconds_;
  std::map<std::string, double> times_;
};

void measure_x25519(Operations& operations) {
  std::array<std::uint8_t, 32> share{};
  std::array<std::uint8_t, 32> key{};
  std::array<std::uint8_t, 32> peers_share{};
  std::array<std::uint8_t, 32> secret{};
  X25519_keypair(peers_share.data(), key.data());
  operations.measure("x25519-keygen", [&] { X25519_keypair(share.data(), key.data()); });
  operations.measure("x25519-derive",
                     [&] { need(X25519(secret.data(), key.data(), peers_share.data()) == 1); });
}

void measure_p256(Operations& operations) {
  const bssl::UniquePtr<EC_KEY> key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  const bssl::UniquePtr<EC_KEY> peers(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  need(EC_KEY_generate_key(key.get()) == 1 && EC_KEY_generate_key(peers.get()) == 1);
  std::array<std::uint8_t, 32> secret{};
  const std::array<std::uint8_t, 32> digest{1};
  Octets signature(ECDSA_size(peers.get()));
  unsigned size = 0;
  operations.measure("p256-keygen", [&] { need(EC_KEY_generate_key(key.get()) == 1); });
  operations.measure("p256-derive", [&] {
    need(ECDH_compute_key(secret.data(), secret.size(), EC_KEY_get0_public_key(peers.get()),
                          key.get(), nullptr) == 32);
  });
  operations.measure("p256-sign", [&] {
    need(ECDSA_sign(0, digest.data(), digest.size(), signature.data(), &size, peers.get()) == 1);
  });
  operations.measure("p256-verify", [&] {
    need(ECDSA_verify(0, digest.data(), digest.size(), signature.data(), size, peers.get()) == 1);
  });
}

void measure_rsa(Operations& operations) {
  const bssl::UniquePtr<RSA> key(RSA_new());
  const bssl::UniquePtr<BIGNUM> exponent(BN_new());
  need(BN_set_word(exponent.get(), 65'537) == 1 &&
       RSA_generate_key_ex(key.get(), 2'048, exponent.get(), nullptr) == 1);
  const std::array<std::uint8_t, 32> digest{1};
  Octets signature(256);
  std::size_t size = 0;
  operations.measure("rsa2048-pss-sign", [&] {
    need(RSA_sign_pss_mgf1(key.get(), &size, signature.data(), signature.size(), digest.data(),
                           digest.size(), EVP_sha256(), EVP_sha256(), 32) == 1);
  });
  operations.measure("rsa2048-pss-verify", [&] {
    need(RSA_verify_pss_mgf1(key.get(), digest.data(), digest.size(), EVP_sha256(), EVP_sha256(),
                             32, signature.data(), signature.size()) == 1);
  });
  unsigned pkcs1_size = 0;
  need(RSA_sign(NID_sha256, digest.data(), digest.size(), signature.data(), &pkcs1_size,
                key.get()) == 1);
  operations.measure("rsa2048-pkcs1-verify", [&] {
    need(RSA_verify(NID_sha256, digest.data(), digest.size(), signature.data(), signature.size(),
                    key.get()) == 1);
  });
}

void measure_others(Operations& operations) {
  std::array<std::uint8_t, 32> public_key{};
  std::array<std::uint8_t, 64> private_key{};
  std::array<std::uint8_t, 64> signature{};
  const Octets data(1'024, 2);
  ED25519_keypair(public_key.data(), private_key.data());
  operations.measure("ed25519-sign", [&] {
    need(ED25519_sign(signature.data(), data.data(), 64, private_key.data()) == 1);
  });
  operations.measure("ed25519-verify", [&] {
    need(ED25519_verify(data.data(), 64, signature.data(), public_key.data()) == 1);
  });
  Kem kem;
  operations.measure("mlkem768-keygen", [&] { need(kem.generate()); });
  operations.measure("mlkem768-encap", [&] { need(kem.encapsulate()); });
  operations.measure("mlkem768-decap", [&] { need(kem.decapsulate()); });
  std::array<std::uint8_t, 32> digest{};
  operations.measure("sha256-1KB", [&] { SHA256(data.data(), 1'024, digest.data()); });
  operations.measure("sha256-64B", [&] { SHA256(data.data(), 64, digest.data()); });
  operations.measure("hkdf-expand-32B", [&] {
    need(HKDF_expand(private_key.data(), 32, EVP_sha256(), digest.data(), digest.size(),
                     data.data(), 20) == 1);
  });
}

// The client verifies two certificates and CertificateVerify.
void print_handshakes(const Operations& time) {
  const double x25519 = time["x25519-keygen"] + time["x25519-derive"];
  const double p256 = time["p256-keygen"] + time["p256-derive"];
  const double hybrid_client = x25519 + time["mlkem768-keygen"] + time["mlkem768-decap"];
  const double hybrid_server = x25519 + time["mlkem768-encap"];
  const double ecdsa_verify = 3 * time["p256-verify"];
  const double ecdsa_sign = time["p256-sign"];
  const double rsa_verify = time["rsa2048-pss-verify"] + 2 * time["rsa2048-pkcs1-verify"];
  const double rsa_sign = time["rsa2048-pss-sign"];
  const auto print = [](const char* name, double client, double server) {
    print_row("handshake", name, "client", "us_cpu", client, 1);
    print_row("handshake", name, "server", "us_cpu", server, 1);
    print_row("handshake", name, "pair", "us_cpu", client + server, 1);
    print_row("handshake_rate", name, "pair", "handshakes_per_s", 1e6 / (client + server), 1);
  };
  print("full/x25519/ecdsa-p256", x25519 + ecdsa_verify, x25519 + ecdsa_sign);
  print("full/secp256r1/ecdsa-p256", p256 + ecdsa_verify, p256 + ecdsa_sign);
  print("full/X25519MLKEM768/ecdsa-p256", hybrid_client + ecdsa_verify, hybrid_server + ecdsa_sign);
  print("full/x25519/rsa-2048", x25519 + rsa_verify, x25519 + rsa_sign);
  print("full/secp256r1/rsa-2048", p256 + rsa_verify, p256 + rsa_sign);
  print("full/X25519MLKEM768/rsa-2048", hybrid_client + rsa_verify, hybrid_server + rsa_sign);
  print("mutual/x25519/ecdsa-p256", x25519 + ecdsa_verify + ecdsa_sign,
        x25519 + ecdsa_sign + ecdsa_verify);
  print("resume/x25519/ecdsa-p256", x25519, x25519);
}

}  // namespace

void measure_limit(double seconds) {
#ifdef OPENSSL_IS_AWSLC
  set_peer("limit-awslc", AWSLC_VERSION_NUMBER_STRING);
#else
  set_peer("limit-boringssl", "api" + std::to_string(BORINGSSL_API_VERSION));
#endif
  measure_limit_of_records(seconds);
  Operations operations(seconds);
  measure_x25519(operations);
  measure_p256(operations);
  measure_rsa(operations);
  measure_others(operations);
  print_handshakes(operations);
}

}  // namespace bench
