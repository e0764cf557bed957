// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/fdn.h"

#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

constexpr int kLines = FeedbackDelayNetwork::kLines;

/// Signs by which the two inputs enter the lines and the lines make the two outputs. Each row is a bent function of
/// the line's four index bits: the matrix spreads it evenly over all lines. The rows of a pair are orthogonal, so
/// left and right stay apart. Of each line: 0, or 1 for a negative one.
constexpr int InLeft(int line) {
  return ((line & 1) * (line >> 1) + (line >> 2 & 1) * (line >> 3)) & 1;
}
constexpr int InRight(int line) {
  return InLeft(line) ^ (line & 1);
}
constexpr int OutLeft(int line) {
  return ((line & 1) * (line >> 2) + (line >> 1 & 1) * (line >> 3)) & 1;
}
constexpr int OutRight(int line) {
  return OutLeft(line) ^ (line >> 1 & 1);
}

/// What is heard is added up behind the matrix, where a moment is spread over vectors. A bent function's transform is
/// as flat as itself, so there, too, it takes the sum of all with some signs. Of each sum: true for a negative one.
template <typename Bits>
constexpr std::array<bool, kLines> BehindMatrix(Bits bits) {
  std::array<bool, kLines> negative{};
  for (int k = 0; k < kLines; ++k) {
    int sum = 0;
    for (int line = 0; line < kLines; ++line) {
      int signs = bits(line);
      for (int both = k & line; both != 0; both >>= 1) signs ^= both & 1;
      sum += signs != 0 ? -1 : 1;
    }
    negative[k] = sum < 0;
  }
  return negative;
}
constexpr std::array<bool, kLines> kOutLeft = BehindMatrix(OutLeft),
                                   kOutRight = BehindMatrix(OutRight);

/// Level of the wet sound: about that of the dry one for steady noise at a decay of 2 s.
constexpr float kInputGain = 0.125f;

Lanes GroupOf(const std::array<float, kLines>& values, int group) {
  return LoadLanes(values.data() + group * kLanes);
}

/// Sum of four of a kind, in the order of a tree.
Lanes Heard(const std::array<Lanes, kLanes>& x, const bool* negative) {
  const Lanes a = negative[1] == negative[0] ? x[0] + x[1] : x[0] - x[1];
  const Lanes b = negative[3] == negative[2] ? x[2] + x[3] : x[2] - x[3];
  const Lanes sum = negative[2] == negative[0] ? a + b : a - b;
  return negative[0] ? -sum : sum;
}

/// Four rows or lanes of four: 4 x 4, orthogonal up to the factor 2.
void Hadamard(std::array<Lanes, 4>& x) {
  const Lanes a = x[0] + x[1], b = x[0] - x[1], c = x[2] + x[3], d = x[2] - x[3];
  x = {a + c, b + d, a - c, b - d};
}

void CleanRows(WanderingLines::Rows& rows) {
  for (auto& row : rows) {
    for (int i = 0; i < kControlFrames; i += kLanes) {
      StoreLanes(CleanLanes(LoadLanes(row.data() + i)), row.data() + i);
    }
  }
}

}  // namespace

void FeedbackDelayNetwork::Prepare(Arena& arena, const Settings& settings) {
  lines_.Prepare(arena);
  size_.Reset(settings.size);
  size_from_ = size_to_ = settings.size;
  log2_decay_.Reset(Log2(settings.decay));
  damping_.Reset(settings.damping);
  absorbed_ = {};
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
    const float length = WanderingLines::LengthOf(line, size_to_);
    const float at_zero = Exp2(low * length), at_nyquist = Exp2(high * length);
    const float keep = Clean((at_zero - at_nyquist) / (at_zero + at_nyquist));
    keep_[line / kLanes][line % kLanes] = keep;
    feed_[line / kLanes][line % kLanes] = at_zero * (1.0f - keep);
  }
}

template <bool kCleaning>
[[gnu::always_inline]] inline bool FeedbackDelayNetwork::Absorb(
    const WanderingLines::Rows& rows, int at, int count, std::array<Moment, kLanes>& moments) {
  CleanCheck check;
  Moment absorbed = absorbed_;
  for (int g = 0; g < kGroups; ++g) {
    std::array<Lanes, kLanes> block;
    for (int line = 0; line < kLanes; ++line) {
      block[line] = LoadLanes(rows[g * kLanes + line].data() + at);
    }
    TransposeLanes(block);
    const Lanes feed = feed_[g], keep = keep_[g];
    Lanes y = absorbed[g];
    for (int i = 0; i < kLanes; ++i) {
      if (i < count) {
        y = feed * block[i] + keep * y;
        if constexpr (kCleaning) {
          y = CleanLanes(y);
        } else {
          check.Add(y);
        }
      }
      moments[i][g] = y;
    }
    absorbed[g] = y;
  }
  if (!kCleaning && !check.Holds()) return false;
  absorbed_ = absorbed;
  return true;
}

[[gnu::always_inline]] inline void FeedbackDelayNetwork::Mix(WanderingLines::Rows& rows, int at,
                                                             int count, const float* const* in,
                                                             float* const* out, CleanCheck& check,
                                                             [[maybe_unused]] bool& dirty) {
  // A block of four lines and four moments at a time: moments of lines for what is done alike to all lines.
  std::array<Moment, kLanes> moments;
#ifdef CONTINUO_SCALAR_LANES
  Absorb<true>(rows, at, count, moments);  // what cleans four asks them first, too
#else
  // Silence does not pass the check: where it fails it is not asked again in this period.
  dirty = dirty || !Absorb<false>(rows, at, count, moments);
  if (dirty) [[unlikely]] {
    Absorb<true>(rows, at, count, moments);
  }
#endif
  for (Moment& moment : moments) Hadamard(moment);
  const Lanes left = kInputGain * LoadLanes(in[0] + at);
  const Lanes right = kInputGain * LoadLanes(in[1] + at);
  const Lanes sum = left + right, difference = left - right;
  const std::array<Lanes, 4> ins = {sum, difference, -difference, -sum};
  Moment heard_left, heard_right;
#pragma GCC unroll 4
  for (int g = 0; g < kGroups; ++g) {
    std::array<Lanes, kLanes> block = {moments[0][g], moments[1][g], moments[2][g], moments[3][g]};
    TransposeLanes(block);
    Hadamard(block);
    for (Lanes& x : block) x = 0.25f * x;
    heard_left[g] = Heard(block, &kOutLeft[g * kLanes]);
    heard_right[g] = Heard(block, &kOutRight[g * kLanes]);
    for (int i = 0; i < kLanes; ++i) {
      const int line = g * kLanes + i;
      const Lanes& comes = ins[2 * InLeft(line) + InRight(line)];
      const Lanes fed = block[i] + comes;
      check.Add(fed);
      StoreLanes(fed, rows[line].data() + at);
    }
  }
  StoreLanes((heard_left[0] + heard_left[1]) + (heard_left[2] + heard_left[3]), out[0] + at);
  StoreLanes((heard_right[0] + heard_right[1]) + (heard_right[2] + heard_right[3]), out[1] + at);
}

void FeedbackDelayNetwork::Process(MediaTime n, int frames, const float* const* in,
                                   float* const* out) {
  if (ControlPhase(n) == 0) BeginPeriod();
  WanderingLines::Rows rows;
  lines_.Read(n, size_from_, size_to_, rows);
  CleanCheck check;
  bool dirty = false;
  if (frames == kControlFrames) {
    for (int at = 0; at < kControlFrames; at += kLanes) {
      Mix(rows, at, kLanes, in, out, check, dirty);
    }
  } else {
    for (int at = 0; at < frames; at += kLanes) {
      Mix(rows, at, frames - at, in, out, check, dirty);
    }
  }
  if (!check.Holds()) [[unlikely]] {
    CleanRows(rows);
  }
  lines_.Write(rows, frames);
}

void FeedbackDelayNetwork::Snapshot(ByteWriter& out) const {
  size_.Snapshot(out);
  log2_decay_.Snapshot(out);
  damping_.Snapshot(out);
  out.F32(size_from_);
  out.F32(size_to_);
  for (const Lanes& lanes : absorbed_) {
    for (int i = 0; i < kLanes; ++i) out.F32(lanes[i]);
  }
  lines_.Snapshot(out);
}

bool FeedbackDelayNetwork::Restore(ByteReader& in) {
  bool ok = size_.Restore(in) && log2_decay_.Restore(in) && damping_.Restore(in);
  float sizes[2];
  ok = ReadFinite(in, sizes, 2) && ok;
  size_from_ = sizes[0];
  size_to_ = sizes[1];
  std::array<float, kLines> absorbed;
  ok = ReadFinite(in, absorbed.data(), kLines) && ok;
  for (int g = 0; g < kGroups; ++g) absorbed_[g] = GroupOf(absorbed, g);
  ok = lines_.Restore(in) && ok;
  // A glide may miss its end by roundings; a line has no room for more.
  constexpr float kSlack = 1e-3f;
  for (const float size : {size_.now(), size_.target(), size_from_, size_to_}) {
    ok = ok && size >= 0.19f && size <= 1.0f + kSlack;
  }
  ok = ok && size_.LeadsToTarget(kSlack);
  ok = ok && damping_.now() >= -0.01f && damping_.now() <= 1.01f;
  if (ok) SetAbsorption();
  return ok;
}

}  // namespace continuo::dsp
