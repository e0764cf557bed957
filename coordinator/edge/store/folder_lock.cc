// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace continuo::coordinator {
namespace {

std::string Holder(int file) {
  char text[32] = {};
  const ssize_t count = pread(file, text, sizeof text - 1, 0);
  return count > 0 ? std::string(text, static_cast<std::size_t>(count)) : "unknown";
}

}  // namespace

FolderLock::~FolderLock() {
  if (file_ >= 0) close(file_);
}

std::string FolderLock::Take(const std::string& folder) {
  const std::string path = folder + "/lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) return "cannot open " + path + ": " + std::strerror(errno);
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    return "another coordinator (process " + Holder(file_) + ") uses " + folder +
           "; stop it, or give this one a folder of its own (--state)";
  }
  const std::string self = std::to_string(getpid());
  // Only for the message above, so a failure to write it is no reason to stop.
  if (ftruncate(file_, 0) == 0) (void)!pwrite(file_, self.data(), self.size(), 0);
  return "";
}

}  // namespace continuo::coordinator
