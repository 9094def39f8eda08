// Fetches a page over HTTPS, in C: c_client HOST [PORT [CA.pem]]
#include <nacre/nacre.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed(const char* what, const nacre_error* error) {
  fprintf(stderr, "c_client: %s: %s (%s)\n", what, error->description, error->name);
  return 1;
}

static int fetch(nacre_stream* stream, const char* host) {
  nacre_error error;
  char request[512];
  const int length = snprintf(request, sizeof(request),
                              "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host);
  const nacre_bytes bytes = {(const uint8_t*)request, (size_t)length};
  if (!nacre_stream_write(stream, bytes, &error)) return failed("sending", &error);

  nacre_agreement agreed;
  nacre_agreed(nacre_stream_connection(stream), &agreed);
  fprintf(stderr, "%s, %s\n", agreed.group_name, agreed.cipher_suite_name);

  uint8_t buffer[4096];
  size_t size = 1;
  while (size > 0) {
    if (!nacre_stream_read(stream, buffer, sizeof(buffer), &error, &size)) {
      return failed("receiving", &error);
    }
    fwrite(buffer, 1, size, stdout);
  }
  return nacre_stream_close(stream, &error) ? 0 : failed("closing", &error);
}

int main(int count, char** arguments) {
  const char* host = count > 1 ? arguments[1] : "localhost";
  const uint16_t port = (uint16_t)(count > 2 ? strtoul(arguments[2], NULL, 10) : 443);
  nacre_error error;
  nacre_client_builder* builder = nacre_client_builder_new();
  nacre_client_config* config = NULL;
  nacre_stream* stream = NULL;
  const bool trusted = count > 3
                           ? nacre_client_builder_trust_pem_file(builder, arguments[3], &error)
                           : nacre_client_builder_trust_system(builder, &error);
  int status = 0;
  if (!trusted || !nacre_client_builder_build(builder, &error, &config)) {
    status = failed("configuration", &error);
  } else if (!nacre_connect(config, host, port, 10000, &error, &stream)) {
    status = failed(host, &error);
  } else {
    status = fetch(stream, host);
  }
  nacre_stream_free(stream);
  nacre_client_config_free(config);
  nacre_client_builder_free(builder);
  return status;
}
