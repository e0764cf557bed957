// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "agent-mcu/link/udp_stack.h"

// PTP over UDP over IPv4 (IEEE 1588-2019, annex C), of a board: multicast to 224.0.1.129 alone. Beside whatever else
// speaks IP there, which need not know of it. Pure: frames in, frames out.

namespace continuo::mcu {

/// The group's Ethernet address (RFC 1112, 6.4).
inline constexpr Mac kPtpGroupMac{0x01, 0x00, 0x5e, 0x00, 0x01, 0x81};
inline constexpr std::uint32_t kPtpGroup = 224u << 24 | 1u << 8 | 129;
inline constexpr std::uint16_t kPtpEventPort = 319, kPtpGeneralPort = 320;
inline constexpr std::size_t kMaxPtpFrame = 128;

/// Of that frame what came for either port, a part of the frame; empty: it is none of PTP's.
std::span<const std::uint8_t> PtpIn(std::span<const std::uint8_t> frame);
/// The frame that carries `message` to the event port of all; its bytes, or 0 if it does not fit.
std::size_t MakePtpFrame(const Mac& mac, std::uint32_t ip, std::span<const std::uint8_t> message,
                         std::span<std::uint8_t> out);
/// The frame that tells switches and routers that this board wants what goes to the group: an IGMPv2 report (RFC
/// 2236). They forget it after four minutes.
std::size_t MakePtpJoin(const Mac& mac, std::uint32_t ip, std::span<std::uint8_t> out);

}  // namespace continuo::mcu
