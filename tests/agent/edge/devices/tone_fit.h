// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <numeric>
#include <vector>

#include "dsp/base/units.h"

// What tests of resampling have in common: how late a thread wakes, and what came of a tone.

namespace continuo::agent {

/// Up to `jitter` samples late, and once in a hundred periods 2 ms more; 0: always in time.
class LateWakes {
 public:
  double Next(double jitter) {
    seed_ = seed_ * 6364136223846793005u + 1442695040888963407u;
    const auto dice = static_cast<double>(seed_ >> 40) / (1 << 24);
    return jitter == 0 ? 0 : dice < 0.01 ? 96 + jitter * dice : jitter * dice;
  }

 private:
  std::uint64_t seed_ = 1;
};

/// A tone that was heard, tenth of a second by tenth: where it lies, and what is not it. Noise is what is left when a
/// tone whose phase and level go in parabolas is taken away: as a notch of some 30 Hz.
class ToneFit {
 public:
  struct Figures {
    double early = 1e9, late = -1e9;  ///< samples that the tone is away from its place
    double thdn = 0;                  ///< dB below the tone
  };
  static constexpr Frames kBlock = kSampleRate / 10;

  explicit ToneFit(double hz) : w_(2 * std::numbers::pi * hz / kSampleRate) {}

  /// `rest` are kBlock samples; `place(i)`: of the tone, in samples, where the i-th should lie.
  void Add(std::vector<double> rest, const std::function<double(Frames i)>& place) {
    std::array<std::vector<double>, 6> basis;
    for (Frames i = 0; i < kBlock; ++i) {
      const double at = w_ * place(i);
      double power = 1;
      for (std::size_t k = 0; k < basis.size(); k += 2) {
        basis[k].push_back(power * std::sin(at));
        basis[k + 1].push_back(power * std::cos(at));
        power *= 2 * static_cast<double>(i) / static_cast<double>(kBlock) - 1;
      }
    }
    const double away = std::atan2(Product(rest, basis[1]), Product(rest, basis[0])) / w_;
    figures_.early = std::min(figures_.early, away);
    figures_.late = std::max(figures_.late, away);
    tone_ += Product(rest, rest);
    for (std::size_t k = 0; k < basis.size(); ++k) {
      const double norm = 1 / std::sqrt(Product(basis[k], basis[k]));
      for (double& x : basis[k]) x *= norm;
      for (std::size_t other = k + 1; other < basis.size(); ++other) {
        Remove(basis[k], Product(basis[k], basis[other]), basis[other]);
      }
      Remove(basis[k], Product(basis[k], rest), rest);
    }
    noise_ += Product(rest, rest);
  }

  Figures figures() const {
    Figures all = figures_;
    all.thdn = 10 * std::log10(noise_ / tone_);
    return all;
  }

 private:
  static double Product(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  }
  static void Remove(const std::vector<double>& what, double share, std::vector<double>& from) {
    for (std::size_t i = 0; i < from.size(); ++i) from[i] -= share * what[i];
  }

  const double w_;
  Figures figures_;
  double noise_ = 0, tone_ = 0;
};

}  // namespace continuo::agent
