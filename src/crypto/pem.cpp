// PEM, the textual encoding of certificates. RFC 7468.
#include "crypto/pem.h"

#include <openssl/base64.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "crypto/secret.h"
#include "nacre/verify.h"

namespace nacre {
namespace crypto {
namespace {

constexpr std::string_view dashes = "-----";

// Takes the text up to `mark` off `rest`, the mark with it. Nothing: there is no such mark.
std::optional<std::string_view> take_until(std::string_view& rest, std::string_view mark) {
  const std::size_t at = rest.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + mark.size());
  return taken;
}

bool is_space(char character) {
  return std::string_view(" \t\r\n\v\f").contains(character);
}

Result<Der> decode(std::string_view body) {
  std::string base64;
  base64.reserve(body.size());
  for (const char character : body) {
    if (!is_space(character)) base64 += character;
  }
  std::size_t size = 0;
  Der der(EVP_DecodedLength(&size, base64.size()) == 1 ? size : 0);
  const Bytes input = bytes_of(base64);
  const int decoded = EVP_DecodeBase64(der.data(), &size, der.size(), input.data(), input.size());
  wipe(base64);  // it may be a private key
  ENSURE(decoded == 1, Error::bad_pem);
  der.resize(size);
  return der;
}

}  // namespace

Result<std::vector<Der>> read_pem(std::string_view text, std::string_view label) {
  std::vector<Der> blocks;
  while (take_until(text, "-----BEGIN ")) {
    const std::optional<std::string_view> begin = take_until(text, dashes);
    ENSURE(begin && !begin->contains('\n'), Error::bad_pem);
    const std::optional<std::string_view> body = take_until(text, "-----END ");
    ENSURE(body, Error::bad_pem);
    const std::optional<std::string_view> end = take_until(text, dashes);
    ENSURE(end == begin, Error::bad_pem);
    if (*begin != label) continue;
    TRY(Der der, decode(*body));
    blocks.push_back(std::move(der));
  }
  return blocks;
}

void append_pem(std::string& text, std::string_view label, Bytes contents) {
  constexpr std::size_t octets_in_line = 48;
  std::array<std::uint8_t, 65> line{};  // with the NUL that the library writes
  text.append(dashes).append("BEGIN ").append(label).append(dashes).append("\n");
  while (!contents.empty()) {
    const Bytes part = contents.first(std::min(octets_in_line, contents.size()));
    const std::size_t size = EVP_EncodeBlock(line.data(), part.data(), part.size());
    text.append(text_of(Bytes(line).first(size))).append("\n");
    contents = contents.subspan(part.size());
  }
  text.append(dashes).append("END ").append(label).append(dashes).append("\n");
  wipe(line);
}

}  // namespace crypto

Result<std::vector<std::vector<std::uint8_t>>> read_pem_certificates(std::string_view pem) {
  TRY(std::vector<crypto::Der> certificates, crypto::read_pem(pem, "CERTIFICATE"));
  ENSURE(!certificates.empty(), Error::bad_pem);
  return certificates;
}

}  // namespace nacre
