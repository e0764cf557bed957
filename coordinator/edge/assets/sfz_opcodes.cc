// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/sfz_opcodes.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

namespace continuo::coordinator::sfz {
namespace {

template <typename T>
bool Read(std::string_view text, T& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end && !text.empty();
}

/// A number, or a name like c4 (60), f#3 or eb-1. -1: neither.
int KeyOf(std::string_view text) {
  int key = -1;
  if (Read(text, key)) return key >= 0 && key <= 127 ? key : -1;
  constexpr int kSemitones[] = {9, 11, 0, 2, 4, 5, 7};  // a to g
  if (text.empty()) return -1;
  const char letter = static_cast<char>(text[0] | 0x20);
  if (letter < 'a' || letter > 'g') return -1;
  key = kSemitones[letter - 'a'];
  text.remove_prefix(1);
  if (text.starts_with('#') || text.starts_with('b')) {
    key += text[0] == '#' ? 1 : -1;
    text.remove_prefix(1);
  }
  int octave = 0;
  if (!Read(text, octave) || octave < -1 || octave > 9) return -1;
  key += 12 * (octave + 1);
  return key >= 0 && key <= 127 ? key : -1;
}

void SetKey(const std::string& value, std::uint8_t& key, std::string& wrong) {
  const int number = KeyOf(value);
  if (number < 0) {
    wrong = "must be a key: 0 to 127, or a name like c#4";
  } else {
    key = static_cast<std::uint8_t>(number);
  }
}

void SetForce(const std::string& value, std::uint8_t& force, std::string& wrong) {
  int number = 0;
  if (!Read(value, number) || number < 0 || number > 127) {
    wrong = "must be 0 to 127";
  } else {
    force = static_cast<std::uint8_t>(number);
  }
}

void SetFrames(const std::string& value, std::uint32_t& frames, std::string& wrong) {
  std::int64_t number = 0;
  if (!Read(value, number) || number < 0 || number > 0x7ffffffe) {
    wrong = "must be a count of frames, 0 or more";
  } else {
    frames = static_cast<std::uint32_t>(number);
  }
}

void SetPlay(const std::string& value, KitZone& zone, std::string& wrong) {
  constexpr std::pair<std::string_view, dsp::ZonePlay> kModes[] = {
      {"no_loop", dsp::ZonePlay::kGated},
      {"one_shot", dsp::ZonePlay::kOneShot},
      {"loop_continuous", dsp::ZonePlay::kLooped},
      {"loop_sustain", dsp::ZonePlay::kLoopedWhileHeld}};
  for (const auto& [name, play] : kModes) {
    if (value != name) continue;
    zone.zone.play = play;
    zone.play_of_file = false;
    return;
  }
  wrong = "must be no_loop, one_shot, loop_continuous or loop_sustain";
}

/// An opcode that is a number within a range, in what unit it is kept.
struct Number {
  std::string_view name;
  float min, max;
  void (*set)(dsp::Zone& zone, float value);
};

constexpr Number kNumbers[] = {
    {"volume", -144, 36, [](dsp::Zone& zone, float db) { zone.gain *= std::pow(10.0f, db / 20); }},
    {"amplitude", 0, 1000, [](dsp::Zone& zone, float percent) { zone.gain *= percent / 100; }},
    {"pan", -100, 100, [](dsp::Zone& zone, float percent) { zone.pan = percent / 100; }},
    {"tune", -9600, 9600, [](dsp::Zone& zone, float cents) { zone.tune += cents / 100; }},
    {"transpose", -127, 127, [](dsp::Zone& zone, float keys) { zone.tune += keys; }},
    {"pitch_keytrack", -1200, 1200,
     [](dsp::Zone& zone, float cents) { zone.key_track = cents / 100; }},
    {"amp_veltrack", 0, 100, [](dsp::Zone& zone, float percent) { zone.velocity = percent / 100; }},
    {"ampeg_delay", 0, 100, [](dsp::Zone& zone, float s) { zone.delay_ms = s * 1000; }},
    {"ampeg_attack", 0, 100, [](dsp::Zone& zone, float s) { zone.attack_ms = s * 1000; }},
    {"ampeg_hold", 0, 100, [](dsp::Zone& zone, float s) { zone.hold_ms = s * 1000; }},
    {"ampeg_decay", 0, 100, [](dsp::Zone& zone, float s) { zone.decay_ms = s * 1000; }},
    {"ampeg_sustain", 0, 100, [](dsp::Zone& zone, float percent) { zone.sustain = percent / 100; }},
    {"ampeg_release", 0, 100, [](dsp::Zone& zone, float s) { zone.release_ms = s * 1000; }},
};

bool ApplyNumber(std::string_view name, const std::string& value, dsp::Zone& zone,
                 std::string& wrong) {
  for (const Number& number : kNumbers) {
    if (number.name != name) continue;
    float read = 0;
    if (!Read(value, read) || !(read >= number.min && read <= number.max)) {
      wrong = absl::StrCat("must be a number, ", number.min, " to ", number.max);
    } else {
      number.set(zone, read);
    }
    return true;
  }
  return false;
}

}  // namespace

bool ReadWhole(std::string_view text, std::int64_t& value) {
  return Read(text, value);
}

std::string RightName(const std::string& name) {
  constexpr std::pair<std::string_view, std::string_view> kOld[] = {{"loopmode", "loop_mode"},
                                                                    {"loopstart", "loop_start"},
                                                                    {"loopend", "loop_end"},
                                                                    {"pitch", "tune"}};
  for (const auto& [old, now] : kOld) {
    if (name == old) return std::string(now);
  }
  return name;
}

bool Selects(std::string_view name) {
  return name == "trigger" || name == "seq_position" || name == "seq_length" || name == "lorand" ||
         name == "hirand" || name == "sw_last" || name.starts_with("on_locc");
}

bool LeavesOut(std::string_view name, std::string_view value) {
  if (name == "trigger") return value != "attack";
  if (name == "seq_position") return value != "1";
  if (name.starts_with("on_locc")) return true;
  if (name == "hikey") return value == "-1";
  float from = 0;
  return name == "lorand" && Read(value, from) && from > 0;
}

bool Apply(std::string_view name, const std::string& value, KitZone& zone, std::string& wrong) {
  dsp::Zone& z = zone.zone;
  if (name == "sample") {
    zone.file = value;
  } else if (name == "key") {
    SetKey(value, z.root, wrong);
    z.key_min = z.key_max = z.root;
  } else if (name == "lokey" || name == "hikey") {
    SetKey(value, name == "lokey" ? z.key_min : z.key_max, wrong);
  } else if (name == "pitch_keycenter") {
    SetKey(value, z.root, wrong);
  } else if (name == "lovel" || name == "hivel") {
    SetForce(value, name == "lovel" ? z.velocity_min : z.velocity_max, wrong);
  } else if (name == "loop_mode") {
    SetPlay(value, zone, wrong);
  } else if (name == "loop_start") {
    SetFrames(value, z.loop_begin, wrong);
    zone.loop_of_file = false;
  } else if (name == "loop_end") {
    SetFrames(value, z.loop_end, wrong);
    ++z.loop_end;  // the file names the last frame of the loop
    zone.loop_of_file = false;
  } else if (name == "offset") {
    std::uint32_t frames = 0;
    SetFrames(value, frames, wrong);
    zone.offset = frames;
  } else {
    return ApplyNumber(name, value, z, wrong);
  }
  return true;
}

}  // namespace continuo::coordinator::sfz
