// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/fdn.h"

#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

constexpr int kLines = FeedbackDelayNetwork::kLines;

/// Frames at size 1: primes, evenly spaced by ratio, so that few echoes coincide.
constexpr std::array<std::int16_t, kLines> kLengths = {
    1009, 1109, 1213, 1361, 1459, 1601, 1759, 1931, 2111, 2333, 2539, 2789, 3061, 3347, 3671, 4021};

/// Depth of the wander in frames; its speed differs from line to line, below 1 Hz.
constexpr float kWander = 6.0f;

/// Signs by which the two inputs enter the lines and the lines make the two outputs. Each row is a bent function of
/// the line's four index bits: the matrix spreads it evenly over all lines. The rows of a pair are orthogonal, so
/// left and right stay apart.
constexpr float Sign(int bits) {
  return (bits & 1) != 0 ? -1.0f : 1.0f;
}
constexpr std::array<std::array<float, 4>, kLines> MakeSigns() {
  std::array<std::array<float, 4>, kLines> signs{};
  for (int line = 0; line < kLines; ++line) {
    const int a = line & 1, b = (line >> 1) & 1, c = (line >> 2) & 1, d = line >> 3;
    signs[line] = {Sign(a * b + c * d), Sign(a * b + c * d + a), Sign(a * c + b * d),
                   Sign(a * c + b * d + b)};
  }
  return signs;
}
constexpr auto kSigns = MakeSigns();  // [line][in left, in right, out left, out right]

/// Level of the wet sound: about that of the dry one for steady noise at a decay of 2 s.
constexpr float kInputGain = 0.125f;

/// A parabola for each half wave: smooth enough for a speed of a few frames per second.
float Wander(int line, MediaTime n) {
  // 2^32 is one turn: 0.29 Hz to 0.91 Hz.
  const auto speed = static_cast<std::uint32_t>(26000 + 3701 * line);
  const std::uint32_t phase =
      static_cast<std::uint32_t>(n) * speed + static_cast<std::uint32_t>(line) * 0x9e3779b9u;
  const float t = static_cast<float>(static_cast<std::int32_t>(phase)) * 0x1p-31f;
  return kWander * 4.0f * t * (1.0f - Abs(t));
}

float LengthOf(int line, float size) {
  return static_cast<float>(kLengths[line]) * size;
}

/// In place; 16 rows, orthogonal up to the factor 4 that Process divides by.
template <typename Stretch>
void Hadamard(Stretch& rows, int frames) {
  for (int half = 1; half < kLines; half *= 2) {
    for (int row = 0; row < kLines; ++row) {
      if ((row & half) != 0) continue;
      float* a = rows[row].data();
      float* b = rows[row + half].data();
      for (int i = 0; i < frames; ++i) {
        const float sum = a[i] + b[i], difference = a[i] - b[i];
        a[i] = sum;
        b[i] = difference;
      }
    }
  }
}

}  // namespace

void FeedbackDelayNetwork::Prepare(Arena& arena, const Settings& settings) {
  for (float*& line : lines_) line = arena.Take<float>(kLineFrames);
  size_.Reset(settings.size);
  size_from_ = size_to_ = settings.size;
  log2_decay_.Reset(Log2(settings.decay));
  damping_.Reset(settings.damping);
  absorbed_ = {};
  at_ = 0;
  SetAbsorption();
}

void FeedbackDelayNetwork::GoTo(const Settings& settings) {
  if (settings.size != size_.target()) size_.GoTo(settings.size);
  const float log2_decay = Log2(settings.decay);
  if (log2_decay != log2_decay_.target()) log2_decay_.GoTo(log2_decay);
  if (settings.damping != damping_.target()) damping_.GoTo(settings.damping);
}

void FeedbackDelayNetwork::BeginPeriod() {
  const bool moving = size_.moving() || log2_decay_.moving() || damping_.moving();
  size_.Next();
  log2_decay_.Next();
  damping_.Next();
  size_from_ = size_to_;
  size_to_ = size_.now();
  if (moving) SetAbsorption();
}

void FeedbackDelayNetwork::SetAbsorption() {
  constexpr float kLog2Of1000 = 9.96578428f;  // 60 dB
  // Octaves of amplitude per frame, at 0 Hz and at half the sample rate.
  const float low = -kLog2Of1000 / (kSampleRate * Exp2(log2_decay_.now()));
  const float high = low / (1.0f - 0.9f * damping_.now());
  for (int line = 0; line < kLines; ++line) {
    const float length = LengthOf(line, size_to_);
    const float at_zero = Exp2(low * length), at_nyquist = Exp2(high * length);
    keep_[line] = Clean((at_zero - at_nyquist) / (at_zero + at_nyquist));
    feed_[line] = at_zero * (1.0f - keep_[line]);
  }
}

void FeedbackDelayNetwork::ReadLine(int line, MediaTime n, int frames, float* out) {
  const int phase = ControlPhase(n);
  const MediaTime begin = n - phase;
  const float from = LengthOf(line, size_from_) + Wander(line, begin);
  const float to = LengthOf(line, size_to_) + Wander(line, begin + kControlFrames);
  const float slope = (to - from) * (1.0f / kControlFrames);
  const float* samples = lines_[line];
  const float feed = feed_[line], keep = keep_[line];
  float y = absorbed_[line];
  for (int i = 0; i < frames; ++i) {
    const float distance = from + slope * static_cast<float>(phase + i);
    const int whole = static_cast<int>(distance);
    const float share = distance - static_cast<float>(whole);
    const float newer = samples[(at_ + i - whole) & (kLineFrames - 1)];
    const float older = samples[(at_ + i - whole - 1) & (kLineFrames - 1)];
    y = Clean(feed * (newer + (older - newer) * share) + keep * y);
    out[i] = y;
  }
  absorbed_[line] = y;
}

void FeedbackDelayNetwork::Process(MediaTime n, int frames, const float* const* in,
                                   float* const* out) {
  if (ControlPhase(n) == 0) BeginPeriod();
  // The shortest distance is longer than a control period, so all that this stretch reads is written already.
  Stretch rows;
  for (int line = 0; line < kLines; ++line) ReadLine(line, n, frames, rows[line].data());
  for (int i = 0; i < frames; ++i) {
    float left = 0, right = 0;
    for (int line = 0; line < kLines; ++line) {
      left += kSigns[line][2] * rows[line][i];
      right += kSigns[line][3] * rows[line][i];
    }
    out[0][i] = left;
    out[1][i] = right;
  }
  Hadamard(rows, frames);
  for (int line = 0; line < kLines; ++line) {
    const float left = kInputGain * kSigns[line][0], right = kInputGain * kSigns[line][1];
    for (int i = 0; i < frames; ++i) {
      const float sample = 0.25f * rows[line][i] + (left * in[0][i] + right * in[1][i]);
      lines_[line][(at_ + i) & (kLineFrames - 1)] = Clean(sample);
    }
  }
  at_ = (at_ + frames) & (kLineFrames - 1);
}

void FeedbackDelayNetwork::Snapshot(ByteWriter& out) const {
  size_.Snapshot(out);
  log2_decay_.Snapshot(out);
  damping_.Snapshot(out);
  out.F32(size_from_);
  out.F32(size_to_);
  out.F32s(absorbed_.data(), kLines);
  // From the oldest sample to the newest: equal states give equal bytes wherever they are stored.
  for (const float* line : lines_) {
    out.F32s(line + at_, static_cast<std::size_t>(kLineFrames - at_));
    out.F32s(line, static_cast<std::size_t>(at_));
  }
}

bool FeedbackDelayNetwork::Restore(ByteReader& in) {
  bool ok = size_.Restore(in) && log2_decay_.Restore(in) && damping_.Restore(in);
  float sizes[2];
  ok = ReadFinite(in, sizes, 2) && ok;
  size_from_ = sizes[0];
  size_to_ = sizes[1];
  ok = ReadFinite(in, absorbed_.data(), kLines) && ok;
  at_ = 0;
  for (float* line : lines_) ok = ReadFinite(in, line, kLineFrames) && ok;
  for (const float size : {size_.now(), size_.target(), size_from_, size_to_}) {
    ok = ok && size >= 0.19f && size <= 1.01f;  // a glide may miss its end by a rounding
  }
  ok = ok && damping_.now() >= -0.01f && damping_.now() <= 1.01f;
  if (ok) SetAbsorption();
  return ok;
}

}  // namespace continuo::dsp
