// The C interface of Nacre: stable. Handles are opaque; each has a _free that takes NULL. Functions
// that can fail return false and fill `error`, which may be NULL; what they give comes last. Any
// other NULL is wrong_call, but for bytes whose size is 0; where a function cannot fail it does
// nothing. Strings end in a NUL and are UTF-8. Thread-safety is that of the C++ interface:
// configurations may be shared, anything else belongs to one thread at a time.
#ifndef NACRE_NACRE_H
#define NACRE_NACRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NACRE_C_API __attribute__((visibility("default")))

// The room that any one record needs: connection.h says more.
#define NACRE_MAX_RECORD_SIZE 16645
// Enough room for an alert, close_notify or KeyUpdate.
#define NACRE_MAX_CONTROL_RECORD_SIZE 64
// In nacre_error: no alert.
#define NACRE_NO_ALERT (-1)
// A timeout_ms without bound.
#define NACRE_NO_TIMEOUT UINT32_MAX

#ifdef __cplusplus
extern "C" {
#endif

// Why a call failed.
typedef struct nacre_error {
  char name[48];          // stable, for programs: "unknown_issuer"
  char description[160];  // one line for people
  int32_t alert;          // RFC 9846, section 6: what was sent or received; or NACRE_NO_ALERT
  bool alert_from_peer;
} nacre_error;

// Borrowed bytes.
typedef struct nacre_bytes {
  const uint8_t* data;
  size_t size;
} nacre_bytes;

// Handles.
typedef struct nacre_client_builder nacre_client_builder;
typedef struct nacre_client_config nacre_client_config;
typedef struct nacre_server_builder nacre_server_builder;
typedef struct nacre_server_config nacre_server_config;
typedef struct nacre_connection nacre_connection;
typedef struct nacre_stream nacre_stream;

// "0.1.0 (BoringSSL ...)". Static.
NACRE_C_API const char* nacre_version(void);

// A client's configuration. Whom to trust must be said: the last of the trust functions counts.
// NULL: no memory.
NACRE_C_API nacre_client_builder* nacre_client_builder_new(void);
NACRE_C_API void nacre_client_builder_free(nacre_client_builder* builder);
NACRE_C_API bool nacre_client_builder_trust_system(nacre_client_builder* builder,
                                                   nacre_error* error);
NACRE_C_API bool nacre_client_builder_trust_pem(nacre_client_builder* builder, nacre_bytes pem,
                                                nacre_error* error);
NACRE_C_API bool nacre_client_builder_trust_pem_file(nacre_client_builder* builder,
                                                     const char* path, nacre_error* error);
// Adds an ALPN protocol (RFC 7301) behind those that were added before. NULL: building fails.
NACRE_C_API void nacre_client_builder_add_protocol(nacre_client_builder* builder,
                                                   const char* protocol);
// Pads each record's content to a multiple of `block` bytes.
NACRE_C_API void nacre_client_builder_pad_to(nacre_client_builder* builder, size_t block);
// The largest record content to receive, 64 to 16,384 bytes (RFC 8449).
NACRE_C_API void nacre_client_builder_record_size_limit(nacre_client_builder* builder,
                                                        size_t bytes);
// Checks what was asked for. The builder can be used again.
NACRE_C_API bool nacre_client_builder_build(const nacre_client_builder* builder, nacre_error* error,
                                            nacre_client_config** config);
NACRE_C_API void nacre_client_config_free(nacre_client_config* config);

// A server's configuration. It needs at least one credential.
NACRE_C_API nacre_server_builder* nacre_server_builder_new(void);
NACRE_C_API void nacre_server_builder_free(nacre_server_builder* builder);
// A chain, the leaf first, and the leaf's private key: PKCS#8, SEC 1 or PKCS#1, not encrypted.
NACRE_C_API bool nacre_server_builder_add_pem(nacre_server_builder* builder, nacre_bytes chain,
                                              nacre_bytes key, nacre_error* error);
NACRE_C_API bool nacre_server_builder_add_pem_files(nacre_server_builder* builder,
                                                    const char* chain_path, const char* key_path,
                                                    nacre_error* error);
// A chain whose key is elsewhere: the handshake asks with NACRE_SIGNATURE_WANTED.
NACRE_C_API bool nacre_server_builder_add_chain_pem(nacre_server_builder* builder,
                                                    nacre_bytes chain, nacre_error* error);
NACRE_C_API void nacre_server_builder_add_protocol(nacre_server_builder* builder,
                                                   const char* protocol);
NACRE_C_API void nacre_server_builder_pad_to(nacre_server_builder* builder, size_t block);
NACRE_C_API void nacre_server_builder_record_size_limit(nacre_server_builder* builder,
                                                        size_t bytes);
NACRE_C_API bool nacre_server_builder_build(const nacre_server_builder* builder, nacre_error* error,
                                            nacre_server_config** config);
NACRE_C_API void nacre_server_config_free(nacre_server_config* config);

// A connection without I/O and buffers of its own. Configurations may be freed before it.
NACRE_C_API bool nacre_connection_new_client(const nacre_client_config* config,
                                             const char* server_name, nacre_error* error,
                                             nacre_connection** connection);
NACRE_C_API bool nacre_connection_new_server(const nacre_server_config* config, nacre_error* error,
                                             nacre_connection** connection);
NACRE_C_API void nacre_connection_free(nacre_connection* connection);

// What the caller can do now. Values may be added.
typedef enum nacre_event {
  NACRE_NEED_INPUT = 0,          // read `at_least` more bytes; 0: there may be more already
  NACRE_NEED_OUTPUT = 1,         // send what was produced; give room for `at_least`
  NACRE_APPLICATION_DATA = 2,    // `data`, in `incoming`
  NACRE_HANDSHAKE_COMPLETE = 3,  // data may be sealed
  NACRE_PEER_CLOSED = 4,         // close_notify came
  NACRE_SIGNATURE_WANTED = 5     // sign `data` by `scheme`, then nacre_resume_signature()
} nacre_event;

// What one call did.
typedef struct nacre_step {
  size_t consumed;   // bytes of `incoming` that are done with
  size_t produced;   // bytes of `outgoing` to send
  int32_t event;     // a nacre_event
  size_t at_least;   // bytes of input or room that are needed; 0: as they come
  nacre_bytes data;  // until the next call
  uint16_t scheme;   // a SignatureScheme, RFC 9846, section 4.3.3
} nacre_step;

// Handles at most one record of `incoming`, which is overwritten, and writes what there is to send
// to `outgoing`. On failure the connection is dead, and `step->produced` bytes of `outgoing` hold
// the alert: send them.
NACRE_C_API bool nacre_advance(nacre_connection* connection, uint8_t* incoming,
                               size_t incoming_size, uint8_t* outgoing, size_t outgoing_size,
                               nacre_error* error, nacre_step* step);
// Answers NACRE_SIGNATURE_WANTED. Size 0: the key would not sign.
NACRE_C_API bool nacre_resume_signature(nacre_connection* connection, nacre_bytes signature,
                                        nacre_error* error);
// Encrypts as much of `plaintext` as fits one record.
NACRE_C_API bool nacre_seal(nacre_connection* connection, nacre_bytes plaintext, uint8_t* outgoing,
                            size_t outgoing_size, nacre_error* error, size_t* consumed,
                            size_t* produced);
// Changes our keys, and asks the peer to change its own if `request_peer`.
NACRE_C_API bool nacre_update_keys(nacre_connection* connection, bool request_peer,
                                   uint8_t* outgoing, size_t outgoing_size, nacre_error* error,
                                   size_t* produced);
// Sends close_notify.
NACRE_C_API bool nacre_close(nacre_connection* connection, uint8_t* outgoing, size_t outgoing_size,
                             nacre_error* error, size_t* produced);
// Tells that the transport has ended. Fails with truncated_stream if close_notify has not come.
NACRE_C_API bool nacre_transport_closed(nacre_connection* connection, nacre_error* error);

// What was agreed on. The names are static; `protocol` is the connection's.
typedef struct nacre_agreement {
  uint16_t cipher_suite;
  uint16_t group;
  const char* cipher_suite_name;
  const char* group_name;
  nacre_bytes protocol;  // ALPN; size 0: none
} nacre_agreement;

// Whether both Finished are verified, and what was agreed on until now.
NACRE_C_API bool nacre_is_complete(const nacre_connection* connection);
NACRE_C_API void nacre_agreed(const nacre_connection* connection, nacre_agreement* agreement);
// Keying material for the application, RFC 9846, section 7.5.
NACRE_C_API bool nacre_export(const nacre_connection* connection, const char* label,
                              nacre_bytes context, nacre_error* error, uint8_t* out,
                              size_t out_size);

// A connection over a socket, with buffers: each call waits for what it needs. `timeout_ms` bounds
// the whole set-up (name resolution, connection and handshake together), and each read and write
// after that; 0: ten seconds; NACRE_NO_TIMEOUT: no bound.

// Connects by TCP and shakes hands.
NACRE_C_API bool nacre_connect(const nacre_client_config* config, const char* host, uint16_t port,
                               uint32_t timeout_ms, nacre_error* error, nacre_stream** stream);
// Shakes hands over a connected socket, and owns it, even on failure.
NACRE_C_API bool nacre_stream_new_client(const nacre_client_config* config, int descriptor,
                                         const char* server_name, uint32_t timeout_ms,
                                         nacre_error* error, nacre_stream** stream);
NACRE_C_API bool nacre_stream_new_server(const nacre_server_config* config, int descriptor,
                                         uint32_t timeout_ms, nacre_error* error,
                                         nacre_stream** stream);
// Closes the socket. Without nacre_stream_close() before, the peer must think of the data as cut.
NACRE_C_API void nacre_stream_free(nacre_stream* stream);
// Waits for data: `size` tells how much came; 0: the peer has closed.
NACRE_C_API bool nacre_stream_read(nacre_stream* stream, uint8_t* buffer, size_t buffer_size,
                                   nacre_error* error, size_t* size);
// Sends all. Where it fails with timed_out, call it again with the same data: it goes on where it
// stopped.
NACRE_C_API bool nacre_stream_write(nacre_stream* stream, nacre_bytes data, nacre_error* error);
// Sends close_notify. What the peer sends can still be read.
NACRE_C_API bool nacre_stream_close(nacre_stream* stream, nacre_error* error);
// The stream's connection, to ask nacre_agreed() and its like. It lives as long as the stream, and
// is not to be freed.
NACRE_C_API nacre_connection* nacre_stream_connection(nacre_stream* stream);

#ifdef __cplusplus
}
#endif

#endif
