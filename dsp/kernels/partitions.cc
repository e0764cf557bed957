// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/partitions.h"

#include <utility>

namespace continuo::dsp {

float ImpulseSide::operator[](Frames i) const {
  if (i >= asset->frames) return 0.0f;
  constexpr float kLoudest = 1e3f;
  const float* frame = asset->samples + i * asset->channels;
  const float sample = mean ? 0.5f * (frame[0] + frame[1]) : frame[side];
  return std::clamp(Clean(sample), -kLoudest, kLoudest);
}

void Partitions::Prepare(Arena& arena, int block, int count, std::span<const ImpulseSide> sides) {
  block_ = block;
  count_ = count;
  channels_ = static_cast<int>(sides.size());
  newest_ = 0;
  fft_.Prepare(arena, block);
  const auto samples = static_cast<std::size_t>(channels_) * block;
  impulse_ = arena.Take<float>(samples * 2 * count);
  inputs_ = arena.Take<float>(samples * 2 * count);
  product_ = arena.Take<float>(samples * 2);
  heard_ = arena.Take<float>(samples);
  upcoming_ = arena.Take<float>(samples);
  if (upcoming_ == nullptr || impulse_ == nullptr) return;
  const float scale = 1.0f / static_cast<float>(block);  // what the transforms make too large
  for (int c = 0; c < channels_; ++c) {
    for (int p = 0; p < count; ++p) {
      // `product_` is free until the first period begins.
      const Frames first = static_cast<Frames>(p + 2) * block;
      for (int i = 0; i < block; ++i) product_[i] = sides[c][first + i] * scale;
      std::fill_n(product_ + block, block, 0.0f);
      float* spectrum = Spectrum(impulse_, c, p);
      fft_.Fold(product_, spectrum, spectrum + block);
      Transform(spectrum);
    }
  }
  std::fill_n(product_, samples * 2, 0.0f);
}

void Partitions::Transform(float* spectrum) const {
  for (int pass = 0; pass < fft_.passes(); ++pass) fft_.Forward(pass, spectrum, spectrum + block_);
}

void Partitions::BeginPeriod() {
  std::swap(heard_, upcoming_);
  newest_ = newest_ + 1 == count_ ? 0 : newest_ + 1;
}

void Partitions::Work(int phase, const SampleHistory* histories, float* scratch) {
  const int age = phase & (block_ - 1), slots = block_ / kControlFrames;
  if (age == 0) BeginPeriod();
  const int slot = age / kControlFrames;
  Do(slot * Steps() / slots, (slot + 1) * Steps() / slots, age, histories, scratch);
}

void Partitions::Do(int from, int to, int age, const SampleHistory* histories, float* scratch) {
  for (int i = from; i < to; ++i) {
    const int channel = i / StepsPerChannel();
    DoStep(channel, i % StepsPerChannel(), age, histories[channel], scratch);
  }
}

void Partitions::DoStep(int channel, int step, int age, const SampleHistory& history,
                        float* scratch) {
  const int passes = fft_.passes();
  float* input = Spectrum(inputs_, channel, newest_);
  float* product = product_ + static_cast<std::size_t>(channel) * 2 * block_;
  if (step == 0) {
    history.Copy(age + 2 * block_, 2 * block_, scratch);
    fft_.Fold(scratch, input, input + block_);
    std::fill_n(product, 2 * block_, 0.0f);
  } else if (step <= passes) {
    fft_.Forward(step - 1, input, input + block_);
  } else if (step <= passes + count_) {
    const int partition = step - passes - 1;
    const int index = newest_ - partition + (newest_ < partition ? count_ : 0);
    AddProduct(Spectrum(inputs_, channel, index), Spectrum(impulse_, channel, partition), block_,
               product);
  } else if (step <= 2 * passes + count_) {
    fft_.Backward(step - passes - count_ - 1, product, product + block_);
  } else {
    fft_.Unfold(product, product + block_, upcoming_ + static_cast<std::size_t>(channel) * block_);
  }
}

void Partitions::AddTo(float* out, int channel, int phase, int frames) const {
  const float* heard = heard_ + static_cast<std::size_t>(channel) * block_ + (phase & (block_ - 1));
  for (int i = 0; i < frames; ++i) out[i] += heard[i];
}

void Partitions::Rebuild(int phase, const SampleHistory* histories, float* scratch) {
  // 1..B: a period whose last sample was the last one is not over yet, as in Work.
  const int age = ((phase - 1) & (block_ - 1)) + 1;
  newest_ = 0;
  for (int back = count_; back >= 1; --back) {
    newest_ = newest_ + 1 == count_ ? 0 : newest_ + 1;
    for (int c = 0; c < channels_; ++c) {
      float* input = Spectrum(inputs_, c, newest_);
      histories[c].Copy(age + (back + 2) * block_, 2 * block_, scratch);
      fft_.Fold(scratch, input, input + block_);
      Transform(input);
    }
  }
  // The period before, of which all is heard now, and this one as far as it has got.
  Do(0, Steps(), age + block_, histories, scratch);
  BeginPeriod();
  const int slots = block_ / kControlFrames;
  const int done = (age + kControlFrames - 1) / kControlFrames;
  Do(0, done * Steps() / slots, age, histories, scratch);
}

}  // namespace continuo::dsp
