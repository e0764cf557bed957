// SPDX-License-Identifier: Apache-2.0
#include "proto/session/sequencer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <vector>

#include "proto/session/conductor.h"

namespace continuo::session {
namespace {

constexpr MediaTime kStart = 96 * 1000;
constexpr int kQuanta[] = {6, 12, 16, 32, 48, 64, 96};
constexpr Ticks kBar = 4 * kTicksPerBeat;

// At 120 bpm a beat is 24,000 samples, so ticks and samples meet on every beat.
constexpr MediaTime BeatAt120(int beat) {
  return kStart + beat * 24'000;
}

struct Song {
  std::vector<FileNote> notes;
  NoteFile file;

  explicit Song(std::vector<FileNote> all, Ticks length = 0) : notes(std::move(all)) {
    file.notes = notes;
    file.length = length;
  }
  Song(const Song&) = delete;
};

FileNote On(Ticks tick, int key, int channel = 0) {
  return {tick, 1, static_cast<std::uint8_t>(channel), static_cast<std::uint8_t>(key), 100};
}
FileNote Off(Ticks tick, int key, int channel = 0) {
  return {tick, 0, static_cast<std::uint8_t>(channel), static_cast<std::uint8_t>(key), 0};
}

Event Do(MediaTime at, Command command, std::int64_t value = 0) {
  static EventId id = 0;
  return {.at = at, .id = ++id, .command = command, .value = value};
}

Segment Playing(std::uint32_t tempo_mbpm = 120'000) {
  return {.version = 1, .n0 = kStart, .tempo_mbpm = tempo_mbpm, .playing = true};
}

/// Conductor and sequencer, run side by side.
class Performance {
 public:
  Performance(const NoteFile* file, const SequencerConfig& config, const Segment& session,
              int quantum)
      : quantum_(quantum) {
    conductor_.Start(session, 1);
    sequencer_.Start(file, config);
  }
  void Run(Frames frames, std::vector<Event> events = {}) {
    std::sort(events.begin(), events.end(), Before);
    for (const MediaTime end = n_ + frames; n_ < end; n_ += quantum_) {
      std::vector<Event> now;
      for (const Event& event : events) {
        if (event.at >= n_ && event.at < n_ + quantum_) now.push_back(event);
      }
      ControlQuantum control;
      conductor_.Run(n_, quantum_, now, control);
      std::array<SequencedNote, 64> out;
      const int count = sequencer_.Run(control, out);
      played.insert(played.end(), out.begin(), out.begin() + count);
    }
  }
  std::vector<SequencedNote> Of(NoteKind kind) const {
    std::vector<SequencedNote> some;
    for (const auto& note : played) {
      if (note.kind == kind) some.push_back(note);
    }
    return some;
  }
  /// "650: roll, on 60" with times relative to the start.
  std::string Text() const {
    std::string text;
    for (const auto& note : played) {
      static constexpr const char* kNames[] = {"alloff", "roll", "off ", "on "};
      text += std::to_string(note.at - kStart) + ":" + kNames[static_cast<int>(note.kind)];
      if (note.kind >= NoteKind::kOff) text += std::to_string(note.key);
      text += " ";
    }
    return text;
  }
  Sequencer& sequencer() { return sequencer_; }

  std::vector<SequencedNote> played;

 private:
  Conductor conductor_;
  Sequencer sequencer_;
  MediaTime n_ = kStart;
  int quantum_;
};

TEST(Sequencer, NoteOnABoundarySoundsOnceAndOnItsSample) {
  const Song song({On(0, 60), Off(kTicksPerBeat, 60), On(kTicksPerBeat, 62), Off(kBar, 62)});
  for (const int quantum : kQuanta) {
    Performance show(&song.file, {}, Playing(), quantum);
    show.Run(96 * 1100);
    EXPECT_EQ(show.Text(), "0:roll 0:on 60 24000:off 60 24000:on 62 96000:off 62 ") << quantum;
  }
}

TEST(Sequencer, QuantumChangesNothing) {
  std::mt19937 random(5);
  std::vector<FileNote> notes;
  for (Ticks tick = 0; tick < 8 * kBar; tick += random() % (kTicksPerBeat / 3)) {
    notes.push_back(random() % 2 ? On(tick, 40 + random() % 40) : Off(tick, 40 + random() % 40));
  }
  const Song song(notes, 8 * kBar);
  std::vector<Event> events;
  for (MediaTime at = kStart; at < BeatAt120(40); at += random() % 20'000) {
    constexpr Command kCommands[] = {Command::kTempo, Command::kTempo, Command::kStop,
                                     Command::kPlay,  Command::kPlay,  Command::kLocate};
    const Command command = kCommands[random() % 6];
    const std::int64_t value =
        command == Command::kTempo ? 40'000 + random() % 200'000 : random() % (20 * kBar);
    events.push_back(Do(at, command, value));
  }
  std::string reference;
  for (const int quantum : kQuanta) {
    Performance show(&song.file, {.loop = true}, Playing(), quantum);
    show.Run(96 * 10'000, events);
    if (reference.empty()) reference = show.Text();
    EXPECT_EQ(show.Text(), reference) << quantum;
    EXPECT_GT(show.played.size(), 100u);
  }
}

TEST(Sequencer, TempoChangesCutNoNoteAndPlayEachOnce) {
  std::vector<FileNote> notes;
  for (int i = 0; i < 120; ++i) {
    notes.push_back(On(i * 77'777, i));
    notes.push_back(Off(i * 77'777 + 50'001, i));
  }
  std::sort(notes.begin(), notes.end(), [](auto& a, auto& b) { return a.tick < b.tick; });
  const Song song(notes, 16 * kBar);
  std::vector<Event> events;
  // Often, and on all residues of every quantum: each change loses less than one tick of position.
  for (int i = 0; i < 2000; ++i) {
    events.push_back(Do(kStart + 1 + i * 131, Command::kTempo, 60'000 + i * 7'919 % 180'000));
  }
  for (const int quantum : kQuanta) {
    Performance show(&song.file, {}, Playing(), quantum);
    show.Run(96 * 5000, events);
    EXPECT_EQ(show.Of(NoteKind::kAllOff).size(), 0u);
    EXPECT_EQ(show.Of(NoteKind::kRoll).size(), 1u);
    std::map<int, int> ons, offs;
    for (const auto& note : show.Of(NoteKind::kOn)) ++ons[note.key];
    for (const auto& note : show.Of(NoteKind::kOff)) ++offs[note.key];
    for (int i = 0; i < 120; ++i) {
      EXPECT_EQ(ons[i], 1) << "key " << i << " quantum " << quantum;
      EXPECT_EQ(offs[i], 1) << "key " << i << " quantum " << quantum;
    }
  }
}

TEST(Sequencer, NoteOnTheSampleOfATempoChangeSoundsOnce) {
  const Song song({On(kTicksPerBeat - 1, 60), On(kTicksPerBeat, 61), On(kTicksPerBeat + 1, 62)});
  for (const MediaTime delta : {-1, 0, 1}) {
    Performance show(&song.file, {}, Playing(), 48);
    show.Run(96'000, {Do(BeatAt120(1) + delta, Command::kTempo, 90'000)});
    EXPECT_EQ(show.Of(NoteKind::kOn).size(), 3u) << delta;
  }
}

TEST(Sequencer, LocateEndsNotesAndPlaysFromTheMiddle) {
  const Song song({On(0, 60), Off(4 * kBar, 60), On(2 * kBar, 64), Off(2 * kBar + 9600, 64)});
  Song sorted(song.notes);
  std::sort(sorted.notes.begin(), sorted.notes.end(),
            [](auto& a, auto& b) { return a.tick < b.tick; });
  Performance show(&sorted.file, {}, Playing(), 96);
  show.Run(9600, {Do(kStart + 1001, Command::kLocate, 2 * kBar)});
  EXPECT_EQ(show.Text(), "0:roll 0:on 60 1001:alloff 1001:roll 1001:on 64 1236:off 64 ");
  EXPECT_EQ(show.Of(NoteKind::kRoll).back().position, 8 * 24'000);
}

TEST(Sequencer, StopEndsNotesOnceAndPlayGoesOn) {
  const Song song({On(0, 60), On(kTicksPerBeat, 61), Off(kBar, 60), Off(kBar, 61)});
  Performance show(&song.file, {}, Playing(), 96);
  show.Run(96'000,
           {Do(kStart + 12'000, Command::kStop), Do(kStart + 50'000, Command::kTempo, 60'000),
            Do(kStart + 60'000, Command::kPlay)});
  EXPECT_EQ(show.Text(), "0:roll 0:on 60 12000:alloff 60000:roll 84000:on 61 ");
  EXPECT_EQ(show.Of(NoteKind::kRoll).back().position, 24'000) << "half a beat, at 60 bpm";
}

TEST(Sequencer, StoppedSessionIsSilentUntilPlay) {
  const Song song({On(0, 60)});
  Segment stopped = Playing();
  stopped.playing = false;
  Performance show(&song.file, {}, stopped, 48);
  show.Run(4800);
  EXPECT_EQ(show.Text(), "");
  show.Run(4800, {Do(kStart + 4803, Command::kPlay)});
  EXPECT_EQ(show.Text(), "4803:roll 4803:on 60 ");
}

TEST(Sequencer, LoopSeamEndsTheOldPassBeforeTheNew) {
  const Song song({On(0, 60), Off(kBar, 60)}, kBar);
  for (const int quantum : kQuanta) {
    Performance show(&song.file, {.loop = true}, Playing(), quantum);
    show.Run(96 * 2100);
    EXPECT_EQ(show.Text(), "0:roll 0:on 60 96000:off 60 96000:on 60 192000:off 60 192000:on 60 ");
  }
}

TEST(Sequencer, LoopBeginsAgainOnABarOfTheMeter) {
  const Song song({On(0, 60), Off(kTicksPerBeat, 60)}, 4 * kTicksPerBeat);
  Segment waltz = Playing();
  waltz.meter_num = 3;
  Performance show(&song.file, {.loop = true}, waltz, 96);
  show.Run(96 * 1600);
  EXPECT_THAT(show.Text(), testing::HasSubstr("144000:on 60 "));  // two bars of three
  EXPECT_EQ(show.Of(NoteKind::kOn).size(), 2u);
}

TEST(Sequencer, LoopWhoseLengthChangesLeavesNoNoteHanging) {
  const Song song({On(0, 60), Off(4 * kTicksPerBeat, 60)}, 4 * kTicksPerBeat);
  Performance show(&song.file, {.loop = true}, Playing(), 96);
  show.Run(96 * 1600, {Do(kStart + 30'000, Command::kMeter, 3 << 8 | 4)});
  EXPECT_THAT(show.Text(), testing::HasSubstr("30000:alloff "));
}

TEST(Sequencer, NoteShorterThanASampleBeginsBeforeItEnds) {
  const Song song({On(1, 60), Off(2, 60)});
  Performance show(&song.file, {}, Playing(), 6);
  show.Run(96);
  EXPECT_EQ(show.Text(), "0:roll 1:on 60 1:off 60 ");
}

TEST(Sequencer, OnlyItsChannelsAndKeysAreHeard) {
  const Song song({On(0, 60, 0), On(0, 61, 9), On(0, 20, 9), On(0, 127, 9), On(0, 40, 9)});
  Performance show(&song.file,
                   {.channel_mask = 1 << 9, .transpose = 12, .key_min = 35, .key_max = 127},
                   Playing(), 48);
  show.Run(480);
  EXPECT_EQ(show.Text(), "0:roll 0:on 73 0:on 52 ") << "127 transposed is no key";
}

TEST(Sequencer, NotesThatDoNotFitAreCounted) {
  std::vector<FileNote> chord;
  for (int i = 0; i < 100; ++i) chord.push_back(On(0, i));
  const Song song(chord);
  Performance show(&song.file, {}, Playing(), 48);
  show.Run(480);
  EXPECT_EQ(show.played.size(), 64u);
  EXPECT_EQ(show.sequencer().dropped(), 37u) << "100 and the roll, less 64";
}

TEST(Sequencer, SnapshotGoesOnWithTheSameNotes) {
  std::vector<FileNote> notes;
  for (int i = 0; i < 200; ++i) notes.push_back(On(i * 31'111, i % 128));
  const Song song(notes, 2 * kBar);
  Conductor conductor;
  conductor.Start(Playing(), 1);
  Sequencer original;
  original.Start(&song.file, {.loop = true});
  for (MediaTime n = kStart; n < kStart + 96'000; n += 48) {
    std::vector<Event> events;
    if ((n - kStart) % 4800 == 0) events.push_back(Do(n + 5, Command::kTempo, 100'000 + n % 9999));
    if ((n - kStart) % 14'400 == 0) events.push_back(Do(n + 7, Command::kLocate, n % kBar));
    ControlQuantum control;
    conductor.Run(n, 48, events, control);
    std::uint8_t bytes[256];
    ByteWriter writer(bytes);
    original.Snapshot(writer);
    Sequencer copy;
    copy.Start(&song.file, {.loop = true});
    ByteReader reader({bytes, writer.size()});
    ASSERT_TRUE(copy.Restore(reader));
    std::array<SequencedNote, 64> a, b;
    const int count = original.Run(control, a);
    ASSERT_EQ(copy.Run(control, b), count);
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(a[i].at, b[i].at);
      ASSERT_EQ(a[i].kind, b[i].kind);
      ASSERT_EQ(a[i].key, b[i].key);
    }
  }
}

TEST(Sequencer, TruncatedSnapshotIsRefused) {
  Sequencer sequencer;
  std::uint8_t bytes[256];
  ByteWriter writer(bytes);
  sequencer.Snapshot(writer);
  for (std::size_t size = 0; size < writer.size(); ++size) {
    ByteReader reader({bytes, size});
    EXPECT_FALSE(Sequencer().Restore(reader)) << size;
  }
}

TEST(Sequencer, EmptyFileOnlyReportsTheTransport) {
  const NoteFile empty;
  Performance show(&empty, {.loop = true}, Playing(), 48);
  show.Run(480);
  EXPECT_EQ(show.Text(), "0:roll ");
}

TEST(Sequencer, PanicEndsNotesAndTheTimeLineGoesOn) {
  const Song song({On(0, 60), On(kTicksPerBeat, 61), Off(kBar, 60), Off(kBar, 61)});
  Performance show(&song.file, {}, Playing(), 96);
  show.Run(9600 * 11,
           {Do(kStart + 12'000, Command::kMute, 1), Do(kStart + 40'000, Command::kMute, 0)});
  EXPECT_EQ(show.Text(), "0:roll 0:on 60 12000:alloff 24000:on 61 96000:off 60 96000:off 61 ");
}

TEST(Sequencer, PanicOfAStoppedSessionEndsNotesToo) {
  const Song song({On(0, 60)});
  Segment stopped = Playing();
  stopped.playing = false;
  Performance show(&song.file, {}, stopped, 96);
  show.Run(9600, {Do(kStart + 1001, Command::kMute, 1)});
  EXPECT_EQ(show.Text(), "1001:alloff ") << "a player's notes may sound";
}

}  // namespace
}  // namespace continuo::session
