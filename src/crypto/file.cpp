// Small files, whole.
#include "crypto/file.h"

#include <cstdio>
#include <memory>

namespace nacre::crypto {
namespace {

constexpr std::size_t max_size = std::size_t{16} << 20;
constexpr std::size_t step = std::size_t{64} << 10;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  ENSURE(file != nullptr, Error::file_unreadable);
  std::string text;
  // Small files, which keys are, are not copied to another place as the text grows.
  text.reserve(2 * step);
  while (text.size() <= max_size) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const std::size_t got = std::fread(text.data() + before, 1, step, file.get());
    text.resize(before + got);
    ENSURE(std::ferror(file.get()) == 0, Error::file_unreadable);
    if (got < step) return text;
  }
  return fail(Error::file_unreadable);
}

}  // namespace nacre::crypto
