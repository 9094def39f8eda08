// Files below one directory. Each step of the path is opened in the directory before it, and no
// step may be a symbolic link: there is nothing to race with between a check and its use.
#include "tlscli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

namespace nacre::tlscli {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int value() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

constexpr auto media_types = std::to_array<std::pair<std::string_view, std::string_view>>({
    {".html", "text/html; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".pdf", "application/pdf"},
});

std::string_view media_type(std::string_view file) {
  for (const auto& [suffix, type] : media_types) {
    if (file.ends_with(suffix)) return type;
  }
  return "application/octet-stream";
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// The steps of a path. Nothing where one is not to be taken: decoded first, so that "%2e%2e" is
// seen for what it is.
std::optional<std::vector<std::string>> steps_of(std::string_view path) {
  const auto decoded = percent_decoded(path);
  if (!decoded || decoded->find('\0') != std::string::npos) return std::nullopt;
  std::vector<std::string> steps;
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view step = rest.substr(0, end);
    if (step == "..") return std::nullopt;
    if (!step.empty() && step != ".") steps.emplace_back(step);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return steps;
}

// Not O_PATH, and O_NONBLOCK: a named pipe must not make us wait.
Descriptor open_step(const Descriptor& directory, const std::string& step) {
  return Descriptor(::openat(directory.value(), step.c_str(),
                             O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

bool is_directory(const Descriptor& file) {
  struct stat status{};
  return fstat(file.value(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

ServedFile::ServedFile(ServedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_), type_(other.type_) {}

ServedFile& ServedFile::operator=(ServedFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  size_ = other.size_;
  type_ = other.type_;
  return *this;
}

ServedFile::~ServedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<ServedFile> open_below(const std::string& directory, std::string_view path) {
  const auto steps = steps_of(path);
  if (!steps) return std::nullopt;
  Descriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::string last = "index.html";
  for (const std::string& step : *steps) {
    if (file.value() < 0) return std::nullopt;
    file = open_step(file, step);
    last = step;
  }
  if (file.value() >= 0 && is_directory(file)) {
    last = "index.html";
    file = open_step(file, last);
  }
  struct stat status{};
  if (file.value() < 0 || fstat(file.value(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return ServedFile(file.release(), static_cast<std::uint64_t>(status.st_size), media_type(last));
}

}  // namespace nacre::tlscli
