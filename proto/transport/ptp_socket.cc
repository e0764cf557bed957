// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/ptp_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace continuo::transport {
namespace {

constexpr std::uint16_t kSubscribedSeconds = 60;
/// Every so many questions: several times while the subscription lasts.
constexpr int kSubscribeEvery = 100;
/// Whoever has not answered by then is another ptp4l, or none.
constexpr int kAsksInVain = 10;

bool SetPath(const std::string& path, sockaddr_un& address) {
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

}  // namespace

std::unique_ptr<PtpSocket> PtpSocket::Open(const std::string& path, const wire::PtpDomain& domain,
                                           std::string& error) {
  static std::atomic<int> count{0};
  const std::string own =
      path + ".continuo." + std::to_string(getpid()) + "." + std::to_string(count.fetch_add(1));
  sockaddr_un address{};
  if (!SetPath(own, address)) {
    error = "'" + path + "' is too long for a Unix socket (at most 80 characters)";
    return nullptr;
  }
  const int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  unlink(own.c_str());
  if (file < 0 || bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    error = "cannot make a socket beside that of ptp4l, " + own + ": " + std::strerror(errno);
    if (file >= 0) close(file);
    return nullptr;
  }
  return std::unique_ptr<PtpSocket>(new PtpSocket(file, own, path, domain));
}

PtpSocket::~PtpSocket() {
  close(file_);
  unlink(own_.c_str());
}

const PtpSocket::Known& PtpSocket::Ask(int patience_ms) {
  known_.heard = false;
  while (Hear(0)) {
  }
  if (unanswered_ <= 0 || ++waited_ > kAsksInVain) AskAnew();
  while (unanswered_ > 0 && Hear(patience_ms)) {
  }
  if (!known_.heard) known_.port.state = wire::PtpPortState::kNone;
  return known_;
}

void PtpSocket::AskAnew() {
  using wire::PtpId;
  std::array<std::uint8_t, wire::kPtpQuestionBytes> room{};
  unanswered_ = waited_ = 0;
  known_.port.state = wire::PtpPortState::kNone;
  if (asked_++ % kSubscribeEvery == 0) {
    const std::size_t bytes =
        wire::EncodePtpSubscribe(kSubscribedSeconds, ++sequence_, domain_, room);
    if (Send(std::span(room).first(bytes))) ++unanswered_;
  }
  for (const PtpId id : {PtpId::kTimePropertiesDataSet, PtpId::kPortDataSet, PtpId::kCurrentDataSet,
                         PtpId::kTimeStatus}) {
    const std::size_t bytes = wire::EncodePtpGet(id, ++sequence_, domain_, room);
    if (Send(std::span(room).first(bytes))) ++unanswered_;
  }
}

bool PtpSocket::Send(std::span<const std::uint8_t> question) {
  sockaddr_un to{};
  if (!SetPath(path_, to)) return false;
  return sendto(file_, question.data(), question.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                sizeof to) == static_cast<ssize_t>(question.size());
}

/// False: nothing came.
bool PtpSocket::Hear(int patience_ms) {
  pollfd waits{file_, POLLIN, 0};
  std::array<std::uint8_t, 1'500> room{};
  if (poll(&waits, 1, patience_ms) <= 0) return false;
  const ssize_t bytes = recv(file_, room.data(), room.size(), 0);
  wire::PtpAnswer answer;
  if (bytes > 0 &&
      wire::ParsePtpAnswer(std::span(room).first(static_cast<std::size_t>(bytes)), answer)) {
    Take(answer);
  }
  return bytes > 0;
}

void PtpSocket::Take(const wire::PtpAnswer& answer) {
  using wire::PtpPortState;
  --unanswered_;  // a notice that was subscribed to counts as well: then one answer is fetched next time
  if (const auto* port = std::get_if<wire::PtpPort>(&answer.content)) {
    const bool has_master = known_.port.state == PtpPortState::kSlave;
    if (!has_master || port->state == PtpPortState::kSlave) known_.port = *port;
  }
  if (const auto* current = std::get_if<wire::PtpCurrent>(&answer.content)) {
    known_.current = *current;
  }
  if (const auto* properties = std::get_if<wire::PtpTimeProperties>(&answer.content)) {
    known_.properties = *properties;
  }
  if (const auto* time = std::get_if<wire::PtpTimeStatus>(&answer.content)) {
    known_.time = *time;
    known_.heard = true;
  }
}

}  // namespace continuo::transport
