// SPDX-License-Identifier: Apache-2.0
#include "dsp/offline/oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "dsp/graph/wire_gain.h"
#include "dsp/kernels/registry.h"

namespace continuo::dsp {
namespace {

constexpr MediaTime kStart = 192 * 500'000;  // a multiple of every quantum
constexpr Frames kLength = 192 * 700;
constexpr TaskId kLead = 2, kDrums = 3, kHidden = 4, kMix = 5, kRoom = 6;

std::uint16_t ParamOf(const char* kind, const char* name) {
  return static_cast<std::uint16_t>(FindParam(*FindKernel(kind), name));
}

TaskDescription Describe(TaskId id, const char* kind, int input_ports = 0) {
  TaskDescription task;
  task.id = id;
  task.name = kind;
  task.kind = kind;
  task.input_ports = static_cast<std::uint8_t>(input_ports);
  return task;
}

/// Two instruments into a mixer into a reverb, and a third that nobody hears.
class OracleTest : public testing::Test {
 protected:
  OracleTest() : recording_(4000) {
    for (std::size_t i = 0; i < recording_.size(); ++i) {
      recording_[i] = static_cast<float>(static_cast<int>(i * 7919 % 2001) - 1000) * 1e-3f;
    }
    drum_assets_.assign(3, {recording_.data(), static_cast<Frames>(recording_.size()), 1});
    for (int i = 0; i < 64; ++i) {
      const session::Ticks tick = i * session::kTicksPerBeat / 4;
      notes_.push_back({tick, 1, 0, static_cast<std::uint8_t>(48 + i * 5 % 24), 100});
      notes_.push_back({tick + 99'999, 0, 0, static_cast<std::uint8_t>(48 + i * 5 % 24), 0});
    }
    file_ = {notes_, 16 * session::kTicksPerBeat};
    Build();
  }

  void Build() {
    input_.quantum = 96;
    input_.start_n = kStart;
    input_.length = kLength;
    input_.session = {.version = 1, .n0 = kStart, .tempo_mbpm = 133'000, .playing = true};
    input_.output = {{.from = kRoom}};
    Add(Describe(kConductorId, "conductor"));
    TaskDescription lead = Describe(kLead, "synth");
    lead.notes.file = "song";
    lead.notes.loop = true;
    Add(lead, &file_);
    TaskDescription drums = Describe(kDrums, "sampler");
    drums.notes.file = "song";
    for (const int key : {48, 53, 58}) {
      drums.assets.push_back({.hash = "drum", .key = static_cast<std::uint8_t>(key)});
    }
    Add(drums, &file_);
    input_.material.back().audio = drum_assets_;
    Add(Describe(kHidden, "synth"), &file_);
    TaskDescription mix = Describe(kMix, "mixer", 2);
    mix.wires.push_back({.from = kLead, .port = 0});
    mix.wires.push_back({.from = kDrums, .port = 1});
    Add(mix);
    TaskDescription room = Describe(kRoom, "reverb", 1);
    room.wires.push_back({.from = kMix, .port = 0});
    Add(room);
  }
  void Add(const TaskDescription& task, const session::NoteFile* notes = nullptr) {
    input_.tasks.push_back(task);
    TaskMaterial material;
    material.notes = notes;
    input_.material.push_back(material);
  }
  void At(MediaTime offset, TaskId task, Command command, int target, std::int64_t value) {
    Event event{.at = kStart + offset, .id = ++event_id_, .command = command};
    event.target = static_cast<std::uint16_t>(target);
    event.value = value;
    input_.events.push_back({.task = task, .event = event});
  }
  /// A performance with everything: tempo, locate, stop, play, parameters.
  void AddEvents() {
    const int cutoff = ParamOf("synth", "cutoff"), gain = ParamOf("mixer", "gain");
    for (int i = 0; i < 40; ++i) {
      At(i * 2503 + 1, kLead, Command::kParam, cutoff, Event::FromFloat(200.0f + i * 100.0f));
      At(i * 2503 + 1, kMix, Command::kParam, gain, Event::FromFloat(-3.0f - i % 5));
    }
    At(20'011, kConductorId, Command::kTempo, 0, 97'500);
    At(40'007, kConductorId, Command::kLocate, 0, 5 * session::kTicksPerBeat + 77);
    At(60'001, kConductorId, Command::kStop, 0, 0);
    At(70'013, kConductorId, Command::kPlay, 0, 0);
    At(70'013, kConductorId, Command::kTempo, 0, 180'000);
  }
  std::vector<float> Render() {
    std::string error;
    const auto oracle = Oracle::Make(input_, error);
    EXPECT_EQ(error, "");
    std::vector<float> all;
    if (oracle == nullptr) return all;
    std::vector<float> quantum(input_.quantum * oracle->channels());
    while (oracle->Next(quantum)) all.insert(all.end(), quantum.begin(), quantum.end());
    return all;
  }
  std::string ErrorOf() {
    std::string error;
    EXPECT_EQ(Oracle::Make(input_, error), nullptr);
    return error;
  }
  static bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
  }

  std::vector<float> recording_;
  std::vector<AudioAsset> drum_assets_;
  std::vector<session::FileNote> notes_;
  session::NoteFile file_;
  OracleInput input_;
  EventId event_id_ = 100;
};

TEST_F(OracleTest, QuantumChangesNoSample) {
  AddEvents();
  const auto reference = Render();
  ASSERT_EQ(reference.size(), 2u * kLength);
  EXPECT_GT(*std::max_element(reference.begin(), reference.end()), 0.05f)
      << "a silent show proves nothing";
  for (const int quantum : {6, 12, 16, 32, 48, 64}) {
    input_.quantum = quantum;
    EXPECT_TRUE(SameBits(Render(), reference)) << quantum;
  }
}

TEST_F(OracleTest, QuantumChangesNoSampleOfATempoMapAndOfCurves) {
  AddEvents();
  const auto plain = Render();
  input_.tempo_marks.push_back({session::kTicksPerBeat, 80'000});
  input_.tempo_marks.push_back({6 * session::kTicksPerBeat, 150'500});
  const auto move = [&](TaskId task, const char* kind, const char* name, session::Ticks tick,
                        float value) {
    for (TaskDescription& one : input_.tasks) {
      if (one.id == task) one.automation.push_back({tick, ParamOf(kind, name), {}, value});
    }
  };
  move(kMix, "mixer", "gain.1", 0, -12);
  move(kMix, "mixer", "gain.1", 2 * session::kTicksPerBeat, 3);
  move(kRoom, "reverb", "mix", session::kTicksPerBeat / 2, 0);
  move(kRoom, "reverb", "mix", 8 * session::kTicksPerBeat, 1);
  move(kLead, "synth", "resonance", 0, 0);
  move(kLead, "synth", "resonance", 5 * session::kTicksPerBeat, 0.9f);
  const auto reference = Render();
  EXPECT_NE(reference, plain);
  for (const int quantum : {6, 16, 64}) {
    input_.quantum = quantum;
    EXPECT_TRUE(SameBits(Render(), reference)) << quantum;
  }
  input_.tempo_marks.push_back({session::kTicksPerBeat, 150'500});
  EXPECT_THAT(ErrorOf(), testing::HasSubstr("tempo marks"));
}

TEST_F(OracleTest, OrderInWhichEventsAreHandedInMattersNot) {
  AddEvents();
  const auto reference = Render();
  std::shuffle(input_.events.begin(), input_.events.end(), std::mt19937(3));
  EXPECT_TRUE(SameBits(Render(), reference));
}

TEST_F(OracleTest, EveryEventIsHeard) {
  const auto plain = Render();
  const std::tuple<TaskId, Command, int, std::int64_t> events[] = {
      {kLead, Command::kParam, ParamOf("synth", "cutoff"), Event::FromFloat(300)},
      {kMix, Command::kParam, ParamOf("mixer", "gain"), Event::FromFloat(-20)},
      {kConductorId, Command::kTempo, 0, 60'000},
      {kConductorId, Command::kLocate, 0, session::kTicksPerBeat},
      {kConductorId, Command::kStop, 0, 0}};
  constexpr MediaTime kWhen = 30'001;
  for (const auto& [task, command, target, value] : events) {
    input_.events.clear();
    At(kWhen, task, command, target, value);
    const auto other = Render();
    EXPECT_TRUE(std::equal(plain.begin(), plain.begin() + 2 * kWhen, other.begin()));
    EXPECT_FALSE(SameBits(plain, other)) << static_cast<int>(command);
  }
}

TEST_F(OracleTest, StopIsFollowedBySilence) {
  input_.output = {{.from = kMix}};
  At(30'001, kConductorId, Command::kStop, 0, 0);
  const auto heard = Render();
  EXPECT_NE(heard[2 * 30'000], 0.0f);
  EXPECT_TRUE(
      std::all_of(heard.begin() + 2 * 110'000, heard.end(), [](float x) { return x == 0; }));
}

TEST_F(OracleTest, TaskNobodyHearsCannotMatter) {
  const auto reference = Render();
  std::erase_if(input_.tasks, [](const auto& task) { return task.id == kHidden; });
  input_.material.erase(input_.material.begin() + 3);
  EXPECT_TRUE(SameBits(Render(), reference));
}

/// The mixer is replaced by another one (of another gain) in the middle.
constexpr MediaTime kChange = kStart + 96 * 400;
constexpr TaskId kOtherMix = 7;

class ChangedShow : public OracleTest {
 protected:
  void ReplaceMix() {
    TaskDescription mix = Describe(kOtherMix, "mixer", 2);
    mix.wires = input_.tasks[4].wires;
    mix.params.push_back({ParamOf("mixer", "gain"), -20.0f});
    input_.tasks.insert(input_.tasks.begin() + 5, mix);
    input_.material.insert(input_.material.begin() + 5, TaskMaterial{});
    input_.spans.assign(input_.tasks.size(), {});
    input_.spans[4].ends = kChange + kWireFade;
    input_.spans[5].begins = kChange;
    auto& wires = input_.tasks[6].wires;
    wires[0].ends = kChange;
    wires.push_back({.from = kOtherMix, .port = 0, .begins = kChange});
  }
};

TEST_F(ChangedShow, NothingIsAlteredBeforeItsDate) {
  AddEvents();
  const auto before = Render();
  ReplaceMix();
  const auto after = Render();
  ASSERT_EQ(after.size(), before.size());
  const auto date = static_cast<std::ptrdiff_t>(2 * (kChange - kStart));
  EXPECT_TRUE(std::equal(before.begin(), before.begin() + date, after.begin()));
  EXPECT_FALSE(std::equal(before.begin() + date, before.end(), after.begin() + date));
}

TEST_F(ChangedShow, QuantumChangesNoSample) {
  AddEvents();
  ReplaceMix();
  const auto reference = Render();
  for (const int quantum : {6, 12, 16, 32, 48, 64}) {
    input_.quantum = quantum;
    EXPECT_TRUE(SameBits(Render(), reference)) << quantum;
  }
}

TEST_F(ChangedShow, OutputMovesFromTaskToTask) {
  input_.output = {{.from = kMix}};
  const auto mix = Render();
  input_.output = {{.from = kRoom}};
  const auto room = Render();
  input_.output = {{.from = kMix, .ends = kChange}, {.from = kRoom, .begins = kChange}};
  const auto both = Render();
  const auto date = static_cast<std::ptrdiff_t>(2 * (kChange - kStart));
  const auto end = date + static_cast<std::ptrdiff_t>(2 * kWireFade);
  EXPECT_TRUE(std::equal(mix.begin(), mix.begin() + date, both.begin()));
  EXPECT_TRUE(std::equal(room.begin() + end, room.end(), both.begin() + end));
}

TEST_F(OracleTest, LengthIsRoundedUpToWholeQuanta) {
  input_.length = 96 * 3 + 1;
  EXPECT_EQ(Render().size(), 2u * 96 * 4);
}

TEST_F(OracleTest, SaysWhatCannotBeRendered) {
  const OracleInput good = input_;
  const auto with = [&](auto change) {
    input_ = good;
    change(input_);
    return ErrorOf();
  };
  using testing::HasSubstr;
  EXPECT_THAT(with([](auto& i) { i.quantum = 50; }), HasSubstr("quantum"));
  EXPECT_THAT(with([](auto& i) { i.start_n += 1; }), HasSubstr("multiple"));
  EXPECT_THAT(with([](auto& i) { i.length = 0; }), HasSubstr("length"));
  EXPECT_THAT(with([](auto& i) { i.material.pop_back(); }), HasSubstr("material"));
  EXPECT_THAT(with([](auto& i) { i.spans.resize(1); }), HasSubstr("spans"));
  EXPECT_THAT(with([](auto& i) { i.output.clear(); }), HasSubstr("no output"));
  EXPECT_THAT(with([](auto& i) { i.output = {{.from = 99}}; }), HasSubstr("does not exist"));
  EXPECT_THAT(with([](auto& i) { i.output = {{.from = kConductorId}}; }),
              HasSubstr("does not exist"));
  EXPECT_THAT(with([](auto& i) { i.session.tempo_mbpm = 0; }), HasSubstr("session"));
  EXPECT_THAT(with([](auto& i) { std::swap(i.tasks[4], i.tasks[5]); }), HasSubstr("not before it"));
  EXPECT_THAT(with([](auto& i) { i.tasks[5].id = kMix; }), HasSubstr("taken"));
  EXPECT_THAT(with([](auto& i) { i.tasks[5].wires[0].from = kConductorId; }),
              HasSubstr("conductor"));
  EXPECT_THAT(with([](auto& i) { i.tasks[1].channels = 1; }), HasSubstr("other channels"));
  EXPECT_THAT(with([](auto& i) { i.tasks[4].kind = "blender"; }),
              HasSubstr("task mixer: there is no"));
  EXPECT_THAT(with([](auto& i) { i.material[2].audio = {}; }), HasSubstr("missing"));
}

TEST_F(OracleTest, WhatALiveInputHeardIsHeardWhereItWasDated) {
  TaskDescription mic = Describe(99, "input", 1);
  mic.channels = 1;
  Add(mic);
  const std::vector<float> heard(recording_.begin(), recording_.begin() + 1000);
  input_.material.back().live = {heard, 1, kStart + 77};
  input_.output = {{.from = 99}};
  const std::vector<float> played = Render();
  ASSERT_EQ(played.size(), static_cast<std::size_t>(kLength));
  for (std::size_t i = 0; i < played.size(); ++i) {
    const bool is_in = i >= 77 && i < 77 + heard.size();
    ASSERT_EQ(played[i], is_in ? heard[i - 77] : 0.0f) << i;
  }
}

TEST_F(OracleTest, ALiveInputOfOtherChannelsThanWasRecordedIsRefused) {
  Add(Describe(99, "input", 1));
  const std::vector<float> heard(100);
  input_.material.back().live = {heard, 1, kStart};
  input_.output = {{.from = 99}};
  std::string error;
  EXPECT_EQ(Oracle::Make(input_, error), nullptr);
  EXPECT_THAT(error, testing::HasSubstr("other channels"));
}

// A compressor that leaves everything as it is looks ahead all the same; one impulse goes through it and beside it.
TEST_F(OracleTest, WhatGoesTwoWaysMeetsItselfOnOneSample) {
  constexpr TaskId kSource = 2, kSlow = 3, kBoth = 4;
  const KernelDescription& compressor = *FindKernel("compressor");
  const auto render = [&](Frames delay) {
    input_.tasks.clear();
    input_.material.clear();
    input_.output = {{.from = kBoth}};
    Add(Describe(kConductorId, "conductor"));
    TaskDescription source = Describe(kSource, "signal");
    source.params.push_back({ParamOf("signal", "shape"), 4});
    source.params.push_back({ParamOf("signal", "frequency"), 10});
    Add(source);
    TaskDescription slow = Describe(kSlow, "compressor", 1);
    slow.wires.push_back({.from = kSource});
    slow.params.push_back({ParamOf("compressor", "ratio"), 1});
    Add(slow);
    TaskDescription both = Describe(kBoth, "gain", 1);
    both.wires.push_back({.from = kSlow});
    both.wires.push_back({.from = kSource, .delay = delay});
    Add(both);
    return Render();
  };
  const auto heard = [](const std::vector<float>& samples) {
    return std::count_if(samples.begin(), samples.end(), [](float x) { return x != 0.0f; });
  };
  const std::vector<float> apart = render(0), together = render(compressor.latency_frames);
  ASSERT_GT(heard(apart), 0);
  EXPECT_EQ(heard(together) * 2, heard(apart));
  const float once = *std::max_element(apart.begin(), apart.end());
  EXPECT_EQ(*std::max_element(together.begin(), together.end()), 2 * once);
}

}  // namespace
}  // namespace continuo::dsp
