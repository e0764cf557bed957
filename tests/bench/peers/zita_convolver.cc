// SPDX-License-Identifier: Apache-2.0
// A program of its own, since the library it measures is under the GPL: prints how many stereo convolvers with an
// impulse response of two seconds, in blocks of 64 samples, one core computes. All threads count.
#include <time.h>
#include <zita-convolver.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr unsigned kBlock = 64, kImpulse = 2 * 48000;
constexpr int kSeconds = 20;

float Noise() {
  static std::uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return static_cast<float>(static_cast<std::int32_t>(state)) * 0x1p-31f;
}

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

int main() {
  std::vector<float> impulse(kImpulse), noise(48000);
  for (unsigned i = 0; i < kImpulse; ++i) {
    impulse[i] = 0.01f * std::exp(-3.0f * static_cast<float>(i) / 48000.0f) * Noise();
  }
  for (float& sample : noise) sample = 0.25f * Noise();
  Convproc convolver;
  if (convolver.configure(2, 2, kImpulse, kBlock, kBlock, Convproc::MAXPART, 0.0f) != 0) return 1;
  for (unsigned c = 0; c < 2; ++c) {
    if (convolver.impdata_create(c, c, 1, impulse.data(), 0, kImpulse) != 0) return 1;
  }
  if (convolver.start_process(0, SCHED_OTHER) != 0) return 1;
  const double before = CpuSeconds();
  float peak = 0;
  for (unsigned n = 0; n < kSeconds * 48000; n += kBlock) {
    for (unsigned c = 0; c < 2; ++c) {
      float* const in = convolver.inpdata(c);
      for (unsigned i = 0; i < kBlock; ++i) in[i] = noise[(n + i + c * 4801) % 48000];
    }
    convolver.process(true);
    for (unsigned i = 0; i < kBlock; ++i)
      peak = std::fmax(peak, std::fabs(convolver.outdata(0)[i]));
  }
  const double cpu = CpuSeconds() - before;
  convolver.stop_process();
  if (peak == 0) return 1;
  std::printf("%.6g\n", kSeconds / cpu);
}
