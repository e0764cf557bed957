// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/show/yaml_reader.h"

#include <algorithm>
#include <limits>
#include <set>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/edge/show/scalar.h"

namespace continuo::coordinator {

void YamlReader::Note(const Item& item) {
  if (++values_ <= kMostValues) out_.lines.emplace(item.path, item.line());
}

void YamlReader::Error(const Item& item, std::string text) {
  issues_.Add({item.path, std::move(text), item.line(), false});
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
  std::set<std::string> seen;
  for (const auto& entry : item.node) {
    if (!complete()) return;
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    bytes_ += key.size();
    // The line of the key, not of the value: that may begin further down.
    const Item place = item.At(key, entry.first);
    Note(place);
    if (key.empty()) {
      Error(item, "has a key that is not a word");
    } else if (!seen.insert(key).second) {
      Error(place, "is there twice");
    } else if (!known.empty() && std::find(known.begin(), known.end(), key) == known.end()) {
      Error(place, "there is no key \"" + key + "\" here" + DidYouMean(key, known));
    } else {
      read(key, item.At(key, entry.second));
    }
  }
}

void YamlReader::List(const Item& item, const std::function<void(const Item&)>& read) {
  Note(item);
  if (item.node.IsNull()) return;
  if (!item.node.IsSequence()) return read(item);
  int count = 0;
  for (const YAML::Node& child : item.node) {
    if (!complete()) return;
    const Item place = item.At(std::to_string(++count), child);
    Note(place);
    read(place);
  }
}

const std::string* YamlReader::Scalar(const Item& item, const char* expected) {
  Note(item);
  if (item.node.IsScalar()) {
    bytes_ += item.node.Scalar().size();
    if (complete()) return &item.node.Scalar();
    return nullptr;
  }
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

void YamlReader::Read(const Item& item, float& value, const std::string& range) {
  const std::string expected = range.empty() ? "a number" : "a number from " + range;
  const std::string* text = Scalar(item, expected.c_str());
  if (text == nullptr) return;
  auto number = ParseNumber(*text);
  if (!number) number = ParseNonFinite(*text);
  if (!number) return Refuse(item, *text, expected.c_str());
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
  constexpr const char* kExpected =
      "a number from 10 to 999 with at most three decimals, like 112.5";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto number = ParseThousandths(*text);
  if (!number) return Refuse(item, *text, kExpected);
  value = *number;
}

void YamlReader::ReadDuration(const Item& item, Frames& value) {
  constexpr const char* kExpected = "a duration of at most 24 hours, like 300ms, 1.5s or 2min";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto frames = ParseDuration(*text);
  if (!frames) return Refuse(item, *text, kExpected);
  value = *frames;
}

void YamlReader::ReadOffset(const Item& item, Frames& value) {
  constexpr const char* kExpected = "a duration or a distance, like 12ms or 8.5m";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return;
  const auto frames = ParseOffset(*text);
  if (!frames) return Refuse(item, *text, kExpected);
  value = *frames;
}

bool YamlReader::ReadPlace(const Item& item, session::BarBeat& place) {
  constexpr const char* kExpected = "a place in the music, like 17, 17.3 or 17.3.240";
  const std::string* text = Scalar(item, kExpected);
  if (text == nullptr) return false;
  const auto at = ParseBarBeat(*text);
  if (at) {
    place = *at;
  } else {
    Refuse(item, *text, kExpected);
  }
  return at.has_value();
}

}  // namespace continuo::coordinator
