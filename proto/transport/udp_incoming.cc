// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/udp_incoming.h"

#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "proto/transport/socket_address.h"

namespace continuo::transport {
namespace {

constexpr int kMessages = 16;
/// As long as an IPv4 packet may be: whatever comes is seen as long as it is.
constexpr std::size_t kBytes = 65'536;

/// How long each datagram of a message is, but for the last.
std::size_t SegmentOf(msghdr& message, std::size_t bytes) {
  int segment = 0;
  for (cmsghdr* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
    if (h->cmsg_level == SOL_UDP && h->cmsg_type == UDP_GRO) {
      std::memcpy(&segment, CMSG_DATA(h), sizeof segment);
    }
  }
  return segment > 0 ? static_cast<std::size_t>(segment) : bytes;
}

}  // namespace

struct UdpIncoming::Messages {
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
  };
  std::array<mmsghdr, kMessages> in{};
  std::array<iovec, kMessages> places{};
  std::array<sockaddr_in, kMessages> from{};
  std::array<Control, kMessages> controls{};
  std::array<std::array<std::uint8_t, kBytes>, kMessages> received{};

  Messages() {
    for (int i = 0; i < kMessages; ++i) {
      places[i] = {received[i].data(), kBytes};
      in[i].msg_hdr.msg_name = &from[i];
      in[i].msg_hdr.msg_iov = &places[i];
      in[i].msg_hdr.msg_iovlen = 1;
    }
  }
};

UdpIncoming::UdpIncoming() : messages_(std::make_unique<Messages>()) {}
UdpIncoming::~UdpIncoming() = default;

void UdpIncoming::JoinWhatComes(int file) {
  const int on = 1;
  setsockopt(file, SOL_UDP, UDP_GRO, &on, sizeof on);
}

// Where fewer came than could have, there are no more: the next question needs no system call.
bool UdpIncoming::Fetch(int file) {
  got_ = message_ = 0;
  offset_ = 0;
  if (drained_) {
    drained_ = false;
    return false;
  }
  for (int i = 0; i < kMessages; ++i) {
    msghdr& header = messages_->in[i].msg_hdr;
    header.msg_namelen = sizeof(sockaddr_in);
    header.msg_control = messages_->controls[i].bytes.data();
    header.msg_controllen = messages_->controls[i].bytes.size();
  }
  got_ = std::max(0, recvmmsg(file, messages_->in.data(), kMessages, MSG_DONTWAIT, nullptr));
  drained_ = got_ > 0 && got_ < kMessages;
  return got_ > 0;
}

DatagramPort::Incoming UdpIncoming::Next() {
  mmsghdr& message = messages_->in[message_];
  const std::size_t bytes = message.msg_len;
  const std::size_t size = std::min(SegmentOf(message.msg_hdr, bytes), bytes - offset_);
  const DatagramPort::Incoming datagram{FromSocket(messages_->from[message_]),
                                        {messages_->received[message_].data() + offset_, size}};
  offset_ += size;
  if (offset_ >= bytes) {
    ++message_;
    offset_ = 0;
  }
  return datagram;
}

int UdpIncoming::Receive(int file, std::span<DatagramPort::Incoming> out) {
  if (out.empty() || (message_ == got_ && !Fetch(file))) return 0;
  std::size_t count = 0;
  while (count < out.size() && message_ < got_) out[count++] = Next();
  return static_cast<int>(count);
}

}  // namespace continuo::transport
