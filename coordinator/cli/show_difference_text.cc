// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/show_difference_text.h"

#include <algorithm>
#include <sstream>

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/table.h"

namespace continuo::coordinator::cli {
namespace {

using Lines = std::vector<std::string>;

const char* HeardWord(Heard heard) {
  switch (heard) {
    case Heard::kNothing:
      return "nothing";
    case Heard::kEvent:
      return "event";
    case Heard::kFade:
      return "fade";
    case Heard::kCrossfade:
      return "crossfade";
    case Heard::kRestart:
      return "restart";
    case Heard::kStop:
      return "stop";
  }
  return "?";
}

std::string HeardText(Heard heard, const Terminal& terminal) {
  switch (heard) {
    case Heard::kNothing:
      return terminal.Dim("not heard");
    case Heard::kEvent:
      return "on one sample";
    case Heard::kFade:
      return "fade";
    case Heard::kCrossfade:
      return terminal.Warn("crossfade");
    case Heard::kRestart:
      return terminal.Warn("from silence");
    case Heard::kStop:
      return terminal.Bad("needs a stop");
  }
  return "?";
}

std::string Arrow(const Difference& one) {
  const auto said = [](const std::string& value) { return value.empty() ? "(none)" : value; };
  return said(one.before) + " -> " + said(one.after);
}

std::string DifferenceText(const Difference& one) {
  if (one.what == "parameter") return one.of + " " + one.field + ": " + Arrow(one);
  if (one.what == "tempo" || one.what == "meter") return one.what + ": " + Arrow(one);
  const bool values = !one.before.empty() && !one.after.empty();
  std::string text = one.text;
  if (values && one.before != one.after) text += ": " + Arrow(one);
  if (!one.field.empty()) text += " (other " + one.field + ")";
  return text;
}

Json DifferenceJson(const Difference& one) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
  };
  return {{"heard", HeardWord(one.heard)},
          {"what", one.what},
          {"of", or_null(one.of)},
          {"field", or_null(one.field)},
          {"before", or_null(one.before)},
          {"after", or_null(one.after)},
          {"text", one.text}};
}

Json IssueJson(const Issue& issue, const std::string& file) {
  return {{"file", file},
          {"line", issue.line == 0 ? Json(nullptr) : Json(issue.line)},
          {"field", issue.field},
          {"text", issue.text},
          {"warning", issue.warning}};
}

bool IsUnderWay(const View& view) {
  return view.show.phase == ShowPhase::kDated || view.show.phase == ShowPhase::kPlaying;
}

/// Lines of what a version changed; of many only the first.
Lines ChangedLines(const std::string& text) {
  constexpr std::size_t kMost = 6;
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    line.erase(0, line.find_first_not_of(' '));
    lines.push_back(line);
  }
  if (lines.size() <= kMost) return lines;
  const std::size_t hidden = lines.size() - kMost + 1;
  lines.resize(kMost - 1);
  lines.push_back("and " + std::to_string(hidden) + " others");
  return lines;
}

}  // namespace

std::vector<std::string> DiffLines(const ShowDiff& diff, const Terminal& terminal) {
  Lines lines;
  if (diff.plays && diff.differences.empty() && diff.reply.ok()) {
    return {"\"" + diff.playing + "\" plays; nothing would change"};
  }
  if (diff.plays && !diff.differences.empty()) {
    lines.push_back("\"" + diff.playing + "\" plays; this would change:");
  }
  Table table({"heard", "what"});
  for (const Difference& one : diff.differences) {
    table.Add({HeardText(one.heard, terminal), DifferenceText(one)});
  }
  if (!table.empty()) {
    for (std::string& line : table.Lines()) lines.push_back(std::move(line));
  }
  if (!diff.reply.ok()) {
    lines.push_back(terminal.Bad("an apply is refused now: ") + diff.reply.text);
  }
  return lines;
}

std::string DiffJson(const ShowDiff& diff, const std::string& file) {
  Json json = {{"playing", diff.plays ? Json(diff.playing) : Json(nullptr)},
               {"accepted", diff.reply.ok()},
               {"text", diff.reply.text}};
  json["changes"] = JsonList(diff.differences, DifferenceJson);
  json["issues"] =
      JsonList(diff.reply.issues, [&file](const Issue& issue) { return IssueJson(issue, file); });
  return Dump(json);
}

std::vector<std::string> VersionLines(const View& view, const WallClock& clock,
                                      const Terminal& terminal) {
  if (view.versions.empty()) return {"no show has been played yet"};
  Table table({"", ">version", "since", "show", ">tasks", "by", "what changed"});
  for (auto version = view.versions.rbegin(); version != view.versions.rend(); ++version) {
    const bool plays = version == view.versions.rbegin() && IsUnderWay(view);
    const Lines changed = ChangedLines(version->text);
    table.Add({plays ? terminal.Good("*") : " ", std::to_string(version->number),
               clock.LocalText(version->n), version->show, std::to_string(version->tasks),
               version->by, changed.empty() ? "" : changed.front()});
    for (std::size_t i = 1; i < changed.size(); ++i) {
      table.Add({"", "", "", "", "", "", changed[i]});
    }
  }
  Lines lines = table.Lines();
  if (view.lock) lines.push_back(terminal.Warn(LockText(view, clock)));
  return lines;
}

std::string VersionsJson(const View& view, const WallClock& clock) {
  Json json;
  json["versions"] = JsonList(view.versions, [&](const ShowVersionView& version) -> Json {
    return {{"version", version.number},
            {"n", version.n},
            {"time", clock.UtcText(version.n)},
            {"by", version.by},
            {"show", version.show},
            {"tasks", version.tasks},
            {"plays", &version == &view.versions.back() && IsUnderWay(view)},
            {"changed", version.text}};
  });
  json["lock"] = nullptr;
  if (view.lock) {
    json["lock"] = {{"by", view.lock->by},
                    {"reason", view.lock->reason},
                    {"n", view.lock->n},
                    {"time", clock.UtcText(view.lock->n)}};
  }
  return Dump(json);
}

std::string LockText(const View& view, const WallClock& clock) {
  if (!view.lock) return "";
  std::string text = "locked";
  if (!view.lock->by.empty()) text += " by " + view.lock->by;
  text += " since " + clock.LocalText(view.lock->n);
  return view.lock->reason.empty() ? text : text + " (" + view.lock->reason + ")";
}

}  // namespace continuo::coordinator::cli
