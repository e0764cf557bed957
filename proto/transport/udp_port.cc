// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/udp_port.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "proto/transport/socket_address.h"

namespace continuo::transport {
namespace {

constexpr int kWantedReceiveBuffer = 4 << 20;

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

UdpPort::UdpPort(int fd, const Address& local) : fd_(fd), local_(local) {}

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
  UdpIncoming::JoinWhatComes(fd);
  return port;
}

void UdpPort::Send(const Outgoing& datagram) {
  if (outgoing_.full()) Flush();
  outgoing_.Add(datagram);
}

void UdpPort::Flush() {
  send_errors_ += static_cast<std::uint64_t>(outgoing_.Flush(fd_));
}

int UdpPort::Receive(std::span<Incoming> out) {
  return incoming_.Receive(fd_, out);
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
