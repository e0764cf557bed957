// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/udp_port.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace continuo::transport {
namespace {

constexpr int kWantedReceiveBuffer = 4 << 20;
/// Larger than any datagram of ours, so that a longer one is seen to be too long instead of being
/// cut to fit.
constexpr std::size_t kReceiveBytes = 2048;

sockaddr_in ToSocket(const Address& address) {
  sockaddr_in s{};
  s.sin_family = AF_INET;
  s.sin_addr.s_addr = htonl(address.ip);
  s.sin_port = htons(address.port);
  return s;
}

Address FromSocket(const sockaddr_in& s) {
  return {ntohl(s.sin_addr.s_addr), ntohs(s.sin_port)};
}

int EnlargeReceiveBuffer(int fd) {
  const int wanted = kWantedReceiveBuffer;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted,
               sizeof wanted);  // no privilege: as much as rmem_max allows
  }
  int granted = 0;
  socklen_t size = sizeof granted;
  getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &size);
  return granted;
}

std::string Reason(const Address& local, int error) {
  std::string text =
      "cannot bind the audio socket to " + ToString(local) + ": " + std::strerror(error);
  if (error == EADDRINUSE) text += " (is another agent running with this --net address?)";
  if (error == EADDRNOTAVAIL) text += " (no interface of this machine has that address)";
  return text;
}

}  // namespace

struct UdpPort::Batches {
  std::array<mmsghdr, kUdpBatch> out{}, in{};
  std::array<iovec, kUdpBatch> out_bytes{}, in_bytes{};
  std::array<sockaddr_in, kUdpBatch> to{}, from{};
  std::array<std::array<std::uint8_t, kReceiveBytes>, kUdpBatch> received{};

  Batches() {
    for (int i = 0; i < kUdpBatch; ++i) {
      out[i].msg_hdr.msg_name = &to[i];
      out[i].msg_hdr.msg_namelen = sizeof to[i];
      out[i].msg_hdr.msg_iov = &out_bytes[i];
      out[i].msg_hdr.msg_iovlen = 1;
      in_bytes[i] = {received[i].data(), kReceiveBytes};
      in[i].msg_hdr.msg_name = &from[i];
      in[i].msg_hdr.msg_iov = &in_bytes[i];
      in[i].msg_hdr.msg_iovlen = 1;
    }
  }
};

UdpPort::UdpPort(int fd, const Address& local)
    : fd_(fd), local_(local), batches_(std::make_unique<Batches>()) {}

UdpPort::~UdpPort() {
  close(fd_);
}

std::unique_ptr<UdpPort> UdpPort::Bind(const Address& local, std::string& error) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    error = std::string("cannot make a UDP socket: ") + std::strerror(errno);
    return nullptr;
  }
  // No SO_REUSEADDR: with it a second agent would silently steal all packets of the first.
  sockaddr_in address = ToSocket(local);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    error = Reason(local, errno);
    close(fd);
    return nullptr;
  }
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  std::unique_ptr<UdpPort> port(new UdpPort(fd, FromSocket(address)));
  port->receive_buffer_bytes_ = EnlargeReceiveBuffer(fd);
  return port;
}

void UdpPort::Send(const Outgoing& datagram) {
  if (queued_ == kUdpBatch) Flush();
  batches_->to[queued_] = ToSocket(datagram.to);
  batches_->out_bytes[queued_] = {const_cast<std::uint8_t*>(datagram.bytes.data()),
                                  datagram.bytes.size()};
  ++queued_;
}

void UdpPort::Flush() {
  int sent = 0;
  while (sent < queued_) {
    const int now = sendmmsg(fd_, batches_->out.data() + sent,
                             static_cast<unsigned>(queued_ - sent), MSG_DONTWAIT);
    if (now > 0) {
      sent += now;
    } else {
      ++send_errors_;  // of the first of them; the others may still go
      ++sent;
    }
  }
  queued_ = 0;
}

int UdpPort::Receive(std::span<Incoming> out) {
  const int room = std::min<int>(static_cast<int>(out.size()), kUdpBatch);
  for (int i = 0; i < room; ++i) batches_->in[i].msg_hdr.msg_namelen = sizeof(sockaddr_in);
  const int got =
      recvmmsg(fd_, batches_->in.data(), static_cast<unsigned>(room), MSG_DONTWAIT, nullptr);
  for (int i = 0; i < got; ++i) {
    out[i].from = FromSocket(batches_->from[i]);
    out[i].bytes = {batches_->received[i].data(), batches_->in[i].msg_len};
  }
  return std::max(got, 0);
}

bool ParseAddress(std::string_view text, Address& address) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  in_addr ip{};
  if (inet_pton(AF_INET, std::string(text.substr(0, colon)).c_str(), &ip) != 1) return false;
  const char* const begin = text.data() + colon + 1;
  const char* const end = text.data() + text.size();
  std::uint16_t port = 0;
  const auto [stop, bad] = std::from_chars(begin, end, port);
  if (bad != std::errc{} || stop != end) return false;
  address = {ntohl(ip.s_addr), port};
  return true;
}

std::string ToString(const Address& address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string((address.ip >> shift) & 0xff);
    text += shift > 0 ? '.' : ':';
  }
  return text + std::to_string(address.port);
}

}  // namespace continuo::transport
