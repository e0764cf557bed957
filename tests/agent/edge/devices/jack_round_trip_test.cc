// SPDX-License-Identifier: Apache-2.0
// Against a real JACK server without a sound card, whose output a client of ours leads back, later by a known time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "agent/edge/devices/jack_device.h"
#include "agent/edge/devices/jack_library.h"
#include "agent/edge/devices/jack_server.h"
#include "proto/transport/machine_clock.h"
#include "support/scratch.h"

namespace continuo::agent {
namespace {

using testing::HasSubstr;

constexpr auto kOptions =
    static_cast<jack_options_t>(JackNoStartServer | JackUseExactName | JackServerName);

/// Gives out on cable:out_1 what comes in at cable:in_1, so many samples later.
class Cable {
 public:
  Cable(const JackLibrary& jack, const std::string& server, std::size_t late)
      : jack_(jack), held_(late) {
    transport::MachineClock clock;
    const Nanoseconds end = clock.Now() + 5'000'000'000;
    while (client_ == nullptr && clock.Now() < end) {
      client_ = jack_.client_open("cable", kOptions, nullptr, server.c_str());
      if (client_ == nullptr) clock.SleepUntil(clock.Now() + 10'000'000);
    }
    if (client_ == nullptr) return;
    in_ = jack_.port_register(client_, "in_1", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
    out_ = jack_.port_register(client_, "out_1", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
    jack_.set_process_callback(
        client_,
        [](jack_nframes_t frames, void* self) { return static_cast<Cable*>(self)->Carry(frames); },
        this);
    carries_ = jack_.activate(client_) == 0;
  }
  ~Cable() {
    if (client_ != nullptr) jack_.client_close(client_);
  }
  Cable(const Cable&) = delete;
  Cable& operator=(const Cable&) = delete;
  bool carries() const { return carries_; }

 private:
  int Carry(jack_nframes_t frames) {
    const auto* const in = static_cast<const float*>(jack_.port_get_buffer(in_, frames));
    auto* const out = static_cast<float*>(jack_.port_get_buffer(out_, frames));
    for (jack_nframes_t i = 0; i < frames; ++i) {
      out[i] = held_[at_];
      held_[at_] = in[i];
      at_ = (at_ + 1) % held_.size();
    }
    return 0;
  }

  const JackLibrary& jack_;
  jack_client_t* client_ = nullptr;
  jack_port_t *in_ = nullptr, *out_ = nullptr;
  std::vector<float> held_;
  std::size_t at_ = 0;
  bool carries_ = false;
};

class JackRoundTripTest : public testing::Test {
 protected:
  JackRoundTripTest() {
    std::string error;
    jack_ = JackLibrary::Load(kJackLibrary, error);
    EXPECT_EQ(error, "");
    server_.Start();
    wish_.server = server_.name();
    wish_.client = "continuo-foh-1";
  }

  Scratch scratch_;
  JackServer server_{scratch_.path(), 7};
  std::unique_ptr<const JackLibrary> jack_;
  JackWish wish_;
};

TEST_F(JackRoundTripTest, WhatACableAddsIsFoundToTheSample) {
  const Cable cable(*jack_, server_.name(), 777);
  ASSERT_TRUE(cable.carries()) << server_.Output();
  wish_.connect = {{kRoundTripOut, "cable:in_"}, {kRoundTripIn, "cable:out_"}};
  const RoundTrip trip = MeasureJack(wish_, {});
  ASSERT_EQ(trip.reading.error, "");
  // One period lies between the two: a loop of a graph goes on in the next cycle.
  // When periods are is told by when threads woke: on a busy machine that is a microsecond or two.
  EXPECT_NEAR(trip.whole(), 777, 0.5);
  EXPECT_LT(trip.reading.spread, 0.01);
  EXPECT_GT(trip.reading.alike, 0.999);
}

TEST_F(JackRoundTripTest, WithoutACableNothingComesBack) {
  const Cable waits(*jack_, server_.name(), 1);
  ASSERT_TRUE(waits.carries()) << server_.Output();
  EXPECT_THAT(MeasureJack(wish_, {}).reading.error, HasSubstr("nothing came back"));
  wish_.server = "none-of-that-name";
  EXPECT_THAT(MeasureJack(wish_, {}).reading.error, HasSubstr("none-of-that-name"));
}

}  // namespace
}  // namespace continuo::agent
