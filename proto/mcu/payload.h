// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/bytes.h"
#include "proto/mcu/frame.h"

// How the codecs of this room write and read what is between a frame's head and its CRC.

namespace continuo::mcu {

inline constexpr std::size_t kFrameHead = 4;

/// A whole frame whose payload is what `write` writes; 0: it does not fit.
template <typename Write>
std::size_t EncodeFrame(FrameType type, std::span<std::uint8_t> out, const Write& write) {
  if (out.size() < kFrameOverhead) return 0;
  ByteWriter payload(out.subspan(kFrameHead, out.size() - kFrameOverhead));
  write(payload);
  return payload.ok() ? CloseFrame(type, payload.size(), out) : 0;
}

/// All was there, and no more.
inline bool Ends(const ByteReader& in) {
  return in.ok() && in.left() == 0;
}

}  // namespace continuo::mcu
