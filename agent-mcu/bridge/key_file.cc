// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace continuo::mcu {
namespace {

constexpr std::string_view kFirst = "continuo device key 1";
constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kLongest = 256;

/// Takes the next line, which must end with a newline.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// What is behind `word` and a blank; empty: the line does not begin so.
std::string_view ValueOf(std::string_view line, std::string_view word) {
  const bool is =
      line.size() > word.size() && line.substr(0, word.size()) == word && line[word.size()] == ' ';
  return is ? line.substr(word.size() + 1) : std::string_view();
}

bool ParseKey(std::string_view digits, Bytes32& key) {
  if (digits.size() != 2 * key.size()) return false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t digit = kDigits.find(digits[i]);
    if (digit == std::string_view::npos) return false;
    key[i / 2] = static_cast<std::uint8_t>(key[i / 2] << 4 | digit);
  }
  return true;
}

std::string ErrnoText(const std::string& path) {
  return path + ": " + std::strerror(errno);
}

/// Closes itself.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

}  // namespace

std::string ParseKeyFile(std::string_view text, DeviceKey& device) {
  if (TakeLine(text) != kFirst) {
    return "line 1: it must be \"" + std::string(kFirst) + "\" and end there";
  }
  const std::string_view name = ValueOf(TakeLine(text), "device");
  if (!IsDeviceName(name) || !device.name.Assign(name)) {
    return "line 2: it must be \"device NAME\", with 1 to 32 printable characters and no blanks";
  }
  device.key = {};
  // A key is not repeated in what is logged.
  if (!ParseKey(ValueOf(TakeLine(text), "key"), device.key)) {
    return "line 3: it must be \"key DIGITS\", with 64 hexadecimal digits (0-9, a-f)";
  }
  return text.empty() ? "" : "line 4: there must be none";
}

std::string KeyFileText(const DeviceKey& device) {
  std::string text(kFirst);
  text += "\ndevice " + std::string(device.name.view()) + "\nkey ";
  for (const std::uint8_t byte : device.key) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text + "\n";
}

std::string ReadKeyFile(const std::string& path, DeviceKey& device) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (file.fd() < 0 || fstat(file.fd(), &about) != 0) return ErrnoText(path);
  if ((about.st_mode & 077) != 0) {
    return path + ": others may read or write it; chmod 600 " + path;
  }
  std::array<char, kLongest + 1> text{};
  const ssize_t size = read(file.fd(), text.data(), text.size());
  if (size < 0) return ErrnoText(path);
  const std::string wrong = ParseKeyFile({text.data(), static_cast<std::size_t>(size)}, device);
  return wrong.empty() ? "" : path + ": " + wrong;
}

std::string WriteSecret(const std::string& path, std::span<const std::uint8_t> bytes,
                        bool replaces) {
  if (replaces) unlink(path.c_str());  // with whatever it let others do
  const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.fd() < 0) return ErrnoText(path);
  const ssize_t size = write(file.fd(), bytes.data(), bytes.size());
  if (size != static_cast<ssize_t>(bytes.size())) return ErrnoText(path);
  return fsync(file.fd()) == 0 ? "" : ErrnoText(path);
}

}  // namespace continuo::mcu
