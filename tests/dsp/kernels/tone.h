// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

namespace continuo::dsp {

/// Amplitude of one frequency. The window (Blackman-Harris, four terms) keeps what is more than four bins away 92 dB
/// down.
inline double LevelAt(const std::vector<float>& samples, double hz) {
  constexpr double kTwoPi = 2 * M_PI;
  std::complex<double> sum = 0;
  double weight = 0;
  const auto count = static_cast<double>(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double x = kTwoPi * static_cast<double>(i) / count;
    const double window =
        0.35875 - 0.48829 * std::cos(x) + 0.14128 * std::cos(2 * x) - 0.01168 * std::cos(3 * x);
    weight += window;
    sum += window * static_cast<double>(samples[i]) *
           std::polar(1.0, -kTwoPi * hz * static_cast<double>(i) / 48000);
  }
  return 2 * std::abs(sum) / weight;
}

inline double ToDb(double ratio) {
  return 20 * std::log10(std::max(ratio, 1e-12));
}

/// What is left of the samples when these frequencies are taken out, against all of it, in dB: everything that a tone
/// made of these should not have. Takes out one after another, so they should be far apart.
inline double ResidueDb(std::vector<float> samples, const std::vector<double>& tones) {
  const auto energy = [](const std::vector<float>& s) {
    double sum = 0;
    for (const float x : s) sum += static_cast<double>(x) * static_cast<double>(x);
    return sum;
  };
  const double all = energy(samples);
  for (int round = 0; round < 3; ++round) {
    for (const double hz : tones) {
      double cc = 0, ss = 0, cs = 0, xc = 0, xs = 0;
      const double w = 2 * M_PI * hz / 48000;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        const double c = std::cos(w * static_cast<double>(i)),
                     s = std::sin(w * static_cast<double>(i));
        const double x = static_cast<double>(samples[i]);
        cc += c * c, ss += s * s, cs += c * s, xc += x * c, xs += x * s;
      }
      const double det = cc * ss - cs * cs;
      const double a = (xc * ss - xs * cs) / det, b = (xs * cc - xc * cs) / det;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i] -= static_cast<float>(a * std::cos(w * static_cast<double>(i)) +
                                         b * std::sin(w * static_cast<double>(i)));
      }
    }
  }
  return 10 * std::log10(energy(samples) / all);
}

/// The largest difference between neighbours: what a click is made of.
inline float LargestJump(const std::vector<float>& samples) {
  float largest = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    largest = std::max(largest, std::abs(samples[i] - samples[i - 1]));
  }
  return largest;
}

/// How much larger the largest of these is while something happens than before and after it. `player`: a Soloist.
template <typename Player, typename Happening>
float Click(Player& player, const Happening& happens) {
  const float before = LargestJump(player.Play(4800));
  happens();
  const float meanwhile = LargestJump(player.Play(960));
  return meanwhile / std::max(before, LargestJump(player.Play(4800)));
}

}  // namespace continuo::dsp
