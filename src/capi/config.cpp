// Configurations, over the C interface.
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "capi/handles.h"
#include "nacre/credentials.h"

namespace {

using nacre::capi::are_given;
using nacre::capi::give;
using nacre::capi::hand_out;
using nacre::capi::make;
using nacre::capi::refuse;
using nacre::capi::refuse_null;
using nacre::capi::succeed;
using nacre::capi::view;

bool trust(nacre_client_builder* builder, nacre::Result<nacre::TrustAnchors> anchors,
           nacre_error* error) {
  if (!anchors) return refuse(error, anchors.error());
  builder->anchors = *std::move(anchors);
  return succeed(error);
}

bool add(nacre_server_builder* builder, nacre::Result<nacre::Credential> credential,
         nacre_error* error) {
  if (!credential) return refuse(error, credential.error());
  builder->credentials.push_back(*std::move(credential));
  return succeed(error);
}

void add_protocol(CommonOptions* options, const char* protocol) {
  if (options == nullptr) return;
  if (protocol == nullptr) {
    options->has_null = true;
  } else {
    options->protocols.emplace_back(protocol);
  }
}

template <class Builder>
void apply(const CommonOptions& options, Builder& builder) {
  const std::vector<std::string_view> protocols(options.protocols.begin(), options.protocols.end());
  builder.alpn(protocols);
  if (options.pad_to) builder.pad_to(*options.pad_to);
  if (options.record_size_limit) builder.record_size_limit(*options.record_size_limit);
}

}  // namespace

nacre_client_builder* nacre_client_builder_new(void) {
  return make<nacre_client_builder>();
}

void nacre_client_builder_free(nacre_client_builder* builder) {
  delete builder;
}

bool nacre_client_builder_trust_system(nacre_client_builder* builder, nacre_error* error) {
  if (!are_given(builder)) return refuse_null(error);
  return trust(builder, nacre::TrustAnchors::from_system(), error);
}

bool nacre_client_builder_trust_pem(nacre_client_builder* builder, nacre_bytes pem,
                                    nacre_error* error) {
  if (!are_given(builder, pem)) return refuse_null(error);
  return trust(builder, nacre::TrustAnchors::from_pem(nacre::text_of(view(pem))), error);
}

bool nacre_client_builder_trust_pem_file(nacre_client_builder* builder, const char* path,
                                         nacre_error* error) {
  if (!are_given(builder, path)) return refuse_null(error);
  return trust(builder, nacre::TrustAnchors::from_pem_file(path), error);
}

void nacre_client_builder_add_protocol(nacre_client_builder* builder, const char* protocol) {
  add_protocol(builder, protocol);
}

void nacre_client_builder_pad_to(nacre_client_builder* builder, size_t block) {
  if (builder != nullptr) builder->pad_to = block;
}

void nacre_client_builder_record_size_limit(nacre_client_builder* builder, size_t bytes) {
  if (builder != nullptr) builder->record_size_limit = bytes;
}

bool nacre_client_builder_build(const nacre_client_builder* builder, nacre_error* error,
                                nacre_client_config** config) {
  give(config, static_cast<nacre_client_config*>(nullptr));
  if (!are_given(builder, config) || builder->has_null) return refuse_null(error);
  if (!builder->anchors) return refuse(error, nacre::Error::no_trust_anchors);
  nacre::ClientConfig::Builder inner(*builder->anchors);
  apply(*builder, inner);
  auto built = inner.build();
  if (!built) return refuse(error, built.error());
  return hand_out(make<nacre_client_config>(*std::move(built)), error, config);
}

void nacre_client_config_free(nacre_client_config* config) {
  delete config;
}

nacre_server_builder* nacre_server_builder_new(void) {
  return make<nacre_server_builder>();
}

void nacre_server_builder_free(nacre_server_builder* builder) {
  delete builder;
}

bool nacre_server_builder_add_pem(nacre_server_builder* builder, nacre_bytes chain, nacre_bytes key,
                                  nacre_error* error) {
  if (!are_given(builder, chain, key)) return refuse_null(error);
  return add(builder,
             nacre::Credential::from_pem(nacre::text_of(view(chain)), nacre::text_of(view(key))),
             error);
}

bool nacre_server_builder_add_pem_files(nacre_server_builder* builder, const char* chain_path,
                                        const char* key_path, nacre_error* error) {
  if (!are_given(builder, chain_path, key_path)) return refuse_null(error);
  return add(builder, nacre::Credential::from_pem_files(chain_path, key_path), error);
}

bool nacre_server_builder_add_chain_pem(nacre_server_builder* builder, nacre_bytes chain,
                                        nacre_error* error) {
  if (!are_given(builder, chain)) return refuse_null(error);
  return add(builder, nacre::Credential::from_chain_pem(nacre::text_of(view(chain))), error);
}

void nacre_server_builder_add_protocol(nacre_server_builder* builder, const char* protocol) {
  add_protocol(builder, protocol);
}

void nacre_server_builder_pad_to(nacre_server_builder* builder, size_t block) {
  if (builder != nullptr) builder->pad_to = block;
}

void nacre_server_builder_record_size_limit(nacre_server_builder* builder, size_t bytes) {
  if (builder != nullptr) builder->record_size_limit = bytes;
}

bool nacre_server_builder_build(const nacre_server_builder* builder, nacre_error* error,
                                nacre_server_config** config) {
  give(config, static_cast<nacre_server_config*>(nullptr));
  if (!are_given(builder, config) || builder->has_null) return refuse_null(error);
  if (builder->credentials.empty()) return refuse(error, nacre::Error::bad_configuration);
  nacre::ServerConfig::Builder inner(builder->credentials.front());
  for (std::size_t i = 1; i < builder->credentials.size(); ++i) {
    inner.credential(builder->credentials.at(i));
  }
  apply(*builder, inner);
  auto built = inner.build();
  if (!built) return refuse(error, built.error());
  return hand_out(make<nacre_server_config>(*std::move(built)), error, config);
}

void nacre_server_config_free(nacre_server_config* config) {
  delete config;
}
