// What stands behind the C interface's handles, and how errors cross it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nacre/bytes.h"
#include "nacre/config.h"
#include "nacre/connection.h"
#include "nacre/nacre.h"
#include "nacre/stream.h"

// Both roles'.
struct CommonOptions {
  // A NULL was added: building it fails.
  bool has_null = false;
  std::vector<std::string> protocols;
  std::optional<std::size_t> pad_to;
  std::optional<std::size_t> record_size_limit;
};

struct nacre_client_builder : CommonOptions {
  std::optional<nacre::TrustAnchors> anchors;
};

struct nacre_server_builder : CommonOptions {
  std::vector<nacre::Credential> credentials;
};

struct nacre_client_config {
  nacre::ClientConfig config;
};

struct nacre_server_config {
  nacre::ServerConfig config;
};

// Its own, or a stream's.
struct nacre_connection {
  nacre::Connection& get() { return borrowed != nullptr ? *borrowed : *owned; }
  const nacre::Connection& get() const { return borrowed != nullptr ? *borrowed : *owned; }

  std::optional<nacre::Connection> owned;
  nacre::Connection* borrowed = nullptr;
};

struct nacre_stream {
  explicit nacre_stream(nacre::Stream<nacre::TcpSocket> whole) : stream(std::move(whole)) {
    connection.borrowed = &stream.connection();
  }

  nacre::Stream<nacre::TcpSocket> stream;
  nacre_connection connection;
};

namespace nacre::capi {

// Fills `error`, if there is one; returns false. `failure`: that of a connection, if it has failed.
bool refuse(nacre_error* error, Error cause, const std::optional<Failure>& failure = std::nullopt);
inline bool succeed(nacre_error* error) {
  if (error != nullptr) *error = nacre_error{{}, {}, NACRE_NO_ALERT, false};
  return true;
}

// A new T, or null where there is no memory.
template <class T, class... Arguments>
T* make(Arguments&&... arguments) {
  return new (std::nothrow) T{std::forward<Arguments>(arguments)...};
}

// Gives `made` to the caller: what a _new function ends with.
template <class T>
bool hand_out(T* made, nacre_error* error, T** out) {
  *out = made;
  return made != nullptr ? succeed(error) : refuse(error, Error::out_of_memory);
}

// Who says nothing gets the default.
inline std::chrono::milliseconds timeout_of(std::uint32_t timeout_ms) {
  // fault: AC-241g
  if (timeout_ms == 0) return default_timeout;
  return std::chrono::milliseconds(timeout_ms == NACRE_NO_TIMEOUT ? 0 : timeout_ms);
}

// Whether none of them is NULL. Bytes may have no address where there are none of them.
inline bool is_given(const void* pointer) {
  return pointer != nullptr;
}
template <class T>
bool is_given(T** pointer) {
  return pointer != nullptr;
}
inline bool is_given(nacre_bytes bytes) {
  return bytes.data != nullptr || bytes.size == 0;
}
template <class... Arguments>
bool are_given(const Arguments&... arguments) {
  // fault: AC-239
  return (is_given(arguments) && ...);
}
// What a NULL is where it may not be.
inline bool refuse_null(nacre_error* error) {
  return refuse(error, Error::wrong_call);
}
// Gives `value` to a caller who wants it.
template <class T>
void give(T* out, T value) {
  if (out != nullptr) *out = value;
}

// The caller's pointers and lengths, as views.
Bytes view(nacre_bytes bytes);
MutableBytes view(std::uint8_t* data, std::size_t size);
nacre_bytes lend(Bytes bytes);

}  // namespace nacre::capi
