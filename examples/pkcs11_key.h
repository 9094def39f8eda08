// A private key that stays in a PKCS#11 module, as what signs for a Stream. The token hashes, too.
#pragma once

#include <dlfcn.h>
#include <nacre/stream.h>
#include <nacre/try.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

using nacre::Error;
using nacre::Result;
using nacre::SignatureScheme;
using Octets = std::vector<std::uint8_t>;

// How a token signs by a scheme.
struct Row {
  SignatureScheme scheme;
  CK_MECHANISM_TYPE mechanism;
  CK_MECHANISM_TYPE hash;
  CK_RSA_PKCS_MGF_TYPE mask;
  CK_ULONG hash_size;
};
inline constexpr std::array rows{
    Row{SignatureScheme::ecdsa_secp256r1_sha256, CKM_ECDSA, CKM_SHA256, 0, 32},
    Row{SignatureScheme::ecdsa_secp384r1_sha384, CKM_ECDSA, CKM_SHA384, 0, 48},
    Row{SignatureScheme::rsa_pss_rsae_sha256, CKM_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256, 32},
    Row{SignatureScheme::rsa_pss_rsae_sha384, CKM_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA384, 48},
    Row{SignatureScheme::rsa_pss_rsae_sha512, CKM_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, 64},
};

inline void append_integer(Octets& out, nacre::Bytes magnitude) {
  while (magnitude.size() > 1 && magnitude.front() == 0) magnitude = magnitude.subspan(1);
  const bool is_padded = magnitude.front() >= 0x80;
  out.insert(out.end(), {2, std::uint8_t(magnitude.size() + (is_padded ? 1 : 0))});
  if (is_padded) out.push_back(0);
  out.insert(out.end(), magnitude.begin(), magnitude.end());
}

// PKCS#11 gives r and s, one after the other; TLS wants them as an ECDSA-Sig-Value. Up to P-384 no
// length needs more than a byte.
inline Octets ecdsa_sig_value(nacre::Bytes r_and_s) {
  Octets sequence{0x30, 0};
  append_integer(sequence, r_and_s.first(r_and_s.size() / 2));
  append_integer(sequence, r_and_s.subspan(r_and_s.size() / 2));
  sequence.at(1) = std::uint8_t(sequence.size() - 2);
  return sequence;
}

// A key in a token. For one thread: a session does one thing at a time.
class TokenKey final : public nacre::Answers {
 public:
  static Result<TokenKey> open(const char* module, std::string token, std::string key) {
    void* const library = ::dlopen(module, RTLD_NOW);
    ENSURE(library != nullptr, Error::file_unreadable);
    const auto list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    TokenKey opened;
    ENSURE(list != nullptr && list(&opened.api_) == CKR_OK, Error::file_unreadable);
    ENSURE(opened.api_->C_Initialize(nullptr) == CKR_OK, Error::signing_failed);
    const auto slot = opened.find_slot(std::move(token));
    ENSURE(slot && opened.log_in(*slot) && opened.find_key(std::move(key)), Error::signing_failed);
    return opened;
  }

  Result<std::size_t> sign(const nacre::SignatureWanted& wanted, nacre::MutableBytes out) override {
    const auto row = std::ranges::find(rows, wanted.scheme, &Row::scheme);
    ENSURE(row != rows.end(), Error::signing_failed);
    Octets digest(row->hash_size), content(wanted.content.begin(), wanted.content.end());
    CK_ULONG size = digest.size();
    CK_MECHANISM hash{row->hash, nullptr, 0};
    ENSURE(api_->C_DigestInit(session_, &hash) == CKR_OK, Error::signing_failed);
    ENSURE(api_->C_Digest(session_, content.data(), content.size(), digest.data(), &size) == CKR_OK,
           Error::signing_failed);

    const bool is_ecdsa = row->mechanism == CKM_ECDSA;
    CK_RSA_PKCS_PSS_PARAMS pss{row->hash, row->mask, row->hash_size};  // the salt is as long
    CK_MECHANISM mechanism{row->mechanism, is_ecdsa ? nullptr : &pss, is_ecdsa ? 0 : sizeof(pss)};
    Octets signature(1'024);
    size = signature.size();
    ENSURE(api_->C_SignInit(session_, &mechanism, key_) == CKR_OK, Error::signing_failed);
    ENSURE(api_->C_Sign(session_, digest.data(), digest.size(), signature.data(), &size) == CKR_OK,
           Error::signing_failed);
    ENSURE(size >= 2, Error::signing_failed);
    signature.resize(size);
    if (is_ecdsa) signature = ecdsa_sig_value(signature);
    ENSURE(signature.size() <= out.size(), Error::signing_failed);
    std::ranges::copy(signature, out.begin());
    std::cerr << "the token signed with " << nacre::name(wanted.scheme) << '\n';
    return signature.size();
  }

 private:
  std::optional<CK_SLOT_ID> find_slot(std::string label) {
    std::vector<CK_SLOT_ID> slots(64);
    CK_ULONG count = slots.size();
    if (api_->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) return std::nullopt;
    slots.resize(count);
    label.resize(32, ' ');  // as the standard pads it
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO token{};
      if (api_->C_GetTokenInfo(slot, &token) == CKR_OK && std::ranges::equal(token.label, label))
        return slot;
    }
    return std::nullopt;
  }

  bool log_in(CK_SLOT_ID slot) {
    const char* const variable = std::getenv("PIN");
    std::vector<CK_UTF8CHAR> pin;
    for (const char c : std::string(variable != nullptr ? variable : "")) {
      pin.push_back(static_cast<CK_UTF8CHAR>(c));
    }
    return api_->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session_) == CKR_OK &&
           api_->C_Login(session_, CKU_USER, pin.data(), pin.size()) == CKR_OK;
  }

  bool find_key(std::string label) {
    CK_OBJECT_CLASS wanted = CKO_PRIVATE_KEY;
    std::array<CK_ATTRIBUTE, 2> attributes{
        {{CKA_CLASS, &wanted, sizeof(wanted)}, {CKA_LABEL, label.data(), label.size()}}};
    CK_ULONG count = 0;
    return api_->C_FindObjectsInit(session_, attributes.data(), attributes.size()) == CKR_OK &&
           api_->C_FindObjects(session_, &key_, 1, &count) == CKR_OK && count == 1 &&
           api_->C_FindObjectsFinal(session_) == CKR_OK;
  }

  CK_FUNCTION_LIST* api_ = nullptr;
  CK_SESSION_HANDLE session_ = 0;
  CK_OBJECT_HANDLE key_ = 0;
};
