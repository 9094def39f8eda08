// Test certificates: options and files round src/crypto/issue.h.
#pragma once

#include <string>
#include <vector>

#include "crypto/issue.h"
#include "nacre/policy.h"
#include "nacre/verify.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// An authority made for one run, and a leaf for `names` that it issued, with keys that `policy`
// takes.
struct Ephemeral {
  crypto::Issued authority;
  crypto::Issued leaf;
};
Outcome<Ephemeral> issue_ephemeral(const std::vector<std::string>& names, const Policy& policy);

UnixTime now();

// Writes a file that did not exist, or replaces it at once; `secret` for its owner alone.
Outcome<void> write_file(const std::string& path, std::string_view text, bool secret);

// A file that is gone when this is.
class TemporaryFile {
 public:
  static Outcome<TemporaryFile> make(std::string_view text);
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();
  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace nacre::tlscli
