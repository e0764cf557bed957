// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "coordinator/edge/assets/import_fixture.h"
#include "dsp/graph/canonical.h"

namespace continuo::coordinator {
namespace {

using session::kTicksPerBeat;
using testing::ElementsAre;
using testing::HasSubstr;

using Bytes = std::vector<int>;

std::string Text(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string Be(std::uint32_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xFF);
  return out;
}

std::string Chunk(const std::string& kind, const std::string& content) {
  return kind + Be(static_cast<std::uint32_t>(content.size()), 4) + content;
}

std::string Header(int format, int tracks, int division) {
  return Chunk("MThd", Be(format, 2) + Be(tracks, 2) + Be(division, 2));
}

const Bytes kEnd{0, 0xFF, 0x2F, 0};

std::string Track(const Bytes& events) {
  return Chunk("MTrk", Text(events) + Text(kEnd));
}

// Format 0, one track.
std::string File(int division, const Bytes& events) {
  return Header(0, 1, division) + Track(events);
}

// A note as tick, on, channel, key, velocity.
using Note = std::array<std::int64_t, 5>;

class NotesImport : public ImportFixture {
 protected:
  NotesImport() : ImportFixture(AssetKind::kNotes) {}

  // The notes, or nothing and a failure.
  std::vector<Note> Notes(const std::string& file) {
    const auto imported = Import(file);
    if (!imported.ok()) {
      ADD_FAILURE() << imported.status();
      return {};
    }
    const Aligned aligned(imported->bytes);
    session::NoteFile view;
    EXPECT_STREQ(dsp::ViewNotes(aligned.bytes(), view), nullptr);
    EXPECT_EQ(view.notes.size(), imported->about.notes);
    EXPECT_EQ(imported->bytes.size(), imported->about.bytes);
    length_ = view.length;
    std::vector<Note> notes;
    for (const session::FileNote& n : view.notes)
      notes.push_back({n.tick, n.on, n.channel, n.key, n.velocity});
    return notes;
  }

  session::Ticks length_ = 0;
};

constexpr std::int64_t kBeat = kTicksPerBeat;

TEST_F(NotesImport, EveryUsualDivisionIsExact) {
  for (const int division : {96, 120, 480, 960, 15360}) {
    const int quarter = division / 4;  // of a quarter note
    const Bytes delta{quarter >> 7 | 0x80, quarter & 0x7F};
    EXPECT_THAT(Notes(File(division,
                           {delta[0], delta[1], 0x93, 60, 100, delta[0], delta[1], 0x83, 60, 64})),
                ElementsAre(Note{kBeat / 4, 1, 3, 60, 100}, Note{kBeat / 2, 0, 3, 60, 64}))
        << division;
    EXPECT_EQ(length_, kBeat);
  }
}

TEST_F(NotesImport, OddDivisionsGoToTheNearestTick) {
  EXPECT_THAT(
      Notes(File(7, {1, 0x90, 60, 1, 1, 0x80, 60, 0})),
      ElementsAre(Note{140434, 1, 0, 60, 1}, Note{280869, 0, 0, 60, 0}));  // 140434.29, 280868.57
}

TEST_F(NotesImport, OnsOfVelocityZeroAreOffsAndStatusMayRun) {
  EXPECT_THAT(Notes(File(96, {0, 0x90, 60, 100, 0, 64, 90, 48, 60, 0, 48, 64, 0})),
              ElementsAre(Note{0, 1, 0, 60, 100}, Note{0, 1, 0, 64, 90},
                          Note{kBeat / 2, 0, 0, 60, 0}, Note{kBeat, 0, 0, 64, 0}));
}

TEST_F(NotesImport, RunningStatusSurvivesOtherMessages) {
  EXPECT_EQ(
      Notes(File(96, {0, 0x90, 60, 9, 9, 0xFF, 1, 1, 'x', 0, 61, 9, 0, 0xF0, 2, 1, 0xF7, 0, 62, 9}))
          .size(),
      3u);
}

TEST_F(NotesImport, OnlyNotesRemain) {
  EXPECT_THAT(Notes(File(96, {0,    0xFF, 0x51, 3,  7,    0xA1, 0x20, 0,    0xB0, 7,  100,
                              0,    0xC0, 5,    0,  0xD0, 5,    0,    0xE0, 0,    64, 0,
                              0xA0, 60,   5,    48, 0x9F, 0,    127,  48,   0x8F, 0,  0})),
              ElementsAre(Note{kBeat / 2, 1, 15, 0, 127}, Note{kBeat, 0, 15, 0, 0}));
}

// libsmf by itself loses the rest of the track.
TEST_F(NotesImport, NotesBehindALongTextAreKept) {
  Bytes events{0, 0xFF, 1, 0x81, 0x48};
  events.insert(events.end(), 200, 'a');
  events.insert(events.end(), {0, 0x90, 60, 100, 96, 60, 0});
  EXPECT_EQ(Notes(File(96, events)).size(), 2u);
}

TEST_F(NotesImport, TracksAreMergedByTick) {
  const std::string file = Header(1, 3, 96) + Track({0, 0xFF, 0x51, 3, 7, 0xA1, 0x20}) +
                           Chunk("XFIH", "other") + Track({0, 0x90, 60, 1, 96, 0x90, 61, 1}) +
                           Track({48, 0x91, 62, 1});
  EXPECT_THAT(Notes(file), ElementsAre(Note{0, 1, 0, 60, 1}, Note{kBeat / 2, 1, 1, 62, 1},
                                       Note{kBeat, 1, 0, 61, 1}));
}

TEST_F(NotesImport, OffsComeBeforeOnsOfTheSameTick) {
  EXPECT_THAT(Notes(File(96, {0, 0x90, 60, 1, 96, 60, 2, 0, 60, 0, 96, 60, 0})),
              ElementsAre(Note{0, 1, 0, 60, 1}, Note{kBeat, 0, 0, 60, 0}, Note{kBeat, 1, 0, 60, 2},
                          Note{2 * kBeat, 0, 0, 60, 0}));
}

TEST_F(NotesImport, ANoteOfNoLengthDoesNotHang) {
  EXPECT_THAT(Notes(File(96, {0, 0x90, 60, 1, 0, 60, 0, 0, 61, 1, 9, 61, 0})),
              ElementsAre(Note{0, 1, 0, 61, 1}, Note{92160, 0, 0, 61, 0}));
}

TEST_F(NotesImport, AnOffTooManyTakesNoNoteAway) {
  EXPECT_THAT(Notes(File(96, {0, 0x90, 60, 0, 0, 60, 1})),
              ElementsAre(Note{0, 0, 0, 60, 0}, Note{0, 1, 0, 60, 1}));
}

TEST_F(NotesImport, LengthEndsTheBeatOfTheLastEvent) {
  Notes(File(96, {0, 0x90, 60, 1, 96, 60, 0}));
  EXPECT_EQ(length_, kBeat);
  Notes(File(96, {0, 0x90, 60, 1, 97, 60, 0}));
  EXPECT_EQ(length_, 2 * kBeat);
  Notes(File(96, {0, 0x90, 60, 1}));
  EXPECT_EQ(length_, kBeat) << "a loop of no length would never go on";
  Notes(Header(0, 1, 96) + Chunk("MTrk", Text({0, 0x90, 60, 1, 9, 60, 0, 0x83, 0, 0xFF, 0x2F, 0})));
  EXPECT_EQ(length_, 5 * kBeat) << "silence before the end of the track belongs to the loop";
}

TEST_F(NotesImport, TrackWithoutItsEndIsForgiven) {
  EXPECT_EQ(Notes(Header(0, 1, 96) + Chunk("MTrk", Text({0, 0x90, 60, 1, 9, 60, 0}))).size(), 2u);
}

TEST_F(NotesImport, SameFileHasTheSameName) {
  const std::string file = File(96, {0, 0x90, 60, 1, 96, 60, 0});
  const auto first = Import(file), second = Import(file);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->about, second->about);
  EXPECT_EQ(first->bytes, second->bytes);
  EXPECT_EQ(first->about.kind, AssetKind::kNotes);
}

TEST_F(NotesImport, RefusesWhatItCannotTime) {
  const Bytes note{0, 0x90, 60, 1};
  EXPECT_THAT(Refusal(File(0xE728, note)), HasSubstr("SMPTE"));
  EXPECT_THAT(Refusal(File(0, note)), HasSubstr("0 ticks per quarter"));
  EXPECT_THAT(Refusal(Header(2, 1, 96) + Track(note)), HasSubstr("format 2"));
  EXPECT_THAT(Refusal(Header(7, 1, 96) + Track(note)), HasSubstr("unknown format 7"));
  EXPECT_THAT(Refusal(File(96, {0xFF, 0xFF, 0xFF, 0x7F, 0x90, 60, 1, 1, 60, 0})),
              HasSubstr("268435455 ticks"));
}

TEST_F(NotesImport, RefusesWhatIsNoMusic) {
  EXPECT_THAT(Refusal(""), HasSubstr("is not a MIDI file"));
  EXPECT_THAT(Refusal(std::string(5000, 'z')), HasSubstr("is not a MIDI file"));
  EXPECT_THAT(Refusal(Header(0, 0, 96)), HasSubstr("has no tracks"));
  EXPECT_THAT(Refusal(File(96, {})), HasSubstr("has no notes"));
  EXPECT_THAT(Refusal(File(96, {0, 0x80, 60, 1})), HasSubstr("has no notes"));
  EXPECT_THAT(Said(ImportPath("absent.mid")), HasSubstr("absent.mid does not exist"));
  EXPECT_THAT(Said(ImportPath(".")), HasSubstr("is a folder"));
}

TEST_F(NotesImport, RefusesBrokenTracks) {
  EXPECT_THAT(Refusal(File(96, {0, 60, 1})),
              HasSubstr("track 1 holds something that is not a message (byte 1"));
  EXPECT_THAT(Refusal(File(96, {0, 0xF8})), HasSubstr("not a message"));
  EXPECT_THAT(Refusal(File(96, {0, 0x90, 0x80, 1})), HasSubstr("data byte above 127"));
  EXPECT_THAT(Refusal(File(96, {0, 0xFF, 1, 100, 'x'})), HasSubstr("breaks off"));
  EXPECT_THAT(Refusal(File(96, {0x80, 0x80, 0x80, 0x80, 0x00, 0x90, 60, 1})),
              HasSubstr("is broken"));
}

std::string SomeSong() {
  return Header(1, 2, 480) +
         Track({0, 0xFF, 0x51, 3, 7, 0xA1, 0x20, 0, 0xF0, 3, 1, 2, 0xF7, 0, 0xF7, 1, 0xF8}) +
         Track({0, 0x90, 60, 100, 0x83, 0x60, 60, 0, 0, 0xC1, 4, 0x10, 0x81, 60, 64});
}

TEST_F(NotesImport, NoBeginningOfASongPassesForIt) {
  const std::string file = SomeSong();
  EXPECT_EQ(Notes(file).size(), 3u);
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_NE(Refusal(file.substr(0, length)), "(imported)") << length;
  }
  EXPECT_THAT(Refusal(file.substr(0, file.size() - 1)), HasSubstr("is cut off in track 2 of 2"));
}

TEST_F(NotesImport, SurvivesScrambledSongsAndSaysNothing) {
  const std::string file = SomeSong();
  testing::internal::CaptureStderr();
  int read = 0;
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    for (const std::size_t intact : {0, 14, 50}) {
      read += Import(file.substr(0, intact) + Scrambled(file.substr(intact), seed)).ok() ? 1 : 0;
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(read, 20) << "scrambled beyond what reaches libsmf";
}

}  // namespace
}  // namespace continuo::coordinator
