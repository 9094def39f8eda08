// Words for people about certificates.
#include "crypto/words.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/mem.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "crypto/library.h"

namespace nacre::crypto {
namespace {

constexpr std::size_t max_printed_name = 4'096;
constexpr std::string_view digits = "0123456789abcdef";

void append_hex(std::string& out, std::uint8_t byte) {
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char character : text) {
    // fault: AC-102b
    if (out.size() >= limit) return out + "...";
    if (character >= ' ' && character <= '~') {
      out += character;
    } else {
      out += "\\x";
      append_hex(out, static_cast<std::uint8_t>(character));
    }
  }
  return out;
}

std::string date_text(UnixTime time) {
  // What chrono's calendar holds, years -32767 to 32767, is wider than what X.509 can say.
  constexpr UnixTime limit = 253'402'300'799;  // the end of the year 9999
  if (time < 0 || time > limit) return std::to_string(time) + " seconds after 1970";
  const std::chrono::sys_seconds point{std::chrono::seconds{time}};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{point - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string name_text(const X509_NAME* name) {
  // To print takes a hundred times as long as to read.
  const std::uint8_t* der = nullptr;
  std::size_t encoded = 0;
  if (X509_NAME_get0_der(name, &der, &encoded) != 1 || encoded > max_printed_name) {
    return "a name of " + std::to_string(encoded) + " bytes";
  }
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  if (bio == nullptr || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0 ||
      BIO_mem_contents(bio.get(), &data, &size) != 1) {
    return "a name that cannot be printed";
  }
  return printable(text_of({data, size}));
}

std::string quoted(const X509_NAME* name) {
  return '"' + name_text(name) + '"';
}

std::string hex_text(Bytes bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) append_hex(out, byte);
  return out;
}

std::string address_text(Bytes address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.size() == 4 && inet_ntop(AF_INET, address.data(), text.data(), text.size())) {
    return text.data();
  }
  if (address.size() == 16 && inet_ntop(AF_INET6, address.data(), text.data(), text.size())) {
    return text.data();
  }
  return hex_text(address);
}

std::string list_text(const std::vector<std::string>& items, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    // fault: AC-102a
    if (i == most) return out + " and " + std::to_string(items.size() - i) + " more";
    if (i > 0) out += ", ";
    out += items[i];
  }
  return out;
}

}  // namespace nacre::crypto
