// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace continuo::coordinator::cli {

/// A folder of its own below the machine's temporary folder, removed with all in it at the end.
class TemporaryFolder {
 public:
  /// Throws std::system_error if there can be none (the disk is full).
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "continuo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "cannot make " + name);
    }
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace continuo::coordinator::cli
