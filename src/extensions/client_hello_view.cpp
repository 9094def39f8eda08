// ClientHelloView. RFC 9846, section 4.2.2.
#include <optional>

#include "extensions/alpn.h"
#include "extensions/number_set.h"
#include "extensions/server_name.h"
#include "extensions/signature_algorithms.h"
#include "extensions/supported_groups.h"
#include "extensions/supported_versions.h"
#include "messages/client_hello.h"
#include "nacre/client_hello.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

Result<ClientHelloView> ClientHelloView::read(Bytes body) {
  TRY(const auto hello, wire::read_all<ClientHello>(body));
  // Section 4.3.
  ENSURE(all_distinct(hello.extensions, &Extension::extension_type), Error::duplicate_extension);
  ClientHelloView view;
  view.legacy_version_ = hello.legacy_version;
  view.random_ = body.subspan(sizeof(ProtocolVersion), hello.random.size());
  view.legacy_session_id_ = hello.legacy_session_id.bytes;
  view.cipher_suites_ = HelloList<CipherSuite>(hello.cipher_suites.encoding());
  view.legacy_compression_methods_ = hello.legacy_compression_methods.bytes;
  view.extensions_ = HelloList<ExtensionView>(hello.extensions.encoding());
  TRY(view.read_extensions());
  return view;
}

Result<void> ClientHelloView::read_extensions() {
  TRY(const auto block, Extensions::from_encoding(extensions_.encoding()));
  TRY(const auto groups, find<SupportedGroups>(block));
  if (groups) supported_groups_ = HelloList<NamedGroup>(groups->named_group_list.encoding());
  TRY(const auto schemes, find<SignatureAlgorithms>(block));
  if (schemes) {
    signature_algorithms_ =
        HelloList<SignatureScheme>(schemes->supported_signature_algorithms.encoding());
  }
  TRY(const auto versions, find<SupportedVersionsClientHello>(block));
  if (versions) supported_versions_ = HelloList<ProtocolVersion>(versions->versions.encoding());
  TRY(const auto protocols, find<ProtocolNameList>(block));
  if (protocols) alpn_ = HelloList<std::string_view>(protocols->protocol_name_list.encoding());
  TRY(const auto names, find<ServerNameList>(block));
  if (names) server_name_ = text_of(names->host_name());
  return {};
}

std::optional<Bytes> ClientHelloView::extension(ExtensionType type) const {
  for (const ExtensionView& extension : extensions_) {
    if (extension.type == type) return extension.data;
  }
  return std::nullopt;
}

}  // namespace nacre
