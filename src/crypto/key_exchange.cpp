// Key exchange: each group's halves put together. RFC 9846, sections 4.3.8 and 7.4.2;
// draft-ietf-tls-ecdhe-mlkem.
#include "crypto/key_exchange.h"

#include <algorithm>
#include <utility>

#include "crypto/ecdhe.h"
#include "crypto/marks.h"
#include "crypto/mlkem.h"

namespace nacre::crypto {
namespace {

// What a group is made of. Shares and secrets are joined in the same order.
struct Recipe {
  NamedGroup group;
  Curve curve;
  Kem kem = Kem::none;
  bool kem_first = false;
};

constexpr std::array<Recipe, 8> recipes{{
    {NamedGroup::x25519_mlkem768, Curve::x25519, Kem::mlkem768, true},
    {NamedGroup::x25519, Curve::x25519},
    {NamedGroup::secp256r1, Curve::p256},
    {NamedGroup::secp384r1, Curve::p384},
    {NamedGroup::secp521r1, Curve::p521},
    {NamedGroup::secp256r1_mlkem768, Curve::p256, Kem::mlkem768, false},
    {NamedGroup::secp384r1_mlkem1024, Curve::p384, Kem::mlkem1024, false},
    {NamedGroup::mlkem1024, Curve::none, Kem::mlkem1024, true},
}};

const Recipe* find_recipe(NamedGroup group) {
  for (const Recipe& recipe : recipes) {
    if (recipe.group == group) return &recipe;
  }
  return nullptr;
}

template <class View>
struct Halves {
  View curve;
  View kem;
};

// Splits `whole` where the KEM's half, `kem_size` bytes, ends or begins.
template <class View>
Halves<View> split(const Recipe& recipe, View whole, std::size_t kem_size) {
  const std::size_t curve_size = whole.size() - kem_size;
  if (recipe.kem_first) return {whole.subspan(kem_size), whole.first(kem_size)};
  return {whole.first(curve_size), whole.subspan(curve_size)};
}

Halves<MutableBytes> split_secret(const Recipe& recipe, SharedSecret& secret) {
  const std::size_t kem_size = sizes(recipe.kem).secret;
  return split(recipe, secret.resize(secret_size(recipe.curve) + kem_size), kem_size);
}

constexpr bool sizes_agree(const GroupProperties& group, const Recipe& recipe) {
  const std::size_t share = share_size(recipe.curve);
  return group.group == recipe.group &&
         group.client_share_size == share + sizes(recipe.kem).public_key &&
         group.server_share_size == share + sizes(recipe.kem).ciphertext;
}
static_assert([] {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!sizes_agree(groups.at(i), recipes.at(i))) return false;
  }
  return true;
}());

}  // namespace

// Behind it in its Box lie the private key of the KEM, if there is one, and the curve's share.
struct KeyShare::Impl {
  Recipe recipe;
  Scalar scalar;

  static std::size_t room(const Recipe& recipe) {
    return kem_private_key_size(recipe.kem) + share_size(recipe.curve);
  }
  MutableBytes kem_key(MutableBytes room) const {
    return room.first(kem_private_key_size(recipe.kem));
  }
  MutableBytes curve_share(MutableBytes room) const {
    return room.subspan(kem_private_key_size(recipe.kem));
  }
};

KeyShare::KeyShare(Box<Impl> impl) : impl_(std::move(impl)) {}
KeyShare::KeyShare(KeyShare&&) noexcept = default;
KeyShare& KeyShare::operator=(KeyShare&&) noexcept = default;
KeyShare::~KeyShare() = default;

Result<KeyShare> KeyShare::generate(NamedGroup group, const RandomSource& random, Arena* arena) {
  const Recipe* const recipe = find_recipe(group);
  ENSURE(recipe != nullptr, Error::bad_configuration);
  // fault: AC-064a
  TRY(Scalar scalar, generate_scalar(recipe->curve, random));
  TRY(Box<Impl> impl, Box<Impl>::make_in(arena, Impl::room(*recipe), *recipe, std::move(scalar)));
  TRY(write_share(recipe->curve, impl->scalar, impl->curve_share(impl.room())));
  if (recipe->kem != Kem::none) {
    Secret<kem_seed_size> seed;
    TRY(random(seed.resize(kem_seed_size)));
    TRY(kem_generate(recipe->kem, seed.reveal(), impl->kem_key(impl.room())));
  }
  return KeyShare(std::move(impl));
}

std::size_t KeyShare::memory(NamedGroup group) {
  const Recipe* const recipe = find_recipe(group);
  return recipe == nullptr ? 0 : sizeof(Impl) + Impl::room(*recipe);
}

NamedGroup KeyShare::group() const {
  return impl_->recipe.group;
}

std::size_t KeyShare::public_key_size() const {
  return share_size(impl_->recipe.curve) + sizes(impl_->recipe.kem).public_key;
}

Result<void> KeyShare::write_public_key(MutableBytes public_key) const {
  ENSURE(public_key.size() == public_key_size(), Error::buffer_too_small);
  const Recipe& recipe = impl_->recipe;
  const auto halves = split(recipe, public_key, sizes(recipe.kem).public_key);
  std::ranges::copy(impl_->curve_share(impl_.room()), halves.curve.begin());
  if (recipe.kem != Kem::none) {
    TRY(kem_public_key(recipe.kem, impl_->kem_key(impl_.room()), halves.kem));
  }
  mark_public(public_key);
  return {};
}

Result<SharedSecret> KeyShare::agree(Bytes server_share) && {
  const Box<Impl> impl = std::move(impl_);
  ENSURE(impl, Error::wrong_call);
  const Recipe& recipe = impl->recipe;
  const std::size_t kem_size = sizes(recipe.kem).ciphertext;
  // fault: AC-060b.3
  ENSURE(server_share.size() == share_size(recipe.curve) + kem_size, Error::bad_key_share);
  const auto share = split(recipe, server_share, kem_size);
  SharedSecret secret;
  const auto out = split_secret(recipe, secret);
  // fault: AC-061a.1
  TRY(diffie_hellman(recipe.curve, impl->scalar, share.curve, out.curve));
  if (recipe.kem != Kem::none) {
    // fault: AC-063.1
    TRY(kem_decapsulate(recipe.kem, impl->kem_key(impl.room()), share.kem, out.kem));
  }
  return secret;
}

Result<SharedSecret> respond(NamedGroup group, Bytes client_share, MutableBytes server_share,
                             const RandomSource& random) {
  const Recipe* const recipe = find_recipe(group);
  ENSURE(recipe != nullptr, Error::bad_configuration);
  const KemSizes kem = sizes(recipe->kem);
  // fault: AC-060b.4
  ENSURE(client_share.size() == share_size(recipe->curve) + kem.public_key, Error::bad_key_share);
  ENSURE(server_share.size() == share_size(recipe->curve) + kem.ciphertext,
         Error::buffer_too_small);
  const auto theirs = split(*recipe, client_share, kem.public_key);
  const auto ours = split(*recipe, server_share, kem.ciphertext);
  SharedSecret secret;
  const auto out = split_secret(*recipe, secret);
  // fault: AC-064b
  TRY(const Scalar scalar, generate_scalar(recipe->curve, random));
  TRY(write_share(recipe->curve, scalar, ours.curve));
  // fault: AC-061a.2
  TRY(diffie_hellman(recipe->curve, scalar, theirs.curve, out.curve));
  if (recipe->kem != Kem::none) {
    // fault: AC-061b AC-063.2
    TRY(kem_encapsulate(recipe->kem, theirs.kem, ours.kem, out.kem));
  }
  mark_public(server_share);
  return secret;
}

}  // namespace nacre::crypto
