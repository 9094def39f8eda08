// Streams over sockets, for the C interface.
#include <chrono>
#include <new>
#include <utility>

#include "capi/handles.h"

namespace {

using nacre::Result;
using nacre::TcpSocket;
using nacre::capi::are_given;
using nacre::capi::give;
using nacre::capi::hand_out;
using nacre::capi::make;
using nacre::capi::refuse;
using nacre::capi::refuse_null;
using nacre::capi::succeed;
using nacre::capi::timeout_of;
using nacre::capi::view;

// Shakes hands, and gives the stream to the caller.
bool shake_hands(Result<nacre::Connection> connection, TcpSocket socket, nacre_error* error,
                 nacre_stream** out) {
  if (!connection) return refuse(error, connection.error());
  nacre::Stream<TcpSocket> stream(*std::move(connection), std::move(socket));
  if (const auto done = stream.handshake(); !done) {
    return refuse(error, done.error(), stream.connection().failure());
  }
  return hand_out(make<nacre_stream>(std::move(stream)), error, out);
}

bool finish(nacre_stream& stream, const Result<void>& done, nacre_error* error) {
  if (done) return succeed(error);
  return refuse(error, done.error(), stream.stream.connection().failure());
}

}  // namespace

bool nacre_connect(const nacre_client_config* config, const char* host, uint16_t port,
                   uint32_t timeout_ms, nacre_error* error, nacre_stream** stream) {
  give(stream, static_cast<nacre_stream*>(nullptr));
  if (!are_given(config, host, stream)) return refuse_null(error);
  auto socket = TcpSocket::connect(host, port, timeout_of(timeout_ms));
  if (!socket) return refuse(error, socket.error());
  return shake_hands(nacre::Connection::client(config->config, host), *std::move(socket), error,
                     stream);
}

bool nacre_stream_new_client(const nacre_client_config* config, int descriptor,
                             const char* server_name, uint32_t timeout_ms, nacre_error* error,
                             nacre_stream** stream) {
  TcpSocket socket(descriptor, timeout_of(timeout_ms));
  give(stream, static_cast<nacre_stream*>(nullptr));
  if (!are_given(config, server_name, stream)) return refuse_null(error);
  return shake_hands(nacre::Connection::client(config->config, server_name), std::move(socket),
                     error, stream);
}

bool nacre_stream_new_server(const nacre_server_config* config, int descriptor, uint32_t timeout_ms,
                             nacre_error* error, nacre_stream** stream) {
  TcpSocket socket(descriptor, timeout_of(timeout_ms));
  give(stream, static_cast<nacre_stream*>(nullptr));
  if (!are_given(config, stream)) return refuse_null(error);
  return shake_hands(nacre::Connection::server(config->config), std::move(socket), error, stream);
}

void nacre_stream_free(nacre_stream* stream) {
  delete stream;
}

bool nacre_stream_read(nacre_stream* stream, uint8_t* buffer, size_t buffer_size,
                       nacre_error* error, size_t* size) {
  give(size, std::size_t{0});
  if (!are_given(stream, nacre_bytes{buffer, buffer_size}, size)) return refuse_null(error);
  const auto bytes = stream->stream.read(view(buffer, buffer_size));
  *size = bytes ? bytes->size() : 0;
  if (bytes) return succeed(error);
  return refuse(error, bytes.error(), stream->stream.connection().failure());
}

bool nacre_stream_write(nacre_stream* stream, nacre_bytes data, nacre_error* error) {
  if (!are_given(stream, data)) return refuse_null(error);
  return finish(*stream, stream->stream.write(view(data)), error);
}

bool nacre_stream_close(nacre_stream* stream, nacre_error* error) {
  if (!are_given(stream)) return refuse_null(error);
  return finish(*stream, stream->stream.close(), error);
}

nacre_connection* nacre_stream_connection(nacre_stream* stream) {
  return stream != nullptr ? &stream->connection : nullptr;
}
