// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/asset_folder.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "proto/transport/field_place.h"

namespace continuo::transport {
namespace {

std::string Hex(const unsigned char* bytes, unsigned size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

}  // namespace

class AssetFolder::Incoming::Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, EVP_sha256(), nullptr); }
  ~Digest() { EVP_MD_CTX_free(context_); }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void Add(std::string_view bytes) { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }
  std::string Finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    unsigned size = 0;
    EVP_DigestFinal_ex(context_, hash.data(), &size);
    return Hex(hash.data(), size);
  }

 private:
  EVP_MD_CTX* context_;
};

std::string Sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr);
  return Hex(hash.data(), size);
}

AssetFolder::AssetFolder(std::filesystem::path path) : path_(std::move(path)) {
  std::filesystem::create_directories(path_);
}

bool AssetFolder::Has(std::string_view hash) const {
  std::error_code ignored;
  return IsHash(hash) && std::filesystem::is_regular_file(PathOf(hash), ignored);
}

std::unique_ptr<AssetFolder::Incoming> AssetFolder::Receive(std::string hash) const {
  return std::unique_ptr<Incoming>(new Incoming(*this, std::move(hash)));
}

AssetFolder::Incoming::Incoming(const AssetFolder& folder, std::string hash)
    : folder_(folder), hash_(std::move(hash)), digest_(std::make_unique<Digest>()) {
  if (!IsHash(hash_)) {
    error_ = "\"" + hash_ + "\" is not a SHA-256 (64 lower-case hex digits)";
    return;
  }
  std::string name = folder.path_ / (".incoming-XXXXXX");
  file_ = mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0) {
    Fail("cannot make a file in " + folder.path_.string(), errno);
  } else {
    temporary_ = name;
  }
}

AssetFolder::Incoming::~Incoming() {
  if (file_ >= 0) close(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

bool AssetFolder::Incoming::Fail(const std::string& what, int number) {
  if (error_.empty()) error_ = what + ": " + std::strerror(number);
  return false;
}

bool AssetFolder::Incoming::Write(std::string_view bytes) {
  if (!error_.empty()) return false;
  digest_->Add(bytes);
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Fail("cannot write asset " + hash_.substr(0, 12), errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool AssetFolder::Incoming::Keep() {
  if (!error_.empty()) return false;
  if (digest_->Finish() != hash_) {
    mismatch_ = true;
    error_ =
        "the " + std::to_string(bytes_) + " bytes received are not asset " + hash_.substr(0, 12);
    return false;
  }
  // The name must not become visible before the bytes are safe: a power cut would leave a wrong file under it.
  fchmod(file_, 0644);
  if (fsync(file_) != 0) return Fail("cannot write asset " + hash_.substr(0, 12), errno);
  if (rename(temporary_.c_str(), folder_.PathOf(hash_).c_str()) != 0) {
    return Fail("cannot name asset " + hash_.substr(0, 12), errno);
  }
  temporary_.clear();
  return true;
}

}  // namespace continuo::transport
