// DER, and certificates made of it part by part, so that a test can spoil any one. Written apart
// from what reads them. ITU-T X.690; RFC 5280, section 4.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/forge.h"
#include "crypto/issue.h"
#include "handshake/edit.h"
#include "support/credentials.h"

namespace nacre::test {

namespace der {

// With its length in as few bytes as will do.
Data element(std::uint8_t tag, const Data& content);
Data sequence(const std::vector<Data>& parts);
Data set(const std::vector<Data>& parts);
// "2.5.29.17".
Data oid(std::string_view dotted);
Data integer(std::size_t value);
Data boolean(bool value);
Data octet_string(const Data& content);
Data bit_string(const Data& content);
// Tagged [number]: a string as it stands, or around other elements.
Data primitive(std::uint8_t number, const Data& content);
Data constructed(std::uint8_t number, const Data& content);
Data text(std::uint8_t tag, std::string_view content);
Data time(UnixTime time);
// CN=...
Data name(std::string_view common_name);
Data raw(std::string_view text);

}  // namespace der

// Somebody with a name and a key.
struct Entity {
  std::string common_name;
  std::string key_pem;
  Data key_info;
  crypto::KeyType kind{};

  Data name() const { return der::name(common_name); }
};
// The key is the same for each call with the same arguments.
Entity entity(const std::string& common_name, crypto::KeyType kind = crypto::KeyType::p256);

// AlgorithmIdentifier of a signature by a key of that kind, as issuers make them.
Data signature_algorithm(crypto::KeyType kind);
crypto::AnySignature signature_of(crypto::KeyType kind);
// id-RSASSA-PSS with RSASSA-PSS-params, each of them left out where it is nothing. The hashes are
// numbered as NIST does: 1 is SHA-256, 2 SHA-384, 3 SHA-512.
struct PssParameters {
  std::optional<std::uint8_t> hash = 1;
  std::optional<std::uint8_t> mask_hash = 1;
  std::optional<std::size_t> salt = 32;
  std::optional<std::size_t> trailer = std::nullopt;
};
Data pss_algorithm(const PssParameters& parameters);
// SubjectPublicKeyInfo of RSA, of numbers without their sign.
Data rsa_key_info(const Data& modulus, const Data& exponent);

Data extension(std::string_view oid, bool critical, const Data& value);
Data basic_constraints(bool is_ca, std::optional<std::size_t> path_length = std::nullopt);
Data subject_alternative_names(const std::vector<Data>& names, bool critical = false);
Data dns_name(std::string_view text);
Data email(std::string_view text);
Data uri(std::string_view text);
Data address(const Data& bytes);
// Bases of subtrees.
Data name_constraints(const std::vector<Data>& permitted, const std::vector<Data>& excluded);

// A certificate to be.
struct Draft {
  Data version = der::constructed(0, der::integer(2));
  Data serial = der::integer(77);
  Data algorithm;        // within what is signed
  Data outer_algorithm;  // empty: the same
  Data issuer;
  Data validity;
  Data subject;
  Data key_info;
  std::vector<Data> extensions;
  crypto::AnySignature how;
  std::function<void(Data&)> change_body = [](Data&) {};       // before it is signed
  std::function<void(Data&)> change_signature = [](Data&) {};  // the BIT STRING's content

  // TBSCertificate, and the whole: by that signer, or with that signature.
  Data body() const;
  Data sign(const Entity& signer) const;
  Data assemble(Data signature) const;
};

// In order, for those names; the extensions that the test adds come last.
Draft leaf_draft(const Entity& subject, const Entity& issuer, const std::vector<Data>& names);
Draft ca_draft(const Entity& subject, const Entity& issuer, const std::vector<Data>& more = {});
Data root_of(const Entity& authority, const std::vector<Data>& more = {});

// A chain, and what is asked of it.
struct Inquiry {
  std::vector<Data> chain;  // the leaf first
  std::vector<Data> roots;
  std::string name = {};  // empty: names are not looked at
  std::function<void(ChainQuery&)> change = [](ChainQuery&) {};

  ChainVerdict ask() const;
};

// A root, a CA below it and a leaf, all with keys of that kind, each spoilt by the test in part.
struct Trio {
  explicit Trio(crypto::KeyType kind = crypto::KeyType::p256);

  Inquiry inquiry(const std::string& expected = "a.example") const;
  std::optional<Error> error(const std::string& expected = "a.example") const {
    return inquiry(expected).ask().error;
  }

  Entity top;
  Entity middle;
  Entity bottom;
  std::vector<Data> root_extensions;
  Draft ca;
  Draft leaf;
};

// Milliseconds of this process's time, not of the clock on the wall: others may run beside.
double milliseconds(const std::function<void()>& work);
// Demands that so much time is enough, at the third attempt at the latest, where the build is
// optimised and nothing watches it; twenty times as much elsewhere.
void check_within(double bound, const std::function<void()>& work);

}  // namespace nacre::test
