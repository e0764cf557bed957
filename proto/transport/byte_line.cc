// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/byte_line.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace continuo::transport {
namespace {

/// Leaves errno as it is.
void Close(int fd) {
  const int was = errno;
  close(fd);
  errno = was;
}

/// -1, and errno: nobody is there.
int Connect(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  Close(fd);
  return -1;
}

/// -1, and errno: it is no terminal, or not ours to use.
int OpenTerminal(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -1;
  termios settings{};
  if (tcgetattr(fd, &settings) == 0) {
    cfmakeraw(&settings);
    cfsetspeed(&settings, B921600);
    settings.c_cflag |= CLOCAL | CREAD;
    if (tcsetattr(fd, TCSANOW, &settings) == 0) return fd;
  }
  Close(fd);
  return -1;
}

bool IsForNow() {
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace

std::unique_ptr<ByteLine> ByteLine::Open(const std::string& path, std::string& why) {
  struct stat what {};
  if (stat(path.c_str(), &what) != 0) {
    why = path + ": " + std::strerror(errno);
    return nullptr;
  }
  std::string holder;
  std::unique_ptr<LineHold> hold = LineHold::Take(path, holder);
  if (hold == nullptr) {
    why = path + ": " + holder + " has it, and one line is for one program";
    return nullptr;
  }
  const int fd = S_ISSOCK(what.st_mode) ? Connect(path) : OpenTerminal(path);
  if (fd >= 0) return std::unique_ptr<ByteLine>(new ByteLine(fd, std::move(hold)));
  why = path +
        (S_ISSOCK(what.st_mode) ? ": nobody listens at that socket: "
                                : ": it is no terminal device that may be used: ") +
        std::strerror(errno);
  return nullptr;
}

ByteLine::~ByteLine() {
  close(fd_);
}

int ByteLine::Read(std::span<std::uint8_t> out) {
  const ssize_t count = read(fd_, out.data(), out.size());
  if (count > 0) return static_cast<int>(count);
  return count < 0 && IsForNow() ? 0 : -1;
}

int ByteLine::Write(std::span<const std::uint8_t> bytes) {
  // Not write: the death of who listens is no signal to us.
  ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count < 0 && errno == ENOTSOCK) count = write(fd_, bytes.data(), bytes.size());
  if (count >= 0) return static_cast<int>(count);
  return IsForNow() ? 0 : -1;
}

}  // namespace continuo::transport
