// SPDX-License-Identifier: Apache-2.0
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

void ReadParams(YamlReader& reader, const Item& item, const dsp::KernelDescription* kind,
                std::vector<ShowParam>& params) {
  reader.Map(item, {}, [&](const std::string& name, const Item& number) {
    ShowParam& param = params.emplace_back();
    param.name = name;
    const int known = kind == nullptr ? -1 : dsp::FindParam(*kind, name);
    if (known >= 0) param.value = kind->params[static_cast<std::size_t>(known)].initial;
    reader.Read(number, param.value,
                known < 0 ? "" : RangeText(kind->params[static_cast<std::size_t>(known)]));
  });
}

}  // namespace

void ReadTask(YamlReader& reader, const Item& item, ShowTask& task) {
  const dsp::KernelDescription* const kind = KindOf(item);
  reader.Map(
      item,
      {"kind", "channels", "redundancy", "tier", "on", "inputs", "params", "samples", "notes"},
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
        if (key == "on") ReadOn(reader, value, task.on);
        if (key == "inputs") ReadInputs(reader, value, task.inputs);
        if (key == "samples") ReadSamples(reader, value, task.samples);
        if (key == "notes") ReadNotes(reader, value, task.notes.emplace());
        if (key == "params") ReadParams(reader, value, kind, task.params);
      });
}

}  // namespace continuo::coordinator
