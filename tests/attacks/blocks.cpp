#include "attacks/blocks.h"

#include <algorithm>
#include <utility>

namespace nacre::test {
namespace {

Side hear_hello(Side& side, const Message& message,
                const std::function<void(ExtensionList&)>& edit) {
  Hello hello = Hello::parse(message);
  edit(hello.extensions);
  side.hear(hello.encode());
  return std::move(side);
}

// The leaf of a Certificate message.
Data leaf_of(const Message& message) {
  Cursor cursor(message);
  cursor.take(4);
  cursor.vector(1);
  return Cursor(cursor.vector(3)).vector(3);
}

}  // namespace

Data& at(ExtensionList& list, int type) {
  return std::ranges::find(list, type, &ExtensionList::value_type::first)->second;
}

Data encode(const ExtensionList& list) {
  Data encoding;
  for (const auto& [type, data] : list) {
    encoding = encoding + number(2, static_cast<std::size_t>(type)) + vector(2, data);
  }
  return encoding;
}

ExtensionList read_extensions(const Data& encoding) {
  ExtensionList list;
  for (Cursor cursor(encoding); !cursor.empty();) {
    const int type = static_cast<int>(cursor.number(2));
    list.emplace_back(type, cursor.vector(2));
  }
  return list;
}

Side hear_block(Where where, const std::function<void(ExtensionList&)>& edit, bool offers_more) {
  const bool retries = where == Where::hello_retry_request;
  ClientConfig::Builder client = retries ? retried_client() : client_config();
  ServerConfig::Builder server = retries ? retrying_server() : server_config();
  if (offers_more) {
    client.alpn({"one", "two"}).record_size_limit(1'000);
    server.alpn({"two"}).record_size_limit(2'000);
  }
  Between between(client, server);
  if (where == Where::client_hello) {
    return hear_hello(between.server, between.client.messages().front(), edit);
  }
  between.greet();
  if (where == Where::server_hello || retries) {
    return hear_hello(between.client, between.inbox.front(), edit);
  }
  between.tell_client(1);
  if (where == Where::encrypted_extensions) {
    Cursor body(Data(between.inbox.front().begin() + 4, between.inbox.front().end()));
    ExtensionList list = read_extensions(body.vector(2));
    edit(list);
    between.client.hear(message(8, vector(2, encode(list))));
    return std::move(between.client);
  }
  between.tell_client(1);
  ExtensionList list;
  if (where == Where::certificate_request) {
    list.emplace_back(13, vector(2, {4, 3}));
    edit(list);
    between.client.hear(message(13, Data{0} + vector(2, encode(list))));
  } else if (where == Where::certificate) {
    edit(list);
    const Data entry = vector(3, leaf_of(between.inbox.front())) + vector(2, encode(list));
    between.client.hear(message(11, Data{0} + vector(3, entry)));
  } else {
    between.tell_client(between.inbox.size());
    edit(list);
    between.client.hear(message(4, Data{0, 1, 0, 0, 1, 1, 1, 1} + vector(1, {7}) +
                                       vector(2, {1, 2}) + vector(2, encode(list))));
  }
  return std::move(between.client);
}

}  // namespace nacre::test
