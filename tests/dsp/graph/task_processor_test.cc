// SPDX-License-Identifier: Apache-2.0
#include "dsp/graph/task_processor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "dsp/graph/mute_gain.h"
#include "dsp/graph/wire_gain.h"
#include "dsp/kernels/registry.h"

namespace continuo::dsp {
namespace {

using session::ControlQuantum;
using session::FileNote;

constexpr MediaTime kStart = 96 * 1000;

struct Free {
  void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{16}); }
};

TaskDescription Describe(const char* kind, int input_ports, int channels = 1) {
  TaskDescription task;
  task.id = 17;
  task.name = "it";
  task.kind = kind;
  task.channels = static_cast<std::uint8_t>(channels);
  task.input_ports = static_cast<std::uint8_t>(input_ports);
  return task;
}

std::uint16_t ParamOf(const char* kind, const char* name) {
  return static_cast<std::uint16_t>(FindParam(*FindKernel(kind), name));
}

/// A processor with its memory, fed by constant wires on a playing session at 120 bpm.
class Stage {
 public:
  explicit Stage(const TaskDescription& task, const TaskMaterial& material = {}) : task_(task) {
    Arena measuring;
    error = processor.Prepare(task, material, measuring);
    if (error != nullptr) return;
    bytes = measuring.needed();
    memory_.reset(::operator new (bytes, std::align_val_t{16}));
    std::memset(memory_.get(), 0, bytes);
    Arena arena(memory_.get(), bytes);
    error = processor.Prepare(task, material, arena);
    exhausted = arena.exhausted();
  }
  /// Output of the first channel over one quantum.
  std::vector<float> Play(int quantum, const std::vector<float>& wires = {},
                          std::vector<KernelEvent> params = {}) {
    ControlQuantum control;
    control.n = n;
    control.frames = quantum;
    session::Segment segment{.version = 1, .n0 = kStart, .playing = true};
    control.segments.push_back(segment);
    for (const session::Segment& change : tempos) {
      if (change.n0 <= n) control.segments[0] = change;
      if (change.n0 > n && change.n0 < n + quantum) control.segments.push_back(change);
    }
    for (const session::Recall& recall : recalls) {
      if (recall.at >= n && recall.at < n + quantum) control.recalls.push_back(recall);
    }
    std::vector<std::vector<float>> in;
    std::vector<const float*> pointers;
    for (const float value : wires)
      in.insert(in.end(), task_.channels, std::vector<float>(96, value));
    for (const auto& samples : in) pointers.push_back(samples.data());
    std::vector<std::vector<float>> out(task_.channels, std::vector<float>(96, 9.0f));
    std::vector<float*> outs;
    for (auto& samples : out) outs.push_back(samples.data());
    processor.Process(control, params, pointers.data(), outs.data());
    n += quantum;
    out[0].resize(quantum);
    return out[0];
  }

  TaskProcessor processor;
  const char* error = nullptr;
  std::size_t bytes = 0;
  bool exhausted = false;
  MediaTime n = kStart;
  std::vector<session::Segment> tempos;  ///< that begin during the play, in order
  std::vector<session::Recall> recalls;  ///< in order

 private:
  TaskDescription task_;
  std::unique_ptr<void, Free> memory_;
};

class WithSong : public testing::Test {
 protected:
  WithSong() {
    for (int i = 0; i < 40; ++i) {
      notes_.push_back({i * 100'003, 1, 0, static_cast<std::uint8_t>(40 + i), 90});
      notes_.push_back({i * 100'003 + 90'001, 0, 0, static_cast<std::uint8_t>(40 + i), 0});
    }
    file_ = {notes_, 8 * session::kTicksPerBeat};
    material_.notes = &file_;
    task_ = Describe("synth", 0);
    task_.notes.file = "0123";
    task_.notes.loop = true;
  }
  std::vector<FileNote> notes_;
  session::NoteFile file_;
  TaskMaterial material_;
  TaskDescription task_;
};

std::string ErrorOf(const TaskDescription& task, const TaskMaterial& material = {}) {
  const Stage stage(task, material);
  return stage.error == nullptr ? "" : stage.error;
}

TEST(TaskProcessor, SaysWhatDoesNotFit) {
  EXPECT_EQ(ErrorOf(Describe("gain", 1)), "");
  EXPECT_THAT(ErrorOf(Describe("theremin", 1)), testing::HasSubstr("no kernel"));
  EXPECT_THAT(ErrorOf(Describe("gain", 0)), testing::HasSubstr("input ports"));
  EXPECT_THAT(ErrorOf(Describe("gain", 200)), testing::HasSubstr("input ports"));
  EXPECT_THAT(ErrorOf(Describe("gain", 1, 9)), testing::HasSubstr("channels"));
  EXPECT_THAT(ErrorOf(Describe("sampler", 0)), testing::HasSubstr("fewer assets"));

  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 1});
  EXPECT_THAT(ErrorOf(task), testing::HasSubstr("wire"));
  task = Describe("gain", 1);
  task.params.push_back({.index = 99, .value = 0});
  EXPECT_THAT(ErrorOf(task), testing::HasSubstr("does not have"));
  for (const float value : {1e9f, std::numeric_limits<float>::quiet_NaN()}) {
    task = Describe("gain", 1);
    task.params.push_back({.index = 0, .value = value});
    EXPECT_THAT(ErrorOf(task), testing::HasSubstr("out of its range"));
  }
  task = Describe("gain", 1);
  task.notes.file = "0123";
  EXPECT_THAT(ErrorOf(task), testing::HasSubstr("plays no notes"));
  task = Describe("synth", 0);
  task.notes.file = "0123";
  EXPECT_THAT(ErrorOf(task), testing::HasSubstr("missing"));
  task = Describe("sampler", 0);
  task.assets.push_back({.hash = "0123", .key = 36});
  EXPECT_THAT(ErrorOf(task), testing::HasSubstr("missing"));
  const AudioAsset empty;
  EXPECT_THAT(ErrorOf(task, {.audio = {&empty, 1}}), testing::HasSubstr("empty"));
}

TEST(TaskProcessor, TooLittleMemoryIsAnErrorAndNoCrash) {
  const TaskDescription task = Describe("mixer", 16, 2);
  const std::size_t needed = Stage(task).bytes;
  alignas(16) static std::uint8_t memory[1 << 20];
  ASSERT_LE(needed, sizeof(memory));
  for (std::size_t bytes = 16; bytes < needed; bytes += 160) {
    Arena arena(memory, bytes);
    EXPECT_STREQ(TaskProcessor().Prepare(task, {}, arena), "there is not enough memory");
  }
}

TEST(TaskProcessor, EveryKernelFitsIntoThePassingPlace) {
  for (const KernelDescription* kernel : Kernels()) {
    EXPECT_LE(kernel->bytes, kMaxKernelBytes) << kernel->kind;
  }
}

TEST(TaskProcessor, WiresAreAddedInTheirOrder) {
  TaskDescription task = Describe("gain", 1);
  for (int i = 0; i < 3; ++i) task.wires.push_back({.from = 2, .port = 0});
  Stage stage(task);
  ASSERT_EQ(stage.error, nullptr);
  EXPECT_EQ(stage.Play(48, {1e8f, -1e8f, 1.0f})[0], 1.0f);
  EXPECT_EQ(stage.Play(48, {1e8f, 1.0f, -1e8f})[0], 0.0f) << "float addition is not associative";
}

TEST(TaskProcessor, PortWithoutAWireIsSilent) {
  TaskDescription task = Describe("mixer", 3);
  task.wires.push_back({.from = 2, .port = 1});
  Stage stage(task);
  ASSERT_EQ(stage.error, nullptr);
  EXPECT_EQ(stage.Play(48, {0.5f}), std::vector<float>(48, 0.5f));
}

TEST(TaskProcessor, WireIsPluggedInAndPulledOutWithoutAClick) {
  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 0, .ends = kStart + 96});
  task.wires.push_back({.from = 3, .port = 0, .begins = kStart + 96});
  Stage stage(task);
  std::vector<float> all;
  for (Frames n = 0; n < 96 + kWireFade + 96; n += 96) {
    const auto out = stage.Play(96, {1.0f, -1.0f});
    all.insert(all.end(), out.begin(), out.end());
  }
  EXPECT_EQ(all[0], 1.0f);
  EXPECT_EQ(all[96], 1.0f);
  EXPECT_EQ(all[96 + kWireFade / 2], 0.0f);
  EXPECT_EQ(all[96 + kWireFade], -1.0f);
  for (std::size_t i = 1; i < all.size(); ++i)
    ASSERT_LE(std::abs(all[i] - all[i - 1]), 0.0022f) << i;
}

TEST(TaskProcessor, WireThatDoesNotSoundIsNotRead) {
  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 0});
  task.wires.push_back({.from = 3, .port = 0, .begins = kStart + 48});
  task.wires.push_back({.from = 4, .port = 0, .ends = kStart - kWireFade});
  Stage stage(task);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(stage.Play(48, {1.0f, nan, nan}), std::vector<float>(48, 1.0f));
  EXPECT_EQ(stage.processor.scrubbed(), 0u);
}

TEST(TaskProcessor, ParamTakesEffectOnItsSample) {
  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 0});
  Stage stage(task);
  const auto out =
      stage.Play(96, {1.0f}, {{.at = kStart + 41, .target = ParamOf("gain", "mute"), .value = 1}});
  for (int i = 0; i <= 41; ++i) EXPECT_EQ(out[i], 1.0f) << i;
  for (int i = 42; i < 96; ++i) EXPECT_LT(out[i], out[i - 1]) << i;
}

TEST(TaskProcessor, NanNeitherEntersNorLeaves) {
  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 0});
  task.wires.push_back({.from = 3, .port = 0});
  Stage stage(task);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(stage.Play(48, {nan, 1.0f}), std::vector<float>(48, 0.0f));
  EXPECT_EQ(stage.processor.scrubbed(), 48u);
  EXPECT_EQ(stage.Play(48, {3e38f, 3e38f}), std::vector<float>(48, 0.0f)) << "the sum overflows";
  EXPECT_EQ(stage.processor.scrubbed(), 96u);
  EXPECT_EQ(stage.Play(48, {0.25f, 0.25f}), std::vector<float>(48, 0.5f));
}

TEST(TaskProcessor, ParamOutOfRangeChangesNothing) {
  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 0});
  Stage stage(task);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  stage.Play(48, {1.0f},
             {{.at = kStart, .target = 0, .value = 1e6f},
              {.at = kStart, .target = 0, .value = nan},
              {.at = kStart + 5, .target = 77, .value = 0}});
  EXPECT_EQ(stage.processor.refused(), 3u);
  EXPECT_EQ(stage.Play(48, {1.0f}), std::vector<float>(48, 1.0f));
}

TEST(TaskProcessor, WhatMovesAlongACurveIsNotHeardToMoveInSteps) {
  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 0});
  // Half a second at 120 bpm: 3 dB/50 ms.
  task.automation.push_back({0, ParamOf("gain", "gain"), CurveShape::kAsKnob, -30});
  task.automation.push_back(
      {session::kTicksPerBeat, ParamOf("gain", "gain"), CurveShape::kAsKnob, 0});
  Stage stage(task);
  ASSERT_EQ(stage.error, nullptr);
  std::vector<float> all;
  while (stage.n < kStart + kSampleRate) {
    const auto out = stage.Play(96, {1.0f});
    all.insert(all.end(), out.begin(), out.end());
  }
  const auto steepness = [&](std::size_t i) { return all[i + 1] - all[i]; };
  // The first glide, from where it was initially, is over by then.
  for (std::size_t i = 6'000; i < 24'000; ++i) {
    ASSERT_GE(steepness(i), 0.0f) << i;
    // At most twice what the curve itself rises by there, and no corner that is heard.
    ASSERT_LE(steepness(i), 2.0f * all[i] * 0.5f * 30.0f / 20.0f * 2.302585f / 24'000 * 2.0f) << i;
    ASSERT_LE(std::abs(steepness(i) - steepness(i - 1)), 2e-5f) << i;
  }
  // It follows the curve at the length of its glide.
  const double at = (12'000.0 - 480) / 24'000;
  EXPECT_NEAR(20 * std::log10(all[12'000]), -30 + 30 * at, 0.25);
  EXPECT_EQ(all[24'000 + 600], 1.0f);
}

TEST(TaskProcessor, WhatAPointSaysIsThereBeforeTheNoteOfTheSameSample) {
  const FileNote notes[] = {{session::kTicksPerBeat, 1, 0, 60, 90}};
  const session::NoteFile file{notes, 8 * session::kTicksPerBeat};
  TaskMaterial material;
  material.notes = &file;
  TaskDescription with = Describe("synth", 0), always = Describe("synth", 0);
  with.notes.file = always.notes.file = "0123";
  // Of what a note latches when it begins.
  const std::uint16_t attack = ParamOf("synth", "attack");
  always.params.push_back({attack, 400});
  with.automation.push_back({0, attack, CurveShape::kAsKnob, 3});
  with.automation.push_back({session::kTicksPerBeat, attack, CurveShape::kStep, 400});
  Stage one(with, material), other(always, material), plain(Describe("synth", 0), material);
  for (int i = 0; i < 400; ++i) ASSERT_EQ(one.Play(96), other.Play(96)) << i;
}

TEST(TaskProcessor, CurvesThatAreNoneAreRefused) {
  TaskDescription task = Describe("gain", 1);
  task.automation.push_back({0, 9, CurveShape::kAsKnob, 0});
  EXPECT_THAT(ErrorOf(task), testing::HasSubstr("moves a parameter this kind does not have"));
}

class WithEchoes : public testing::Test {
 protected:
  WithEchoes() {
    task_ = Describe("delay", 1);
    task_.wires.push_back({.from = 2, .port = 0});
    task_.params.push_back({ParamOf("delay", "mix"), 1});
    task_.params.push_back({ParamOf("delay", "feedback"), 0});
    task_.params.push_back({ParamOf("delay", "left.sync"), 6});
  }
  static session::Segment Tempo(MediaTime from, std::uint32_t mbpm) {
    return {.version = 2, .n0 = from, .tempo_mbpm = mbpm, .playing = true};
  }
  TaskDescription task_;
};

TEST_F(WithEchoes, TheTempoIsHeardBeforeTheFirstSample) {
  Stage stage(task_);
  stage.tempos = {Tempo(kStart, 240'000)};  // 1/8 is 6000 samples, to which it fades within 960
  ASSERT_EQ(stage.error, nullptr);
  for (int i = 0; i < 10; ++i) stage.Play(96, {0.0f});
  int first = 0;
  while (first < 9600 && stage.Play(1, {1.0f})[0] == 0.0f) ++first;
  EXPECT_EQ(first, 6000);
}

TEST_F(WithEchoes, AChangeOfTempoTakesEffectOnItsSampleWhateverTheQuantum) {
  std::vector<float> reference;
  for (const int quantum : {96, 6, 16, 48}) {
    Stage stage(task_);
    ASSERT_EQ(stage.error, nullptr);
    stage.tempos = {Tempo(kStart + 20'001, 150'000), Tempo(kStart + 30'005, 90'000),
                    Tempo(kStart + 30'007, 155'000)};
    std::vector<float> all;
    while (stage.n < kStart + 96 * 600) {
      const auto level = static_cast<float>((stage.n - kStart) / 96 % 7);
      const auto samples = stage.Play(quantum, {level});
      all.insert(all.end(), samples.begin(), samples.end());
    }
    if (reference.empty()) reference = all;
    ASSERT_EQ(all, reference) << quantum;
  }
}

TEST_F(WithEchoes, WhoRestoredAStateAgreesWithWhoLivedThrough) {
  Stage original(task_), copy(task_);
  original.tempos = copy.tempos = {Tempo(kStart + 20'001, 150'000), Tempo(kStart + 70'001, 90'000)};
  std::vector<std::uint8_t> bytes(1 << 20);
  for (const int quanta : {200, 20, 500}) {  // before, while it fades, and long after a change
    for (int i = 0; i < quanta; ++i) original.Play(96, {static_cast<float>(i % 5)});
    ByteWriter writer(bytes);
    original.processor.Snapshot(writer);
    ASSERT_TRUE(writer.ok());
    ByteReader reader({bytes.data(), writer.size()});
    ASSERT_TRUE(copy.processor.Restore(reader));
    copy.n = original.n;
    for (int i = 0; i < 40; ++i) {
      const std::vector<float> in = {static_cast<float>(i % 3)};
      ASSERT_EQ(original.Play(96, in), copy.Play(96, in)) << i;
    }
  }
}

TEST_F(WithSong, QuantumChangesNoSample) {
  std::vector<float> reference;
  for (const int quantum : {96, 6, 12, 16, 32, 48, 64}) {
    Stage stage(task_, material_);
    ASSERT_EQ(stage.error, nullptr);
    std::vector<float> all;
    while (stage.n < kStart + 96 * 400) {
      std::vector<KernelEvent> params;
      for (MediaTime at = stage.n; at < stage.n + quantum; ++at) {
        if (at % 1001 != 0) continue;
        params.push_back({.at = at,
                          .target = ParamOf("synth", "cutoff"),
                          .value = 100.0f + static_cast<float>(at % 9000)});
      }
      const auto samples = stage.Play(quantum, {}, params);
      all.insert(all.end(), samples.begin(), samples.end());
    }
    if (reference.empty()) reference = all;
    ASSERT_EQ(all.size(), reference.size());
    EXPECT_EQ(std::memcmp(all.data(), reference.data(), all.size() * sizeof(float)), 0) << quantum;
  }
}

TEST_F(WithSong, SnapshotGoesOnInAnotherProcessor) {
  Stage original(task_, material_);
  for (int i = 0; i < 333; ++i) original.Play(96);
  std::vector<std::uint8_t> bytes(1 << 16);
  ByteWriter writer(bytes);
  original.processor.Snapshot(writer);
  ASSERT_TRUE(writer.ok());

  Stage copy(task_, material_);
  copy.n = original.n;
  ByteReader reader({bytes.data(), writer.size()});
  ASSERT_TRUE(copy.processor.Restore(reader));
  EXPECT_EQ(reader.left(), 0u);
  for (int i = 0; i < 333; ++i) ASSERT_EQ(original.Play(96), copy.Play(96)) << i;
}

TEST_F(WithSong, SnapshotOfAnotherKindOrCutShortIsRefused) {
  Stage synth(task_, material_);
  synth.Play(96);
  std::vector<std::uint8_t> bytes(1 << 16);
  ByteWriter writer(bytes);
  synth.processor.Snapshot(writer);
  Stage gain(Describe("gain", 1));
  ByteReader foreign({bytes.data(), writer.size()});
  EXPECT_FALSE(gain.processor.Restore(foreign));
  for (std::size_t size = 0; size < writer.size(); size += 7) {
    ByteReader cut({bytes.data(), size});
    EXPECT_FALSE(synth.processor.Restore(cut)) << size;
  }
}

TEST_F(WithSong, ParamComesBeforeTheNoteOfTheSameSample) {
  notes_.resize(1);
  file_ = {notes_, 8 * session::kTicksPerBeat};
  Stage before(task_, material_), none(task_, material_);
  const std::uint16_t attack = ParamOf("synth", "attack");  // it does not glide
  task_.params.push_back({attack, 0});
  Stage from_the_start(task_, material_);
  const auto set_before = before.Play(96, {}, {{.at = kStart, .target = attack, .value = 0}});
  EXPECT_EQ(set_before, from_the_start.Play(96));
  EXPECT_NE(set_before, none.Play(96));
}

TEST(TaskProcessor, ASceneSetsWhatItNamesOnItsSampleAndAParameterOfThatSampleComesAfterIt) {
  TaskDescription task = Describe("gain", 1);
  task.wires.push_back({.from = 2, .port = 0});
  const std::uint16_t gain = ParamOf("gain", "gain");
  task.scenes.push_back({.scene = 1, .index = gain, .value = -96.0f});
  task.scenes.push_back({.scene = 2, .index = gain, .value = -6.0f});
  const auto played = [&task, gain](int quantum, std::vector<session::Recall> recalls, bool then) {
    Stage stage(task);
    stage.recalls = std::move(recalls);
    std::vector<float> heard;
    while (heard.size() < 4800) {
      std::vector<KernelEvent> params;
      const MediaTime at = kStart + 1001;
      if (then && at >= stage.n && at < stage.n + quantum) {
        params.push_back({.at = at, .target = gain, .value = 0.0f});
      }
      const auto out = stage.Play(quantum, {1.0f}, params);
      heard.insert(heard.end(), out.begin(), out.end());
    }
    heard.resize(4800);
    return heard;
  };
  const auto half = played(48, {{kStart + 1001, 2}}, false);
  EXPECT_EQ(half[1000], 1.0f);
  EXPECT_LT(half[1010], 1.0f);
  EXPECT_NEAR(half.back(), 0.501f, 0.001f);
  EXPECT_EQ(played(6, {{kStart + 1001, 2}}, false), half) << "whatever the quantum";
  EXPECT_EQ(played(48, {{kStart + 1001, 1}, {kStart + 1001, 2}}, false), half) << "the last wins";
  EXPECT_EQ(played(48, {{kStart + 1001, 3}}, false), std::vector<float>(4800, 1.0f));
  EXPECT_EQ(played(48, {{kStart + 1001, 2}}, true).back(), 1.0f);
}

TEST(TaskProcessor, ASceneOutOfRangeIsRefusedBeforeAnythingPlays) {
  TaskDescription task = Describe("gain", 1);
  task.scenes.push_back({.scene = 1, .index = ParamOf("gain", "gain"), .value = 25.0f});
  EXPECT_NE(Stage(task).error, nullptr);
  task.scenes[0] = {.scene = 1, .index = 99, .value = 0.0f};
  EXPECT_NE(Stage(task).error, nullptr);
}

TEST(TaskProcessor, PanicFadesWithoutAJumpAndThenNothingIsHeard) {
  for (const int quantum : {6, 16, 96}) {
    TaskDescription task = Describe("gain", 1);
    task.wires.push_back({.from = 2, .port = 0});
    Stage stage(task);
    session::Segment muted{.version = 2, .n0 = kStart + 1001, .playing = true};
    muted.muted = true;
    muted.mute_n0 = muted.n0;
    session::Segment again = muted;  // released while the fade is still on
    again.muted = false;
    again.n0 = muted.n0 + 100;
    again.mute_n0 = muted.n0 + session::kMuteFade;
    session::Segment last = muted;
    last.n0 = last.mute_n0 = kStart + 7001;
    session::Segment pressed = last;  // released and pressed again at once
    pressed.n0 = last.n0 + 50;
    pressed.muted = false;
    pressed.mute_n0 = last.mute_n0 + session::kMuteFade;
    session::Segment twice = last;
    twice.n0 = last.n0 + 90;
    stage.tempos = {muted, again, last, pressed, twice};
    std::vector<float> heard;
    while (heard.size() < 12'000) {
      const auto out = stage.Play(quantum, {1.0f});
      heard.insert(heard.end(), out.begin(), out.end());
    }
    for (std::size_t i = 1; i < heard.size(); ++i) {
      ASSERT_LE(std::abs(heard[i] - heard[i - 1]), 1.51f / session::kMuteFade) << i;
    }
    EXPECT_EQ(heard[1001], 1.0f);
    EXPECT_EQ(heard[1001 + session::kMuteFade], 0.0f);
    EXPECT_EQ(heard[1001 + 2 * session::kMuteFade], 1.0f);
    EXPECT_EQ(*std::max_element(heard.begin() + 7001 + session::kMuteFade, heard.end()), 0.0f);
  }
}

TEST(TaskProcessor, PanicAtTheEndOfTwelveTasksStepsLessThanAFader) {
  const session::Segment muted{.n0 = kStart, .muted = true, .mute_n0 = kStart};
  constexpr float kFader = 1.0f / FramesOfMs(10);  // gain's, pulled down
  float before = 1.0f;
  for (MediaTime n = kStart; n <= kStart + session::kMuteFade; ++n) {
    float gain = 1.0f;
    for (int task = 0; task < 12; ++task) gain *= MuteGain(muted, n);
    ASSERT_LE(before - gain, kFader) << n - kStart;
    ASSERT_GE(before, gain);
    before = gain;
  }
  EXPECT_EQ(before, 0.0f);
}

}  // namespace
}  // namespace continuo::dsp
