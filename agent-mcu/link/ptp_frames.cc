// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/ptp_frames.h"

#include <algorithm>

#include "agent-mcu/link/checksum.h"
#include "dsp/base/bytes.h"

namespace continuo::mcu {
namespace {

constexpr std::size_t kEthernetHead = 14, kIpHead = 20, kUdpHead = 8, kRouterAlert = 4, kIgmp = 8;
constexpr std::size_t kShortestPtp = 60;
constexpr std::uint8_t kProtocolUdp = 17, kProtocolIgmp = 2;
constexpr std::uint16_t kTypeIp = 0x0800;
constexpr std::uint8_t kReport = 0x16;

struct IpHead {
  Mac mac{};
  std::uint32_t ip = 0;
  std::uint8_t words = 5, protocol = kProtocolUdp;
  std::size_t payload = 0;
};

/// Up to the options, with a checksum of 0.
void WriteIpHead(const IpHead& head, ByteWriter& out) {
  out.Bytes(kPtpGroupMac.data(), kPtpGroupMac.size());
  out.Bytes(head.mac.data(), head.mac.size());
  out.Be(kTypeIp);
  out.Be(static_cast<std::uint8_t>(0x40 | head.words));
  out.Be(std::uint8_t{0});
  out.Be(static_cast<std::uint16_t>(head.words * 4 + head.payload));
  out.Be(std::uint16_t{0});
  out.Be(std::uint16_t{0x4000});  // not to be cut
  out.Be(std::uint8_t{1});        // not beyond this network
  out.Be(head.protocol);
  out.Be(std::uint16_t{0});
  out.Be(head.ip);
  out.Be(kPtpGroup);
}

void CloseIpHead(std::span<std::uint8_t> head) {
  ByteWriter(head.subspan(10, 2)).Be(InternetChecksum(head));
}

std::size_t Padded(std::size_t size, std::span<std::uint8_t> out) {
  const std::size_t padded = std::max(size, kShortestPtp);
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(size),
            out.begin() + static_cast<std::ptrdiff_t>(padded), std::uint8_t{0});
  return padded;
}

}  // namespace

std::span<const std::uint8_t> PtpIn(std::span<const std::uint8_t> frame) {
  if (frame.size() < kEthernetHead + kIpHead + kUdpHead) return {};
  if (!std::equal(kPtpGroupMac.begin(), kPtpGroupMac.end(), frame.begin())) return {};
  ByteReader in(frame.subspan(12));
  const auto type = in.Be<std::uint16_t>();
  const auto version = in.Be<std::uint8_t>();
  in.Be<std::uint8_t>();
  const std::size_t total = in.Be<std::uint16_t>();
  in.Be<std::uint16_t>();
  const auto fragment = in.Be<std::uint16_t>();
  in.Be<std::uint8_t>();
  const auto protocol = in.Be<std::uint8_t>();
  in.Be<std::uint16_t>();
  in.Be<std::uint32_t>();  // from whom: the message says
  const auto to = in.Be<std::uint32_t>();
  in.Be<std::uint16_t>();
  const auto port = in.Be<std::uint16_t>();
  const std::size_t length = in.Be<std::uint16_t>();
  if (type != kTypeIp || version != 0x45 || (fragment & 0x3fff) != 0 || protocol != kProtocolUdp) {
    return {};
  }
  if (to != kPtpGroup || (port != kPtpEventPort && port != kPtpGeneralPort)) return {};
  if (total > frame.size() - kEthernetHead || length < kUdpHead || length + kIpHead > total)
    return {};
  if (InternetChecksum(frame.subspan(kEthernetHead, kIpHead)) != 0) return {};
  return frame.subspan(kEthernetHead + kIpHead + kUdpHead, length - kUdpHead);
}

std::size_t MakePtpFrame(const Mac& mac, std::uint32_t ip, std::span<const std::uint8_t> message,
                         std::span<std::uint8_t> out) {
  if (out.size() < kMaxPtpFrame ||
      message.size() > kMaxPtpFrame - kEthernetHead - kIpHead - kUdpHead)
    return 0;
  ByteWriter frame(out);
  WriteIpHead({.mac = mac, .ip = ip, .payload = kUdpHead + message.size()}, frame);
  frame.Be(kPtpEventPort);
  frame.Be(kPtpEventPort);
  frame.Be(static_cast<std::uint16_t>(kUdpHead + message.size()));
  frame.Be(std::uint16_t{0});  // no checksum: switches correct messages on their way
  frame.Bytes(message.data(), message.size());
  CloseIpHead(out.subspan(kEthernetHead, kIpHead));
  return Padded(frame.size(), out);
}

std::size_t MakePtpJoin(const Mac& mac, std::uint32_t ip, std::span<std::uint8_t> out) {
  if (out.size() < kMaxPtpFrame) return 0;
  ByteWriter frame(out);
  WriteIpHead({.mac = mac, .ip = ip, .words = 6, .protocol = kProtocolIgmp, .payload = kIgmp},
              frame);
  frame.Be(std::uint32_t{0x94040000});  // routers are to look at it
  CloseIpHead(out.subspan(kEthernetHead, kIpHead + kRouterAlert));
  const std::size_t begin = frame.size();
  frame.Be(kReport);
  frame.Be(std::uint8_t{0});
  frame.Be(std::uint16_t{0});
  frame.Be(kPtpGroup);
  const auto report = out.subspan(begin, kIgmp);
  ByteWriter(report.subspan(2, 2)).Be(InternetChecksum(report));
  return Padded(frame.size(), out);
}

}  // namespace continuo::mcu
