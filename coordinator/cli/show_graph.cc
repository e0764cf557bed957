// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/show_graph.h"

#include <algorithm>
#include <set>

#include "coordinator/core/show_rules.h"

namespace continuo::coordinator::cli {
namespace {

/// In quotes, as DOT wants it.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "\"";
}

/// Names of a kind of their own: a task and an asset may be called the same.
std::string Id(const char* kind, const std::string& name) {
  return Quoted(std::string(kind) + " " + name);
}

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Drawing {
 public:
  explicit Drawing(const Show& show) : show_(show) {}

  std::string Draw() {
    text_ = "digraph " + Quoted(show_.name) + " {\n";
    Line("rankdir=LR");
    Line("node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11]");
    Line("edge [arrowsize=0.7]");
    for (const ShowTask& task : show_.tasks) known_.insert(task.name);
    for (const ShowTask& task : show_.tasks) Task(task);
    for (const ShowOutput& output : show_.outputs) Output(output);
    return text_ + "}\n";
  }

 private:
  void Line(const std::string& line) { text_ += "  " + line + ";\n"; }

  void Task(const ShowTask& task) {
    std::string label = task.name + "\n" + task.kind + ", " + std::to_string(task.channels) +
                        " ch, " + std::to_string(RedundancyOf(show_, task)) + "x";
    if (!task.on.empty()) label += "\non " + Listed(task.on);
    Line(Id("task", task.name) + " [label=" + Label(label) + "]");
    // Which port a wire ends in would only clutter the drawing.
    std::set<std::string> sources, samples;
    for (const ShowWire& wire : task.inputs) sources.insert(wire.from);
    for (const std::string& source : sources) Wire(source, Id("task", task.name));
    if (task.notes) Asset(task.notes->file, task);
    for (const ShowSample& sample : task.samples) samples.insert(sample.asset);
    Samples(samples, task);
  }

  /// A kit is one thing to look at.
  void Samples(const std::set<std::string>& samples, const ShowTask& task) {
    constexpr std::size_t kDrawn = 3;
    std::set<std::string> drawn;
    for (const std::string& name : samples) {
      if (samples.size() <= kDrawn || !HasAsset(name)) drawn.insert(name);
    }
    for (const std::string& name : drawn) Asset(name, task);
    if (drawn.size() == samples.size()) return;
    const std::string label = std::to_string(samples.size() - drawn.size()) + " samples";
    Line(Id("samples", task.name) + " [shape=note, style=\"\", label=" + Label(label) + "]");
    Line(Id("samples", task.name) + " -> " + Id("task", task.name) + " [style=dashed]");
  }

  bool HasAsset(const std::string& name) const {
    return std::ranges::any_of(show_.assets,
                               [&name](const ShowAsset& asset) { return asset.name == name; });
  }

  void Asset(const std::string& name, const ShowTask& task) {
    if (assets_.insert(name).second) {
      Line(Id("asset", name) + " [shape=note, style=\"\", label=" + Label(name) +
           (HasAsset(name) ? "]" : ", color=red]"));
    }
    Line(Id("asset", name) + " -> " + Id("task", task.name) + " [style=dashed]");
  }

  void Output(const ShowOutput& output) {
    for (const ShowFeed& feed : output.feeds) {
      const std::string name = output.name + "-" + feed.name;
      const std::string label = feed.on.empty() ? name : name + "\non " + feed.on;
      Line(Id("feed", name) + " [shape=cds, style=\"\", label=" + Label(label) + "]");
      Wire(output.from, Id("feed", name));
    }
  }

  void Wire(const std::string& from, const std::string& to) {
    const bool is_there = known_.contains(from);
    if (!is_there && strangers_.insert(from).second) {
      Line(Id("task", from) + " [label=" + Label(from) + ", color=red]");
    }
    Line(Id("task", from) + " -> " + to + (is_there ? "" : " [color=red]"));
  }

  /// Line breaks as DOT writes them.
  static std::string Label(const std::string& text) {
    std::string label;
    std::size_t begin = 0;
    while (true) {
      const std::size_t end = text.find('\n', begin);
      const std::string line = Quoted(text.substr(begin, end - begin));
      label += line.substr(1, line.size() - 2);
      if (end == std::string::npos) return "\"" + label + "\"";
      label += "\\n";
      begin = end + 1;
    }
  }

  const Show& show_;
  std::string text_;
  std::set<std::string> known_, strangers_, assets_;
};

}  // namespace

std::string DotOf(const Show& show) {
  return Drawing(show).Draw();
}

}  // namespace continuo::coordinator::cli
