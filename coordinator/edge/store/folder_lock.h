// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace continuo::coordinator {

/// One process at a time may use a state folder. The kernel holds the lock and drops it when the process dies,
/// however it dies.
class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// Empty if the lock is held now, else a sentence with what to do.
  std::string Take(const std::string& folder);

 private:
  int file_ = -1;
};

}  // namespace continuo::coordinator
