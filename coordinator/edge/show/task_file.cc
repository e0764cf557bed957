// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/param_rules.h"
#include "coordinator/edge/show/scalar.h"
#include "coordinator/edge/show/yaml_reader.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {
namespace {

/// `inputs: [drums, {from: bass, port: 2}]`: the place in the list is the port, unless one is given.
void ReadInputs(YamlReader& reader, const Item& item, std::vector<ShowWire>& wires) {
  reader.List(item, [&](const Item& entry) {
    ShowWire wire;
    wire.port = static_cast<int>(wires.size());
    if (entry.node.IsMap()) {
      reader.Map(entry, {"from", "port"}, [&](const std::string& key, const Item& value) {
        if (key == "from") reader.Read(value, wire.from);
        if (key == "port") {
          int port = wire.port + 1;
          reader.Read(value, port);
          if (port < 1) {
            return reader.Error(value, std::to_string(port) + " is no port; they count from 1");
          }
          wire.port = port - 1;
        }
      });
    } else {
      reader.Read(entry, wire.from);
    }
    wires.push_back(std::move(wire));
  });
}

/// `samples: {36: kick}` by key, or `samples: take` and `samples: [a, b]` where keys mean nothing.
void ReadSamples(YamlReader& reader, const Item& item, std::vector<ShowSample>& samples) {
  if (!item.node.IsMap()) {
    reader.List(item, [&](const Item& entry) { reader.Read(entry, samples.emplace_back().asset); });
    return;
  }
  reader.Map(item, {}, [&](const std::string& key, const Item& value) {
    const auto number = ParseInteger(key);
    if (!number || *number < 0 || *number > 127) {
      return reader.Error(value, "\"" + key + "\" must be a MIDI key, 0 to 127");
    }
    ShowSample& sample = samples.emplace_back();
    sample.key = static_cast<int>(*number);
    reader.Read(value, sample.asset);
  });
}

void ReadKeys(YamlReader& reader, const Item& item, ShowNotes& notes) {
  if (!item.node.IsSequence() || item.node.size() != 2) {
    return reader.Error(item, "must be [lowest, highest]");
  }
  reader.Note(item);
  reader.Read(item.At("1", item.node[0]), notes.key_min);
  reader.Read(item.At("2", item.node[1]), notes.key_max);
}

/// `notes: song` plays all of it; a map says which part.
void ReadNotes(YamlReader& reader, const Item& item, ShowNotes& notes) {
  if (!item.node.IsMap()) return reader.Read(item, notes.file);
  reader.Map(item, {"file", "channels", "loop", "transpose", "keys"},
             [&](const std::string& key, const Item& value) {
               if (key == "file") reader.Read(value, notes.file);
               if (key == "channels") {
                 reader.List(value, [&](const Item& channel) {
                   reader.Read(channel, notes.channels.emplace_back());
                 });
               }
               if (key == "loop") reader.Read(value, notes.loop);
               if (key == "transpose") reader.Read(value, notes.transpose);
               if (key == "keys") ReadKeys(reader, value, notes);
             });
}

/// `on: pi-1` or `on: [pi-1, pi-2]`.
void ReadOn(YamlReader& reader, const Item& item, std::vector<std::string>& on) {
  reader.List(item, [&](const Item& node) { reader.Read(node, on.emplace_back()); });
  if (on.empty()) reader.Error(item, "names no node; leave it out to let the task run anywhere");
}

/// What a task is made of, wherever in its map that stands; nullptr if that cannot be read.
const dsp::KernelDescription* KindOf(const Item& task) {
  if (!task.node.IsMap()) return nullptr;
  const YAML::Node kind = task.node["kind"];
  return kind.IsDefined() && kind.IsScalar() ? dsp::FindKernel(kind.Scalar()) : nullptr;
}

/// nullptr if there is none of that name.
const dsp::ParamDescription* ParamOf(const dsp::KernelDescription* kind, const std::string& name) {
  const int known = kind == nullptr ? -1 : dsp::FindParam(*kind, name);
  return known < 0 ? nullptr : &kind->params[static_cast<std::size_t>(known)];
}
std::string RangeOf(const dsp::ParamDescription* param) {
  return param == nullptr ? "" : RangeText(*param);
}

void ReadParams(YamlReader& reader, const Item& item, const dsp::KernelDescription* kind,
                std::vector<ShowParam>& params) {
  reader.Map(item, {}, [&](const std::string& name, const Item& number) {
    ShowParam& param = params.emplace_back();
    param.name = name;
    const dsp::ParamDescription* const known = ParamOf(kind, name);
    if (known != nullptr) param.value = known->initial;
    reader.Read(number, param.value, RangeOf(known));
  });
}

void ReadShape(YamlReader& reader, const Item& item, dsp::CurveShape& shape) {
  static const std::vector<std::string> kNames = {"linear", "exponential", "step"};
  std::string name;
  reader.Read(item, name);
  const auto known = std::find(kNames.begin(), kNames.end(), name);
  if (known == kNames.end()) {
    return reader.Error(item, "\"" + name + "\" is no curve" + DidYouMean(name, kNames));
  }
  shape = static_cast<dsp::CurveShape>(1 + (known - kNames.begin()));
}

/// `{at: 5, value: 4000, curve: linear}`; false unless place and value are there and the place is one.
bool ReadPoint(YamlReader& reader, const Item& item, const std::string& range, ShowPoint& point) {
  bool has_place = false, has_value = false, is_place = false;
  reader.Map(item, {"at", "value", "curve"}, [&](const std::string& key, const Item& value) {
    if (key == "at") {
      has_place = true;
      is_place = reader.ReadPlace(value, point.at);
    }
    if (key == "value") {
      has_value = true;
      reader.Read(value, point.value, range);
    }
    if (key == "curve") ReadShape(reader, value, point.curve);
  });
  if (!has_place || !has_value) {
    reader.Error(item, "must say where and how much, like {at: 17, value: 1}");
  }
  return is_place && has_value;
}

/// `automation: {cutoff: [{at: 1, value: 200}, {at: 5, value: 4000}]}`
void ReadAutomation(YamlReader& reader, const Item& item, const dsp::KernelDescription* kind,
                    std::vector<ShowCurve>& automation) {
  reader.Map(item, {}, [&](const std::string& name, const Item& points) {
    ShowCurve& curve = automation.emplace_back();
    curve.param = name;
    const dsp::ParamDescription* const param = ParamOf(kind, name);
    bool in_order = true;
    reader.List(points, [&](const Item& entry) {
      ShowPoint point;
      if (param != nullptr) point.value = param->initial;
      // Where one stands nowhere, nobody can say whether the next comes after it.
      in_order = ReadPoint(reader, entry, RangeOf(param), point) && in_order;
      if (in_order) curve.points.push_back(point);
    });
    // What was wrong has been told.
    if (!in_order && curve.points.empty()) automation.pop_back();
  });
}

}  // namespace

void ReadTask(YamlReader& reader, const Item& item, ShowTask& task) {
  const dsp::KernelDescription* const kind = KindOf(item);
  reader.Map(item,
             {"kind", "channels", "redundancy", "tier", "on", "inputs", "params", "automation",
              "samples", "notes", "lead"},
             [&](const std::string& key, const Item& value) {
               if (key == "kind") reader.Read(value, task.kind);
               if (key == "channels") reader.Read(value, task.channels);
               if (key == "redundancy") {
                 reader.Read(value, task.redundancy);
                 if (task.redundancy == 0) {
                   reader.Error(value, "0 is out of range; allowed are 1 to " +
                                           std::to_string(plan::kMaxRedundancy));
                 }
               }
               if (key == "tier") reader.Read(value, task.tier);
               if (key == "lead") reader.ReadDuration(value, task.lead);
               if (key == "on") ReadOn(reader, value, task.on);
               if (key == "inputs") ReadInputs(reader, value, task.inputs);
               if (key == "samples") ReadSamples(reader, value, task.samples);
               if (key == "notes") ReadNotes(reader, value, task.notes.emplace());
               if (key == "automation") ReadAutomation(reader, value, kind, task.automation);
               if (key == "params") ReadParams(reader, value, kind, task.params);
             });
}

}  // namespace continuo::coordinator
