// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <new>

#include "dsp/kernels/registry.h"
#include "proto/mcu/payload.h"
#include "proto/mcu/segment_message.h"
#include "proto/mcu/slice.h"
#include "proto/wire/event_codec.h"
#include "proto/wire/rtp.h"

namespace continuo::mcu {
namespace {

/// The one that is being written or read.
constinit CONTINUO_PER_THREAD message::Slice slice_message{};

void Put(const Members& members, message::Replicas& into) {
  for (const Member& member : members) {
    into.incarnation[into.incarnation_count++] = member.incarnation;
    into.node[into.node_count++] = member.node;
    into.role.bytes[into.role.size++] =
        static_cast<std::uint8_t>((member.founder ? 1 : 0) | (member.witness ? 2 : 0));
  }
}

void Put(const Stream& stream, message::Stream& into) {
  into = {.ssrc = stream.ssrc,
          .epoch = stream.epoch,
          .generation = stream.generation,
          .control = stream.control,
          .first_channel = stream.first_channel,
          .channels = stream.channels};
}

bool Take(const message::Replicas& from, Members& members) {
  if (from.node_count != from.incarnation_count || from.role.size != from.incarnation_count) {
    return false;
  }
  for (std::size_t i = 0; i < from.incarnation_count; ++i) {
    const std::uint8_t role = from.role.bytes[i];
    if (role > 3 || from.incarnation[i] == 0) return false;
    members.push_back({.incarnation = from.incarnation[i],
                       .node = from.node[i],
                       .founder = (role & 1) != 0,
                       .witness = (role & 2) != 0});
  }
  return true;
}

bool Take(const message::Stream& from, Stream& stream) {
  stream = {.ssrc = from.ssrc,
            .epoch = from.epoch,
            .generation = from.generation,
            .control = from.control,
            .first_channel = from.first_channel,
            .channels = from.channels};
  return stream.first_channel + stream.channels <= kMaxChannels &&
         stream.control == (stream.channels == 0);
}

bool IsExtent(PacketIndex first, PacketIndex end) {
  return wire::IsMediaTime(first) && first >= 0 && end >= first;
}

// Whoever takes a field says what is wrong with it.
class SliceReader {
 public:
  explicit SliceReader(const message::Slice& from) : from_(from) {}

  const char* Read(Slice& slice) {
    slice.version = from_.version;
    slice.node = from_.node;
    slice.self = from_.self;
    slice.quantum = from_.quantum;
    slice.promise = from_.promise;
    slice.silence = from_.silence;
    slice.repair_after = from_.repair_after;
    slice.hold = from_.hold;
    for (const Frames span : {slice.promise, slice.silence, slice.repair_after, slice.hold}) {
      if (span > kLongest) return "a time of the protocol: 0 to 60 s";
    }
    if (!IsQuantum(slice.quantum)) return "quantum: 6, 12, 16, 32, 48, 64 or 96 samples";
    if (slice.promise < slice.quantum || slice.silence < slice.quantum) {
      return "promise and silence: at least a quantum";
    }
    if (!mcu::Take(from_.session, slice.session)) return "session: a segment of the timeline";
    if (const char* wrong = ReadTask(slice.task)) return wrong;
    if (const char* wrong = ReadReplica(slice)) return wrong;
    if (const char* wrong = ReadStreams(slice)) return wrong;
    return CheckWiring(slice);
  }

 private:
  static constexpr Frames kLongest = 60 * kSampleRate;

  bool ReadWires(dsp::TaskDescription& task) const {
    for (std::size_t i = 0; i < from_.wires_count; ++i) {
      const continuo_v1_mcu_Wire& wire = from_.wires[i];
      if (!wire::IsMediaTime(wire.begins) || !wire::IsMediaTime(wire.ends)) return false;
      if (wire.delay > dsp::kMaxWireDelay) return false;
      task.wires.push_back({.from = wire.from,
                            .port = wire.port,
                            .begins = wire.begins,
                            .ends = wire.ends,
                            .delay = wire.delay});
    }
    return true;
  }

  const char* ReadTask(dsp::TaskDescription& task) {
    task.id = from_.task;
    TakeText(from_.task_name, task.name);
    TakeText(from_.task_kind, task.kind);
    task.channels = from_.channels;
    task.input_ports = from_.input_ports;
    if (!ReadWires(task)) return "task wires: dates within media time, delays up to 8192 samples";
    if (from_.param_index_count != from_.param_value_count) {
      return "task parameters: as many values as indices";
    }
    for (std::size_t i = 0; i < from_.param_index_count; ++i) {
      task.params.push_back({.index = from_.param_index[i], .value = from_.param_value[i]});
    }
    const dsp::KernelDescription* const kernel = dsp::FindKernel(task.kind.view());
    if (kernel == nullptr) return "task kind: no kernel of this firmware";
    if (task.channels < kernel->channels_min || task.channels > kernel->channels_max) {
      return "task channels: not as many as its kernel allows";
    }
    if (task.input_ports < kernel->input_ports_min || task.input_ports > kernel->input_ports_max) {
      return "task input ports: not as many as its kernel allows";
    }
    for (const dsp::Wire& wire : task.wires) {
      if (wire.port >= task.input_ports) return "task wires: to a port that it does not have";
    }
    return nullptr;
  }

  const char* ReadReplica(Slice& slice) {
    slice.rewired = from_.rewired;
    slice.leaving = from_.leaving;
    slice.wanted = from_.wanted;
    slice.first = from_.first;
    slice.end = from_.end;
    if (!wire::IsMediaTime(slice.rewired)) return "rewired: within media time";
    if (!IsExtent(slice.first, slice.end)) return "first and end: packets of media time";
    if (!Take(from_.members, slice.members)) return "members: 1 to 6, none of incarnation 0";
    for (const Member& member : slice.members) {
      if (member.incarnation == slice.self) return nullptr;
    }
    return "members: self must be one";
  }

  const char* ReadStreams(Slice& slice) {
    slice.received.resize(from_.received_count);
    for (std::size_t i = 0; i < from_.received_count; ++i) {
      const continuo_v1_mcu_Received& from = from_.received[i];
      Received& one = slice.received[i];
      one.first = from.first;
      one.end = from.end;
      if (!Take(from.stream, one.stream) || !Take(from.producers, one.producers) ||
          one.producers.empty() || !IsExtent(one.first, one.end)) {
        return "received: at most 8 streams, each with producers";
      }
    }
    if (from_.feeds.size % 2 != 0) return "feeds: two bytes for each";
    for (std::size_t i = 0; i < from_.feeds.size; i += 2) {
      const Feed feed{.first = from_.feeds.bytes[i], .groups = from_.feeds.bytes[i + 1]};
      if (feed.groups == 0) return "feeds: at most 6, none without streams";
      slice.feeds.push_back(feed);
    }
    slice.sent.resize(from_.sent_count);
    for (std::size_t i = 0; i < from_.sent_count; ++i) {
      if (!Take(from_.sent[i], slice.sent[i])) return "sent: at most 2 channel groups";
    }
    for (std::size_t i = 0; i < from_.receivers_count; ++i) {
      slice.receivers.push_back(from_.receivers[i]);
    }
    if (from_.place_ip_count != from_.place_node_count ||
        from_.place_port_count != from_.place_node_count) {
      return "places: a node, an address and a port for each";
    }
    for (std::size_t i = 0; i < from_.place_node_count; ++i) {
      slice.places.push_back({from_.place_node[i], from_.place_ip[i], from_.place_port[i]});
    }
    return nullptr;
  }

  /// What the arithmetic of a replica relies on.
  static const char* CheckWiring(const Slice& slice) {
    if (slice.received.empty() || !slice.received[0].stream.control) {
      return "received: the first must be the conductor's";
    }
    const std::size_t most =
        wire::kMaxPayloadBytes / (sizeof(float) * static_cast<std::size_t>(slice.quantum));
    for (std::size_t i = 1; i < slice.received.size(); ++i) {
      const Stream& stream = slice.received[i].stream;
      if (stream.control || stream.channels > most) return "received: more than a packet holds";
    }
    int channels = 0;
    for (const Stream& stream : slice.sent) {
      if (stream.control || stream.channels > most) return "sent: more than a packet holds";
      if (stream.first_channel != channels) return "sent: groups in order, without gaps";
      channels += stream.channels;
    }
    if (channels != slice.task.channels) return "sent: all channels of the task";
    if (slice.feeds.size() != slice.task.wires.size()) return "feeds: one for each wire";
    for (const Feed& feed : slice.feeds) {
      if (feed.first < 1 || feed.first + feed.groups > static_cast<int>(slice.received.size())) {
        return "feeds: of streams that are received";
      }
      int heard = 0;
      for (int i = 0; i < feed.groups; ++i) {
        heard +=
            slice.received[std::size_t{feed.first} + static_cast<std::size_t>(i)].stream.channels;
      }
      if (heard != slice.task.channels) return "feeds: as many channels as the task has";
    }
    return nullptr;
  }

  const message::Slice& from_;
};

void PutTask(const dsp::TaskDescription& task, message::Slice& said) {
  said.task = task.id;
  PutText(task.name, said.task_name);
  PutText(task.kind, said.task_kind);
  said.channels = task.channels;
  said.input_ports = task.input_ports;
  for (const dsp::Wire& wire : task.wires) {
    said.wires[said.wires_count++] = {.from = wire.from,
                                      .port = wire.port,
                                      .begins = wire.begins,
                                      .ends = wire.ends,
                                      .delay = static_cast<std::uint16_t>(wire.delay)};
  }
  for (const dsp::ParamSetting& param : task.params) {
    said.param_index[said.param_index_count++] = param.index;
    said.param_value[said.param_value_count++] = param.value;
  }
}

}  // namespace

std::size_t EncodeSlice(const Slice& slice, std::span<std::uint8_t> out) {
  if (slice.task.wires.size() > kMaxSliceWires) return 0;
  message::Slice& said = slice_message;
  said = {};
  said.version = slice.version;
  said.node = slice.node;
  said.quantum = slice.quantum;
  said.promise = static_cast<std::uint32_t>(slice.promise);
  said.silence = static_cast<std::uint32_t>(slice.silence);
  said.repair_after = static_cast<std::uint32_t>(slice.repair_after);
  said.hold = static_cast<std::uint32_t>(slice.hold);
  said.has_session = true;
  Put(slice.session, said.session);
  PutTask(slice.task, said);
  said.rewired = slice.rewired;
  said.self = slice.self;
  said.leaving = slice.leaving;
  said.wanted = slice.wanted;
  said.first = slice.first;
  said.end = slice.end;
  said.has_members = true;
  Put(slice.members, said.members);
  for (const Received& received : slice.received) {
    continuo_v1_mcu_Received& into = said.received[said.received_count++];
    into.has_stream = into.has_producers = true;
    Put(received.stream, into.stream);
    Put(received.producers, into.producers);
    into.first = received.first;
    into.end = received.end;
  }
  for (const Feed& feed : slice.feeds) {
    said.feeds.bytes[said.feeds.size++] = feed.first;
    said.feeds.bytes[said.feeds.size++] = feed.groups;
  }
  for (const Stream& stream : slice.sent) Put(stream, said.sent[said.sent_count++]);
  for (const std::uint16_t node : slice.receivers) said.receivers[said.receivers_count++] = node;
  for (const Place& place : slice.places) {
    said.place_node[said.place_node_count++] = place.node;
    said.place_ip[said.place_ip_count++] = place.ip;
    said.place_port[said.place_port_count++] = place.port;
  }
  return WriteMessage(nanopb::MessageDescriptor<message::Slice>::fields(), &said, out);
}

const char* ParseSlice(std::span<const std::uint8_t> bytes, Slice& slice) {
  // In place: assigned, either would be on the stack of a board first.
  new (&slice) Slice{};
  new (&slice_message) message::Slice{};
  if (!Read(bytes, slice_message)) {
    return "its bytes: cut short, or more than 6 wires or members, 8 streams, 16 nodes, 40 params";
  }
  return SliceReader(slice_message).Read(slice);
}

}  // namespace continuo::mcu
