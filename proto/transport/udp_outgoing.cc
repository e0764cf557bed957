// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/udp_outgoing.h"

#include <arpa/inet.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "proto/transport/socket_address.h"

namespace continuo::transport {
namespace {

/// An IPv4 packet holds no more, before it is cut.
constexpr std::size_t kMostBytes = 65'000;

/// What a kernel, a device (no checksums) or a path (its MTU) says that cannot do this, and not one that is busy.
bool IsInability(int error) {
  return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP ||
         error == ENOPROTOOPT;
}

}  // namespace

struct UdpOutgoing::Messages {
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(std::uint16_t))> bytes{};
  };
  std::array<sockaddr_in, kMost> to{};
  std::array<iovec, kMost> queued{};
  std::array<bool, kMost> taken{};
  std::array<mmsghdr, kMost> out{};
  std::array<iovec, kMost> parts{};  // of one message after the other
  std::array<Control, kMost> controls{};

  bool SameAddress(int i, int j) const {
    return to[i].sin_addr.s_addr == to[j].sin_addr.s_addr && to[i].sin_port == to[j].sin_port;
  }
};

UdpOutgoing::UdpOutgoing() : messages_(std::make_unique<Messages>()) {}
UdpOutgoing::~UdpOutgoing() = default;

void UdpOutgoing::Add(const DatagramPort::Outgoing& datagram) {
  messages_->to[queued_] = ToSocket(datagram.to);
  messages_->queued[queued_] = {const_cast<std::uint8_t*>(datagram.bytes.data()),
                                datagram.bytes.size()};
  messages_->taken[queued_] = false;
  ++queued_;
}

// Whoever is shorter can follow, and not go before.
int UdpOutgoing::LongestLike(int first) const {
  const Messages& m = *messages_;
  if (!joins_) return first;
  int longest = first;
  for (int i = first + 1; i < queued_; ++i) {
    const bool longer = m.queued[i].iov_len > m.queued[longest].iov_len;
    if (longer && !m.taken[i] && m.SameAddress(first, i)) longest = i;
  }
  return longest;
}

// The next message: `first` and all later ones of its size, and one that is shorter, which may only be the last.
void UdpOutgoing::Join(int first) {
  Messages& m = *messages_;
  const std::size_t size = m.queued[first].iov_len;
  mmsghdr& message = m.out[messages_used_];
  message.msg_hdr = {};
  message.msg_hdr.msg_name = &m.to[first];
  message.msg_hdr.msg_namelen = sizeof m.to[first];
  message.msg_hdr.msg_iov = &m.parts[parts_used_];
  std::size_t bytes = 0, count = 0;
  int shorter = -1;
  const auto take = [&](int i) {
    m.taken[i] = true;
    m.parts[parts_used_++] = m.queued[i];
    bytes += m.queued[i].iov_len;
    ++count;
  };
  for (int i = first; i < queued_ && (joins_ || count == 0); ++i) {
    const std::size_t more = m.queued[i].iov_len;
    if (m.taken[i] || !m.SameAddress(first, i) || more > size) continue;
    if (more == size && bytes + more <= kMostBytes) take(i);
    if (more < size && more > 0 && shorter < 0) shorter = i;
  }
  const bool fits = shorter >= 0 && bytes + m.queued[shorter].iov_len <= kMostBytes;
  if (joins_ && fits) take(shorter);
  message.msg_hdr.msg_iovlen = count;
  if (count > 1) {
    Messages::Control& control = m.controls[messages_used_];
    message.msg_hdr.msg_control = control.bytes.data();
    message.msg_hdr.msg_controllen = control.bytes.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message.msg_hdr);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
    const auto segment = static_cast<std::uint16_t>(size);
    std::memcpy(CMSG_DATA(header), &segment, sizeof segment);
  }
  ++messages_used_;
}

int UdpOutgoing::Flush(int file) {
  messages_used_ = parts_used_ = 0;
  for (int i = 0; i < queued_; ++i) {
    while (!messages_->taken[i]) Join(LongestLike(i));
  }
  queued_ = 0;
  int sent = 0, refused = 0;
  while (sent < messages_used_) {
    const int now = sendmmsg(file, messages_->out.data() + sent,
                             static_cast<unsigned>(messages_used_ - sent), MSG_DONTWAIT);
    if (now > 0) {
      sent += now;
      continue;
    }
    const std::size_t parts = messages_->out[sent].msg_hdr.msg_iovlen;
    if (parts > 1 && IsInability(errno)) {
      joins_ = false;
      refused += SendEach(file, sent);
    } else {
      refused += static_cast<int>(parts);
    }
    ++sent;  // the others may still go
  }
  return refused;
}

int UdpOutgoing::SendEach(int file, int message) {
  const msghdr& all = messages_->out[message].msg_hdr;
  int refused = 0;
  for (std::size_t i = 0; i < all.msg_iovlen; ++i) {
    const ssize_t sent = sendto(file, all.msg_iov[i].iov_base, all.msg_iov[i].iov_len, MSG_DONTWAIT,
                                static_cast<const sockaddr*>(all.msg_name), all.msg_namelen);
    if (sent < 0) ++refused;
  }
  return refused;
}

}  // namespace continuo::transport
