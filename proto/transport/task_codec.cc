// SPDX-License-Identifier: Apache-2.0
#include "proto/continuo/v1/plan.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::transport {
namespace {

// The enumeration travels as its numbers.
static_assert(static_cast<int>(dsp::CurveShape::kStep) == v1::CURVE_SHAPE_STEP);

std::string Text(const auto& fixed) {
  return std::string(fixed.view());
}

void ReadNotes(const v1::Notes& in, dsp::NotesDescription& notes, const FieldPlace& place) {
  place.Hash("file", in.file(), true, notes.file);
  notes.channel_mask = place.Within("channel_mask", in.channel_mask(), 0, 0xffff);
  notes.transpose = place.Within("transpose", in.transpose(), -48, 48);
  notes.key_min = place.Within("key_min", in.key_min(), 0, 127);
  notes.key_max = place.Within("key_max", in.key_max(), 0, 127);
  notes.loop = in.loop();
}

void WriteNotes(const dsp::NotesDescription& notes, v1::Notes& out) {
  out.set_file(Text(notes.file));
  out.set_channel_mask(notes.channel_mask);
  out.set_transpose(notes.transpose);
  out.set_key_min(notes.key_min);
  out.set_key_max(notes.key_max);
  out.set_loop(notes.loop);
}

/// Reads a repeated field into a vector of fixed room.
template <typename In, typename T, std::size_t N>
void ReadList(const In& in, FixedVector<T, N>& out, std::string_view field, const FieldPlace& place,
              auto read) {
  out.clear();
  if (in.size() > static_cast<int>(N)) {
    return place.Refuse(
        field, std::to_string(in.size()) + " entries, at most " + std::to_string(N) + " allowed");
  }
  for (int i = 0; i < in.size(); ++i) {
    T item{};
    read(in[i], item, place.Item(field, i));
    out.push_back(item);
  }
}

}  // namespace

void ToProto(const dsp::TaskDescription& task, v1::TaskDescription& out) {
  out.set_id(task.id);
  out.set_name(Text(task.name));
  out.set_kind(Text(task.kind));
  out.set_channels(task.channels);
  out.set_input_ports(task.input_ports);
  for (const dsp::Wire& wire : task.wires) {
    v1::Wire& to = *out.add_wires();
    to.set_from(wire.from);
    to.set_port(wire.port);
    to.set_begins(wire.begins);
    to.set_ends(wire.ends == dsp::kForever ? 0 : wire.ends);
    to.set_delay(static_cast<std::uint32_t>(wire.delay));
  }
  for (const dsp::ParamSetting& param : task.params) {
    v1::ParamSetting& to = *out.add_params();
    to.set_index(param.index);
    to.set_value(param.value);
  }
  for (const dsp::SceneSetting& setting : task.scenes) {
    v1::SceneSetting& to = *out.add_scenes();
    to.set_scene(setting.scene);
    to.set_index(setting.index);
    to.set_value(setting.value);
  }
  for (const dsp::AssetUse& asset : task.assets) {
    v1::AssetUse& to = *out.add_assets();
    to.set_hash(Text(asset.hash));
    to.set_key(asset.key);
  }
  WriteNotes(task.notes, *out.mutable_notes());
  for (const dsp::AutomationPoint& point : task.automation) {
    v1::AutomationPoint& to = *out.add_automation();
    to.set_tick(point.tick);
    to.set_param(point.param);
    to.set_shape(static_cast<v1::CurveShape>(point.shape));
    to.set_value(point.value);
  }
}

void FromProto(const v1::TaskDescription& in, dsp::TaskDescription& task, const FieldPlace& place) {
  task.id = place.Within("id", in.id(), 1, kAnyU32);
  if (in.name().empty()) place.Refuse("name", "missing");
  place.Text("name", in.name(), task.name);
  if (in.kind().empty()) place.Refuse("kind", "missing");
  place.Text("kind", in.kind(), task.kind);
  task.channels = place.Within("channels", in.channels(), 0, kMaxChannels);
  task.input_ports = place.Within("input_ports", in.input_ports(), 0, 255);
  ReadList(in.wires(), task.wires, "wires", place,
           [](const v1::Wire& from, dsp::Wire& wire, const FieldPlace& at) {
             wire.from = at.Within("from", from.from(), 1, kAnyU32);
             wire.port = at.Within("port", from.port(), 0, 255);
             wire.begins = at.Within("begins", from.begins(), 0, dsp::kForever);
             wire.ends = at.Within("ends", from.ends(), 0, dsp::kForever);
             if (wire.ends == 0) wire.ends = dsp::kForever;
             wire.delay = at.Within("delay", from.delay(), 0, dsp::kMaxWireDelay);
           });
  ReadList(in.params(), task.params, "params", place,
           [](const v1::ParamSetting& from, dsp::ParamSetting& param, const FieldPlace& at) {
             param.index = at.Within("index", from.index(), 0, 0xffff);
             param.value = at.Finite("value", from.value());
           });
  ReadList(in.scenes(), task.scenes, "scenes", place,
           [](const v1::SceneSetting& from, dsp::SceneSetting& setting, const FieldPlace& at) {
             setting.scene = at.Within("scene", from.scene(), 1, session::kMaxScenes);
             setting.index = at.Within("index", from.index(), 0, 0xffff);
             setting.value = at.Finite("value", from.value());
           });
  ReadList(in.assets(), task.assets, "assets", place,
           [](const v1::AssetUse& from, dsp::AssetUse& asset, const FieldPlace& at) {
             at.Hash("hash", from.hash(), false, asset.hash);
             asset.key = at.Within("key", from.key(), 0, 127);
           });
  ReadNotes(in.notes(), task.notes, place.Field("notes"));
  ReadList(in.automation(), task.automation, "automation", place,
           [](const v1::AutomationPoint& from, dsp::AutomationPoint& point, const FieldPlace& at) {
             point.tick = at.Within("tick", from.tick(), 0, session::kTickLimit - 1);
             point.param = at.Within("param", from.param(), 0, 0xffff);
             point.shape = static_cast<dsp::CurveShape>(
                 at.Within("shape", from.shape(), v1::CURVE_SHAPE_AS_KNOB, v1::CURVE_SHAPE_STEP));
             point.value = at.Finite("value", from.value());
           });
}

}  // namespace continuo::transport
