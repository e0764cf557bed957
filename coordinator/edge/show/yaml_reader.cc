// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/show/yaml_reader.h"

#include <algorithm>
#include <limits>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/edge/show/scalar.h"

namespace continuo::coordinator {

void YamlReader::Error(const Item& item, std::string text) {
  out_.issues.push_back({item.path, std::move(text), item.line(), false});
}

void YamlReader::Map(const Item& item, std::initializer_list<const char*> allowed,
                     const ReadEntry& read) {
  Note(item);
  if (item.node.IsNull()) return;  // `assets:` with nothing below it
  if (!item.node.IsMap()) {
    Error(item, "must be a map, written as `key: value`");
    return;
  }
  const std::vector<std::string> known(allowed.begin(), allowed.end());
  std::vector<std::string> seen;
  for (const auto& entry : item.node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    // The line of the key, not of the value: that may begin further down.
    const Item place = item.At(key, entry.first);
    Note(place);
    if (key.empty()) {
      Error(item, "has a key that is not a word");
    } else if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      Error(place, "is there twice");
    } else if (!known.empty() && std::find(known.begin(), known.end(), key) == known.end()) {
      Error(place, "there is no key \"" + key + "\" here" + DidYouMean(key, known));
    } else {
      read(key, item.At(key, entry.second));
    }
    seen.push_back(key);
  }
}

void YamlReader::List(const Item& item, const std::function<void(const Item&)>& read) {
  Note(item);
  if (item.node.IsNull()) return;
  if (!item.node.IsSequence()) return read(item);
  int count = 0;
  for (const YAML::Node& child : item.node) {
    const Item place = item.At(std::to_string(++count), child);
    Note(place);
    read(place);
  }
}

const std::string* YamlReader::Scalar(const Item& item, const char* expected) {
  Note(item);
  if (item.node.IsScalar()) return &item.node.Scalar();
  Error(item, std::string("must be ") + expected);
  return nullptr;
}

void YamlReader::Refuse(const Item& item, const std::string& text, const char* expected) {
  Error(item, "\"" + text + "\" must be " + expected);
}

void YamlReader::Read(const Item& item, std::string& value) {
  if (const std::string* text = Scalar(item, "a text")) value = *text;
}

void YamlReader::Read(const Item& item, int& value) {
  constexpr const char* kExpected = "a whole number";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto number = ParseInteger(*text);
  if (!number || *number < std::numeric_limits<int>::min() ||
      *number > std::numeric_limits<int>::max()) {
    return Refuse(item, *text, kExpected);
  }
  value = static_cast<int>(*number);
}

void YamlReader::Read(const Item& item, float& value) {
  constexpr const char* kExpected = "a number";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto number = ParseNumber(*text);
  if (!number) return Refuse(item, *text, kExpected);
  value = *number;
}

void YamlReader::Read(const Item& item, bool& value) {
  constexpr const char* kExpected = "true or false";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto is_on = ParseSwitch(*text);
  if (!is_on) return Refuse(item, *text, kExpected);
  value = *is_on;
}

void YamlReader::ReadThousandths(const Item& item, std::int64_t& value) {
  constexpr const char* kExpected = "a number with at most three decimals, like 112.5";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto number = ParseThousandths(*text);
  if (!number) return Refuse(item, *text, kExpected);
  value = *number;
}

void YamlReader::ReadDuration(const Item& item, Frames& value) {
  constexpr const char* kExpected = "a duration, like 300ms, 1.5s or 2min";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto frames = ParseDuration(*text);
  if (!frames) return Refuse(item, *text, kExpected);
  value = *frames;
}

}  // namespace continuo::coordinator
