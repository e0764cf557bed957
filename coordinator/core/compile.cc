// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/compile.h"

#include <algorithm>
#include <map>
#include <set>

#include "coordinator/core/alignment.h"
#include "coordinator/core/show_rules.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

/// In the file.
std::size_t PlaceOf(const Show& show, std::string_view name) {
  return static_cast<std::size_t>(FindShowTask(show, name) - show.tasks.data());
}

dsp::TaskId IdOf(const Show& show, std::string_view name) {
  return dsp::kConductorId + 1 + static_cast<dsp::TaskId>(PlaceOf(show, name));
}

dsp::AssetHash HashOf(std::span<const ImportedAsset> assets, std::string_view name) {
  for (const ImportedAsset& asset : assets) {
    if (asset.name == name) return dsp::AssetHash(std::string_view(asset.hash));
  }
  return {};
}

/// Material that a replica of the task holds.
std::int64_t MemoryOf(const dsp::TaskDescription& task, std::span<const ImportedAsset> assets) {
  std::int64_t bytes = 0;
  for (const ImportedAsset& asset : assets) {
    const dsp::AssetHash hash{std::string_view(asset.hash)};
    const bool used = hash == task.notes.file ||
                      std::any_of(task.assets.begin(), task.assets.end(),
                                  [&hash](const dsp::AssetUse& use) { return use.hash == hash; });
    if (used) bytes += static_cast<std::int64_t>(asset.bytes);
  }
  return bytes;
}

dsp::NotesDescription CompileNotes(const ShowNotes& notes, std::span<const ImportedAsset> assets) {
  dsp::NotesDescription out;
  out.file = HashOf(assets, notes.file);
  if (!notes.channels.empty()) {
    out.channel_mask = 0;
    for (const int channel : notes.channels) {
      out.channel_mask = static_cast<std::uint16_t>(out.channel_mask | 1u << (channel - 1));
    }
  }
  out.transpose = static_cast<std::int8_t>(notes.transpose);
  out.key_min = static_cast<std::uint8_t>(notes.key_min);
  out.key_max = static_cast<std::uint8_t>(notes.key_max);
  out.loop = notes.loop;
  return out;
}

void CompileAutomation(const ShowTask& task, const session::Segment& first,
                       dsp::TaskDescription& out) {
  const dsp::KernelDescription& kernel = *dsp::FindKernel(task.kind);
  for (const ShowCurve& curve : task.automation) {
    const auto param = static_cast<std::uint16_t>(dsp::FindParam(kernel, curve.param));
    for (const ShowPoint& point : curve.points) {
      out.automation.push_back(
          {session::FromBarBeat(first, point.at), param, point.curve, point.value});
    }
  }
  std::sort(out.automation.begin(), out.automation.end(), [](const auto& a, const auto& b) {
    return a.param != b.param ? a.param < b.param : a.tick < b.tick;
  });
}

void AddScenes(const Show& show, const dsp::KernelDescription& kernel, dsp::TaskDescription& out) {
  std::uint16_t number = 0;
  for (const ShowScene& scene : show.scenes) {
    ++number;
    for (const ShowSceneTask& task : scene.tasks) {
      if (task.task != out.name.view()) continue;
      for (const ShowParam& param : task.params) {
        const int index = dsp::FindParam(kernel, param.name);
        out.scenes.push_back({number, static_cast<std::uint16_t>(index), param.value});
      }
    }
  }
}

dsp::TaskDescription Conductor() {
  dsp::TaskDescription conductor;
  conductor.id = dsp::kConductorId;
  conductor.name = "conductor";
  conductor.kind = "conductor";
  conductor.channels = 0;  // its stream carries the session, not sound
  return conductor;
}

/// Kahn's order, first in the file among those whose sources are all placed.
std::vector<const ShowTask*> InTopologicalOrder(const Show& show) {
  std::vector<std::vector<std::size_t>> hearers(show.tasks.size());
  std::vector<std::size_t> missing(show.tasks.size(), 0);  // sources that are not placed
  std::set<std::size_t> ready;
  for (std::size_t i = 0; i < show.tasks.size(); ++i) {
    for (const ShowWire& wire : show.tasks[i].inputs)
      hearers[PlaceOf(show, wire.from)].push_back(i);
    missing[i] = show.tasks[i].inputs.size();
    if (missing[i] == 0) ready.insert(i);
  }
  std::vector<const ShowTask*> ordered;
  ordered.reserve(show.tasks.size());
  while (!ready.empty()) {  // what never gets ready is in a cycle; CheckShow refuses it
    const std::size_t next = *ready.begin();
    ready.erase(ready.begin());
    ordered.push_back(&show.tasks[next]);
    for (const std::size_t hearer : hearers[next]) {
      if (--missing[hearer] == 0) ready.insert(hearer);
    }
  }
  return ordered;
}

/// Nothing plays without the conductor: it has at least two replicas where nodes allow, and no fewer than what is of
/// tier 0.
void WishForConductor(const Show& show, const Fleet& fleet, PlacementTask& wish) {
  const auto computing =
      static_cast<int>(std::count_if(fleet.begin(), fleet.end(), [](const FleetNode& node) {
        return node.can_compute && !node.only_named && !node.drained;
      }));
  wish.tier = 0;
  wish.replicas_min = std::min(std::max(show.redundancy, 2), computing);
  wish.replicas = wish.replicas_min;
  for (const ShowTask& task : show.tasks) {
    if (task.tier == 0) wish.replicas = std::max(wish.replicas, RedundancyWished(show, task));
  }
}

}  // namespace

dsp::TaskDescription CompileTask(const Show& show, const ShowTask& task,
                                 std::span<const ImportedAsset> assets,
                                 const std::function<dsp::TaskId(std::string_view)>& id_of) {
  const dsp::KernelDescription& kernel = *dsp::FindKernel(task.kind);
  dsp::TaskDescription out;
  out.id = id_of(task.name);
  out.name.Assign(task.name);
  out.kind.Assign(task.kind);
  out.channels = static_cast<std::uint8_t>(task.channels);
  int ports = kernel.input_ports_min;
  for (const ShowWire& wire : task.inputs) {
    ports = std::max(ports, wire.port + 1);
    out.wires.push_back({.from = id_of(wire.from), .port = static_cast<std::uint8_t>(wire.port)});
  }
  out.input_ports = static_cast<std::uint8_t>(ports);
  for (const ShowParam& param : task.params) {
    const int index = dsp::FindParam(kernel, param.name);
    out.params.push_back({static_cast<std::uint16_t>(index), param.value});
  }
  CompileAutomation(task, FirstSegment(show), out);
  for (const ShowSample& sample : task.samples) {
    out.assets.push_back({HashOf(assets, sample.asset), static_cast<std::uint8_t>(sample.key)});
  }
  if (task.notes) out.notes = CompileNotes(*task.notes, assets);
  AddScenes(show, kernel, out);
  return out;
}

void CompileTasks(const Show& show, std::span<const ImportedAsset> assets,
                  const std::function<void(const dsp::TaskDescription&)>& take) {
  take(Conductor());
  const auto id_of = [&show](std::string_view name) { return IdOf(show, name); };
  Ways ways(show);
  for (const ShowTask* task : InTopologicalOrder(show)) {
    dsp::TaskDescription description = CompileTask(show, *task, assets, id_of);
    for (std::size_t i = 0; i < task->inputs.size(); ++i) {
      description.wires[i].delay = ways.DelayOf(*task, task->inputs[i]);
    }
    take(description);
  }
}

PlacementTask WishOf(const Show& show, const dsp::TaskDescription& task,
                     std::span<const ImportedAsset> assets, const Fleet& fleet) {
  PlacementTask wish;
  wish.id = task.id;
  wish.name = task.name.view();
  wish.kernel = KernelNumber(task.kind.view());
  wish.channels = task.channels;
  wish.cost_ns = CostOf(task, fleet.stated_ns);
  wish.memory_bytes = MemoryOf(task, assets);
  if (const ShowTask* show_task = FindShowTask(show, wish.name)) {
    wish.tier = show_task->tier;
    wish.replicas = RedundancyWished(show, *show_task);
    wish.replicas_min = RedundancyOf(show, *show_task);
    wish.on = show_task->on;
  } else {
    WishForConductor(show, fleet, wish);
  }
  return wish;
}

std::vector<PlacementTask> Wishes(const Show& show, std::span<const ImportedAsset> assets,
                                  const Fleet& fleet) {
  std::vector<PlacementTask> wishes;
  wishes.reserve(show.tasks.size() + 1);
  CompileTasks(show, assets, [&](const dsp::TaskDescription& task) {
    wishes.push_back(WishOf(show, task, assets, fleet));
  });
  return wishes;
}

session::Segment FirstSegment(const Show& show) {
  session::Segment segment;
  segment.version = 1;
  segment.tempo_mbpm = static_cast<std::uint32_t>(show.tempo_mbpm);
  segment.playing = show.play;
  segment.meter_num = static_cast<std::uint8_t>(show.meter_num);
  segment.meter_den = static_cast<std::uint8_t>(show.meter_den);
  return segment;
}

session::TempoMarks TempoMarksOf(const Show& show) {
  session::TempoMarks marks;
  const session::Segment first = FirstSegment(show);
  for (const TempoChange& change : show.tempo_changes) {
    marks.push_back(
        {session::FromBarBeat(first, change.at), static_cast<std::uint32_t>(change.tempo_mbpm)});
  }
  return marks;
}

int CountFeeds(const Show& show) {
  int feeds = 0;
  for (const ShowOutput& output : show.outputs) feeds += static_cast<int>(output.feeds.size());
  return feeds;
}

FeedNodes FeedNodesOf(const Show& show) {
  FeedNodes nodes;
  for (const ShowOutput& output : show.outputs) {
    for (const ShowFeed& feed : output.feeds) nodes.push_back(feed.on);
  }
  return nodes;
}

void FillPlan(const Show& show, std::span<const ImportedAsset> assets, const Placement& placement,
              Incarnation& last_incarnation, plan::Plan& plan) {
  plan.show = show.name;
  plan.quantum = show.quantum;
  plan.timing = show.timing;
  plan.length = show.length / show.quantum * show.quantum;
  plan.session = FirstSegment(show);
  plan.tempo_marks = TempoMarksOf(show);
  const Frames greatest_lead = GreatestLead(show);
  CompileTasks(show, assets, [&](const dsp::TaskDescription& description) {
    const std::vector<plan::NodeId>& nodes = placement.replicas[plan.tasks.size()];
    plan::Task& task = plan.tasks.emplace_back();
    task.description = description;
    task.epoch = plan.version;
    task.wanted = static_cast<int>(nodes.size());
    const ShowTask* const wished = FindShowTask(show, task.description.name.view());
    task.lead = wished == nullptr ? greatest_lead : wished->lead;  // the conductor's
    for (const plan::NodeId node : nodes) task.replicas.push_back({node, ++last_incarnation});
  });
  const std::vector<Frames> offsets = OffsetsOf(show);
  for (const ShowOutput& output : show.outputs) {
    const Frames offset = offsets[static_cast<std::size_t>(&output - show.outputs.data())];
    for (const ShowFeed& feed : output.feeds) {
      const std::size_t i = plan.outputs.size();
      plan.outputs.push_back({.id = static_cast<std::uint32_t>(i + 1),
                              .name = output.name + "-" + feed.name,
                              .from = IdOf(show, output.from),
                              .node = placement.outputs[i],
                              .offset = offset});
    }
  }
}

}  // namespace continuo::coordinator
