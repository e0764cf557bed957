// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <string>

#include "coordinator/core/issue_list.h"
#include "coordinator/edge/show/show_file.h"

namespace continuo::coordinator {

/// A value of the file, and the path under which a person knows it.
struct Item {
  YAML::Node node;
  std::string path;

  int line() const { return node.Mark().line + 1; }
  /// Of a name longer than any only the beginning is in the path: everything below it carries that along.
  Item At(const std::string& name, const YAML::Node& child) const {
    constexpr std::size_t kMost = 64;
    return {child, (path.empty() ? "" : path + ".") + name.substr(0, kMost)};
  }
};

/// Reads typed values and notes what is wrong. A value that cannot be read leaves its target as it was.
class YamlReader {
 public:
  /// A show has some hundreds; a file of 1 MiB that says more than this says some of it many times (YAML's aliases).
  static constexpr std::size_t kMostValues = 100'000;
  static constexpr std::size_t kMostBytes = 2 * kShowBytesMax;

  explicit YamlReader(ParsedShow& out) : out_(out) {}

  /// Its line is remembered for later issues about it.
  void Note(const Item& item);
  void Error(const Item& item, std::string text);
  /// All that was found, in the order in which it was read.
  std::vector<Issue> TakeIssues() { return issues_.Take(); }
  /// False: the file says more than any show, and the rest of it was not read.
  bool complete() const { return values_ <= kMostValues && bytes_ <= kMostBytes; }

  /// Calls `read` with each entry of a map, in the order of the file. `allowed`: an unknown key is an error; empty:
  /// keys are names of people's making. A key that comes twice is an error.
  using ReadEntry = std::function<void(const std::string& key, const Item& value)>;
  void Map(const Item& item, std::initializer_list<const char*> allowed, const ReadEntry& read);
  /// Calls `read` with each item of a list, whose paths count from 1; or once, if it is a single value.
  void List(const Item& item, const std::function<void(const Item&)>& read);

  void Read(const Item& item, std::string& value);
  void Read(const Item& item, int& value);
  /// NaN and infinities are read as what they are: whoever knows the allowed range refuses them. `range`: what is
  /// allowed, for the error.
  void Read(const Item& item, float& value, const std::string& range = "");
  void Read(const Item& item, bool& value);
  /// Of a tempo.
  void ReadThousandths(const Item& item, std::int64_t& value);
  void ReadDuration(const Item& item, Frames& value);
  /// A duration, or the way that sound takes so long.
  void ReadOffset(const Item& item, Frames& value);
  /// False: it is none.
  bool ReadPlace(const Item& item, session::BarBeat& place);

 private:
  /// The text of a single value, or nullptr (and an error) if it is a list or a map.
  const std::string* Scalar(const Item& item, const char* expected);
  void Refuse(const Item& item, const std::string& text, const char* expected);

  ParsedShow& out_;
  Issues issues_;
  std::size_t values_ = 0, bytes_ = 0;  // bytes: of keys and texts
};

/// The parts of ParseShow that have a file of their own.
void ReadTask(YamlReader& reader, const Item& item, ShowTask& task);

}  // namespace continuo::coordinator
