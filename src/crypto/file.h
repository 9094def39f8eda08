// Small files, whole.
#pragma once

#include <filesystem>
#include <string>

#include "nacre/try.h"

namespace nacre::crypto {

// Errors: file_unreadable, also where the file is larger than 16 MiB.
Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace nacre::crypto
