// PEM, spoilt in one place each, as keys, certificates and HPKE keys are read from it. RFC 7468.
#include <functional>

#include "attacks/verdicts.h"
#include "crypto/hpke.h"
#include "crypto/pem.h"
#include "crypto/signature.h"
#include "nacre/verify.h"

namespace nacre::test {
namespace {

std::string replaced(std::string text, const std::string& old, const std::string& by) {
  for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at)) {
    text.replace(at, old.size(), by);
    at += by.size();
  }
  return text;
}

std::string pem_in_lines(const std::string& label, const std::string& base64, std::size_t width) {
  std::string text = "-----BEGIN " + label + "-----\n";
  for (std::size_t at = 0; at < base64.size(); at += width) {
    text += base64.substr(at, width) + "\n";
  }
  return text + "-----END " + label + "-----\n";
}

std::vector<std::pair<std::string, std::string>> spoilt_pem(const std::string& text) {
  const std::string label = text.substr(11, text.find("-----", 11) - 11);
  const std::size_t start = text.find('\n') + 1;
  const std::string body = text.substr(start, text.find("-----END") - start);
  const std::string base64 = replaced(body, "\n", "");
  const std::string begin = "-----BEGIN " + label + "-----";
  const std::string end = "-----END " + label + "-----";
  const std::string first_line = base64.substr(0, 64);
  const std::string rest = base64.substr(64);
  const auto whole = [&](const std::string& inside) { return begin + "\n" + inside + end + "\n"; };
  std::string lower = label;
  for (char& c : lower) c = c == ' ' ? c : static_cast<char>(c | 0x20);
  return {{"as it is", text},
          {"CRLF", replaced(text, "\n", "\r\n")},
          {"CR alone", replaced(text, "\n", "\r")},
          {"a byte order mark", "\xef\xbb\xbf" + text},
          {"indented by four", "    " + replaced(text.substr(0, text.size() - 1), "\n", "\n    ")},
          {"blanks at the ends of lines", replaced(text, "\n", "  \n")},
          {"tabs before lines of base64", whole("\t" + first_line + "\n\t" + rest + "\n")},
          {"text before it", "some words\n" + text},
          {"text behind it", text + "some words\n"},
          {"text before BEGIN in its line", "x " + text},
          {"no last line feed", text.substr(0, text.size() - 1)},
          {"an empty line first", whole("\n" + body)},
          {"an empty line last", whole(body + "\n")},
          {"an empty line between", whole(first_line + "\n\n" + rest + "\n")},
          {"lines of 1", pem_in_lines(label, base64, 1)},
          {"lines of 76", pem_in_lines(label, base64, 76)},
          {"lines of 1000", pem_in_lines(label, base64, 1'000)},
          {"lines of 63", pem_in_lines(label, base64, 63)},
          {"a blank in base64", whole(first_line + " " + rest + "\n")},
          {"a star in base64", whole("*" + body)},
          {"no padding", whole(replaced(body, "=", ""))},
          {"more padding", whole(body.substr(0, body.size() - 1) + "====\n")},
          {"a header", whole("Comment: words\n\n" + body)},
          {"a label in lower case", replaced(text, label, lower)},
          {"another label at the end", begin + "\n" + body + "-----END OTHER-----\n"},
          {"no end", begin + "\n" + body},
          {"no body", whole("")},
          {"four dashes", replaced(text, "-----", "----")},
          {"two of them", text + text},
          {"a NUL behind it", text + std::string(1, '\0')},
          {"a NUL before it", std::string(1, '\0') + text},
          {"nothing", ""}};
}

}  // namespace

void judge_pem(Verdicts& verdicts) {
  std::string certificate;
  crypto::append_pem(certificate, "CERTIFICATE", Data(200, 0x5a));
  for (const auto& [what, text] : spoilt_pem(key_file("p256"))) {
    verdicts.add("PEM, private key", what, crypto::PrivateKey::from_pem(text));
    verdicts.add("PEM, HPKE key", what, crypto::HpkeKey::from_pem(text));
  }
  for (const auto& [what, text] : spoilt_pem(certificate)) {
    const auto read = read_pem_certificates(text);
    verdicts.add(
        "PEM, certificates", what,
        read ? std::to_string(read->size()) + " of them" : std::string(name(read.error())));
  }
}

}  // namespace nacre::test
