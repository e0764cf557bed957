// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/fft.h"

#include "dsp/base/rotation.h"

namespace continuo::dsp {
namespace {

/// Of a pass over groups of four times `quarter` values: cos and sin of j, 2j and 3j steps.
struct Twiddles {
  Twiddles(const float* table, int quarter)
      : c1(table),
        s1(table + quarter),
        c2(table + 2 * quarter),
        s2(table + 3 * quarter),
        c3(table + 4 * quarter),
        s3(table + 5 * quarter) {}
  const float* __restrict c1;
  const float* __restrict s1;
  const float* __restrict c2;
  const float* __restrict s2;
  const float* __restrict c3;
  const float* __restrict s3;
};

/// The four quarters of a group.
struct Quarters {
  Quarters(float* re, float* im, int quarter)
      : r0(re),
        r1(re + quarter),
        r2(re + 2 * quarter),
        r3(re + 3 * quarter),
        i0(im),
        i1(im + quarter),
        i2(im + 2 * quarter),
        i3(im + 3 * quarter) {}
  float* __restrict r0;
  float* __restrict r1;
  float* __restrict r2;
  float* __restrict r3;
  float* __restrict i0;
  float* __restrict i1;
  float* __restrict i2;
  float* __restrict i3;
};

/// Decimation in frequency: a transform of four values, then the rotations.
void ForwardGroup(Quarters x, Twiddles w, int quarter) {
  for (int j = 0; j < quarter; ++j) {
    const float ar = x.r0[j] + x.r2[j], ai = x.i0[j] + x.i2[j];
    const float br = x.r0[j] - x.r2[j], bi = x.i0[j] - x.i2[j];
    const float cr = x.r1[j] + x.r3[j], ci = x.i1[j] + x.i3[j];
    const float dr = x.i1[j] - x.i3[j], di = x.r3[j] - x.r1[j];  // times -i
    const float y1r = br + dr, y1i = bi + di;
    const float y2r = ar - cr, y2i = ai - ci;
    const float y3r = br - dr, y3i = bi - di;
    x.r0[j] = ar + cr;
    x.i0[j] = ai + ci;
    x.r1[j] = y1r * w.c1[j] + y1i * w.s1[j];
    x.i1[j] = y1i * w.c1[j] - y1r * w.s1[j];
    x.r2[j] = y2r * w.c2[j] + y2i * w.s2[j];
    x.i2[j] = y2i * w.c2[j] - y2r * w.s2[j];
    x.r3[j] = y3r * w.c3[j] + y3i * w.s3[j];
    x.i3[j] = y3i * w.c3[j] - y3r * w.s3[j];
  }
}

/// Decimation in time: the rotations back, then a transform of four values.
void BackwardGroup(Quarters x, Twiddles w, int quarter) {
  for (int j = 0; j < quarter; ++j) {
    const float y1r = x.r1[j] * w.c1[j] - x.i1[j] * w.s1[j];
    const float y1i = x.i1[j] * w.c1[j] + x.r1[j] * w.s1[j];
    const float y2r = x.r2[j] * w.c2[j] - x.i2[j] * w.s2[j];
    const float y2i = x.i2[j] * w.c2[j] + x.r2[j] * w.s2[j];
    const float y3r = x.r3[j] * w.c3[j] - x.i3[j] * w.s3[j];
    const float y3i = x.i3[j] * w.c3[j] + x.r3[j] * w.s3[j];
    const float ar = x.r0[j] + y2r, ai = x.i0[j] + y2i;
    const float br = x.r0[j] - y2r, bi = x.i0[j] - y2i;
    const float cr = y1r + y3r, ci = y1i + y3i;
    const float dr = y3i - y1i, di = y1r - y3r;  // times i
    x.r0[j] = ar + cr;
    x.i0[j] = ai + ci;
    x.r1[j] = br + dr;
    x.i1[j] = bi + di;
    x.r2[j] = ar - cr;
    x.i2[j] = ai - ci;
    x.r3[j] = br - dr;
    x.i3[j] = bi - di;
  }
}

/// Groups of four values side by side, which nothing rotates. `sign` -1: forward.
template <int kSign>
void SmallGroups(float* __restrict re, float* __restrict im, int count) {
  for (int g = 0; g < count; ++g, re += 4, im += 4) {
    const float ar = re[0] + re[2], ai = im[0] + im[2];
    const float br = re[0] - re[2], bi = im[0] - im[2];
    const float cr = re[1] + re[3], ci = im[1] + im[3];
    const float dr = re[1] - re[3], di = im[1] - im[3];
    re[0] = ar + cr;
    im[0] = ai + ci;
    re[2] = ar - cr;
    im[2] = ai - ci;
    re[1] = kSign < 0 ? br + di : br - di;
    im[1] = kSign < 0 ? bi - dr : bi + dr;
    re[3] = kSign < 0 ? br - di : br + di;
    im[3] = kSign < 0 ? bi + dr : bi - dr;
  }
}

/// Where the rotations of the pass over quarters of `quarter` begin: those of larger ones come before.
int TwiddlesBefore(int bins, int quarter) {
  int count = 0;
  for (int q = bins / 4; q > quarter; q /= 4) count += 6 * q;
  return count;
}

}  // namespace

void ConvolutionFft::Prepare(Arena& arena, int bins) {
  bins_ = bins;
  passes_ = 0;
  for (int size = bins; size > 1; size /= 4) ++passes_;
  fold_ = arena.Take<float>(2 * static_cast<std::size_t>(bins));
  twiddles_ = arena.Take<float>(static_cast<std::size_t>(TwiddlesBefore(bins, 1)));
  if (fold_ == nullptr || twiddles_ == nullptr) return;
  const std::uint32_t step = 0xffffffffu / static_cast<std::uint32_t>(bins) + 1;  // 2^32 / bins
  for (int j = 0; j < bins; ++j) {
    const Rotation rotation = RotationOf(static_cast<std::uint32_t>(j) * (step / 4));
    fold_[j] = rotation.cos;
    fold_[bins + j] = rotation.sin;
  }
  float* at = twiddles_;
  std::uint32_t turn = step;
  for (int quarter = bins / 4; quarter > 1; quarter /= 4, turn *= 4) {
    for (std::uint32_t times = 1; times <= 3; ++times, at += 2 * quarter) {
      for (int j = 0; j < quarter; ++j) {
        const Rotation rotation = RotationOf(times * static_cast<std::uint32_t>(j) * turn);
        at[j] = rotation.cos;
        at[quarter + j] = rotation.sin;
      }
    }
  }
}

void ConvolutionFft::Fold(const float* samples, float* re, float* im) const {
  const float* __restrict early = samples;
  const float* __restrict late = samples + bins_;
  const float* __restrict cos = fold_;
  const float* __restrict sin = fold_ + bins_;
  float* __restrict r = re;
  float* __restrict i = im;
  for (int j = 0; j < bins_; ++j) {
    r[j] = early[j] * cos[j] - late[j] * sin[j];
    i[j] = -(late[j] * cos[j] + early[j] * sin[j]);
  }
}

void ConvolutionFft::Unfold(const float* re, const float* im, float* samples) const {
  const float* __restrict r = re;
  const float* __restrict i = im;
  const float* __restrict cos = fold_;
  const float* __restrict sin = fold_ + bins_;
  float* __restrict out = samples;
  for (int j = 0; j < bins_; ++j) out[j] = -(r[j] * sin[j] + i[j] * cos[j]);
}

void ConvolutionFft::Forward(int pass, float* re, float* im) const {
  const int group = bins_ >> (2 * pass), quarter = group / 4;
  if (quarter == 1) return SmallGroups<-1>(re, im, bins_ / 4);
  const Twiddles twiddles(twiddles_ + TwiddlesBefore(bins_, quarter), quarter);
  for (int at = 0; at < bins_; at += group) {
    ForwardGroup(Quarters(re + at, im + at, quarter), twiddles, quarter);
  }
}

void ConvolutionFft::Backward(int pass, float* re, float* im) const {
  const int group = 4 << (2 * pass), quarter = group / 4;
  if (quarter == 1) return SmallGroups<1>(re, im, bins_ / 4);
  const Twiddles twiddles(twiddles_ + TwiddlesBefore(bins_, quarter), quarter);
  for (int at = 0; at < bins_; at += group) {
    BackwardGroup(Quarters(re + at, im + at, quarter), twiddles, quarter);
  }
}

void AddProduct(const float* a, const float* b, int bins, float* sum) {
  const float* __restrict ar = a;
  const float* __restrict ai = a + bins;
  const float* __restrict br = b;
  const float* __restrict bi = b + bins;
  float* __restrict sr = sum;
  float* __restrict si = sum + bins;
  for (int k = 0; k < bins; ++k) {
    sr[k] += ar[k] * br[k] - ai[k] * bi[k];
    si[k] += ar[k] * bi[k] + ai[k] * br[k];
  }
}

}  // namespace continuo::dsp
