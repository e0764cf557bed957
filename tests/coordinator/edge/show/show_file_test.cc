// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/show/show_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "coordinator/core/issue_list.h"
#include "coordinator/core/show_check.h"
#include "coordinator/edge/show/scalar.h"

namespace continuo::coordinator {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kWhole = R"(show: demo
redundancy: 2
quantum: 96
tempo: 112.5
meter: 7/8
play: true
length: 30s
timing: {playout: 300ms, promise: 200ms, silence: 150ms, lead: 0.35s}
assets:
  song: {midi: song.mid}
  kick: {audio: /drums/kick.wav}
tasks:
  drums:
    kind: sampler
    notes: {file: song, channels: [10], loop: true, transpose: -2, keys: [35, 81]}
    samples: {36: kick, 38: kick}
    params: {gain: -3}
  bass: {kind: synth, channels: 2, tier: 0, notes: song, params: {cutoff: 8e2}}
  master:
    kind: mixer
    inputs: [drums, {from: bass, port: 2}, bass]
    redundancy: 3
    params: {gain.1: -3, gain.2: -6.5}
outputs:
  foh: {from: master, feeds: [a, b]}
scenes:
  thin: {bass: {cutoff: 300}, master: {gain: -3, gain.2: -30}}
  full: {}
)";

std::vector<std::string> Texts(const std::vector<Issue>& issues) {
  std::vector<std::string> texts;
  for (const Issue& issue : issues) {
    if (issue.warning) continue;
    texts.push_back(std::to_string(issue.line) + " " + issue.field + ": " + issue.text);
  }
  return texts;
}

std::vector<std::string> Complaints(const std::string& yaml) {
  return Texts(ParseShow(yaml).issues);
}

TEST(ShowFile, KitsAreAssetsLikeOthers) {
  const ParsedShow parsed = ParseShow(
      "show: x\nassets:\n  rock: {hydrogen: GMRockKit}\n  piano: {sfz: piano.sfz}\n"
      "tasks:\n  drums: {kind: sampler, samples: rock}\n");
  EXPECT_THAT(Texts(parsed.issues), IsEmpty());
  const std::vector<ShowAsset> want = {{"rock", AssetKind::kHydrogen, "GMRockKit"},
                                       {"piano", AssetKind::kSfz, "piano.sfz"}};
  EXPECT_TRUE(parsed.show.assets == want);
  EXPECT_EQ(parsed.show.tasks.at(0).samples.at(0).asset, "rock");
}

TEST(ShowFile, ReadsEveryKey) {
  const ParsedShow parsed = ParseShow(kWhole);
  EXPECT_THAT(Texts(parsed.issues), IsEmpty());
  Show want;
  want.name = "demo";
  want.redundancy = 2;
  want.quantum = 96;
  want.tempo_mbpm = 112'500;
  want.meter_num = 7;
  want.meter_den = 8;
  want.length = 30 * kSampleRate;
  want.timing.promise = FramesOfMs(200);
  want.timing.silence = FramesOfMs(150);
  want.assets = {{"song", AssetKind::kNotes, "song.mid"},
                 {"kick", AssetKind::kAudio, "/drums/kick.wav"}};
  want.tasks.resize(3);
  want.tasks[0].name = "drums";
  want.tasks[0].kind = "sampler";
  want.tasks[0].notes = ShowNotes{"song", {10}, -2, 35, 81, true};
  want.tasks[0].samples = {{36, "kick"}, {38, "kick"}};
  want.tasks[0].params = {{"gain", -3.0f}};
  want.tasks[1].name = "bass";
  want.tasks[1].kind = "synth";
  want.tasks[1].tier = 0;
  want.tasks[1].notes = ShowNotes{"song", {}, 0, 0, 127, false};
  want.tasks[1].params = {{"cutoff", 800.0f}};
  want.tasks[2].name = "master";
  want.tasks[2].kind = "mixer";
  want.tasks[2].redundancy = 3;
  want.tasks[2].inputs = {{"drums", 0}, {"bass", 1}, {"bass", 2}};
  want.tasks[2].params = {{"gain.1", -3.0f}, {"gain.2", -6.5f}};
  want.outputs = {{"foh", "master", {{"a", ""}, {"b", ""}}}};
  want.scenes = {
      {"thin", {{"bass", {{"cutoff", 300.0f}}}, {"master", {{"gain", -3.0f}, {"gain.2", -30.0f}}}}},
      {"full", {}}};
  EXPECT_TRUE(parsed.show == want);
}

TEST(ShowFile, ATempoMapBeginsAtTheFirstBar) {
  const ParsedShow parsed = ParseShow(
      "show: x\ntempo: [{at: 1, bpm: 120}, {at: 17, bpm: 90.5}, {at: 33.3.240, bpm: 140}]\n");
  EXPECT_THAT(Texts(parsed.issues), IsEmpty());
  EXPECT_EQ(parsed.show.tempo_mbpm, 120'000);
  EXPECT_THAT(parsed.show.tempo_changes,
              ElementsAre(TempoChange{{17, 1, 0}, 90'500}, TempoChange{{33, 3, 240}, 140'000}));
}

TEST(ShowFile, TempoMapsThatAreNone) {
  EXPECT_THAT(Complaints("show: x\ntempo:\n  - {at: 2, bpm: 120}\n  - {at: 3}\n  - {bpm: 90}\n"
                         "  - {at: 3.x, bpm: 90}\n  - {at: 5, bmp: 90}\n  - {at: 6, bpm: fast}\n"
                         "  - 90\n"),
              ElementsAre(HasSubstr("3 tempo.1: the first one must be at bar 1"),
                          HasSubstr("4 tempo.2: must say where and how fast"),
                          HasSubstr("5 tempo.3: must say where and how fast"),
                          HasSubstr("6 tempo.4.at: \"3.x\" must be a place in the music"),
                          HasSubstr("7 tempo.5.bmp: there is no key \"bmp\" here"),
                          HasSubstr("7 tempo.5: must say where and how fast"),
                          HasSubstr("8 tempo.6.bpm: \"fast\" must be a number from 10 to 999"),
                          HasSubstr("9 tempo.7: must be a map"),
                          HasSubstr("9 tempo.7: must say where and how fast")));
}

TEST(ShowFile, CurvesAreListsOfPointsByTheNameOfTheirParameter) {
  const ParsedShow parsed = ParseShow(
      "show: x\ntasks:\n  lead:\n    kind: synth\n    automation:\n"
      "      cutoff: [{at: 1, value: 200}, {at: 5.1, value: 4000, curve: linear}]\n"
      "      wave:\n        - {at: 1, value: 0}\n        - {value: 2, at: 9.3.240, curve: step}\n"
      "        - {at: 17, value: 1, curve: exponential}\n");
  EXPECT_THAT(Texts(parsed.issues), IsEmpty());
  using dsp::CurveShape;
  const std::vector<ShowCurve> want = {
      {"cutoff", {{{1, 1, 0}, 200.0f}, {{5, 1, 0}, 4000.0f, CurveShape::kLinear}}},
      {"wave",
       {{{1, 1, 0}, 0.0f},
        {{9, 3, 240}, 2.0f, CurveShape::kStep},
        {{17, 1, 0}, 1.0f, CurveShape::kExponential}}}};
  EXPECT_TRUE(parsed.show.tasks.at(0).automation == want);
  EXPECT_EQ(parsed.lines.at("tasks.lead.automation.cutoff.2.value"), 6);
}

TEST(ShowFile, CurvesThatAreNone) {
  EXPECT_THAT(
      Complaints("show: x\ntasks:\n  lead:\n    kind: synth\n    automation:\n      cutoff:\n"
                 "        - {at: 1}\n        - {value: 7}\n        - {at: 1.2.3.4, value: 7}\n"
                 "        - {at: 5, valeu: 7}\n        - {at: 6, value: high}\n"
                 "        - {at: 7, value: 7, curve: linaer}\n        - 300\n      gain: 3\n"),
      ElementsAre(
          HasSubstr("7 tasks.lead.automation.cutoff.1: must say where and how much"),
          HasSubstr("8 tasks.lead.automation.cutoff.2: must say where and how much"),
          HasSubstr("9 tasks.lead.automation.cutoff.3.at: \"1.2.3.4\" must be a place"),
          HasSubstr("10 tasks.lead.automation.cutoff.4.valeu: there is no key"),
          HasSubstr("10 tasks.lead.automation.cutoff.4: must say where and how much"),
          HasSubstr("11 tasks.lead.automation.cutoff.5.value: \"high\" must be a number from "
                    "20 to 18000 Hz"),
          AllOf(HasSubstr("12 tasks.lead.automation.cutoff.6.curve: "),
                HasSubstr("did you mean \"linear\"?")),
          HasSubstr("13 tasks.lead.automation.cutoff.7: must be a map"),
          HasSubstr("13 tasks.lead.automation.cutoff.7: must say where and how much"),
          HasSubstr("14 tasks.lead.automation.gain: must be a map"),
          HasSubstr("14 tasks.lead.automation.gain: must say where and how much")));
}

TEST(ShowFile, NodesOfTasksAndFeeds) {
  const ParsedShow parsed = ParseShow(
      "show: x\ntasks:\n  a: {kind: synth, on: pi-1}\n  b: {kind: synth, on: [pi-1, pi-2]}\n"
      "outputs:\n  foh: {from: a, feeds: {a: foh-1, b: foh-2}}\n  side: {from: b, feeds: c}\n");
  EXPECT_THAT(Texts(parsed.issues), IsEmpty());
  ASSERT_EQ(parsed.show.tasks.size(), 2u);
  EXPECT_THAT(parsed.show.tasks[0].on, ElementsAre("pi-1"));
  EXPECT_THAT(parsed.show.tasks[1].on, ElementsAre("pi-1", "pi-2"));
  ASSERT_EQ(parsed.show.outputs.size(), 2u);
  EXPECT_THAT(parsed.show.outputs[0].feeds,
              ElementsAre(ShowFeed{"a", "foh-1"}, ShowFeed{"b", "foh-2"}));
  EXPECT_THAT(parsed.show.outputs[1].feeds, ElementsAre(ShowFeed{"c", ""}));
}

TEST(ShowFile, NodesThatAreNoNames) {
  EXPECT_THAT(Complaints("show: x\ntasks:\n  a: {on: []}\n  b: {on: {pi-1: 2}}\n  c: {onn: pi-1}\n"
                         "outputs:\n  foh:\n    feeds: {a: [foh-1]}\n"),
              ElementsAre(HasSubstr("3 tasks.a.on: names no node"),
                          HasSubstr("4 tasks.b.on: must be a text"),
                          AllOf(HasSubstr("5 tasks.c.onn: "), HasSubstr("did you mean \"on\"?")),
                          HasSubstr("8 outputs.foh.feeds.a: must be a text")));
}

TEST(ShowFile, AnIssueOfANodeGetsItsLine) {
  const ParsedShow parsed = ParseShow(
      "show: x\ntasks:\n  a:\n    kind: synth\n    on: [pi-1]\noutputs:\n  foh:\n    feeds:\n"
      "      a: foh-1\n      b: foh-2\n");
  std::vector<Issue> issues = {{"tasks.a.on", "", 0, false}, {"outputs.foh.feeds.b", "", 0, false}};
  AddLines(parsed, issues);
  EXPECT_EQ(issues[0].line, 5);
  EXPECT_EQ(issues[1].line, 10);
}

TEST(ShowFile, UnknownKeysSayWhatWasMeant) {
  EXPECT_THAT(
      Complaints("show: x\nredundency: 2\ntasks:\n  a:\n    knid: synth\n    gain: 3\n"),
      ElementsAre(AllOf(HasSubstr("2 redundency: "), HasSubstr("did you mean \"redundancy\"?")),
                  AllOf(HasSubstr("5 tasks.a.knid: "), HasSubstr("did you mean \"kind\"?")),
                  HasSubstr("6 tasks.a.gain: there is no key \"gain\" here")));
}

TEST(ShowFile, GoesOnAfterAnError) {
  EXPECT_THAT(
      Complaints("show: x\nquantum: many\ntempo: fast\nmeter: 4\nplay: perhaps\nlength: 30\n"
                 "timing: {lead: soon}\n"),
      ElementsAre(HasSubstr("2 quantum: \"many\" must be a whole number"),
                  HasSubstr("3 tempo: \"fast\" must be a number"),
                  HasSubstr("4 meter: \"4\" must be a meter"),
                  HasSubstr("5 play: \"perhaps\" must be true or false"),
                  HasSubstr("6 length: \"30\" must be a duration"),
                  HasSubstr("7 timing.lead: \"soon\" must be a duration")));
}

TEST(ShowFile, KeyThatComesTwiceIsNotSilentlyDropped) {
  EXPECT_THAT(Complaints("show: x\ntasks:\n  a: {kind: gain}\n  a: {kind: pan}\n"),
              ElementsAre("4 tasks.a: is there twice"));
}

TEST(ShowFile, WhatIsNoYamlNamesTheLine) {
  EXPECT_THAT(Complaints("show: x\ntasks: [a\nb: {\n"), ElementsAre(HasSubstr("not YAML")));
  EXPECT_THAT(Complaints(""), ElementsAre(HasSubstr("this is not a show")));
  EXPECT_THAT(Complaints("- a\n"), ElementsAre(HasSubstr("this is not a show")));
  EXPECT_FALSE(ParseShow("show: x\ntasks: [a\nb: {\n").is_show);
  EXPECT_TRUE(ParseShow("show: x\n").is_show);
  EXPECT_THAT(Complaints(std::string(kShowBytesMax + 1, ' ')), ElementsAre(HasSubstr("1 MiB")));
}

TEST(ShowFile, ShapesThatDoNotFit) {
  EXPECT_THAT(
      Complaints("show: [a]\nassets:\n  kick: k.wav\n  both: {audio: a, midi: b}\n"
                 "tasks:\n  t:\n    inputs: [{from: a, port: 0}]\n    notes: {keys: 3}\n"
                 "    samples: {kick: k}\n    params: [1]\n"),
      ElementsAre(HasSubstr("1 show: must be a text"), HasSubstr("3 assets.kick: must be a map"),
                  HasSubstr("3 assets.kick: must be {audio: FILE}"),
                  HasSubstr("4 assets.both: must be {audio: FILE}"),
                  HasSubstr("7 tasks.t.inputs.1.port: 0 is no port"),
                  HasSubstr("8 tasks.t.notes.keys: must be [lowest, highest]"),
                  HasSubstr("9 tasks.t.samples.kick: \"kick\" must be a MIDI key"),
                  HasSubstr("10 tasks.t.params: must be a map")));
}

TEST(ShowFile, AnchorThatHoldsItselfEnds) {
  EXPECT_FALSE(ParseShow("show: x\ntasks: &a\n  t: *a\n").issues.empty());
}

TEST(ShowFile, AParameterThatCannotBeReadIsAnsweredWithItsRange) {
  EXPECT_THAT(Complaints("show: x\ntasks:\n  a: {params: {gain: loud, mute: [1]}, kind: gain}\n"
                         "  b: {kind: gian, params: {gain: loud}}\n"),
              ElementsAre("3 tasks.a.params.gain: \"loud\" must be a number from -96 to 24 dB",
                          "3 tasks.a.params.mute: must be a number from 0 to 1 in whole numbers",
                          "4 tasks.b.params.gain: \"loud\" must be a number"));
}

TEST(ShowFile, WhatIsNoFiniteNumberIsOutOfRange) {
  for (const char* text : {".nan", "nan", ".inf", "-.inf", "+inf", "1e99", "-1e400", "3.5e38"}) {
    const std::string yaml =
        std::string("show: x\ntasks:\n  a: {kind: gain, params: {gain: ") + text + "}}\n";
    const ParsedShow parsed = ParseShow(yaml);
    EXPECT_THAT(Texts(parsed.issues), IsEmpty()) << text;
    std::vector<Issue> issues = CheckShow(parsed.show, {}, nullptr);
    AddLines(parsed, issues);
    EXPECT_THAT(Texts(issues), Contains(AllOf(HasSubstr("3 tasks.a.params.gain: "),
                                              HasSubstr("is out of range; allowed are -96 to 24"))))
        << text;
  }
}

/// Files that are small and ask for very much. Each is answered; the label's budget says how soon.
TEST(ShowBomb, AliasesOfAliasesAreNotUnfolded) {
  std::string yaml = "show: x\na0: &a0 [l, l, l, l, l, l, l, l, l]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) yaml += (k == 0 ? "" : ", ") + before;
    yaml += "]\n";
  }
  EXPECT_FALSE(Complaints(yaml + "tasks: {t: {kind: gain, inputs: *a29}}\n").empty());
}

TEST(ShowBomb, AliasesOfOneLongListAreCounted) {
  std::string yaml = "show: x\ntasks:\n  t: &t {kind: mixer, inputs: [a";
  for (int i = 0; i < 20'000; ++i) yaml += ",a";
  yaml += "]}\n";
  for (int i = 0; i < 20'000; ++i) yaml += "  t" + std::to_string(i) + ": *t\n";
  EXPECT_THAT(Complaints(yaml), ElementsAre(HasSubstr("says more than any show")));
  EXPECT_FALSE(ParseShow(yaml).is_show);
}

TEST(ShowBomb, AliasesOfOneLongTextAreCounted) {
  std::string yaml = "show: &x " + std::string(300'000, 'x') + "\ntasks:\n";
  for (int i = 0; i < 20'000; ++i) yaml += "  t" + std::to_string(i) + ": {kind: *x}\n";
  EXPECT_THAT(Complaints(yaml), ElementsAre(HasSubstr("says more than any show")));
  // The path of each entry holds the name of the task.
  yaml = "show: x\ntasks:\n  " + std::string(900, 'x') + ":\n    params:\n";
  for (int i = 0; i < 20'000; ++i) yaml += "      p" + std::to_string(i) + ": 1\n";
  const ParsedShow parsed = ParseShow(yaml);
  std::size_t bytes = 0;
  for (const auto& [path, line] : parsed.lines) bytes += path.size();
  EXPECT_LT(bytes, 5'000'000u);
}

TEST(ShowBomb, DeepNestingIsRefusedWithItsLine) {
  for (const char* open : {"[", "{a: ", "- "}) {
    std::string yaml = "show: x\ntasks:\n ";
    for (int i = 0; i < 200'000; ++i) yaml += open;
    EXPECT_THAT(Complaints(yaml), ElementsAre(HasSubstr("3 : is nested too deeply"))) << open;
    EXPECT_FALSE(ParseShow(yaml).is_show);
  }
}

TEST(ShowBomb, AFileThatIsWrongEverywhereIsToldInPart) {
  std::string yaml = "show: x\n";
  for (int i = 0; i < 50'000; ++i) yaml += "k" + std::to_string(i) + ": 1\n";
  const auto complaints = Complaints(yaml);
  ASSERT_EQ(complaints.size(), Issues::kMost + 1);
  EXPECT_THAT(complaints, Contains(HasSubstr("49800 more errors are not listed")));
}

TEST(ShowBomb, TwoThousandTasksInARowAreAnsweredWithTheLimit) {
  std::string yaml = "show: x\ntasks:\n  t0: {kind: synth}\n";
  for (int i = 1; i < 2000; ++i) {
    yaml += "  t" + std::to_string(i) + ": {kind: gain, inputs: [t" + std::to_string(i - 1) +
            "], params: {gain: -3}}\n";
  }
  const ParsedShow parsed = ParseShow(yaml + "outputs: {foh: {from: t1999, feeds: [a]}}\n");
  std::vector<Issue> issues = CheckShow(parsed.show, {}, nullptr);
  AddLines(parsed, issues);
  EXPECT_THAT(Texts(issues),
              ElementsAre("2 tasks: has 2000 tasks in a row; at most 1024 are possible"));
}

TEST(ShowBomb, MoreTasksThanAnyShowHasAreNotLookedAt) {
  std::string yaml = "show: x\ntasks:\n";
  for (int i = 0; i < 40'000; ++i) yaml += "  t" + std::to_string(i) + ":\n";
  EXPECT_THAT(Texts(CheckShow(ParseShow(yaml).show, {}, nullptr)),
              ElementsAre(HasSubstr("has 40000 entries; this is no show")));
}

TEST(ShowBomb, AWordOfAnyLengthIsNotCompared) {
  Show show;
  show.name = "x";
  for (int i = 0; i < 2; ++i) {
    ShowTask& task = show.tasks.emplace_back();
    task.name = std::string(300'000, static_cast<char>('a' + i));
    task.kind = "gain";
    task.inputs = {{std::string(300'000, 'c'), 0}};
  }
  for (const Issue& issue : CheckShow(show, {}, nullptr)) EXPECT_LT(issue.text.size(), 700u);
}

TEST(ShowFile, WhateverIsTypedIsReadOrRefused) {
  const std::string alphabet = "{}[]:,-&*!|>'\"%@`# \n\tab10.";
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string yaml = kWhole;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      const std::size_t at = random() % yaml.size();
      const char typed = alphabet[random() % alphabet.size()];
      if (random() % 3 == 0)
        yaml.erase(at, 1 + random() % 8);
      else
        yaml.insert(at, 1, typed);
    }
    const ParsedShow parsed = ParseShow(yaml);
    std::vector<Issue> issues = CheckShow(parsed.show, {}, nullptr);
    AddLines(parsed, issues);
  }
}

TEST(ShowFile, IssuesOfTheCheckGetTheLineOfTheirField) {
  const ParsedShow parsed = ParseShow(kWhole);
  std::vector<Issue> issues = {{"tasks.master.params.gain.2", "", 0, false},
                               {"tasks.bass", "", 0, false},
                               {"tasks.drums.samples.38", "", 0, false},
                               {"outputs.foh.nothing.such", "", 0, false},
                               {"", "", 0, false}};
  AddLines(parsed, issues);
  std::vector<int> lines;
  for (const Issue& issue : issues) lines.push_back(issue.line);
  EXPECT_THAT(lines, ElementsAre(23, 18, 16, 25, 0));
}

TEST(ShowFile, SourcesRunAheadAndOutputsAreLater) {
  const ParsedShow parsed = ParseShow(R"(
show: x
tasks:
  bass: {kind: synth, lead: 1.5s}
outputs:
  foh: {from: bass, feeds: [a]}
  tower: {from: bass, feeds: [b], offset: 8.5 m}
  near: {from: bass, feeds: [c], offset: 12ms}
)");
  ASSERT_TRUE(parsed.issues.empty()) << parsed.issues[0].text;
  EXPECT_EQ(parsed.show.tasks[0].lead, 72'000);
  EXPECT_EQ(parsed.show.outputs[0].offset, 0);
  EXPECT_EQ(parsed.show.outputs[1].offset, 1'190) << "8.5 m at 343 m/s are 24.78 ms";
  EXPECT_EQ(parsed.show.outputs[2].offset, 576);
}

TEST(Scalar, Offsets) {
  EXPECT_EQ(ParseOffset("343m"), 48'000);
  EXPECT_EQ(ParseOffset("0.5ms"), 24);
  EXPECT_EQ(ParseOffset("-3m"), std::nullopt);
  EXPECT_EQ(ParseOffset("10km"), std::nullopt);
  EXPECT_EQ(ParseOffset("m"), std::nullopt);
  EXPECT_EQ(ParseOffset("99999999999999999999m"), std::nullopt);
}

TEST(Scalar, Durations) {
  EXPECT_EQ(ParseDuration("300ms"), 14'400);
  EXPECT_EQ(ParseDuration("0.5ms"), 24);
  EXPECT_EQ(ParseDuration("1.5s"), 72'000);
  EXPECT_EQ(ParseDuration("2 min"), 5'760'000);
  for (const char* wrong : {"", "ms", "300", "-1ms", "1.2345s", "1h", "9999999999999s", "1.s"}) {
    EXPECT_FALSE(ParseDuration(wrong)) << wrong;
  }
}

TEST(Scalar, NumbersThatAreNone) {
  EXPECT_EQ(ParseThousandths("112.5"), 112'500);
  EXPECT_EQ(ParseNumber("+3"), 3.0f);
  for (const char* wrong : {"", "nan", "inf", "1e99", "1,5", "0x10", "1.5x"}) {
    EXPECT_FALSE(ParseNumber(wrong)) << wrong;
  }
}

/// Shows of this repository: what they need is on the disk of who plays them, but all else must be right.
class ShippedShow : public testing::TestWithParam<std::string> {};

TEST_P(ShippedShow, IsClean) {
  std::ifstream in(GetParam());
  const std::string yaml((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const ParsedShow parsed = ParseShow(yaml);
  std::vector<ImportedAsset> imported;
  for (const ShowAsset& asset : parsed.show.assets) {
    imported.push_back({asset.name, asset.kind, std::string(64, 'a'), 2, 1, 1, 1});
  }
  EXPECT_THAT(Texts(parsed.issues), IsEmpty());
  for (const Issue& issue : CheckShow(parsed.show, imported, nullptr)) {
    EXPECT_TRUE(issue.warning) << issue.field << ": " << issue.text;
    EXPECT_FALSE(issue.field.starts_with("outputs.")) << issue.text;
  }
}

std::vector<std::string> ShippedShows() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(SHOWS)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  return files;
}

INSTANTIATE_TEST_SUITE_P(All, ShippedShow, testing::ValuesIn(ShippedShows()), [](const auto& show) {
  std::string name = std::filesystem::path(show.param).stem();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace continuo::coordinator
