// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/fft.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

#include "dsp/base/rotation.h"

namespace continuo::dsp {
namespace {

using Samples = std::vector<float>;

struct alignas(16) Cell {
  std::uint8_t bytes[16];
};

/// A transform with its memory.
class Bench {
 public:
  explicit Bench(int bins) {
    Arena measure;
    fft.Prepare(measure, bins);
    memory_.resize(measure.needed() / sizeof(Cell) + 1);
    Arena arena(memory_.data(), memory_.size() * sizeof(Cell));
    fft.Prepare(arena, bins);
  }
  /// re, then im.
  Samples Spectrum(const Samples& samples) const {
    Samples out(samples.size());
    float* im = out.data() + fft.bins();
    fft.Fold(samples.data(), out.data(), im);
    for (int pass = 0; pass < fft.passes(); ++pass) fft.Forward(pass, out.data(), im);
    return out;
  }
  Samples LaterHalf(Samples spectrum) const {
    float* im = spectrum.data() + fft.bins();
    for (int pass = 0; pass < fft.passes(); ++pass) fft.Backward(pass, spectrum.data(), im);
    Samples out(fft.bins());
    fft.Unfold(spectrum.data(), im, out.data());
    for (float& sample : out) sample /= static_cast<float>(fft.bins());
    return out;
  }

  ConvolutionFft fft;

 private:
  std::vector<Cell> memory_;
};

Samples Noise(int count, std::uint32_t seed) {
  Samples samples(count);
  for (float& sample : samples) {
    seed = seed * 1664525u + 1013904223u;
    sample = static_cast<float>(static_cast<std::int32_t>(seed)) * 0x1p-31f;
  }
  return samples;
}

/// k with its digits to the base 4 reversed: where bin k lies.
int PlaceOf(int k, int bins) {
  int place = 0;
  for (int size = bins; size > 1; size /= 4, k /= 4) place = place * 4 + k % 4;
  return place;
}

TEST(Rotation, IsTheNearestFloatAllAround) {
  double worst = 0;
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    const std::uint32_t turn = i * 107'374'183u;
    const double angle = 2 * M_PI * turn / 4294967296.0;
    const Rotation rotation = RotationOf(turn);
    for (const auto& [got, want] :
         {std::pair{rotation.cos, std::cos(angle)}, std::pair{rotation.sin, std::sin(angle)}}) {
      const double ulp = std::ldexp(1.0, std::max(std::ilogb(want), -60) - 23);
      worst = std::max(worst, std::abs(static_cast<double>(got) - want) / ulp);
    }
  }
  EXPECT_LT(worst, 0.5001);
}

TEST(ConvolutionFft, BinsAreTheSpectrumAtOddFrequencies) {
  for (const int bins : {16, 64, 256}) {
    const Bench bench(bins);
    const Samples samples = Noise(2 * bins, 7);
    const Samples spectrum = bench.Spectrum(samples);
    for (int k = 0; k < bins; ++k) {
      std::complex<double> want = 0;
      for (int n = 0; n < 2 * bins; ++n) {
        want +=
            static_cast<double>(samples[n]) * std::polar(1.0, -M_PI * n * (4 * k + 1) / (2 * bins));
      }
      const int at = PlaceOf(k, bins);
      EXPECT_NEAR(static_cast<double>(spectrum[at]), want.real(), 1e-5) << bins << " bin " << k;
      EXPECT_NEAR(static_cast<double>(spectrum[bins + at]), want.imag(), 1e-5)
          << bins << " bin " << k;
    }
  }
}

TEST(ConvolutionFft, ProductsOfSpectraConvolveWithAnErrorBelow130Decibels) {
  for (const int bins : {16, 64, 256, 1024, 4096}) {
    const Bench bench(bins);
    const Samples samples = Noise(2 * bins, 1);
    Samples taps = Noise(2 * bins, 2);
    std::fill(taps.begin() + bins, taps.end(), 0.0f);
    Samples product(2 * bins);
    AddProduct(bench.Spectrum(samples).data(), bench.Spectrum(taps).data(), bins, product.data());
    const Samples got = bench.LaterHalf(product);
    double error = 0, energy = 0;
    for (int n = bins; n < 2 * bins; n += 1 + bins / 256) {
      double want = 0;
      for (int t = 0; t < bins; ++t) {
        want += static_cast<double>(taps[t]) * static_cast<double>(samples[n - t]);
      }
      error += std::pow(static_cast<double>(got[n - bins]) - want, 2);
      energy += want * want;
    }
    EXPECT_LT(10 * std::log10(error / energy), -130) << bins;
  }
}

}  // namespace
}  // namespace continuo::dsp
