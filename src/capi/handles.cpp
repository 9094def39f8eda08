// Errors and views across the C interface.
#include "capi/handles.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "nacre/error.h"
#include "nacre/version.h"

namespace nacre::capi {

namespace {

void copy_text(std::string_view text, std::span<char> out) {
  const std::size_t size = std::min(text.size(), out.size() - 1);
  std::ranges::copy(text.substr(0, size), out.begin());
  out[size] = '\0';
}

}  // namespace

bool refuse(nacre_error* error, Error cause, const std::optional<Failure>& failure) {
  if (error == nullptr) return false;
  copy_text(name(cause), error->name);
  copy_text(describe(cause), error->description);
  const bool is_cause = failure && failure->error == cause && failure->alert;
  error->alert = is_cause ? static_cast<std::int32_t>(*failure->alert) : NACRE_NO_ALERT;
  error->alert_from_peer = is_cause && failure->alert_from_peer;
  return false;
}

// The C interface's promise: `size` bytes are behind the pointer.
#pragma clang unsafe_buffer_usage begin
Bytes view(nacre_bytes bytes) {
  return {bytes.data, bytes.size};
}

MutableBytes view(std::uint8_t* data, std::size_t size) {
  return {data, size};
}
#pragma clang unsafe_buffer_usage end

nacre_bytes lend(Bytes bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace nacre::capi

const char* nacre_version(void) {
  static const std::string text(nacre::version());
  return text.c_str();
}
