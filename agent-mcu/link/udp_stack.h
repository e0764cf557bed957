// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/bytes.h"
#include "dsp/base/fixed.h"

// UDP over IPv4 over Ethernet, as much of it as a board needs that speaks on one port: no fragments, no options, no
// other protocol (RFC 768, RFC 791), and ARP (RFC 826). Pure: frames in, frames out.

namespace continuo::mcu {

using Mac = std::array<std::uint8_t, 6>;

/// A datagram that came for our port. `bytes` points into the frame.
struct UdpIncoming {
  std::uint32_t ip = 0;  ///< of the sender, host byte order
  std::uint16_t port = 0;
  std::span<const std::uint8_t> bytes;
};

/// Not from an interrupt.
class UdpStack {
 public:
  struct Config {
    Mac mac{};
    std::uint32_t ip = 0, mask = 0, gateway = 0;  ///< host byte order
    std::uint16_t port = 0;
  };
  static constexpr std::size_t kMaxFrame = 1514;
  static constexpr std::size_t kHead = 14 + 20 + 8;

  explicit UdpStack(const Config& config) : config_(config) {}

  /// True: a datagram for us is in `datagram`. Else `answer` holds the frame to be sent in reply, or nothing.
  /// Whatever is malformed, fragmented or for somebody else is passed over and counted.
  bool Take(std::span<const std::uint8_t> frame, UdpIncoming& datagram,
            FixedVector<std::uint8_t, 64>& answer);
  /// Writes the frame that carries `bytes` to that address; returns its size, 0 if it does not fit. While the
  /// neighbour's hardware address is not known it is the question for it, and the datagram is lost.
  std::size_t Make(std::uint32_t ip, std::uint16_t port, std::span<const std::uint8_t> bytes,
                   std::span<std::uint8_t> out);

  /// The IP packet of a frame for us that carries TCP, which is somebody else's to read (tcp.h); empty: it is none.
  std::span<const std::uint8_t> TcpPacket(std::span<const std::uint8_t> frame) const;
  /// As Make, around a whole IP packet for that address.
  std::size_t Wrap(std::uint32_t ip, std::span<const std::uint8_t> packet,
                   std::span<std::uint8_t> out);

  std::uint32_t passed_over() const { return passed_over_; }

 private:
  struct Neighbour {
    std::uint32_t ip = 0;
    Mac mac{};
  };

  bool WriteFrameHead(std::uint32_t ip, ByteWriter& frame) const;
  static std::size_t Pad(std::size_t size, std::span<std::uint8_t> out);
  void TakeArp(std::span<const std::uint8_t> frame, FixedVector<std::uint8_t, 64>& answer);
  bool TakeIp(std::span<const std::uint8_t> frame, UdpIncoming& datagram) const;
  void Learn(std::uint32_t ip, const Mac& mac);
  const Neighbour* Find(std::uint32_t ip) const;

  Config config_;
  FixedVector<Neighbour, 16> neighbours_;  // full: the oldest makes room
  std::uint16_t identification_ = 0;
  std::uint32_t passed_over_ = 0;
};

}  // namespace continuo::mcu
