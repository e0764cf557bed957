// SPDX-License-Identifier: Apache-2.0
#include "dsp/gates/math_sweep.h"

#include <bit>

#include "dsp/base/hash.h"
#include "dsp/base/math.h"
#include "dsp/base/quick_math.h"

namespace continuo::dsp::gates {
namespace {

// Prime strides through all 2^32 floats: every exponent with thousands of mantissas.
constexpr std::uint32_t kStride = 8209;
constexpr std::uint32_t kStrideOfPairs = 1'299'709;

std::uint64_t Bits(float x) {
  return x == x ? std::bit_cast<std::uint32_t>(x) : 0x7fc00000u;
}
std::uint64_t Bits(std::int16_t x) {
  return static_cast<std::uint16_t>(x);
}
std::uint64_t Bits(std::int32_t x) {
  return static_cast<std::uint32_t>(x);
}

template <auto kFunction>
std::uint64_t Sweep() {
  std::uint64_t hash = 0;
  for (std::uint64_t bits = 0; bits < 1ull << 32; bits += kStride) {
    hash = Mix64(hash ^ Bits(kFunction(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))));
  }
  return hash;
}

template <auto kFunction>
std::uint64_t SweepPairs() {
  std::uint64_t hash = 0;
  for (std::uint64_t bits = 0; bits < 1ull << 32; bits += kStrideOfPairs) {
    for (std::uint64_t i = 0; i < 96; ++i) {
      // Half of the exponents are small numbers, as in envelopes and filters.
      const float any = std::bit_cast<float>(static_cast<std::uint32_t>(Mix64(bits + i)));
      const float small = static_cast<float>(static_cast<int>(i) - 48) * 0.37f;
      hash = Mix64(hash ^ Bits(kFunction(std::bit_cast<float>(static_cast<std::uint32_t>(bits)),
                                         i % 2 == 0 ? any : small)));
    }
  }
  return hash;
}

constexpr MathSweep kSweeps[] = {
    {"Sin", Sweep<Sin>},
    {"Cos", Sweep<Cos>},
    {"Exp", Sweep<Exp>},
    {"Exp2", Sweep<Exp2>},
    {"Log", Sweep<Log>},
    {"Log2", Sweep<Log2>},
    {"Pow", SweepPairs<Pow>},
    {"Tanh", Sweep<Tanh>},
    {"DbToGain", Sweep<DbToGain>},
    {"QuickLog2", Sweep<QuickLog2>},
    {"QuickExp2", Sweep<QuickExp2>},
    {"Clean", Sweep<Clean>},
    {"FlushTiny", Sweep<FlushTiny>},
    {"ToInt16", Sweep<ToInt16>},
    {"ToInt24", Sweep<ToInt24>},
};

}  // namespace

std::span<const MathSweep> MathSweeps() {
  return kSweeps;
}

}  // namespace continuo::dsp::gates
