// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/arena.h"

namespace continuo::dsp {

/// A real Fourier transform made for convolution: of 2B real samples, in B complex bins. Where the usual transform
/// looks at the frequencies k / 2B of the sample rate, this one looks at (4k + 1) / 4B, k = 0..B-1; the other odd
/// multiples of 1 / 4B are their mirror images. So no bin is special (0 Hz and half the rate are not among them),
/// real samples fold into half as many complex ones without a rest, and the product of two spectra is a convolution
/// that wraps round with its sign reversed: what does not wrap is the same as ever. (One half of an odd-frequency
/// DFT: Bonnerot, Bellanger, Proceedings of the IEEE 64, 1976.)
///
/// Bins lie in an order of their own (digits to the base 4 reversed), equal for all spectra of one size: products do
/// not care. Real and imaginary parts lie apart: `re` and `im` hold B values each. Every sum is written out, so the
/// bits are the same everywhere; a vector unit only does several of them at once.
///
/// A transform is a number of passes over the data, each of which costs about the same, so that a long one can be
/// spread over time: Fold, then Forward(0) ... Forward(passes() - 1). Back: Backward(0) ..., then Unfold.
class ConvolutionFft {
 public:
  /// `bins`: B, a power of four from 16 to 4096. May be called with a measuring arena.
  void Prepare(Arena& arena, int bins);

  int bins() const { return bins_; }
  int passes() const { return passes_; }

  /// `samples`: 2B.
  void Fold(const float* samples, float* re, float* im) const;
  void Forward(int pass, float* re, float* im) const;
  /// The inverse of the passes, B times too large.
  void Backward(int pass, float* re, float* im) const;
  /// The later B of the 2B samples: those which a convolution with B taps leaves unwrapped.
  void Unfold(const float* re, const float* im, float* samples) const;

 private:
  int bins_ = 0, passes_ = 0;
  float* fold_ = nullptr;      // cos, then sin, of a quarter turn in B steps
  float* twiddles_ = nullptr;  // of each pass but the last: cos, sin of j, 2j, 3j
};

/// sum += a * b, bin by bin; each of `bins` values in `re` and as many, right after them, in `im`.
void AddProduct(const float* a, const float* b, int bins, float* sum);

}  // namespace continuo::dsp
