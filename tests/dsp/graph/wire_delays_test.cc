// SPDX-License-Identifier: Apache-2.0
#include "dsp/graph/wire_delays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "dsp/graph/task_processor.h"
#include "dsp/graph/wire_gain.h"
#include "dsp/kernels/kernel.h"

namespace continuo::dsp {
namespace {

constexpr MediaTime kStart = 96 * 1000;
constexpr int kChannels = 2;

struct Free {
  void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{16}); }
};

TaskDescription Hears(const std::vector<Wire>& wires) {
  TaskDescription task;
  task.id = 17;
  task.name = "it";
  task.kind = "gain";
  task.channels = kChannels;
  task.input_ports = 1;
  for (const Wire& wire : wires) task.wires.push_back(wire);
  return task;
}

/// What wire w brings as sample n of a channel: never twice the same.
float Sample(TaskId from, int channel, MediaTime n) {
  return static_cast<float>((n * 7919 + from * 31 + static_cast<MediaTime>(channel) * 17) % 20'011);
}

/// A gain of 0 dB: it plays what it hears.
class Listener {
 public:
  explicit Listener(const std::vector<Wire>& wires) : task_(Hears(wires)) {
    error = Filled(memory_, [&](Arena& arena) { return processor_.Prepare(task_, {}, arena); });
  }
  bool Rewire(const std::vector<Wire>& wires) {
    task_ = Hears(wires);
    return processor_.Rewire(task_.wires);
  }
  /// Likewise, with room for those that are delayed.
  bool RewireWithRoom(const std::vector<Wire>& wires) {
    task_ = Hears(wires);
    WireDelays made;
    Memory memory;
    EXPECT_EQ(
        Filled(memory, [&](Arena& arena) { return made.Prepare(task_.wires, kChannels, arena); }),
        nullptr);
    processor_.Exchange(made);
    delays_memory_.swap(memory);
    return processor_.Rewire(task_.wires);
  }
  /// Both channels, one after the other, of each quantum until n.
  std::vector<float> PlayUntil(MediaTime until, int quantum = 48) {
    std::vector<float> heard;
    for (; n < until; n += quantum) {
      const std::vector<float> out = Play(quantum);
      heard.insert(heard.end(), out.begin(), out.end());
    }
    return heard;
  }
  std::vector<std::uint8_t> State() const {
    std::vector<std::uint8_t> bytes(1 << 17);
    ByteWriter out(bytes);
    processor_.Snapshot(out);
    EXPECT_TRUE(out.ok());
    bytes.resize(out.size());
    return bytes;
  }
  bool Take(std::span<const std::uint8_t> state) {
    ByteReader in(state);
    return processor_.Restore(in) && in.left() == 0;
  }

  const char* error = nullptr;
  MediaTime n = kStart;

 private:
  using Memory = std::unique_ptr<void, Free>;
  template <typename Prepare>
  static const char* Filled(Memory& memory, const Prepare& prepare) {
    Arena measuring;
    if (const char* const wrong = prepare(measuring)) return wrong;
    const std::size_t bytes = measuring.needed();
    memory.reset(::operator new (bytes, std::align_val_t{16}));
    std::memset(memory.get(), 0, bytes);
    Arena arena(memory.get(), bytes);
    return prepare(arena);
  }
  std::vector<float> Play(int quantum) {
    session::ControlQuantum control;
    control.n = n;
    control.frames = quantum;
    control.segments.push_back({.version = 1, .n0 = kStart, .playing = true});
    std::vector<std::vector<float>> in;
    std::vector<const float*> pointers;
    for (const Wire& wire : task_.wires) {
      for (int c = 0; c < kChannels; ++c) {
        in.emplace_back();
        for (int i = 0; i < quantum; ++i) {
          const bool comes = Sounds(wire, n, quantum);
          in.back().push_back(comes ? Sample(wire.from, c, n + i)
                                    : std::numeric_limits<float>::quiet_NaN());
        }
      }
    }
    for (const auto& samples : in) pointers.push_back(samples.data());
    std::vector<float> out(static_cast<std::size_t>(quantum) * kChannels);
    float* const outs[kChannels] = {out.data(), out.data() + quantum};
    processor_.Process(control, {}, pointers.data(), outs);
    EXPECT_EQ(processor_.scrubbed(), 0u) << "what does not come is not read";
    return out;
  }

  TaskDescription task_;
  Memory memory_, delays_memory_;
  TaskProcessor processor_;
};

TEST(WireDelays, WhatIsDelayedMeetsWhatCameLonger) {
  for (const Frames delay : {1, 47, 48, 49, 333, 8192}) {
    for (const int quantum : {6, 48, 96}) {
      Listener listener({{.from = 2, .port = 0}, {.from = 3, .port = 0, .delay = delay}});
      ASSERT_EQ(listener.error, nullptr);
      const std::vector<float> heard = listener.PlayUntil(kStart + 9600, quantum);
      for (std::size_t i = 0; i < heard.size(); ++i) {
        const auto block = static_cast<MediaTime>(i) / (quantum * kChannels);
        const int channel = static_cast<int>(i) / quantum % kChannels;
        const MediaTime n = kStart + block * quantum + static_cast<MediaTime>(i) % quantum;
        const float waited = n - delay < kStart ? 0.0f : Sample(3, channel, n - delay);
        ASSERT_EQ(heard[i], Sample(2, channel, n) + waited) << n - kStart << " by " << delay;
      }
    }
  }
}

// As if the fades had been made where the sound came from.
TEST(WireDelays, FadesWaitAlongWithTheSound) {
  const Wire wire{.from = 2, .port = 0, .begins = kStart + 480, .ends = kStart + 4800};
  Wire late = wire;
  late.delay = 240;
  Listener now({wire}), later({late});
  const std::vector<float> heard = now.PlayUntil(kStart + 9600), after = [&] {
    std::vector<float> all = later.PlayUntil(kStart + 9840);
    return std::vector<float>(all.begin() + 240 * kChannels, all.end());
  }();
  ASSERT_EQ(heard, after);
  EXPECT_NE(heard, std::vector<float>(heard.size(), 0.0f));
}

TEST(WireDelays, WhoJoinsInTheMiddleHearsTheSame) {
  const std::vector<Wire> wires = {{.from = 2, .port = 0},
                                   {.from = 3, .port = 0, .delay = 100},
                                   {.from = 4, .port = 0, .delay = 331}};
  for (const MediaTime at : {kStart, kStart + 48, kStart + 336, kStart + 1440}) {
    Listener one(wires), other(wires);
    one.PlayUntil(at);
    other.PlayUntil(kStart + 240);  // what was there is forgotten
    ASSERT_TRUE(other.Take(one.State()));
    other.n = at;
    EXPECT_EQ(other.State(), one.State());
    EXPECT_EQ(other.PlayUntil(at + 960), one.PlayUntil(at + 960));
  }
}

// Plans reach replicas at different times; the hashes of their states are compared all the same.
TEST(WireDelays, WiresThatAreNotYetOrNoMoreAreNoPartOfTheState) {
  const Wire stays{.from = 2, .port = 0, .delay = 100};
  const Wire over{.from = 3, .port = 0, .ends = kStart + 480, .delay = 240};
  const Wire comes{.from = 4, .port = 0, .begins = kStart + 9600, .delay = 240};
  Listener old({stays, over}), tidy({stays, over}), newest({stays, over, comes});
  const auto silent = kStart + 480 + kWireFade + 240;
  for (Listener* const listener : {&old, &tidy, &newest}) listener->PlayUntil(silent - 48);
  EXPECT_EQ(newest.State(), old.State());
  const std::size_t with_tail = old.State().size();
  for (Listener* const listener : {&old, &tidy, &newest}) listener->PlayUntil(silent);
  tidy.Rewire({stays});
  EXPECT_EQ(tidy.State(), old.State());
  EXPECT_EQ(newest.State(), old.State());
  EXPECT_LT(old.State().size(), with_tail);
  Listener joiner({stays});
  EXPECT_TRUE(joiner.Take(newest.State()));
}

TEST(WireDelays, OfEqualWiresOneMayEnd) {
  const Wire wire{.from = 2, .port = 0, .delay = 240};
  Wire ends = wire;
  ends.ends = kStart + 960;
  Listener knew({ends, wire}), heard_of_it({wire, wire});
  heard_of_it.PlayUntil(kStart + 480);
  knew.PlayUntil(kStart + 480);
  EXPECT_EQ(heard_of_it.State(), knew.State());
  heard_of_it.Rewire({ends, wire});
  EXPECT_EQ(heard_of_it.PlayUntil(kStart + 1440), knew.PlayUntil(kStart + 1440));
  EXPECT_EQ(heard_of_it.State(), knew.State());
  heard_of_it.PlayUntil(kStart + 4800);
  knew.PlayUntil(kStart + 4800);
  heard_of_it.Rewire({wire});
  EXPECT_EQ(heard_of_it.State(), knew.State());
  Listener joiner({ends, wire});
  EXPECT_TRUE(joiner.Take(knew.State()));
  joiner.n = kStart + 4800;
  EXPECT_EQ(joiner.PlayUntil(kStart + 5760), knew.PlayUntil(kStart + 5760));
}

TEST(WireDelays, WiresThatComeLaterAreDelayedWhereThereIsRoom) {
  const Wire stays{.from = 2, .port = 0, .delay = 100};
  const Wire comes{.from = 3, .port = 0, .begins = kStart + 960, .delay = 240};
  Wire goes = stays;
  goes.ends = kStart + 960;
  Listener always({goes, comes}), later({stays}), twice({stays});
  ASSERT_EQ(later.PlayUntil(kStart + 480), always.PlayUntil(kStart + 480));
  EXPECT_TRUE(later.RewireWithRoom({goes, comes}));
  twice.PlayUntil(kStart + 240);
  EXPECT_TRUE(twice.RewireWithRoom({stays, comes}));
  twice.PlayUntil(kStart + 480);
  EXPECT_TRUE(twice.RewireWithRoom({goes, comes}));
  EXPECT_EQ(later.State(), always.State());
  const std::vector<float> heard = always.PlayUntil(kStart + 4800);
  EXPECT_EQ(later.PlayUntil(kStart + 4800), heard);
  EXPECT_EQ(twice.PlayUntil(kStart + 4800), heard);
  EXPECT_EQ(later.State(), always.State());
  EXPECT_FALSE(Listener({stays}).Rewire({goes, comes})) << "there is no room";
}

TEST(WireDelays, OfEqualWiresEachTakesItsOwnAlong) {
  const Wire wire{.from = 2, .port = 0, .delay = 240};
  const Wire comes{.from = 3, .port = 0, .begins = kStart + 2400, .delay = 48};
  Wire ends = wire;
  ends.ends = kStart + 480;
  Listener always({ends, wire, comes}), later({wire, wire});
  later.PlayUntil(kStart + 240);
  later.Rewire({ends, wire});
  later.PlayUntil(kStart + 480 + kWireFade / 2);
  always.PlayUntil(kStart + 480 + kWireFade / 2);
  EXPECT_TRUE(later.RewireWithRoom({ends, wire, comes}));
  EXPECT_EQ(later.State(), always.State());
  EXPECT_EQ(later.PlayUntil(kStart + 4800), always.PlayUntil(kStart + 4800));
}

TEST(WireDelays, AStateOfOtherWiresIsRefused) {
  Listener one({{.from = 2, .port = 0, .delay = 100}});
  one.PlayUntil(kStart + 480);
  const std::vector<std::uint8_t> state = one.State();
  EXPECT_FALSE(Listener({{.from = 3, .port = 0, .delay = 100}}).Take(state));
  EXPECT_FALSE(Listener({{.from = 2, .port = 0, .delay = 101}}).Take(state));
  EXPECT_FALSE(Listener({{.from = 2, .port = 0}}).Take(state));
  EXPECT_FALSE(one.Take(std::span(state).first(state.size() / 2)));
  EXPECT_TRUE(one.Take(state));
}

TEST(WireDelays, TooMuchDelayIsRefused) {
  EXPECT_EQ(Listener({{.from = 2, .port = 0, .delay = kMaxWireDelay}}).error, nullptr);
  EXPECT_THAT(std::string(Listener({{.from = 2, .delay = kMaxWireDelay + 1}}).error),
              testing::HasSubstr("delayed by too much"));
  EXPECT_NE(Listener({{.from = 2, .port = 0, .delay = -1}}).error, nullptr);
}

}  // namespace
}  // namespace continuo::dsp
