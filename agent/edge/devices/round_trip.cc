// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/round_trip.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <optional>

namespace continuo::agent {
namespace {

using Signal = RoundTripSignal;

constexpr int kSoft = 64;            // samples of fade at the ends of a burst
constexpr double kLeastAlike = 0.3;  // chance makes 0.07 of it
constexpr double kSilence = 1e-4;    // RMS: -80 dBFS
constexpr float kClipped = 0.999f;
constexpr double kUnsteady = 1;  // samples
constexpr int kReach = 16;       // of the sinc on each side
constexpr int kHalvings = 30;

double Median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Of pairs of stamps that are half of them apart: how many ns a frame lasts.
void AddSlopes(std::span<const DeviceStamp> stamps, std::vector<double>& slopes) {
  const std::size_t half = stamps.size() / 2;
  for (std::size_t i = 0; i + half < stamps.size(); ++i) {
    const DeviceStamp &a = stamps[i], &b = stamps[i + half];
    slopes.push_back(static_cast<double>(b.at - a.at) / static_cast<double>(b.frame - a.frame));
  }
}

/// When samples of one direction are in the world, in ns since `base`. What is told wrongly once, by a thread that was
/// kept waiting, counts for nothing: medians. `slope`: ns of a frame; both directions have the same crystal.
class PeriodTimes {
 public:
  PeriodTimes(std::span<const DeviceStamp> stamps, double slope, Nanoseconds base) : slope_(slope) {
    std::vector<double> rests;
    for (const DeviceStamp& stamp : stamps) {
      rests.push_back(static_cast<double>(stamp.at - base) -
                      slope_ * static_cast<double>(stamp.frame));
    }
    rest_ = Median(rests);
  }
  double TimeOf(double frame) const { return rest_ + slope_ * frame; }
  double FrameAt(double time) const { return (time - rest_) / slope_; }

 private:
  const double slope_;
  double rest_ = 0;
};

/// Where a burst came back.
struct Echo {
  double place = 0;  ///< frame of what was heard
  double alike = 0;  ///< below 0: upside down
  float level = 0;
};

double ProductAt(std::span<const float> burst, std::span<const float> heard, std::size_t at) {
  float sums[4] = {};
  for (std::size_t i = 0; i + 3 < burst.size(); i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += burst[i + k] * heard[at + i + k];
  }
  return static_cast<double>(sums[0] + sums[1]) + static_cast<double>(sums[2] + sums[3]);
}

double EnergyOf(std::span<const float> sound) {
  double sum = 0;
  for (const float x : sound) sum += static_cast<double>(x) * x;
  return sum;
}

/// Between the values of a band-limited series.
double ValueAt(std::span<const double> series, double at) {
  const auto middle = static_cast<std::ptrdiff_t>(std::floor(at));
  double sum = 0;
  for (std::ptrdiff_t k = middle - kReach + 1; k <= middle + kReach; ++k) {
    if (k < 0 || k >= static_cast<std::ptrdiff_t>(series.size())) continue;
    const double x = std::numbers::pi * (at - static_cast<double>(k));
    const double sinc = std::fabs(x) < 1e-9 ? 1 : std::sin(x) / x;
    sum += series[static_cast<std::size_t>(k)] * sinc * 0.5 * (1 + std::cos(x / kReach));
  }
  return sum;
}

/// Place of the peak that lies within a sample of `at`.
double PeakNear(std::span<const double> series, double at) {
  double low = at - 1, high = at + 1;
  const auto height = [&](double x) { return std::fabs(ValueAt(series, x)); };
  for (int i = 0; i < kHalvings; ++i) {
    const double third = (high - low) / 3;
    if (height(low + third) < height(high - third)) {
      low += third;
    } else {
      high -= third;
    }
  }
  return (low + high) / 2;
}

/// In `heard`, whose length is that of the burst and of all places that it may have.
Echo FindIn(std::span<const float> burst, std::span<const float> heard) {
  std::vector<double> products;
  double energy = EnergyOf(heard.first(burst.size()));
  const double own = EnergyOf(burst);
  Echo echo;
  std::size_t best = 0;
  for (std::size_t at = 0; at + burst.size() < heard.size(); ++at) {
    products.push_back(ProductAt(burst, heard, at));
    const double alike = products.back() / std::sqrt(own * std::max(energy, 1e-12));
    if (std::fabs(alike) > std::fabs(echo.alike)) {
      echo.alike = alike;
      best = at;
    }
    const double in = heard[at + burst.size()], out = heard[at];
    energy += in * in - out * out;
  }
  for (const float x : heard.subspan(best, burst.size())) {
    echo.level = std::max(echo.level, std::fabs(x));
  }
  echo.place = PeakNear(products, static_cast<double>(best));
  return echo;
}

std::string Decibels(double level) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f dBFS", 20 * std::log10(std::max(level, 1e-6)));
  return text;
}

/// Empty, or what is wrong with what was heard in the windows of all bursts.
std::string WrongWith(std::span<const Echo> echoes, std::span<const float> heard) {
  const double loud = std::sqrt(EnergyOf(heard) / static_cast<double>(heard.size()));
  float peak = 0;
  for (const float x : heard) peak = std::max(peak, std::fabs(x));
  if (loud < kSilence) {
    return "nothing came back: " + Decibels(loud) + " are heard, and " + Decibels(Signal::kPeak) +
           " were played; lay a cable from that output to that input, and look at levels and mutes";
  }
  if (peak >= kClipped) {
    return "what is heard clips: turn the input down, or what else is there";
  }
  double least = 1;
  for (const Echo& echo : echoes) least = std::min(least, std::fabs(echo.alike));
  if (least >= kLeastAlike) return {};
  char alike[48];
  std::snprintf(alike, sizeof alike, "%.2f, and %.2f is needed", least, kLeastAlike);
  return "too much else is heard (" + Decibels(loud) + "): what was played is in it by " + alike +
         "; lay a cable from that output to that input, or silence what else is there";
}

}  // namespace

RoundTripSignal::RoundTripSignal() : burst_(kBurst) {
  std::vector<float> white(kBurst + 4);
  std::uint32_t state = 2026;
  for (float& x : white) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<float>(state >> 8) / 8'388'608.0f - 1;
  }
  float loudest = 0;
  for (int i = 0; i < kBurst; ++i) {
    const float* const w = white.data() + i;
    const float soft = (w[0] + 4 * w[1] + 6 * w[2] + 4 * w[3] + w[4]) / 16;
    const float edge = static_cast<float>(std::min({i, kBurst - 1 - i, kSoft})) / kSoft;
    burst_[static_cast<std::size_t>(i)] = soft * edge;
    loudest = std::max(loudest, std::fabs(soft * edge));
  }
  for (float& x : burst_) x *= kPeak / loudest;
}

float RoundTripSignal::At(Frames n) const {
  const Frames since = n - kLeadIn;
  if (since < 0 || since >= kBursts * kApart) return 0;
  const Frames at = since % kApart;
  return at < kBurst ? burst_[static_cast<std::size_t>(at)] : 0;
}

RoundTripReading JudgeRoundTrip(const RoundTripSignal& signal, std::span<const DeviceStamp> played,
                                std::span<const DeviceStamp> stamps, std::span<const float> heard) {
  if (played.size() < 4 || stamps.size() < 4) {
    return {.error = "the device has played or heard less than four periods"};
  }
  const Nanoseconds base = played.front().at;
  std::vector<double> slopes;
  AddSlopes(played, slopes);
  AddSlopes(stamps, slopes);
  const double slope = Median(slopes);
  const PeriodTimes out(played, slope, base), in(stamps, slope, base);
  std::vector<Echo> echoes;
  std::vector<float> windows;
  std::vector<double> late;
  for (int i = 0; i < Signal::kBursts; ++i) {
    const double sounds = out.TimeOf(static_cast<double>(Signal::BurstAt(i)));
    const auto due = static_cast<Frames>(in.FrameAt(sounds));
    const Frames from = std::max<Frames>(0, due - Signal::kBefore);
    const Frames to = due + Signal::kAfter + Signal::kBurst;
    if (to > static_cast<Frames>(heard.size()) || to - from <= Signal::kBurst) {
      return {.error = "the device has not heard for as long as it has played"};
    }
    const auto window =
        heard.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
    windows.insert(windows.end(), window.begin(), window.end());
    Echo echo = FindIn(signal.burst(), window);
    echo.place += static_cast<double>(from);
    late.push_back((in.TimeOf(echo.place) - sounds) * kSampleRate / 1e9);
    echoes.push_back(echo);
  }
  RoundTripReading reading;
  reading.error = WrongWith(echoes, windows);
  if (!reading.error.empty()) return reading;
  reading.alike = 1;
  for (const Echo& echo : echoes) {
    reading.alike = std::min(reading.alike, std::fabs(echo.alike));
    reading.level = std::max(reading.level, static_cast<double>(echo.level));
    reading.inverted |= echo.alike < 0;
  }
  std::sort(late.begin(), late.end());
  reading.unreported = late[late.size() / 2];
  reading.spread = late.back() - late.front();
  if (reading.spread > kUnsteady) {
    char text[64];
    std::snprintf(text, sizeof text, "%.1f samples", reading.spread);
    reading.error = "the bursts came back at times that differ by " + std::string(text) +
                    ": the device loses or gains time; try again, with a longer period";
  }
  return reading;
}

}  // namespace continuo::agent
