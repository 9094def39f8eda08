// A session as its client keeps it.
#include "session/session.h"

#include <algorithm>

#include "crypto/cipher_suite.h"
#include "session/external_psk.h"
#include "session/time.h"

namespace nacre {

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

std::string_view Session::server_name() const {
  return impl_->server_name;
}

std::string_view Session::alpn() const {
  return impl_->alpn;
}

UnixTime Session::expires() const {
  return impl_->expires;
}

std::uint32_t Session::max_early_data() const {
  return impl_->max_early_data;
}

namespace {

// Whether it could have come in a Certificate message.
bool is_sound(const SessionChain& chain) {
  if (chain == nullptr) return false;
  std::size_t size = 0;
  for (const auto& certificate : *chain) {
    if (certificate.empty()) return false;
    size += 3 + certificate.size();
  }
  return size <= 0xffffff;
}

}  // namespace

bool Session::Impl::is_sound() const {
  const auto suite = crypto::properties(cipher_suite);
  return suite && psk.reveal().size() == crypto::hash_size(suite->hash) && !ticket.empty() &&
         ticket.size() <= max_kept_ticket && server_name.size() <= 255 && alpn.size() <= 255 &&
         nacre::is_sound(chain) && psk_identity.size() <= max_psk_identity &&
         is_beginning(began_with, psk_identity) && within_time(proved.at) == proved.at &&
         within_time(proved.valid_until) == proved.valid_until && 0 <= received &&
         received <= expires && expires <= end_of_time &&
         expires - received <= max_session_lifetime.count();
}

bool Session::Impl::is_usable(UnixTime now) const {
  now = within_time(now);
  return received - clock_difference <= now && now < expires;
}

}  // namespace nacre
