// Both libraries of cryptography say the same of what is spoilt, or the list names the difference.
#include "attacks/verdicts.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "support/library.h"

namespace nacre::test {
namespace {

// A line of the list: what, verdict, and behind a bar what AWS-LC says instead, where it differs.
constexpr std::string_view bar = " | over AWS-LC: ";

std::string expected_of(const std::string& line) {
  const std::size_t at = line.find(bar);
  if (at == std::string::npos) return line;
  const std::string common = line.substr(0, at);
  if (!is_over_aws_lc()) return common;
  return common.substr(0, common.rfind(": ") + 2) + line.substr(at + bar.size());
}

std::vector<std::string> all_verdicts() {
  Verdicts verdicts;
  judge_public_keys(verdicts);
  judge_private_keys(verdicts);
  judge_signatures(verdicts);
  judge_shares(verdicts);
  judge_pem(verdicts);
  return verdicts.lines();
}

}  // namespace

// NACRE_WRITE_VERDICTS names a file to write what was found to.
TEST_CASE("AC-178: keys, signatures, shares and PEM that are spoilt have the verdicts of the list",
          "[AC-178]") {
  const std::vector<std::string> found = all_verdicts();
  if (const char* file = std::getenv("NACRE_WRITE_VERDICTS"); file != nullptr) {
    std::ofstream out(file);
    for (const std::string& line : found) out << line << '\n';
  }
  std::ifstream list(NACRE_TEST_DATA "/verdicts/verdicts.txt");
  std::vector<std::string> expected;
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with('#')) expected.push_back(line);
  }
  CHECK(std::set<std::string>(found.begin(), found.end()).size() == found.size());
  CHECK(found.size() > 420);
  CHECK(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size() && i < expected.size(); ++i) {
    CHECK(found.at(i) == expected_of(expected.at(i)));
  }
}

}  // namespace nacre::test
