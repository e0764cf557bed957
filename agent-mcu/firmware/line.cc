// SPDX-License-Identifier: Apache-2.0
// What a board's codec plays: what it hears, through the kernels that `continuo-bridge try` tries. Where a board has no
// codec nobody calls this, and nothing of it is in the image.
#include <array>
#include <cstdint>
#include <span>

#include "agent-mcu/board/audio.h"
#include "agent-mcu/core/line_through.h"
#include "dsp/kernels/eq.h"
#include "dsp/kernels/gate.h"
#include "dsp/kernels/pan.h"

namespace continuo::mcu::board {
namespace {

/// At its initial -40 dBFS a gate would cut what is played softly.
constexpr dsp::ParamSetting kOpenGate[] = {{.index = 0, .value = -80.0f}};
constexpr LineThrough::Link kChain[] = {
    {.kernel = &dsp::kEq, .params = {}},
    {.kernel = &dsp::kGate, .params = kOpenGate},
    {.kernel = &dsp::kPan, .params = {}},
};

alignas(16) constinit std::array<std::uint8_t, 4096> memory{};
constinit LineThrough line;

}  // namespace

void OnAudio() {
  line.Begin(kChain, memory);
}

void OnHalf(std::span<const std::int32_t> in, std::span<std::int32_t> out) {
  line.Run(in, out);
}

}  // namespace continuo::mcu::board
