// Files below one directory, whatever the request says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nacre::tlscli {

// An open regular file. Closed by its destructor.
class ServedFile {
 public:
  ServedFile(int descriptor, std::uint64_t size, std::string_view type)
      : descriptor_(descriptor), size_(size), type_(type) {}
  ServedFile(ServedFile&& other) noexcept;
  ServedFile& operator=(ServedFile&& other) noexcept;
  ~ServedFile();

  int descriptor() const { return descriptor_; }
  std::uint64_t size() const { return size_; }
  std::string_view type() const { return type_; }  // of the media, RFC 9110, section 8.3

 private:
  int descriptor_;
  std::uint64_t size_;
  std::string_view type_;
};

// Opens what `path` (of a request target, percent-encoded) names below `directory`. Neither ".."
// nor a symbolic link leads anywhere. Nothing where there is no such file; the index.html of a
// directory.
std::optional<ServedFile> open_below(const std::string& directory, std::string_view path);

}  // namespace nacre::tlscli
