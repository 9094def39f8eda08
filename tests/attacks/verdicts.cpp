// See verdicts.h.
#include "attacks/verdicts.h"

#include <fstream>
#include <iterator>

#include "attacks/der.h"
#include "crypto/pem.h"

namespace nacre::test {
namespace {

std::uint8_t digit(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

Data hex(std::string_view text) {
  Data bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digit(text.at(i)) << 4 | digit(text.at(i + 1))));
  }
  return bytes;
}

// How many bytes stand before the content.
std::size_t header_of(const Data& element) {
  const std::uint8_t length = element.at(1);
  return length < 0x80 ? 2 : 2 + (length & 0x7fU);
}

std::size_t size_of(const Data& element) {
  const std::size_t header = header_of(element);
  if (header == 2) return 2 + element.at(1);
  std::size_t size = 0;
  for (std::size_t i = 2; i < header; ++i) size = size << 8 | element.at(i);
  return header + size;
}

Data from(const Data& data, std::size_t start) {
  return Data(data.begin() + static_cast<std::ptrdiff_t>(start), data.end());
}

Data first(const Data& data, std::size_t count) {
  return Data(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

std::string key_file(const std::string& name) {
  std::ifstream stream(NACRE_TEST_DATA "/keys/" + name + ".pem");
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

Data pkcs8_of(const std::string& name) {
  return crypto::read_pem(key_file(name), "PRIVATE KEY").value().at(0);
}

Data content_of(const Data& element) {
  return from(first(element, size_of(element)), header_of(element));
}

std::vector<Data> elements_in(const Data& sequence) {
  std::vector<Data> parts;
  for (Data rest = content_of(sequence); !rest.empty(); rest = from(rest, size_of(rest))) {
    parts.push_back(first(rest, size_of(rest)));
  }
  return parts;
}

const std::vector<CurveFacts>& curves() {
  static const std::vector<CurveFacts> all{
      {"p256", 32, hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
       hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")},
      {"p384", 48,
       hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff00000000"
           "00000000ffffffff"),
       hex("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77a"
           "ecec196accc52973")},
      {"p521", 66,
       hex("01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
           "ffffffffffffffffffffffffffffffffffffffffffffffffffff"),
       hex("01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f"
           "966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409")}};
  return all;
}

Data minus(const Data& a, const Data& b) {
  Data difference(a.size());
  int borrow = 0;
  for (std::size_t i = a.size(); i > 0;) {
    --i;
    int digit = a.at(i) - b.at(i) - borrow;
    borrow = digit < 0 ? 1 : 0;
    difference.at(i) = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  return difference;
}

Data plus_one(Data a) {
  for (auto digit = a.rbegin(); digit != a.rend(); ++digit) {
    *digit = static_cast<std::uint8_t>((*digit + 1) & 0xff);
    if (*digit != 0) break;
  }
  return a;
}

Spoilt spoilt_points(const CurveFacts& curve, const Data& uncompressed) {
  const Data x = first(from(uncompressed, 1), curve.size);
  const Data y = from(uncompressed, 1 + curve.size);
  const auto odd = static_cast<std::uint8_t>(y.back() & 1);
  const auto form = [](int byte) { return Data{static_cast<std::uint8_t>(byte)}; };
  const Data zero(curve.size, 0);
  return {{"uncompressed", uncompressed},
          {"compressed", form(2 + odd) + x},
          {"compressed, the other y", form(3 - odd) + x},
          {"hybrid", form(6 + odd) + x + y},
          {"hybrid, the other y", form(7 - odd) + x + y},
          {"form 0", form(0) + x + y},
          {"form 5", form(5) + x + y},
          {"compressed, with y", form(2 + odd) + x + y},
          {"uncompressed, without y", form(4) + x},
          {"infinity", form(0)},
          {"(0, 0)", form(4) + zero + zero},
          {"-y", form(4) + x + minus(curve.prime, y)},
          {"y + 1", form(4) + x + plus_one(y)},
          {"x = p", form(4) + curve.prime + y},
          {"y = p", form(4) + x + curve.prime},
          {"a byte longer", uncompressed + Data{0}},
          {"a byte shorter", first(uncompressed, uncompressed.size() - 1)},
          {"empty", {}}};
}

Spoilt small_order_edwards() {
  Spoilt all{
      {"y = 0", hex("0000000000000000000000000000000000000000000000000000000000000000")},
      {"y = 1", hex("0100000000000000000000000000000000000000000000000000000000000000")},
      {"y = of order 8", hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")},
      {"y = of order 8 too",
       hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")},
      {"y = -1", hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
      {"y = 0 as p", hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
      {"y = 1 as p + 1", hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")}};
  for (std::size_t i = 0, size = all.size(); i < size; ++i) {
    all.push_back(all.at(i));
    all.back().first += ", x negative";
    all.back().second.back() |= 0x80;
  }
  return all;
}

Spoilt small_order_montgomery() {
  Spoilt all{
      {"u = 0", hex("0000000000000000000000000000000000000000000000000000000000000000")},
      {"u = 1", hex("0100000000000000000000000000000000000000000000000000000000000000")},
      {"u = of order 8", hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")},
      {"u = of order 8 too",
       hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")},
      {"u = -1", hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
      {"u = 0 as p", hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
      {"u = 1 as p + 1", hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")}};
  for (std::size_t i = 0, size = all.size(); i < size; ++i) {
    all.push_back(all.at(i));
    all.back().first += ", the highest bit set";
    all.back().second.back() |= 0x80;
  }
  return all;
}

}  // namespace nacre::test
