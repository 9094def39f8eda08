// What the library of cryptography says of keys, signatures, shares and PEM that are spoilt in one
// place each: a line for each, to hold both libraries against one list.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "handshake/edit.h"
#include "nacre/bytes.h"
#include "nacre/error.h"
#include "nacre/try.h"

namespace nacre::test {

class Verdicts {
 public:
  // Of what: "p256: a byte behind". Each name once.
  void add(const std::string& subject, const std::string& what, std::string verdict) {
    lines_.push_back(subject + ": " + what + ": " + std::move(verdict));
  }
  template <class T>
  void add(const std::string& subject, const std::string& what, const Result<T>& result) {
    add(subject, what, result ? std::string("taken") : std::string(name(result.error())));
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

void judge_public_keys(Verdicts& verdicts);
void judge_private_keys(Verdicts& verdicts);
void judge_signatures(Verdicts& verdicts);
void judge_shares(Verdicts& verdicts);
void judge_pem(Verdicts& verdicts);

// A file of tests/data/keys, and the PKCS#8 in it.
std::string key_file(const std::string& name);
Data pkcs8_of(const std::string& name);

// The elements in a SEQUENCE, or in another constructed one.
std::vector<Data> elements_in(const Data& sequence);
// What is in an element.
Data content_of(const Data& element);

// A curve, as the files of keys name it: the size of a coordinate, its prime and its order.
struct CurveFacts {
  std::string name;
  std::size_t size;
  Data prime;
  Data order;
};
const std::vector<CurveFacts>& curves();

// The point of a key, spoilt: what it is called, and what it is then.
using Spoilt = std::vector<std::pair<std::string, Data>>;
Spoilt spoilt_points(const CurveFacts& curve, const Data& uncompressed);
// Ed25519's and X25519's points of small order, in each encoding.
Spoilt small_order_edwards();
Spoilt small_order_montgomery();

// Numbers, most significant byte first, of the same size.
Data minus(const Data& a, const Data& b);
Data plus_one(Data a);

}  // namespace nacre::test
