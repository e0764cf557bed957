// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/svf_group.h"

#include <algorithm>

namespace continuo::dsp {
namespace {

Lanes ToLanes(const SvfState& state) {
  return Lanes{state.s1, state.s2, 0.0f, 0.0f};
}
SvfState ToState(const Lanes& lanes) {
  return {lanes[0], lanes[1]};
}

int PhaseOf(MediaTime n) {
  return static_cast<int>(n & (kLanes - 1));
}

/// No product of a coefficient and a sample or a state, none of which is tiny, becomes subnormal.
void Flush(Lanes& coefficients) {
  coefficients = CleanLanes(coefficients);
}

}  // namespace

SvfGroup::SvfGroup(const SvfShape& shape) {
  const SvfCoefficients c(shape);
  const float a11 = 2.0f * c.a1 - 1.0f, a12 = -2.0f * c.a2;
  const float a21 = 2.0f * c.a2, a22 = 1.0f - 2.0f * c.a3;
  // Row j: C A^j; and what B becomes on its way, A^j B.
  float c1 = c.band * c.a1 + c.low * c.a2;
  float c2 = c.low * (1.0f - c.a3) - c.band * c.a2;
  float b1 = 2.0f * c.a2, b2 = 2.0f * c.a3;
  std::array<float, kLanes> response;  // to an impulse, from rest
  response[0] = c.input + (c.band * c.a2 + c.low * c.a3);
  for (int j = 0; j < kLanes; ++j) {
    out_of_state_[0][j] = c1;
    out_of_state_[1][j] = c2;
    if (j + 1 < kLanes) response[j + 1] = c1 * b1 + c2 * b2;
    const float next = c1 * a11 + c2 * a21;
    c2 = c1 * a12 + c2 * a22;
    c1 = next;
  }
  for (int i = kLanes - 1; i >= 0; --i) {
    state_of_in_[i] = Lanes{b1, b2, 0.0f, 0.0f};
    const float next = a11 * b1 + a12 * b2;
    b2 = a21 * b1 + a22 * b2;
    b1 = next;
    for (int j = i; j < kLanes; ++j) out_of_in_[i][j] = response[j - i];
  }
  float p11 = a11, p12 = a12, p21 = a21, p22 = a22;
  for (int squared = 0; squared < 2; ++squared) {
    const float q11 = p11 * p11 + p12 * p21, q12 = p11 * p12 + p12 * p22;
    const float q21 = p21 * p11 + p22 * p21, q22 = p21 * p12 + p22 * p22;
    p11 = q11, p12 = q12, p21 = q21, p22 = q22;
  }
  state_of_state_ = {Lanes{p11, p21, 0.0f, 0.0f}, Lanes{p12, p22, 0.0f, 0.0f}};
  for (Lanes& lanes : out_of_state_) Flush(lanes);
  for (Lanes& lanes : out_of_in_) Flush(lanes);
  for (Lanes& lanes : state_of_state_) Flush(lanes);
  for (Lanes& lanes : state_of_in_) Flush(lanes);
}

inline SvfGroup::Step SvfGroup::Compute(const Lanes& state, const Lanes& x) const {
  const Lanes x0 = SpreadLane<0>(x), x1 = SpreadLane<1>(x);
  const Lanes x2 = SpreadLane<2>(x), x3 = SpreadLane<3>(x);
  const Lanes s1 = SpreadLane<0>(state), s2 = SpreadLane<1>(state);
  const Lanes out =
      (out_of_in_[0] * x0 + out_of_in_[1] * x1) + (out_of_in_[2] * x2 + out_of_in_[3] * x3);
  const Lanes next =
      (state_of_in_[0] * x0 + state_of_in_[1] * x1) + (state_of_in_[2] * x2 + state_of_in_[3] * x3);
  return {CleanLanes(out + (out_of_state_[0] * s1 + out_of_state_[1] * s2)),
          CleanLanes(next + (state_of_state_[0] * s1 + state_of_state_[1] * s2))};
}

int SvfGroup::ProcessPart(Memory& memory, MediaTime n, float* samples, int frames) const {
  const int phase = PhaseOf(n), count = std::min(frames, kLanes - phase);
  std::array<float, kLanes> x = {};
  std::copy_n(memory.begun.begin(), phase, x.begin());
  std::copy_n(samples, count, x.begin() + phase);
  const Step step = Compute(ToLanes(memory.state), LoadLanes(x.data()));
  std::array<float, kLanes> y;
  StoreLanes(step.samples, y.data());
  std::copy_n(y.begin() + phase, count, samples);
  if (phase + count == kLanes) {
    memory = {ToState(step.state), {}};
  } else {
    std::copy_n(x.begin(), kLanes - 1, memory.begun.begin());
  }
  return count;
}

#ifdef CONTINUO_SCALAR_LANES
/// As Compute(), without the products with what is always 0: of a sum in which one of them is missing nothing else can
/// become of it than another sign of zero, and zeros are cleaned.
int SvfGroup::ProcessWhole(Memory& memory, float* samples, int frames) const {
  const float r0 = out_of_in_[0][0], r1 = out_of_in_[0][1], r2 = out_of_in_[0][2],
              r3 = out_of_in_[0][3];
  const Lanes c1 = out_of_state_[0], c2 = out_of_state_[1];
  const float b01 = state_of_in_[0][0], b02 = state_of_in_[0][1], b11 = state_of_in_[1][0],
              b12 = state_of_in_[1][1], b21 = state_of_in_[2][0], b22 = state_of_in_[2][1],
              b31 = state_of_in_[3][0], b32 = state_of_in_[3][1];
  const float p11 = state_of_state_[0][0], p21 = state_of_state_[0][1], p12 = state_of_state_[1][0],
              p22 = state_of_state_[1][1];
  float s1 = memory.state.s1, s2 = memory.state.s2;
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) {
    const float x0 = samples[i], x1 = samples[i + 1], x2 = samples[i + 2], x3 = samples[i + 3];
    Lanes y = {r0 * x0 + (c1[0] * s1 + c2[0] * s2), (r1 * x0 + r0 * x1) + (c1[1] * s1 + c2[1] * s2),
               ((r2 * x0 + r1 * x1) + r0 * x2) + (c1[2] * s1 + c2[2] * s2),
               ((r3 * x0 + r2 * x1) + (r1 * x2 + r0 * x3)) + (c1[3] * s1 + c2[3] * s2)};
    float n1 = ((b01 * x0 + b11 * x1) + (b21 * x2 + b31 * x3)) + (p11 * s1 + p12 * s2);
    float n2 = ((b02 * x0 + b12 * x1) + (b22 * x2 + b32 * x3)) + (p21 * s1 + p22 * s2);
    CleanAll(y[0], y[1], y[2], y[3], n1, n2);
    StoreLanes(y, samples + i);
    s1 = n1;
    s2 = n2;
  }
  memory.state = {s1, s2};
  return i;
}

int SvfGroup::ProcessWholePair(Memory* memories, float* left, float* right, int frames) const {
  ProcessWhole(memories[0], left, frames);
  return ProcessWhole(memories[1], right, frames);
}
#else
int SvfGroup::ProcessWhole(Memory& memory, float* samples, int frames) const {
  const SvfGroup group = *this;
  Lanes state = ToLanes(memory.state);
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) {
    const Step step = group.Compute(state, LoadLanes(samples + i));
    StoreLanes(step.samples, samples + i);
    state = step.state;
  }
  memory.state = ToState(state);
  return i;
}

int SvfGroup::ProcessWholePair(Memory* memories, float* left, float* right, int frames) const {
  Lanes l = ToLanes(memories[0].state), r = ToLanes(memories[1].state);
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) {
    const Step l_step = Compute(l, LoadLanes(left + i));
    const Step r_step = Compute(r, LoadLanes(right + i));
    StoreLanes(l_step.samples, left + i);
    StoreLanes(r_step.samples, right + i);
    l = l_step.state;
    r = r_step.state;
  }
  memories[0].state = ToState(l);
  memories[1].state = ToState(r);
  return i;
}

#endif

void SvfGroup::Process(Memory& memory, MediaTime n, float* samples, int frames) const {
  for (int done = 0; done < frames;) {
    const MediaTime now = n + done;
    const int left = frames - done;
    done += PhaseOf(now) == 0 && left >= kLanes ? ProcessWhole(memory, samples + done, left)
                                                : ProcessPart(memory, now, samples + done, left);
  }
}

void SvfGroup::ProcessPair(Memory* memories, MediaTime n, float* left, float* right,
                           int frames) const {
  for (int done = 0; done < frames;) {
    const MediaTime now = n + done;
    const int rest = frames - done;
    if (PhaseOf(now) == 0 && rest >= kLanes) {
      done += ProcessWholePair(memories, left + done, right + done, rest);
    } else {
      ProcessPart(memories[0], now, left + done, rest);
      done += ProcessPart(memories[1], now, right + done, rest);
    }
  }
}

}  // namespace continuo::dsp
