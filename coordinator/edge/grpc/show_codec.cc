// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/show_codec.h"

#include <limits>

#include "proto/continuo/v1/show.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::coordinator {
namespace {

using transport::FieldPlace;

// What a number from outside may be before the core has judged it: large enough for any message of its, small enough
// that no arithmetic overflows.
constexpr std::int64_t kAnyCount = 1'000'000;
constexpr std::int64_t kAnyDuration = std::int64_t{86'400} * kSampleRate;

AssetKind ReadKind(v1::AssetKind in, const FieldPlace& place) {
  return static_cast<AssetKind>(place.Within("kind", in, v1::ASSET_KIND_AUDIO, v1::ASSET_KIND_SFZ));
}

void WriteNotes(const ShowNotes& notes, v1::ShowNotes& out) {
  out.set_file(notes.file);
  for (const int channel : notes.channels) out.add_channels(channel);
  out.set_transpose(notes.transpose);
  out.set_key_min(notes.key_min);
  out.set_key_max(notes.key_max);
  out.set_loop(notes.loop);
}

ShowNotes ReadNotes(const v1::ShowNotes& in, const FieldPlace& place) {
  ShowNotes notes;
  notes.file = in.file();
  for (int i = 0; i < in.channels_size(); ++i) {
    notes.channels.push_back(place.Within("channels", in.channels(i), 0, kAnyCount));
  }
  notes.transpose = place.Within("transpose", in.transpose(), -kAnyCount, kAnyCount);
  notes.key_min = place.Within("key_min", in.key_min(), 0, kAnyCount);
  notes.key_max = place.Within("key_max", in.key_max(), 0, kAnyCount);
  notes.loop = in.loop();
  return notes;
}

void WriteCurve(const ShowCurve& curve, v1::ShowCurve& out) {
  out.set_param(curve.param);
  for (const ShowPoint& point : curve.points) {
    v1::ShowPoint& to = *out.add_points();
    transport::ToProto(point.at, *to.mutable_at());
    to.set_value(point.value);
    to.set_curve(static_cast<v1::CurveShape>(point.curve));
  }
}

void ReadCurve(const v1::ShowCurve& in, ShowCurve& curve, const FieldPlace& place) {
  curve.param = in.param();
  for (int i = 0; i < in.points_size(); ++i) {
    const FieldPlace at = place.Item("points", i);
    ShowPoint& point = curve.points.emplace_back();
    FromProto(in.points(i).at(), point.at, at.Field("at"));
    point.value = at.Finite("value", in.points(i).value());
    point.curve = static_cast<dsp::CurveShape>(
        at.Within("curve", in.points(i).curve(), v1::CURVE_SHAPE_AS_KNOB, v1::CURVE_SHAPE_STEP));
  }
}

void WriteParams(const std::vector<ShowParam>& params, auto& out) {
  for (const ShowParam& param : params) {
    v1::ShowParam& to = *out.add_params();
    to.set_name(param.name);
    to.set_value(param.value);
  }
}

void ReadParams(const auto& in, std::vector<ShowParam>& params, const FieldPlace& place) {
  for (int i = 0; i < in.params_size(); ++i) {
    const v1::ShowParam& param = in.params(i);
    params.push_back({param.name(), place.Item("params", i).Finite("value", param.value())});
  }
}

void WriteTask(const ShowTask& task, v1::ShowTask& out) {
  out.set_name(task.name);
  out.set_kind(task.kind);
  out.set_channels(task.channels);
  out.set_redundancy(task.redundancy);
  out.set_tier(static_cast<std::uint32_t>(task.tier));
  for (const ShowWire& wire : task.inputs) {
    v1::ShowWire& to = *out.add_inputs();
    to.set_from(wire.from);
    to.set_port(wire.port);
  }
  WriteParams(task.params, out);
  for (const ShowSample& sample : task.samples) {
    v1::ShowSample& to = *out.add_samples();
    to.set_key(sample.key);
    to.set_asset(sample.asset);
  }
  for (const ShowCurve& curve : task.automation) WriteCurve(curve, *out.add_automation());
  if (task.notes) WriteNotes(*task.notes, *out.mutable_notes());
  for (const std::string& node : task.on) out.add_on(node);
  out.set_lead(task.lead);
}

void ReadTask(const v1::ShowTask& in, ShowTask& task, const FieldPlace& place) {
  task.name = in.name();
  task.kind = in.kind();
  task.channels = place.Within("channels", in.channels(), 0, kAnyCount);
  task.redundancy = place.Within("redundancy", in.redundancy(), 0, kAnyCount);
  task.tier = place.Within("tier", in.tier(), 0, kAnyCount);
  for (int i = 0; i < in.inputs_size(); ++i) {
    const v1::ShowWire& wire = in.inputs(i);
    const FieldPlace at = place.Item("inputs", i);
    task.inputs.push_back(
        {wire.from(), static_cast<int>(at.Within("port", wire.port(), 0, kAnyCount))});
  }
  ReadParams(in, task.params, place);
  for (int i = 0; i < in.samples_size(); ++i) {
    const v1::ShowSample& sample = in.samples(i);
    const FieldPlace at = place.Item("samples", i);
    task.samples.push_back(
        {static_cast<int>(at.Within("key", sample.key(), 0, kAnyCount)), sample.asset()});
  }
  for (int i = 0; i < in.automation_size(); ++i) {
    ReadCurve(in.automation(i), task.automation.emplace_back(), place.Item("automation", i));
  }
  if (in.has_notes()) task.notes = ReadNotes(in.notes(), place.Field("notes"));
  task.on.assign(in.on().begin(), in.on().end());
  task.lead = place.Within("lead", in.lead(), 0, kAnyDuration);
}

void WriteScene(const ShowScene& scene, v1::ShowScene& out) {
  out.set_name(scene.name);
  for (const ShowSceneTask& task : scene.tasks) {
    v1::ShowSceneTask& to = *out.add_tasks();
    to.set_task(task.task);
    WriteParams(task.params, to);
  }
}

void ReadScene(const v1::ShowScene& in, ShowScene& scene, const FieldPlace& place) {
  scene.name = in.name();
  for (int i = 0; i < in.tasks_size(); ++i) {
    ShowSceneTask& task = scene.tasks.emplace_back();
    task.task = in.tasks(i).task();
    ReadParams(in.tasks(i), task.params, place.Item("tasks", i));
  }
}

void ReadOutput(const v1::ShowOutput& in, ShowOutput& output, const FieldPlace& place) {
  output.name = in.name();
  output.from = in.from();
  output.offset = place.Within("offset", in.offset(), 0, kAnyDuration);
  for (const std::string& feed : in.feeds()) output.feeds.push_back({feed, ""});
  const int nodes = place.Within("on", in.on_size(), 0, in.feeds_size());
  for (int i = 0; i < nodes; ++i) output.feeds[static_cast<std::size_t>(i)].on = in.on(i);
}

void WriteTempo(const Show& show, v1::Show& out) {
  out.set_tempo_mbpm(static_cast<std::uint32_t>(show.tempo_mbpm));
  for (const TempoChange& change : show.tempo_changes) {
    v1::TempoChange& to = *out.add_tempo_changes();
    transport::ToProto(change.at, *to.mutable_at());
    to.set_tempo_mbpm(static_cast<std::uint32_t>(change.tempo_mbpm));
  }
}

void ReadTempo(const v1::Show& in, Show& show, const FieldPlace& place) {
  show.tempo_mbpm = in.tempo_mbpm();
  for (int i = 0; i < in.tempo_changes_size(); ++i) {
    TempoChange& change = show.tempo_changes.emplace_back();
    FromProto(in.tempo_changes(i).at(), change.at, place.Item("tempo_changes", i).Field("at"));
    change.tempo_mbpm = in.tempo_changes(i).tempo_mbpm();
  }
}

void ReadHead(const v1::Show& in, Show& show, const FieldPlace& place) {
  show.name = in.name();
  show.redundancy = place.Within("redundancy", in.redundancy(), 0, kAnyCount);
  show.quantum = place.Within("quantum", in.quantum(), 0, kAnyCount);
  ReadTempo(in, show, place);
  show.meter_num = place.Within("meter_num", in.meter_num(), 0, kAnyCount);
  show.meter_den = place.Within("meter_den", in.meter_den(), 0, kAnyCount);
  show.play = in.play();
  show.length =
      place.Within("length", in.length(), 0, std::numeric_limits<std::int64_t>::max() / 4);
  FromProto(in.timing(), show.timing, place.Field("timing"));
}

}  // namespace

void ToProto(const Show& show, v1::Show& out) {
  out.set_name(show.name);
  out.set_redundancy(show.redundancy);
  out.set_quantum(show.quantum);
  WriteTempo(show, out);
  out.set_meter_num(show.meter_num);
  out.set_meter_den(show.meter_den);
  out.set_play(show.play);
  out.set_length(show.length);
  transport::ToProto(show.timing, *out.mutable_timing());
  for (const ShowAsset& asset : show.assets) {
    v1::ShowAsset& to = *out.add_assets();
    to.set_name(asset.name);
    to.set_kind(static_cast<v1::AssetKind>(asset.kind));
    to.set_path(asset.path);
  }
  for (const ShowTask& task : show.tasks) WriteTask(task, *out.add_tasks());
  for (const ShowOutput& output : show.outputs) {
    v1::ShowOutput& to = *out.add_outputs();
    to.set_name(output.name);
    to.set_from(output.from);
    to.set_offset(output.offset);
    for (const ShowFeed& feed : output.feeds) {
      to.add_feeds(feed.name);
      to.add_on(feed.on);
    }
  }
  for (const ShowScene& scene : show.scenes) WriteScene(scene, *out.add_scenes());
}

void FromProto(const v1::Show& in, Show& show, const FieldPlace& place) {
  show = {};
  ReadHead(in, show, place);
  for (int i = 0; i < in.assets_size(); ++i) {
    const v1::ShowAsset& asset = in.assets(i);
    const AssetKind kind = ReadKind(asset.kind(), place.Item("assets", i));
    show.assets.push_back({asset.name(), kind, asset.path()});
  }
  for (int i = 0; i < in.tasks_size(); ++i) {
    ReadTask(in.tasks(i), show.tasks.emplace_back(), place.Item("tasks", i));
  }
  for (int i = 0; i < in.outputs_size(); ++i) {
    ReadOutput(in.outputs(i), show.outputs.emplace_back(), place.Item("outputs", i));
  }
  for (int i = 0; i < in.scenes_size(); ++i) {
    ReadScene(in.scenes(i), show.scenes.emplace_back(), place.Item("scenes", i));
  }
}

void ToProto(const ImportedAsset& asset, v1::ImportedAsset& out) {
  out.set_name(asset.name);
  out.set_kind(static_cast<v1::AssetKind>(asset.kind));
  out.set_hash(asset.hash);
  out.set_channels(asset.channels);
  out.set_frames(asset.frames);
  out.set_notes(asset.notes);
  out.set_bytes(asset.bytes);
}

void FromProto(const v1::ImportedAsset& in, ImportedAsset& asset, const FieldPlace& place) {
  asset.name = in.name();
  asset.kind = ReadKind(in.kind(), place);
  FixedString<64> hash;
  place.Hash("hash", in.hash(), false, hash);
  asset.hash = hash.view();
  asset.channels = place.Within("channels", in.channels(), 0, kMaxChannels);
  asset.frames =
      place.Within("frames", in.frames(), 0, std::numeric_limits<std::int64_t>::max() / 64);
  asset.notes = in.notes();
  asset.bytes = in.bytes();
}

void ToProto(const Issue& issue, v1::Issue& out) {
  out.set_field(issue.field);
  out.set_text(issue.text);
  out.set_line(issue.line);
  out.set_warning(issue.warning);
}

Issue FromProto(const v1::Issue& in) {
  return {in.field(), in.text(), static_cast<int>(in.line()), in.warning()};
}

}  // namespace continuo::coordinator
