// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/line_hold.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "dsp/base/hash.h"

namespace continuo::transport {
namespace {

/// An abstract name (unix(7)): there is no file that a dead program could leave. Paths may be longer than it.
socklen_t NameOf(const std::string& path, sockaddr_un& address) {
  std::error_code unknown;
  const std::string whole = std::filesystem::canonical(path, unknown).string();
  const std::string& line = unknown ? path : whole;
  const std::string name = "continuo-line-" + std::to_string(Hash64(line));
  address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
}

/// Whoever listens there.
std::string HolderAt(const sockaddr_un& address, socklen_t size) {
  std::string holder = "another program";
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ucred who{};
  socklen_t length = sizeof who;
  if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
      getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0) {
    std::string name;
    std::getline(std::ifstream("/proc/" + std::to_string(who.pid) + "/comm"), name);
    if (!name.empty()) holder = name + " (process " + std::to_string(who.pid) + ")";
  }
  if (fd >= 0) close(fd);
  return holder;
}

}  // namespace

std::unique_ptr<LineHold> LineHold::Take(const std::string& path, std::string& holder) {
  sockaddr_un address;
  const socklen_t size = NameOf(path, address);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
      listen(fd, 1) == 0) {
    return std::unique_ptr<LineHold>(new LineHold(fd));
  }
  holder = HolderAt(address, size);
  if (fd >= 0) close(fd);
  return nullptr;
}

LineHold::~LineHold() {
  close(fd_);
}

}  // namespace continuo::transport
