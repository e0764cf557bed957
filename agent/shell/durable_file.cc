// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace continuo::agent {
namespace {

std::string Reason() {
  return std::generic_category().message(errno);
}

/// Empty, or why it is not all on disk.
std::string WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return Reason();
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(fd) == 0 ? "" : Reason();
}

/// That the new name is there after a power cut, too.
void SyncFolder(const std::filesystem::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  (void)fsync(fd);  // where a file system cannot, the old file is there: whole, if older
  close(fd);
}

}  // namespace

std::string WriteDurably(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path draft = file;
  draft += ".new";
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Reason();
  std::string wrong = WriteAll(fd, bytes);
  if (close(fd) != 0 && wrong.empty()) wrong = Reason();
  if (wrong.empty() && std::rename(draft.c_str(), file.c_str()) != 0) wrong = Reason();
  if (wrong.empty()) {
    SyncFolder(file.parent_path());
  } else {
    unlink(draft.c_str());  // half of it is of no use, and the disk may be full
  }
  return wrong;
}

}  // namespace continuo::agent
