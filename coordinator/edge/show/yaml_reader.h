// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <string>

#include "coordinator/edge/show/show_file.h"

namespace continuo::coordinator {

/// A value of the file, and the path under which a person knows it.
struct Item {
  YAML::Node node;
  std::string path;

  int line() const { return node.Mark().line + 1; }
  Item At(const std::string& name, const YAML::Node& child) const {
    return {child, path.empty() ? name : path + "." + name};
  }
};

/// Reads typed values and notes what is wrong. A value that cannot be read leaves its target as it was.
class YamlReader {
 public:
  explicit YamlReader(ParsedShow& out) : out_(out) {}

  /// Its line is remembered for later issues about it.
  void Note(const Item& item) { out_.lines.emplace(item.path, item.line()); }
  void Error(const Item& item, std::string text);

  /// Calls `read` with each entry of a map, in the order of the file. `allowed`: an unknown key is an error; empty:
  /// keys are names of people's making. A key that comes twice is an error.
  using ReadEntry = std::function<void(const std::string& key, const Item& value)>;
  void Map(const Item& item, std::initializer_list<const char*> allowed, const ReadEntry& read);
  /// Calls `read` with each item of a list, whose paths count from 1; or once, if it is a single value.
  void List(const Item& item, const std::function<void(const Item&)>& read);

  void Read(const Item& item, std::string& value);
  void Read(const Item& item, int& value);
  void Read(const Item& item, float& value);
  void Read(const Item& item, bool& value);
  void ReadThousandths(const Item& item, std::int64_t& value);
  void ReadDuration(const Item& item, Frames& value);

 private:
  /// The text of a single value, or nullptr (and an error) if it is a list or a map.
  const std::string* Scalar(const Item& item, const char* expected);
  void Refuse(const Item& item, const std::string& text, const char* expected);

  ParsedShow& out_;
};

/// The parts of ParseShow that have a file of their own.
void ReadTask(YamlReader& reader, const Item& item, ShowTask& task);

}  // namespace continuo::coordinator
