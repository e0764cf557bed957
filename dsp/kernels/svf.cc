// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/svf.h"

#include "dsp/base/units.h"

namespace continuo::dsp {
namespace {

float TanOf(float frequency) {
  const float angle = frequency * (kPi / kSampleRate);
  return Sin(angle) / Cos(angle);
}

/// Square root of the amplitude ratio: the A of the cookbook.
float RootOf(float gain_db) {
  return DbToGain(0.5f * gain_db);
}

}  // namespace

SvfShape LowShelf(float frequency, float gain_db, float q) {
  const float a = RootOf(gain_db), k = 1.0f / q;
  return {TanOf(frequency) / Sqrt(a), k, 1.0f, k * (a - 1.0f), a * a - 1.0f};
}

SvfShape Peak(float frequency, float gain_db, float q) {
  const float a = RootOf(gain_db), k = 1.0f / (q * a);
  return {TanOf(frequency), k, 1.0f, k * (a * a - 1.0f), 0.0f};
}

SvfShape HighShelf(float frequency, float gain_db, float q) {
  const float a = RootOf(gain_db), k = 1.0f / q;
  return {TanOf(frequency) * Sqrt(a), k, a * a, k * (1.0f - a) * a, 1.0f - a * a};
}

SvfShape Tilt(float frequency, float gain_db, float q) {
  const float a = RootOf(gain_db), k = 1.0f / q;
  return {TanOf(frequency) * Sqrt(a), k, a, k * (1.0f - a), 1.0f / a - a};
}

SvfShape LowPass(float frequency, float q) {
  return {TanOf(frequency), 1.0f / q, 0.0f, 0.0f, 1.0f};
}

SvfShape HighPass(float frequency, float q) {
  const float k = 1.0f / q;
  return {TanOf(frequency), k, 1.0f, -k, -1.0f};
}

SvfShape Notch(float frequency, float q) {
  const float k = 1.0f / q;
  return {TanOf(frequency), k, 1.0f, -k, 0.0f};
}

}  // namespace continuo::dsp
