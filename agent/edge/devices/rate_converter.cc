// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/rate_converter.h"

#include <samplerate.h>

#include <new>

namespace continuo::agent {
namespace {

SRC_STATE* Make(int channels) {
  int error = 0;
  SRC_STATE* const state = src_new(SRC_SINC_MEDIUM_QUALITY, channels, &error);
  if (state == nullptr) throw std::bad_alloc();
  return state;
}

}  // namespace

void RateConverter::Free::operator()(SRC_STATE_tag* state) const {
  src_delete(state);
}

RateConverter::RateConverter(int channels) : channels_(channels), state_(Make(channels)) {}
RateConverter::~RateConverter() = default;

void RateConverter::Begin() {
  src_reset(state_.get());
}

RateConverter::Done RateConverter::Next(std::span<const float> in, std::span<float> out,
                                        double step) {
  // Else the library would glide to it within the call, and where that ends would not be known.
  src_set_ratio(state_.get(), 1 / step);
  SRC_DATA data{};
  data.data_in = in.data();
  data.input_frames = static_cast<long>(in.size()) / channels_;
  data.data_out = out.data();
  data.output_frames = static_cast<long>(out.size()) / channels_;
  data.src_ratio = 1 / step;
  if (src_process(state_.get(), &data) != 0) return {};
  return {static_cast<int>(data.input_frames_used), static_cast<int>(data.output_frames_gen)};
}

}  // namespace continuo::agent
