// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/wiring_file.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>

namespace continuo::mcu {
namespace {

constexpr float kMostValue = 1e6f;
constexpr std::int64_t kMostBar = 1'000'000;
constexpr const char* kKeys = "knob-1 to knob-4, switch-1 to switch-4, relay, meter";
constexpr const char* kSwitchActions =
    "play, stop, play-or-stop, tap, mute, sound, {scene: NAME} or {set: TASK.PARAM, to: VALUE}";

/// A value of the file, and the path under which a person knows it.
struct Item {
  YAML::Node node;
  std::string path;
};

/// The whole text as a number.
template <typename T>
bool ParseWhole(std::string_view text, T& value) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

/// "17", "17.3" or "17.3.240".
bool ParsePlace(std::string_view text, session::BarBeat& place) {
  std::array<std::int64_t, 3> parts{1, 1, 0};
  std::size_t count = 0;
  for (bool more = true; more;) {
    const std::size_t dot = text.find('.');
    more = dot != std::string_view::npos;
    if (count == parts.size() || !ParseWhole(text.substr(0, dot), parts[count++])) return false;
    if (more) text.remove_prefix(dot + 1);
  }
  place = {parts[0], static_cast<int>(parts[1]), static_cast<int>(parts[2])};
  return parts[0] >= 1 && parts[0] <= kMostBar && parts[1] >= 1 && parts[1] <= 32 &&
         parts[2] >= 0 && parts[2] < 3840;
}

class WiringReader {
 public:
  WiringReader(const std::string& file, Wiring& wiring) : file_(file), wiring_(wiring) {}

  std::vector<std::string> Read(const YAML::Node& root) {
    Map({root, ""}, [this](const std::string& key, const Item& value) { ReadKey(key, value); });
    return std::move(errors_);
  }
  void Error(const Item& item, const std::string& text) {
    Error(item.node.Mark().line, item, text);
  }

 private:
  using ReadEntry = std::function<void(const std::string&, const Item&)>;

  void Error(int line, const Item& item, const std::string& text) {
    errors_.push_back(file_ + ":" + std::to_string(line + 1) + ": " +
                      (item.path.empty() ? "" : item.path + ": ") + text);
  }

  void Map(const Item& item, const ReadEntry& read) {
    if (!item.node.IsMap()) return Error(item, "must be a map, written as `key: value`");
    std::set<std::string> seen;
    for (const auto& entry : item.node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar().substr(0, 64) : "";
      const std::string path = (item.path.empty() ? "" : item.path + ".") + key;
      if (!seen.insert(key).second) {
        Error({entry.first, path}, "is there twice");
      } else {
        read(key, {entry.second, path});
      }
    }
  }

  void Unknown(const Item& item, const std::string& key, const std::string& allowed) {
    Error(item, "there is no key \"" + key + "\" here; allowed: " + allowed);
  }

  /// Empty, and an error, if it is a list, a map or nothing.
  std::string Text(const Item& item, const std::string& expected) {
    if (item.node.IsScalar() && !item.node.Scalar().empty()) return item.node.Scalar();
    Error(item, "must be " + expected);
    return {};
  }

  void Number(const Item& item, float& value) {
    constexpr const char* kExpected = "a number from -1000000 to 1000000";
    const std::string text = Text(item, kExpected);
    float number = 0;
    if (text.empty()) return;
    const std::string_view digits = std::string_view(text).substr(text[0] == '+' ? 1 : 0);
    if (!ParseWhole(digits, number) || !(std::abs(number) <= kMostValue)) {
      return Error(item, "\"" + text + "\" must be " + kExpected);
    }
    value = number;
  }

  void Parameter(const Item& item, Action& action) {
    constexpr const char* kExpected = "a task and a parameter of it, such as strip.gain_db";
    const std::string text = Text(item, kExpected);
    if (text.empty()) return;
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
      return Error(item, "\"" + text + "\" must be " + kExpected);
    }
    action.kind = Action::Kind::kSet;
    action.task = text.substr(0, dot);
    action.param = text.substr(dot + 1);
  }

  void ReadKey(const std::string& key, const Item& value) {
    if (key == "relay") return ReadRelay(value);
    if (key == "meter") return ReadMeter(value);
    for (std::size_t i = 0; i < kPanelInputs; ++i) {
      if (key != InputName(i)) continue;
      return i < kKnobs ? ReadKnob(value, wiring_.knobs[i])
                        : ReadSwitch(value, wiring_.switches[i - kKnobs]);
    }
    Unknown({value.node, ""}, key, kKeys);
  }

  void ReadKnob(const Item& item, Action& action) {
    bool from = false, to = false;
    Map(item, [&](const std::string& key, const Item& value) {
      if (key == "set") return Parameter(value, action);
      if (key == "from") return from = true, Number(value, action.from);
      if (key == "to") return to = true, Number(value, action.to);
      Unknown(item, key, "set, from, to");
    });
    if (!item.node.IsMap()) return;
    if (!item.node["set"]) Error(item, "has no `set`: the parameter, such as strip.gain_db");
    if (!from) Error(item, "has no `from`: the value at the left end");
    if (!to) Error(item, "has no `to`: the value at the right end");
  }

  void ReadSwitch(const Item& item, Wiring::Switch& wired) {
    Map(item, [&](const std::string& key, const Item& value) {
      if (key == "press") return ReadAction(value, wired.press);
      if (key == "release") return ReadAction(value, wired.release);
      Unknown(item, key, "press, release");
    });
  }

  void ReadAction(const Item& item, Action& action) {
    if (item.node.IsMap()) return ReadActionMap(item, action);
    static constexpr std::pair<const char*, Action::Kind> kWords[] = {
        {"play", Action::Kind::kPlay},
        {"stop", Action::Kind::kStop},
        {"play-or-stop", Action::Kind::kPlayOrStop},
        {"tap", Action::Kind::kTap},
        {"mute", Action::Kind::kMute},
        {"sound", Action::Kind::kSound}};
    const std::string text = Text(item, kSwitchActions);
    for (const auto& [word, kind] : kWords) {
      if (text == word) action.kind = kind;
    }
    if (!text.empty() && action.kind == Action::Kind::kNone) {
      Error(item, "\"" + text + "\" must be " + kSwitchActions);
    }
  }

  void ReadActionMap(const Item& item, Action& action) {
    bool to = false;
    Map(item, [&](const std::string& key, const Item& value) {
      if (key == "scene") {
        action.scene = Text(value, "the name of a scene");
        action.kind = Action::Kind::kScene;
      } else if (key == "set") {
        Parameter(value, action);
      } else if (key == "to") {
        to = true;
        Number(value, action.to);
      } else {
        Unknown(item, key, "scene; or set and to");
      }
    });
    const bool scene = item.node["scene"].IsDefined(), set = item.node["set"].IsDefined();
    if (scene == set || set != to) Error(item, std::string("must be ") + kSwitchActions);
  }

  void ReadRelay(const Item& item) {
    if (!item.node.IsSequence() || item.node.size() > 4) {
      return Error(item, "must be a list of at most 4 stretches, such as [{on: 17, off: 21.3}]");
    }
    int count = 0;
    for (const YAML::Node& child : item.node) {
      const Item stretch{child, item.path + "." + std::to_string(++count)};
      ReadStretch(stretch);
    }
  }

  void ReadStretch(const Item& item) {
    session::BarBeat on, off;
    bool has_on = false, has_off = false;
    const auto place = [this](const Item& value, session::BarBeat& at) {
      constexpr const char* kExpected = "a place in the music, like 17, 17.3 or 17.3.240";
      const std::string text = Text(value, kExpected);
      if (!text.empty() && ParsePlace(text, at)) return true;
      if (!text.empty()) Error(value, "\"" + text + "\" must be " + kExpected);
      return false;
    };
    Map(item, [&](const std::string& key, const Item& value) {
      if (key == "on") {
        has_on = place(value, on);
      } else if (key == "off") {
        has_off = place(value, off);
      } else {
        Unknown(item, key, "on, off");
      }
    });
    if (!item.node.IsMap()) return;
    if (!item.node["on"]) Error(item, "has no `on`: a place in the music");
    if (!item.node["off"]) Error(item, "has no `off`: a place in the music");
    if (!has_on || !has_off) return;
    const auto order = [](const session::BarBeat& at) { return std::tie(at.bar, at.beat, at.sub); };
    if (order(off) <= order(on)) return Error(item, "`off` must be later than `on`");
    wiring_.relay.emplace_back(on, off);
  }

  void ReadMeter(const Item& item) {
    MeterWire meter;
    Map(item, [&](const std::string& key, const Item& value) {
      if (key == "task") {
        meter.task = Text(value, "the name of a task");
      } else if (key == "reading") {
        meter.reading = Text(value, "a reading of that task, such as peak.1");
      } else if (key == "lamps") {
        ReadLamps(value, meter);
      } else {
        Unknown(item, key, "task, reading, lamps");
      }
    });
    if (!item.node.IsMap()) return;
    if (!item.node["task"]) Error(item, "has no `task`");
    if (!item.node["reading"]) Error(item, "has no `reading`: such as peak.1");
    wiring_.meter = meter;
  }

  void ReadLamps(const Item& item, MeterWire& meter) {
    if (!item.node.IsSequence() || item.node.size() != kMeterLamps) {
      return Error(item, "must be 4 numbers that rise, such as [-36, -18, -6, -1]");
    }
    for (std::size_t i = 0; i < kMeterLamps; ++i) {
      Number({item.node[i], item.path + "." + std::to_string(i + 1)}, meter.lamps[i]);
      if (i > 0 && meter.lamps[i] <= meter.lamps[i - 1]) {
        Error(item, "must rise, and the one of lamp " + std::to_string(i + 1) + " does not");
      }
    }
  }

  const std::string& file_;
  Wiring& wiring_;
  std::vector<std::string> errors_;
};

}  // namespace

std::vector<std::string> ParseWiring(const std::string& file, const std::string& text,
                                     Wiring& wiring) {
  wiring = {};
  if (text.size() > kMostWiringBytes) return {file + ": is longer than 64 KiB"};
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    return {file + ":" + std::to_string(error.mark.line + 1) + ": is no YAML: " + error.msg};
  }
  if (root.IsNull()) return {file + ": says nothing; allowed: " + std::string(kKeys)};
  return WiringReader(file, wiring).Read(root);
}

std::vector<std::string> ReadWiringFile(const std::string& file, Wiring& wiring) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {file + ": cannot be read"};
  std::string text(kMostWiringBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return ParseWiring(file, text, wiring);
}

}  // namespace continuo::mcu
