// The C interface, used from C11. Each check that fails prints its line, and counts.
#include "capi_c.h"

#include <nacre/nacre.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int faults;
#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      ++faults;                                                                     \
    }                                                                               \
  } while (0)

static nacre_bytes text(const char* string) {
  const nacre_bytes bytes = {(const uint8_t*)string, strlen(string)};
  return bytes;
}

struct side {
  nacre_connection* connection;
  uint8_t inbox[70000];
  size_t held;
  char received[1000];
  size_t received_size;
  bool complete;
  bool closed;
  bool failed;
  nacre_error error;
};

static void deliver(struct side* to, const uint8_t* bytes, size_t size) {
  CHECK(to->held + size <= sizeof(to->inbox));
  memcpy(to->inbox + to->held, bytes, size);
  to->held += size;
}

// One call of nacre_advance(). Returns whether anything moved.
static bool step(struct side* from, struct side* to) {
  uint8_t outgoing[NACRE_MAX_RECORD_SIZE];
  nacre_step done;
  if (from->failed) return false;
  from->failed = !nacre_advance(from->connection, from->inbox, from->held, outgoing,
                                sizeof(outgoing), &from->error, &done);
  deliver(to, outgoing, done.produced);
  if (done.event == NACRE_APPLICATION_DATA) {
    memcpy(from->received + from->received_size, done.data.data, done.data.size);
    from->received_size += done.data.size;
  }
  if (done.event == NACRE_HANDSHAKE_COMPLETE) from->complete = true;
  if (done.event == NACRE_PEER_CLOSED) from->closed = true;
  memmove(from->inbox, from->inbox + done.consumed, from->held - done.consumed);
  from->held -= done.consumed;
  return done.consumed > 0 || done.produced > 0;
}

static void drive(struct side* client, struct side* server) {
  while (step(client, server) || step(server, client)) {
  }
}

static nacre_client_config* client_config(const struct capi_test_input* input) {
  nacre_error error;
  nacre_client_config* config = NULL;
  nacre_client_builder* builder = nacre_client_builder_new();
  CHECK(!nacre_client_builder_build(builder, &error, &config));
  CHECK(strcmp(error.name, "no_trust_anchors") == 0);
  CHECK(nacre_client_builder_trust_pem(builder, text(input->ca_pem), &error));
  CHECK(error.name[0] == '\0');
  nacre_client_builder_add_protocol(builder, "echo");
  nacre_client_builder_pad_to(builder, 64);
  nacre_client_builder_record_size_limit(builder, 1000);
  CHECK(nacre_client_builder_build(builder, &error, &config));
  nacre_client_builder_free(builder);
  return config;
}

static nacre_server_config* server_config(const struct capi_test_input* input) {
  nacre_error error;
  nacre_server_config* config = NULL;
  nacre_server_builder* builder = nacre_server_builder_new();
  CHECK(!nacre_server_builder_build(builder, &error, &config));
  CHECK(config == NULL);
  CHECK(!nacre_server_builder_add_pem(builder, text("nothing"), text("nothing"), &error));
  CHECK(strcmp(error.name, "bad_pem") == 0);
  CHECK(nacre_server_builder_add_pem(builder, text(input->chain_pem), text(input->key_pem), NULL));
  nacre_server_builder_add_protocol(builder, "echo");
  CHECK(nacre_server_builder_build(builder, &error, &config));
  nacre_server_builder_free(builder);
  return config;
}

static void check_data(struct side* client, struct side* server) {
  uint8_t outgoing[NACRE_MAX_RECORD_SIZE];
  nacre_error error;
  size_t consumed = 0;
  size_t produced = 0;
  CHECK(!nacre_seal(client->connection, text("x"), outgoing, 5, &error, &consumed, &produced));
  CHECK(strcmp(error.name, "buffer_too_small") == 0);
  CHECK(nacre_seal(client->connection, text("hello"), outgoing, sizeof(outgoing), &error, &consumed,
                   &produced));
  CHECK(consumed == 5);
  CHECK(produced == 5 + 64 + 1 + 16);
  deliver(server, outgoing, produced);
  CHECK(nacre_update_keys(client->connection, true, outgoing, sizeof(outgoing), &error, &produced));
  deliver(server, outgoing, produced);
  CHECK(nacre_close(client->connection, outgoing, sizeof(outgoing), &error, &produced));
  deliver(server, outgoing, produced);
  drive(client, server);
  CHECK(server->received_size == 5 && memcmp(server->received, "hello", 5) == 0);
  CHECK(server->closed);
  CHECK(nacre_transport_closed(server->connection, &error));
  CHECK(!nacre_transport_closed(client->connection, &error));
  CHECK(strcmp(error.name, "truncated_stream") == 0);
  CHECK(error.alert == NACRE_NO_ALERT);
}

static void check_connection(const nacre_client_config* client_side,
                             const nacre_server_config* server_side) {
  static struct side client;
  static struct side server;
  nacre_error error;
  CHECK(!nacre_connection_new_client(client_side, "not a name", &error, &client.connection));
  CHECK(strcmp(error.name, "bad_name") == 0);
  CHECK(client.connection == NULL);
  CHECK(nacre_connection_new_client(client_side, "localhost", &error, &client.connection));
  CHECK(nacre_connection_new_server(server_side, &error, &server.connection));
  CHECK(!nacre_is_complete(client.connection));
  drive(&client, &server);
  CHECK(client.complete && server.complete);
  CHECK(nacre_is_complete(client.connection));

  nacre_agreement agreed;
  nacre_agreed(server.connection, &agreed);
  CHECK(agreed.cipher_suite == 0x1301);
  CHECK(strcmp(agreed.cipher_suite_name, "TLS_AES_128_GCM_SHA256") == 0);
  CHECK(agreed.group == 0x11ec);
  CHECK(strcmp(agreed.group_name, "X25519MLKEM768") == 0);
  CHECK(agreed.protocol.size == 4 && memcmp(agreed.protocol.data, "echo", 4) == 0);

  uint8_t ours[20];
  uint8_t theirs[20];
  CHECK(nacre_export(client.connection, "label", text("context"), &error, ours, sizeof(ours)));
  CHECK(nacre_export(server.connection, "label", text("context"), &error, theirs, sizeof(theirs)));
  CHECK(memcmp(ours, theirs, sizeof(ours)) == 0);
  check_data(&client, &server);
  nacre_connection_free(client.connection);
  nacre_connection_free(server.connection);
}

static void check_refusal(const nacre_client_config* client_side,
                          const nacre_server_config* server_side) {
  static struct side client;
  static struct side server;
  CHECK(nacre_connection_new_client(client_side, "elsewhere.test", NULL, &client.connection));
  CHECK(nacre_connection_new_server(server_side, NULL, &server.connection));
  drive(&client, &server);
  CHECK(client.failed && server.failed);
  CHECK(strcmp(client.error.name, "certificate_wrong_name") == 0);
  CHECK(client.error.alert == 46 && !client.error.alert_from_peer);
  CHECK(client.error.description[0] != '\0');
  CHECK(strcmp(server.error.name, "peer_alert") == 0);
  CHECK(server.error.alert == 46 && server.error.alert_from_peer);
  nacre_connection_free(client.connection);
  nacre_connection_free(server.connection);
}

static void check_null_of(nacre_stream* stream);

struct echo {
  const nacre_server_config* config;
  int descriptor;
  bool done;
};

static void* echo(void* argument) {
  struct echo* echo = argument;
  nacre_stream* stream = NULL;
  uint8_t buffer[100];
  size_t size = 1;
  echo->done = nacre_stream_new_server(echo->config, echo->descriptor, 20000, NULL, &stream);
  while (echo->done && size > 0) {
    echo->done = nacre_stream_read(stream, buffer, sizeof(buffer), NULL, &size);
    const nacre_bytes bytes = {buffer, size};
    echo->done = echo->done && nacre_stream_write(stream, bytes, NULL);
  }
  echo->done = echo->done && nacre_stream_close(stream, NULL);
  nacre_stream_free(stream);
  return NULL;
}

static void check_stream(const nacre_client_config* client_side,
                         const nacre_server_config* server_side) {
  int ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  struct echo server = {server_side, ends[1], false};
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, echo, &server) == 0);
  nacre_error error;
  nacre_stream* stream = NULL;
  CHECK(nacre_stream_new_client(client_side, ends[0], "localhost", 20000, &error, &stream));
  CHECK(nacre_is_complete(nacre_stream_connection(stream)));
  check_null_of(stream);
  CHECK(nacre_stream_write(stream, text("over a socket"), &error));
  CHECK(nacre_stream_close(stream, &error));
  char reply[100];
  size_t held = 0;
  size_t size = 1;
  while (size > 0) {
    CHECK(nacre_stream_read(stream, (uint8_t*)reply + held, sizeof(reply) - held, &error, &size));
    held += size;
  }
  CHECK(held == 13 && memcmp(reply, "over a socket", held) == 0);
  pthread_join(thread, NULL);
  CHECK(server.done);
  nacre_stream_free(stream);
}

// A call with a NULL where there may be none fails, and says so.
#define CHECK_NULL(call)                          \
  do {                                            \
    memset(&error, 0, sizeof(error));             \
    CHECK(!(call));                               \
    CHECK(strcmp(error.name, "wrong_call") == 0); \
  } while (0)

static void check_null_builders(const struct capi_test_input* input) {
  nacre_error error;
  const nacre_bytes bad = {NULL, 1};
  nacre_client_config* client_config = NULL;
  nacre_server_config* server_config = NULL;
  nacre_client_builder* client = nacre_client_builder_new();
  nacre_server_builder* server = nacre_server_builder_new();
  CHECK_NULL(nacre_client_builder_trust_system(NULL, &error));
  CHECK_NULL(nacre_client_builder_trust_pem(NULL, text(input->ca_pem), &error));
  CHECK_NULL(nacre_client_builder_trust_pem(client, bad, &error));
  CHECK_NULL(nacre_client_builder_trust_pem_file(NULL, "file", &error));
  CHECK_NULL(nacre_client_builder_trust_pem_file(client, NULL, &error));
  CHECK_NULL(nacre_client_builder_build(NULL, &error, &client_config));
  CHECK_NULL(nacre_client_builder_build(client, &error, NULL));
  CHECK_NULL(nacre_server_builder_add_pem(NULL, text("x"), text("x"), &error));
  CHECK_NULL(nacre_server_builder_add_pem(server, bad, text("x"), &error));
  CHECK_NULL(nacre_server_builder_add_pem(server, text("x"), bad, &error));
  CHECK_NULL(nacre_server_builder_add_pem_files(NULL, "a", "b", &error));
  CHECK_NULL(nacre_server_builder_add_pem_files(server, NULL, "b", &error));
  CHECK_NULL(nacre_server_builder_add_pem_files(server, "a", NULL, &error));
  CHECK_NULL(nacre_server_builder_add_chain_pem(NULL, text("x"), &error));
  CHECK_NULL(nacre_server_builder_add_chain_pem(server, bad, &error));
  CHECK_NULL(nacre_server_builder_build(NULL, &error, &server_config));
  CHECK_NULL(nacre_server_builder_build(server, &error, NULL));
  // What has no error does nothing.
  nacre_client_builder_add_protocol(NULL, "echo");
  nacre_client_builder_pad_to(NULL, 64);
  nacre_client_builder_record_size_limit(NULL, 64);
  nacre_server_builder_add_protocol(NULL, "echo");
  nacre_server_builder_pad_to(NULL, 64);
  nacre_server_builder_record_size_limit(NULL, 64);
  // But for a protocol, without which less would be agreed on than was meant.
  CHECK(nacre_client_builder_trust_pem(client, text(input->ca_pem), &error));
  nacre_client_builder_add_protocol(client, NULL);
  CHECK_NULL(nacre_client_builder_build(client, &error, &client_config));
  CHECK(nacre_server_builder_add_pem(server, text(input->chain_pem), text(input->key_pem), &error));
  nacre_server_builder_add_protocol(server, NULL);
  CHECK_NULL(nacre_server_builder_build(server, &error, &server_config));
  CHECK(client_config == NULL && server_config == NULL);
  nacre_client_builder_free(client);
  nacre_server_builder_free(server);
}

static void check_null_connections(const nacre_client_config* client_side,
                                   const nacre_server_config* server_side) {
  nacre_error error;
  nacre_step done;
  nacre_agreement agreed;
  nacre_connection* client = NULL;
  const nacre_bytes bad = {NULL, 1};
  uint8_t out[NACRE_MAX_RECORD_SIZE];
  size_t consumed = 0;
  size_t produced = 0;
  CHECK_NULL(nacre_connection_new_client(NULL, "localhost", &error, &client));
  CHECK_NULL(nacre_connection_new_client(client_side, NULL, &error, &client));
  CHECK_NULL(nacre_connection_new_client(client_side, "localhost", &error, NULL));
  CHECK_NULL(nacre_connection_new_server(NULL, &error, &client));
  CHECK_NULL(nacre_connection_new_server(server_side, &error, NULL));
  CHECK(client == NULL);
  CHECK(nacre_connection_new_client(client_side, "localhost", &error, &client));
  CHECK_NULL(nacre_advance(NULL, out, 0, out, sizeof(out), &error, &done));
  CHECK_NULL(nacre_advance(client, NULL, 1, out, sizeof(out), &error, &done));
  CHECK_NULL(nacre_advance(client, NULL, 0, NULL, 1, &error, &done));
  CHECK_NULL(nacre_advance(client, NULL, 0, out, sizeof(out), &error, NULL));
  CHECK_NULL(nacre_resume_signature(NULL, text("x"), &error));
  CHECK_NULL(nacre_resume_signature(client, bad, &error));
  CHECK_NULL(nacre_seal(NULL, text("x"), out, sizeof(out), &error, &consumed, &produced));
  CHECK_NULL(nacre_seal(client, bad, out, sizeof(out), &error, &consumed, &produced));
  CHECK_NULL(nacre_seal(client, text("x"), NULL, 1, &error, &consumed, &produced));
  CHECK_NULL(nacre_seal(client, text("x"), out, sizeof(out), &error, NULL, &produced));
  CHECK_NULL(nacre_seal(client, text("x"), out, sizeof(out), &error, &consumed, NULL));
  CHECK_NULL(nacre_update_keys(NULL, true, out, sizeof(out), &error, &produced));
  CHECK_NULL(nacre_update_keys(client, true, NULL, 1, &error, &produced));
  CHECK_NULL(nacre_update_keys(client, true, out, sizeof(out), &error, NULL));
  CHECK_NULL(nacre_close(NULL, out, sizeof(out), &error, &produced));
  CHECK_NULL(nacre_close(client, NULL, 1, &error, &produced));
  CHECK_NULL(nacre_close(client, out, sizeof(out), &error, NULL));
  CHECK_NULL(nacre_transport_closed(NULL, &error));
  CHECK_NULL(nacre_export(NULL, "label", text("x"), &error, out, 20));
  CHECK_NULL(nacre_export(client, NULL, text("x"), &error, out, 20));
  CHECK_NULL(nacre_export(client, "label", bad, &error, out, 20));
  CHECK_NULL(nacre_export(client, "label", text("x"), &error, NULL, 20));
  CHECK(!nacre_is_complete(NULL));
  nacre_agreed(client, NULL);
  nacre_agreed(NULL, &agreed);
  CHECK(agreed.cipher_suite == 0 && agreed.cipher_suite_name != NULL && agreed.protocol.size == 0);
  // None of them has changed anything, and an error is not asked for.
  CHECK(!nacre_advance(NULL, NULL, 0, NULL, 0, NULL, NULL));
  CHECK(nacre_advance(client, NULL, 0, out, sizeof(out), NULL, &done));
  CHECK(done.produced > 100);
  nacre_connection_free(client);
}

static void check_null_streams(const nacre_client_config* client_side,
                               const nacre_server_config* server_side) {
  nacre_error error;
  nacre_stream* stream = NULL;
  uint8_t out[10];
  size_t size = 1;
  CHECK_NULL(nacre_connect(NULL, "localhost", 1, 1, &error, &stream));
  CHECK_NULL(nacre_connect(client_side, NULL, 1, 1, &error, &stream));
  CHECK_NULL(nacre_connect(client_side, "localhost", 1, 1, &error, NULL));
  CHECK_NULL(nacre_stream_new_client(NULL, -1, "localhost", 1, &error, &stream));
  CHECK_NULL(nacre_stream_new_client(client_side, -1, NULL, 1, &error, &stream));
  CHECK_NULL(nacre_stream_new_client(client_side, -1, "localhost", 1, &error, NULL));
  CHECK_NULL(nacre_stream_new_server(server_side, -1, 1, &error, NULL));
  // The socket is owned, even so.
  int ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CHECK_NULL(nacre_stream_new_server(NULL, ends[0], 1, &error, &stream));
  CHECK(recv(ends[1], out, sizeof(out), 0) == 0);
  close(ends[1]);
  CHECK(stream == NULL);
  CHECK_NULL(nacre_stream_read(NULL, out, sizeof(out), &error, &size));
  CHECK(size == 0);
  CHECK_NULL(nacre_stream_write(NULL, text("x"), &error));
  CHECK_NULL(nacre_stream_close(NULL, &error));
  CHECK(nacre_stream_connection(NULL) == NULL);
}

// Those that want a stream.
static void check_null_of(nacre_stream* stream) {
  nacre_error error;
  const nacre_bytes bad = {NULL, 1};
  uint8_t out[10];
  size_t size = 1;
  CHECK_NULL(nacre_stream_read(stream, NULL, 1, &error, &size));
  CHECK_NULL(nacre_stream_read(stream, out, sizeof(out), &error, NULL));
  CHECK_NULL(nacre_stream_write(stream, bad, &error));
}

int capi_test_null(const struct capi_test_input* input) {
  faults = 0;
  nacre_client_config* client = client_config(input);
  nacre_server_config* server = server_config(input);
  check_null_builders(input);
  check_null_connections(client, server);
  check_null_streams(client, server);
  nacre_client_config_free(client);
  nacre_server_config_free(server);
  return faults;
}

int capi_test(const struct capi_test_input* input) {
  faults = 0;
  CHECK(strncmp(nacre_version(), "0.", 2) == 0);
  nacre_client_config* client = client_config(input);
  nacre_server_config* server = server_config(input);
  check_connection(client, server);
  check_refusal(client, server);
  check_stream(client, server);
  nacre_client_config_free(client);
  nacre_server_config_free(server);

  // Every _free takes NULL.
  nacre_client_builder_free(NULL);
  nacre_client_config_free(NULL);
  nacre_server_builder_free(NULL);
  nacre_server_config_free(NULL);
  nacre_connection_free(NULL);
  nacre_stream_free(NULL);
  return faults;
}

int capi_test_signature(const struct capi_test_input* input, capi_test_sign sign) {
  static struct side client;
  static struct side server;
  static uint8_t outgoing[NACRE_MAX_RECORD_SIZE];
  faults = 0;
  nacre_client_config* client_side = client_config(input);
  nacre_server_builder* builder = nacre_server_builder_new();
  nacre_server_config* server_side = NULL;
  CHECK(nacre_server_builder_add_chain_pem(builder, text(input->chain_pem), NULL));
  nacre_server_builder_add_protocol(builder, "echo");
  CHECK(nacre_server_builder_build(builder, NULL, &server_side));
  CHECK(nacre_connection_new_client(client_side, "localhost", NULL, &client.connection));
  CHECK(nacre_connection_new_server(server_side, NULL, &server.connection));
  drive(&client, &server);
  CHECK(!client.complete);

  nacre_step done;
  CHECK(nacre_advance(server.connection, NULL, 0, outgoing, sizeof(outgoing), NULL, &done));
  CHECK(done.event == NACRE_SIGNATURE_WANTED);
  uint8_t signature[5000];
  const nacre_bytes bytes = {signature,
                             sign(done.scheme, done.data.data, done.data.size, signature)};
  CHECK(nacre_resume_signature(server.connection, bytes, NULL));
  nacre_error error;
  CHECK(!nacre_resume_signature(server.connection, bytes, &error));
  CHECK(strcmp(error.name, "no_question") == 0);
  drive(&client, &server);
  CHECK(client.complete && server.complete);

  nacre_connection_free(client.connection);
  nacre_connection_free(server.connection);
  nacre_client_config_free(client_side);
  nacre_server_config_free(server_side);
  nacre_server_builder_free(builder);
  return faults;
}
