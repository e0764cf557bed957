// SPDX-License-Identifier: Apache-2.0
#include <expat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/kit.h"

namespace continuo::coordinator {
namespace {

constexpr std::size_t kDepthMax = 32;
constexpr float kPerMs = 44.1f;  // its envelopes count samples of that rate

/// What an element with text said, and where.
struct Value {
  std::string text;
  std::size_t line = 0;
};
using Values = std::map<std::string, Value>;

struct Layer {
  Values values;
  Values component;  ///< of the instrument, that it belongs to
  std::size_t line = 0;
};

/// The layer that strokes of 0 to 1 play, as forces 0 to 127: its upper end belongs to the next.
std::pair<int, int> ForcesOf(float min, float max) {
  const auto first = [](float share) {
    return static_cast<int>(std::ceil(std::clamp(share, 0.0f, 1.0f) * 127.0f - 1e-3f));
  };
  return {first(min), max >= 1.0f ? 127 : first(max) - 1};
}

class HydrogenParser {
 public:
  HydrogenParser() : xml_(XML_ParserCreate(nullptr)) {
    XML_SetUserData(xml_.get(), this);
    XML_SetElementHandler(
        xml_.get(),
        [](void* self, const char* name, const char**) {
          static_cast<HydrogenParser*>(self)->Begin(name);
        },
        [](void* self, const char*) { static_cast<HydrogenParser*>(self)->End(); });
    XML_SetCharacterDataHandler(xml_.get(), [](void* self, const char* text, int count) {
      static_cast<HydrogenParser*>(self)->text_.append(text, static_cast<std::size_t>(count));
    });
  }

  absl::StatusOr<Kit> Parse(std::string_view xml) {
    const bool whole = XML_Parse(xml_.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) !=
                       XML_STATUS_ERROR;
    if (error_.ok() && !whole) {
      Fail(Line(),
           absl::StrCat("this is not XML: ", XML_ErrorString(XML_GetErrorCode(xml_.get()))));
    }
    if (!error_.ok()) return error_;
    if (!is_kit_) return absl::InvalidArgumentError("is no drum kit: it has no <drumkit_info>");
    if (kit_.zones.empty()) return absl::InvalidArgumentError("has no instrument with a recording");
    if (filters_ > 0) {
      kit_.warnings.push_back(absl::StrCat("filters of ", filters_, " instruments are not heard"));
    }
    if (alternatives_ > 0) {
      kit_.warnings.push_back(
          absl::StrCat(alternatives_, " layers that take turns with others are left out"));
    }
    return std::move(kit_);
  }

 private:
  struct Free {
    void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
  };

  std::size_t Line() const { return XML_GetCurrentLineNumber(xml_.get()); }

  void Fail(std::size_t line, const std::string& what) {
    if (error_.ok()) error_ = absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
    XML_StopParser(xml_.get(), XML_FALSE);
  }

  void Begin(const std::string& name) {
    path_.push_back(name);
    text_.clear();
    if (path_.size() > kDepthMax)
      return Fail(Line(), "elements are nested too deeply for a drum kit");
    if (path_.size() == 1) is_kit_ = name == "drumkit_info";
    if (name == "instrument") {
      instrument_.clear();
      layers_.clear();
      instrument_line_ = Line();
    }
    if (name == "instrumentComponent") component_.clear();
    if (name == "layer") layers_.push_back({{}, {}, Line()});
  }

  void End() {
    const std::string name = path_.back();
    path_.pop_back();
    const std::string parent = path_.empty() ? "" : path_.back();
    if (name == "instrument") {
      EndInstrument();
    } else if (name == "instrumentComponent") {
      for (Layer& layer : layers_) {
        if (layer.component.empty()) layer.component = component_;
      }
    } else if (parent == "layer" && !layers_.empty()) {
      layers_.back().values[name] = {text_, Line()};
    } else if (parent == "instrumentComponent") {
      component_[name] = {text_, Line()};
    } else if (parent == "instrument") {
      instrument_[name] = {text_, Line()};
    }
    text_.clear();
  }

  /// A number of `values`; `otherwise` where there is none.
  float Number(const Values& values, const std::string& name, float otherwise, float min,
               float max) {
    const auto found = values.find(name);
    if (found == values.end()) return otherwise;
    const std::string& text = found->second.text;
    float value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = result.ec == std::errc() && result.ptr == text.data() + text.size();
    if (is_number && value >= min && value <= max) return value;
    Fail(found->second.line, absl::StrCat("<", name, ">", text.substr(0, 40),
                                          ": must be a number, ", min, " to ", max));
    return otherwise;
  }
  static std::string TextOf(const Values& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? "" : found->second.text;
  }

  /// Of today, or the two sides that older kits say.
  float Pan() {
    if (instrument_.contains("pan")) return Number(instrument_, "pan", 0, -1, 1);
    const float left = Number(instrument_, "pan_L", 1, 0, 1);
    const float right = Number(instrument_, "pan_R", 1, 0, 1);
    const float most = std::max(left, right);
    return most > 0 ? (right - left) / most : 0;
  }

  dsp::Zone CommonZone() {
    constexpr float kMostFrames = 4'000'000;
    dsp::Zone zone;
    zone.key_track = 0;
    zone.play = TextOf(instrument_, "isStopNote") == "true" ? dsp::ZonePlay::kGated
                                                            : dsp::ZonePlay::kOneShot;
    zone.pan = Pan();
    zone.velocity = TextOf(instrument_, "applyVelocity") == "false" ? 0.0f : 1.0f;
    zone.attack_ms = Number(instrument_, "Attack", 0, 0, kMostFrames) / kPerMs;
    zone.decay_ms = Number(instrument_, "Decay", 0, 0, kMostFrames) / kPerMs;
    zone.sustain = Number(instrument_, "Sustain", 1, 0, 1);
    zone.release_ms = Number(instrument_, "Release", 0, 0, kMostFrames) / kPerMs;
    // A kit that names no key is played upwards from the bass drum.
    const auto place = static_cast<float>(std::min(instruments_, 91));
    const auto key =
        static_cast<std::uint8_t>(Number(instrument_, "midiOutNote", 36 + place, 0, 127));
    zone.key_min = zone.key_max = zone.root = key;
    const auto group = static_cast<int>(Number(instrument_, "muteGroup", -1, -1, 1e6f));
    if (group >= 0) zone.group = zone.off_by = static_cast<std::uint8_t>(1 + group % 255);
    return zone;
  }

  void EndInstrument() {
    const dsp::Zone common = CommonZone();
    const float gain =
        Number(instrument_, "volume", 1, 0, 16) * Number(instrument_, "gain", 1, 0, 16);
    const float pitch = Number(instrument_, "pitchOffset", 0, -48, 48);
    ++instruments_;
    if (TextOf(instrument_, "isMuted") == "true") return;
    if (TextOf(instrument_, "filterActive") == "true") ++filters_;
    // Of old, an instrument was one recording.
    if (layers_.empty() && instrument_.contains("filename")) {
      layers_.push_back({{{"filename", instrument_["filename"]}}, {}, instrument_line_});
    }
    const std::string choice = TextOf(instrument_, "sampleSelectionAlgo");
    const bool takes_turns = !choice.empty() && choice != "VELOCITY";
    std::vector<std::pair<int, int>> taken;
    for (const Layer& layer : layers_) {
      const auto forces =
          ForcesOf(Number(layer.values, "min", 0, 0, 1), Number(layer.values, "max", 1, 0, 1));
      if (forces.first > forces.second) continue;
      if (takes_turns && std::find(taken.begin(), taken.end(), forces) != taken.end()) {
        ++alternatives_;
        continue;
      }
      taken.push_back(forces);
      AddLayer(layer, forces, common, gain, pitch);
    }
  }

  void AddLayer(const Layer& layer, std::pair<int, int> forces, const dsp::Zone& common, float gain,
                float pitch) {
    KitZone zone;
    zone.line = layer.line;
    zone.file = TextOf(layer.values, "filename");
    zone.zone = common;
    zone.zone.velocity_min = static_cast<std::uint8_t>(forces.first);
    zone.zone.velocity_max = static_cast<std::uint8_t>(forces.second);
    zone.zone.gain =
        gain * Number(layer.values, "gain", 1, 0, 16) * Number(layer.component, "gain", 1, 0, 16);
    zone.zone.tune = pitch + Number(layer.values, "pitch", 0, -48, 48);
    if (zone.file.empty()) return Fail(layer.line, "this <layer> names no <filename>");
    if (kit_.zones.size() == dsp::kMaxZones) {
      return Fail(layer.line, absl::StrCat("there are more than ", dsp::kMaxZones, " layers"));
    }
    kit_.zones.push_back(std::move(zone));
  }

  std::unique_ptr<XML_ParserStruct, Free> xml_;
  absl::Status error_;
  Kit kit_;
  std::vector<std::string> path_;
  std::string text_;  // since the last element began or ended
  bool is_kit_ = false;
  Values instrument_, component_;
  std::vector<Layer> layers_;
  std::size_t instrument_line_ = 0;
  int instruments_ = 0, filters_ = 0, alternatives_ = 0;
};

}  // namespace

absl::StatusOr<Kit> ParseHydrogen(std::string_view xml) {
  return HydrogenParser().Parse(xml);
}

}  // namespace continuo::coordinator
