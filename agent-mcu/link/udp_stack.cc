// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/udp_stack.h"

#include <algorithm>

#include "agent-mcu/link/checksum.h"

namespace continuo::mcu {
namespace {

constexpr std::uint16_t kIpv4 = 0x0800, kArp = 0x0806;
constexpr std::uint8_t kTcp = 6, kUdp = 17;
constexpr std::size_t kShortestFrame = 60;
constexpr Mac kEverybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

Mac ReadMac(ByteReader& in) {
  Mac mac;
  in.Bytes(mac.data(), mac.size());
  return mac;
}

void WriteHead(const Mac& to, const Mac& from, std::uint16_t kind, ByteWriter& out) {
  out.Bytes(to.data(), to.size());
  out.Bytes(from.data(), from.size());
  out.Be(kind);
}

struct Arp {
  std::uint16_t operation = 0;  // 1: who has, 2: it is at
  Mac from_mac{}, to_mac{};
  std::uint32_t from_ip = 0, to_ip = 0;
};

void WriteArp(const Arp& arp, const Mac& to, ByteWriter& out) {
  WriteHead(to, arp.from_mac, kArp, out);
  out.Be(std::uint16_t{1});
  out.Be(kIpv4);
  out.Be(std::uint8_t{6});
  out.Be(std::uint8_t{4});
  out.Be(arp.operation);
  out.Bytes(arp.from_mac.data(), arp.from_mac.size());
  out.Be(arp.from_ip);
  out.Bytes(arp.to_mac.data(), arp.to_mac.size());
  out.Be(arp.to_ip);
}

bool ReadArp(std::span<const std::uint8_t> body, Arp& arp) {
  ByteReader in(body);
  const bool ethernet = in.Be<std::uint16_t>() == 1;
  const bool ip = in.Be<std::uint16_t>() == kIpv4;
  const bool sizes = in.Be<std::uint16_t>() == 0x0604;
  arp.operation = in.Be<std::uint16_t>();
  arp.from_mac = ReadMac(in);
  arp.from_ip = in.Be<std::uint32_t>();
  arp.to_mac = ReadMac(in);
  arp.to_ip = in.Be<std::uint32_t>();
  return ethernet && ip && sizes && in.ok() && (arp.operation == 1 || arp.operation == 2);
}

}  // namespace

bool UdpStack::Take(std::span<const std::uint8_t> frame, UdpIncoming& datagram,
                    FixedVector<std::uint8_t, 64>& answer) {
  answer.clear();
  ByteReader in(frame);
  const Mac to = ReadMac(in);
  ReadMac(in);
  const auto kind = in.Be<std::uint16_t>();
  const bool ours = in.ok() && (to == config_.mac || to == kEverybody);
  if (ours && kind == kArp) {
    TakeArp(frame, answer);
    return false;
  }
  if (ours && kind == kIpv4 && TakeIp(frame.subspan(14), datagram)) return true;
  ++passed_over_;
  return false;
}

void UdpStack::TakeArp(std::span<const std::uint8_t> frame, FixedVector<std::uint8_t, 64>& answer) {
  Arp arp;
  if (!ReadArp(frame.subspan(14), arp) || arp.to_ip != config_.ip) {
    ++passed_over_;
    return;
  }
  Learn(arp.from_ip, arp.from_mac);
  if (arp.operation != 1) return;
  answer.resize(kShortestFrame);
  ByteWriter out({answer.data(), answer.size()});
  WriteArp({2, config_.mac, arp.from_mac, config_.ip, arp.from_ip}, arp.from_mac, out);
}

bool UdpStack::TakeIp(std::span<const std::uint8_t> packet, UdpIncoming& datagram) const {
  ByteReader in(packet);
  const auto version = in.Be<std::uint8_t>();
  in.Be<std::uint8_t>();
  const std::size_t total = in.Be<std::uint16_t>();
  in.Be<std::uint16_t>();
  const auto fragment = in.Be<std::uint16_t>();
  in.Be<std::uint8_t>();
  const auto protocol = in.Be<std::uint8_t>();
  in.Be<std::uint16_t>();
  datagram.ip = in.Be<std::uint32_t>();
  const auto to = in.Be<std::uint32_t>();
  if (!in.ok() || version != 0x45 || (fragment & 0x3fff) != 0 || protocol != kUdp) return false;
  if (to != config_.ip || total < 28 || total > packet.size()) return false;
  if (InternetChecksum(packet.first(20)) != 0) return false;
  datagram.port = in.Be<std::uint16_t>();
  const auto to_port = in.Be<std::uint16_t>();
  const std::size_t length = in.Be<std::uint16_t>();
  if (!in.ok() || to_port != config_.port || length < 8 || length > total - 20) return false;
  datagram.bytes = packet.subspan(28, length - 8);
  return true;
}

std::span<const std::uint8_t> UdpStack::TcpPacket(std::span<const std::uint8_t> frame) const {
  ByteReader in(frame);
  const Mac to = ReadMac(in);
  ReadMac(in);
  const bool ours = to == config_.mac && in.Be<std::uint16_t>() == kIpv4;
  const auto head = in.View(10);
  return in.ok() && ours && head[9] == kTcp ? frame.subspan(14) : std::span<const std::uint8_t>{};
}

/// False: it is the question for the neighbour, whole.
bool UdpStack::WriteFrameHead(std::uint32_t ip, ByteWriter& frame) const {
  const bool near = ((ip ^ config_.ip) & config_.mask) == 0;
  const std::uint32_t hop = near ? ip : config_.gateway;
  const Neighbour* const neighbour = Find(hop);
  if (neighbour == nullptr) {
    WriteArp({1, config_.mac, {}, config_.ip, hop}, kEverybody, frame);
    return false;
  }
  WriteHead(neighbour->mac, config_.mac, kIpv4, frame);
  return true;
}

std::size_t UdpStack::Pad(std::size_t size, std::span<std::uint8_t> out) {
  const std::size_t padded = std::max(size, kShortestFrame);
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(size),
            out.begin() + static_cast<std::ptrdiff_t>(padded), std::uint8_t{0});
  return padded;
}

std::size_t UdpStack::Wrap(std::uint32_t ip, std::span<const std::uint8_t> packet,
                           std::span<std::uint8_t> out) {
  if (packet.size() + 14 > kMaxFrame || out.size() < kMaxFrame) return 0;
  ByteWriter frame(out);
  if (WriteFrameHead(ip, frame)) frame.Bytes(packet.data(), packet.size());
  return Pad(frame.size(), out);
}

std::size_t UdpStack::Make(std::uint32_t ip, std::uint16_t port,
                           std::span<const std::uint8_t> bytes, std::span<std::uint8_t> out) {
  if (bytes.size() + kHead > kMaxFrame || out.size() < kMaxFrame) return 0;
  ByteWriter frame(out);
  if (WriteFrameHead(ip, frame)) {
    frame.Be(std::uint16_t{0x4500});
    frame.Be(static_cast<std::uint16_t>(28 + bytes.size()));
    frame.Be(++identification_);
    frame.Be(std::uint16_t{0x4000});  // not to be cut
    frame.Be(std::uint16_t{64 << 8 | kUdp});
    frame.Be(std::uint16_t{0});
    frame.Be(config_.ip);
    frame.Be(ip);
    ByteWriter(out.subspan(24, 2)).Be(InternetChecksum(out.subspan(14, 20)));
    frame.Be(config_.port);
    frame.Be(port);
    frame.Be(static_cast<std::uint16_t>(8 + bytes.size()));
    frame.Be(std::uint16_t{0});  // no checksum: allowed over IPv4, and Ethernet has its own
    frame.Bytes(bytes.data(), bytes.size());
  }
  return Pad(frame.size(), out);
}

void UdpStack::Learn(std::uint32_t ip, const Mac& mac) {
  for (Neighbour& neighbour : neighbours_) {
    if (neighbour.ip != ip) continue;
    neighbour.mac = mac;
    return;
  }
  if (neighbours_.full()) neighbours_.erase(0);
  neighbours_.push_back({ip, mac});
}

const UdpStack::Neighbour* UdpStack::Find(std::uint32_t ip) const {
  for (const Neighbour& neighbour : neighbours_) {
    if (neighbour.ip == ip) return &neighbour;
  }
  return nullptr;
}

}  // namespace continuo::mcu
