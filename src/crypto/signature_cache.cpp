// Signatures on certificates that were found valid before. Compiled with exceptions, as path.cpp
// is: where memory is short, nothing is remembered.
#include "crypto/signature_cache.h"

#include <utility>

#include "nacre/try.h"

namespace nacre {

namespace crypto {

// Memory is taken and given back where nobody waits for it.
void CheckedSignatures::store(const std::string& key) noexcept {
  try {
    Keys added{key};
    Keys forgotten;
    known_.change([&](Generations& known) {
      const bool is_full = known.young.size() >= entries_in_each_ && !known.young.contains(key);
      if (is_full) forgotten = std::exchange(known.old, std::exchange(known.young, {}));
      known.old.erase(key);
      known.young.merge(added);
    });
  } catch (...) {
    return;
  }
}

bool CheckedSignatures::check(const std::string& key) noexcept {
  enum class Found : std::uint8_t { nowhere, young, old };
  const Found found = known_.read([&](const Generations& known) {
    if (known.young.contains(key)) return Found::young;
    return known.old.contains(key) ? Found::old : Found::nowhere;
  });
  if (found == Found::nowhere) return false;
  ++hits_;
  // What is asked for stays.
  if (found == Found::old) store(key);
  return true;
}

std::size_t CheckedSignatures::size() {
  return known_.read(
      [](const Generations& known) { return known.young.size() + known.old.size(); });
}

}  // namespace crypto

Result<SignatureCache> SignatureCache::create(std::size_t entries) {
  ENSURE(entries >= 2, Error::bad_configuration);
  return SignatureCache(std::make_shared<Impl>(entries));
}

std::size_t SignatureCache::size() const {
  return impl_->checked.size();
}

std::uint64_t SignatureCache::hits() const {
  return impl_->checked.hits();
}

}  // namespace nacre
