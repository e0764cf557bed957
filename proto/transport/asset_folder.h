// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace continuo::transport {

/// A folder of canonical assets, one file each, named by the SHA-256 of its bytes. Files are only added, and appear
/// whole (temporary file, fsync, rename), so any number of processes may share it.
class AssetFolder {
 public:
  /// Makes it if it is absent. Throws std::filesystem::filesystem_error if it cannot.
  explicit AssetFolder(std::filesystem::path path);
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path PathOf(std::string_view hash) const { return path_ / hash; }
  bool Has(std::string_view hash) const;

  /// A file on its way in.
  class Incoming {
   public:
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;
    /// Removes what was not kept.
    ~Incoming();
    /// False if it could not be written; error() says why.
    bool Write(std::string_view bytes);
    /// Checks the hash and puts the file in its place. False, and nothing kept: error() says why.
    bool Keep();
    const std::string& error() const { return error_; }
    std::uint64_t bytes() const { return bytes_; }
    /// The bytes are not what their name says (rather than the disk being at fault).
    bool mismatch() const { return mismatch_; }

   private:
    friend class AssetFolder;
    class Digest;
    Incoming(const AssetFolder& folder, std::string hash);
    bool Fail(const std::string& what, int number);
    const AssetFolder& folder_;
    std::string hash_;
    std::filesystem::path temporary_;
    std::string error_;
    std::unique_ptr<Digest> digest_;
    std::uint64_t bytes_ = 0;
    int file_ = -1;
    bool mismatch_ = false;
  };
  /// Begins a file of that name. The folder must outlive it.
  std::unique_ptr<Incoming> Receive(std::string hash) const;

 private:
  std::filesystem::path path_;
};

/// SHA-256 as 64 lower-case hex digits.
std::string Sha256(std::string_view bytes);

}  // namespace continuo::transport
