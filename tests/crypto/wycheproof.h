// Runs the vectors of a Wycheproof file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/hex.h"

namespace nacre::test {

using Json = nlohmann::json;

inline std::vector<std::uint8_t> bytes_at(const Json& object, const char* key) {
  return unhex(object.at(key).get<std::string>());
}

// Calls run(group, vector, result) for each vector, and returns how many there were. `result` is
// "valid", "invalid" or "acceptable".
template <class Run>
std::size_t each_vector(const std::string& file, Run&& run) {
  std::ifstream stream(NACRE_TEST_DATA "/wycheproof/" + file);
  const Json root = Json::parse(stream);
  std::size_t count = 0;
  for (const Json& group : root.at("testGroups")) {
    for (const Json& vector : group.at("tests")) {
      run(group, vector, vector.at("result").get<std::string>());
      ++count;
    }
  }
  return count;
}

// The number by which Wycheproof names a vector, for messages.
inline std::string label(const Json& vector) {
  return "tcId " + std::to_string(vector.at("tcId").get<int>());
}

}  // namespace nacre::test
