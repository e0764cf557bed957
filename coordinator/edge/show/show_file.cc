// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/show/show_file.h"

#include <yaml-cpp/depthguard.h>

#include <algorithm>

#include "coordinator/edge/show/scalar.h"
#include "coordinator/edge/show/yaml_reader.h"

namespace continuo::coordinator {
namespace {

void ReadMeter(YamlReader& reader, const Item& item, Show& show) {
  std::string text;
  reader.Read(item, text);
  const std::size_t slash = text.find('/');
  const auto num = ParseInteger(std::string_view(text).substr(0, slash));
  const auto den =
      slash == text.npos ? std::nullopt : ParseInteger(std::string_view(text).substr(slash + 1));
  if (!num || !den || *num > 1000 || *den > 1000) {
    return reader.Error(item, "\"" + text + "\" must be a meter, like 4/4 or 7/8");
  }
  show.meter_num = static_cast<int>(*num);
  show.meter_den = static_cast<int>(*den);
}

/// `{at: 17.3, bpm: 90}`; false unless both are there and can be read.
bool ReadTempoChange(YamlReader& reader, const Item& item, TempoChange& change) {
  bool has_place = false, has_tempo = false, is_place = false;
  reader.Map(item, {"at", "bpm"}, [&](const std::string& key, const Item& value) {
    if (key == "at") {
      has_place = true;
      is_place = reader.ReadPlace(value, change.at);
    }
    if (key == "bpm") {
      has_tempo = true;
      reader.ReadThousandths(value, change.tempo_mbpm);
    }
  });
  if (!has_place || !has_tempo) {
    reader.Error(item, "must say where and how fast, like {at: 17, bpm: 90}");
  }
  return is_place;
}

/// `tempo: 120`, or `tempo: [{at: 1, bpm: 120}, {at: 17.3, bpm: 90}]` where it changes along the music.
void ReadTempo(YamlReader& reader, const Item& item, Show& show) {
  if (!item.node.IsSequence()) return reader.ReadThousandths(item, show.tempo_mbpm);
  bool is_first = true, in_order = true;
  reader.List(item, [&](const Item& entry) {
    TempoChange change;
    // Where one stands nowhere, nobody can say whether the next comes after it.
    in_order = ReadTempoChange(reader, entry, change) && in_order;
    if (!in_order) return;
    if (!is_first) return show.tempo_changes.push_back(change);
    is_first = false;
    show.tempo_mbpm = change.tempo_mbpm;
    if (change.at == session::BarBeat{}) return;
    reader.Error(entry, "the first one must be at bar 1, where the music begins");
  });
}

void ReadTiming(YamlReader& reader, const Item& item, plan::Timing& timing) {
  reader.Map(item, {"playout", "promise", "silence", "lead", "repair_after"},
             [&](const std::string& key, const Item& value) {
               if (key == "playout") reader.ReadDuration(value, timing.playout);
               if (key == "promise") reader.ReadDuration(value, timing.promise);
               if (key == "silence") reader.ReadDuration(value, timing.silence);
               if (key == "lead") reader.ReadDuration(value, timing.lead);
               if (key == "repair_after") reader.ReadDuration(value, timing.repair_after);
             });
}

void ReadAsset(YamlReader& reader, const Item& item, ShowAsset& asset) {
  int ways = 0;
  reader.Map(item, {"audio", "midi", "hydrogen", "sfz"},
             [&](const std::string& key, const Item& value) {
               asset.kind = key == "midi"       ? AssetKind::kNotes
                            : key == "hydrogen" ? AssetKind::kHydrogen
                            : key == "sfz"      ? AssetKind::kSfz
                                                : AssetKind::kAudio;
               reader.Read(value, asset.path);
               ++ways;
             });
  if (ways == 1 && !asset.path.empty()) return;
  reader.Error(item, "must be {audio: FILE}, {midi: FILE}, {hydrogen: KIT} or {sfz: FILE}");
}

/// `feeds: [a, b]`, or `feeds: {a: foh-1, b: foh-2}` where they have nodes of their own.
void ReadFeeds(YamlReader& reader, const Item& item, std::vector<ShowFeed>& feeds) {
  if (!item.node.IsMap()) {
    reader.List(item, [&](const Item& feed) { reader.Read(feed, feeds.emplace_back().name); });
    return;
  }
  reader.Map(item, {}, [&](const std::string& name, const Item& node) {
    ShowFeed& feed = feeds.emplace_back();
    feed.name = name;
    reader.Read(node, feed.on);
  });
}

void ReadOutput(YamlReader& reader, const Item& item, ShowOutput& output) {
  reader.Map(item, {"from", "feeds", "offset"}, [&](const std::string& key, const Item& value) {
    if (key == "from") reader.Read(value, output.from);
    if (key == "offset") reader.ReadOffset(value, output.offset);
    if (key == "feeds") ReadFeeds(reader, value, output.feeds);
  });
}

/// `verse: {bass: {cutoff: 400}, mix: {gain.2: -6}}`: parameters by task.
void ReadScene(YamlReader& reader, const Item& item, ShowScene& scene) {
  reader.Map(item, {}, [&](const std::string& name, const Item& params) {
    ShowSceneTask& task = scene.tasks.emplace_back();
    task.task = name;
    reader.Map(params, {}, [&](const std::string& param, const Item& value) {
      ShowParam& set = task.params.emplace_back();
      set.name = param;
      reader.Read(value, set.value);
    });
  });
}

/// A map whose keys are names: one item of `list` for each.
template <typename T>
void ReadNamed(YamlReader& reader, const Item& item, std::vector<T>& list,
               void (*read)(YamlReader&, const Item&, T&)) {
  reader.Map(item, {}, [&](const std::string& name, const Item& value) {
    T& made = list.emplace_back();
    made.name = name;
    read(reader, value, made);
  });
}

void ReadShow(YamlReader& reader, const Item& root, Show& show) {
  reader.Map(root,
             {"show", "redundancy", "quantum", "tempo", "meter", "play", "length", "timing",
              "assets", "tasks", "outputs", "scenes"},
             [&](const std::string& key, const Item& value) {
               if (key == "show") reader.Read(value, show.name);
               if (key == "redundancy") reader.Read(value, show.redundancy);
               if (key == "quantum") reader.Read(value, show.quantum);
               if (key == "tempo") ReadTempo(reader, value, show);
               if (key == "meter") ReadMeter(reader, value, show);
               if (key == "play") reader.Read(value, show.play);
               if (key == "length") reader.ReadDuration(value, show.length);
               if (key == "timing") ReadTiming(reader, value, show.timing);
               if (key == "assets") ReadNamed(reader, value, show.assets, ReadAsset);
               if (key == "tasks") ReadNamed(reader, value, show.tasks, ReadTask);
               if (key == "outputs") ReadNamed(reader, value, show.outputs, ReadOutput);
               if (key == "scenes") ReadNamed(reader, value, show.scenes, ReadScene);
             });
}

Issue Whole(std::string text, int line) {
  return {"", std::move(text), line, false};
}

}  // namespace

ParsedShow ParseShow(const std::string& yaml) {
  ParsedShow parsed;
  if (yaml.size() > kShowBytesMax) {
    parsed.issues.push_back(Whole("the file is longer than 1 MiB; this is not a show", 0));
    return parsed;
  }
  try {
    const YAML::Node root = YAML::Load(yaml);
    if (!root.IsMap()) {
      parsed.issues.push_back(Whole("this is not a show; it begins with `show: NAME`", 1));
      return parsed;
    }
    parsed.is_show = true;
    YamlReader reader(parsed);
    ReadShow(reader, {root, ""}, parsed.show);
    parsed.issues = reader.TakeIssues();
    if (!reader.complete()) {
      parsed.is_show = false;
      parsed.issues = {
          Whole("says more than any show: over 100,000 values, aliases (*name) counted as what "
                "they stand for",
                0)};
    }
  } catch (const YAML::DeepRecursion& deep) {
    parsed.is_show = false;
    parsed.issues = {
        Whole("is nested too deeply; a show has six levels at most", deep.mark.line + 1)};
  } catch (const YAML::Exception& error) {
    parsed.is_show = false;
    parsed.issues = {Whole("this is not YAML: " + error.msg, error.mark.line + 1)};
  }
  std::stable_sort(parsed.issues.begin(), parsed.issues.end(),
                   [](const Issue& a, const Issue& b) { return a.line < b.line; });
  return parsed;
}

void AddLines(const std::map<std::string, int>& lines, std::vector<Issue>& issues) {
  for (Issue& issue : issues) {
    std::string field = issue.field;
    while (issue.line == 0 && !field.empty()) {
      const auto found = lines.find(field);
      if (found != lines.end()) issue.line = found->second;
      const std::size_t dot = field.rfind('.');
      field.resize(dot == field.npos ? 0 : dot);
    }
  }
}

}  // namespace continuo::coordinator
