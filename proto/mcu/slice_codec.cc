// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/bytes.h"
#include "dsp/kernels/registry.h"
#include "proto/mcu/slice.h"
#include "proto/session/segment_codec.h"
#include "proto/wire/event_codec.h"
#include "proto/wire/rtp.h"

namespace continuo::mcu {
namespace {

void WriteText(std::string_view text, ByteWriter& out) {
  out.Le(static_cast<std::uint8_t>(text.size()));
  out.Bytes(text.data(), text.size());
}

void Write(const Member& member, ByteWriter& out) {
  out.Le(member.incarnation);
  out.Le(member.node);
  out.Le(static_cast<std::uint8_t>((member.founder ? 1 : 0) | (member.witness ? 2 : 0)));
}

void Write(const Stream& stream, ByteWriter& out) {
  out.Le(stream.ssrc);
  out.Le(stream.epoch);
  out.Le(stream.generation);
  out.Le(static_cast<std::uint8_t>(stream.control ? 1 : 0));
  out.Le(stream.first_channel);
  out.Le(stream.channels);
}

void Write(const Feed& feed, ByteWriter& out) {
  out.Le(feed.first);
  out.Le(feed.groups);
}

void Write(const Place& place, ByteWriter& out) {
  out.Le(place.node);
  out.Le(place.ip);
  out.Le(place.port);
}

void Write(std::uint16_t node, ByteWriter& out) {
  out.Le(node);
}

template <typename T, std::size_t N>
void WriteAll(const FixedVector<T, N>& items, ByteWriter& out);

void Write(const Received& received, ByteWriter& out) {
  Write(received.stream, out);
  WriteAll(received.producers, out);
  out.Le(received.first);
  out.Le(received.end);
}

void Write(const dsp::Wire& wire, ByteWriter& out) {
  out.Le(wire.from);
  out.Le(wire.port);
  out.Le(wire.begins);
  out.Le(wire.ends);
  out.Le(static_cast<std::uint16_t>(wire.delay));
}

void Write(const dsp::ParamSetting& param, ByteWriter& out) {
  out.Le(param.index);
  out.F32(param.value);
}

template <typename T, std::size_t N>
void WriteAll(const FixedVector<T, N>& items, ByteWriter& out) {
  out.Le(static_cast<std::uint8_t>(items.size()));
  for (const T& item : items) Write(item, out);
}

// A reader knows what it could not read by the field that it names.
class SliceReader {
 public:
  explicit SliceReader(std::span<const std::uint8_t> bytes) : in_(bytes) {}

  const char* Read(Slice& slice) {
    slice = {};
    slice.version = in_.Le<std::uint32_t>();
    slice.node = in_.Le<std::uint16_t>();
    slice.quantum = in_.Le<std::uint8_t>();
    for (Frames* const span : {&slice.promise, &slice.silence, &slice.repair_after, &slice.hold}) {
      *span = in_.Le<std::int64_t>();
      if (*span < 0 || *span > kLongest) return "a time of the protocol: 0 to 60 s";
    }
    if (!IsQuantum(slice.quantum)) return "quantum: 6, 12, 16, 32, 48, 64 or 96 samples";
    if (slice.promise < slice.quantum || slice.silence < slice.quantum) {
      return "promise and silence: at least a quantum";
    }
    if (!session::ReadSegment(in_, slice.session)) return "session: a segment of the timeline";
    if (const char* wrong = ReadTask(slice.task)) return wrong;
    if (const char* wrong = ReadReplica(slice)) return wrong;
    if (const char* wrong = ReadStreams(slice)) return wrong;
    if (!ReadAll(slice.receivers)) return "receivers: at most 16 nodes";
    if (!ReadAll(slice.places)) return "places: at most 16 nodes";
    if (!in_.ok() || in_.left() != 0) return "its length: cut short, or bytes left over";
    return CheckWiring(slice);
  }

 private:
  static constexpr Frames kLongest = 60 * kSampleRate;

  template <std::size_t N>
  bool ReadText(FixedString<N>& text) {
    const std::size_t size = in_.Le<std::uint8_t>();
    const auto bytes = in_.View(size);
    return in_.ok() && text.Assign({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  bool ReadOne(Member& member) {
    member.incarnation = in_.Le<Incarnation>();
    member.node = in_.Le<std::uint16_t>();
    const auto bits = in_.Le<std::uint8_t>();
    member.founder = (bits & 1) != 0;
    member.witness = (bits & 2) != 0;
    return bits < 4 && member.incarnation != 0;
  }
  bool ReadOne(Stream& stream) {
    stream.ssrc = in_.Le<std::uint32_t>();
    stream.epoch = in_.Le<std::uint32_t>();
    stream.generation = in_.Le<std::uint16_t>();
    const auto control = in_.Le<std::uint8_t>();
    stream.control = control == 1;
    stream.first_channel = in_.Le<std::uint8_t>();
    stream.channels = in_.Le<std::uint8_t>();
    if (stream.first_channel + stream.channels > kMaxChannels) return false;
    return control < 2 && stream.control == (stream.channels == 0);
  }
  bool ReadOne(Received& received) {
    if (!ReadOne(received.stream) || !ReadAll(received.producers)) return false;
    return ReadExtent(received.first, received.end) && !received.producers.empty();
  }
  bool ReadOne(Feed& feed) {
    feed.first = in_.Le<std::uint8_t>();
    feed.groups = in_.Le<std::uint8_t>();
    return feed.groups > 0;
  }
  bool ReadOne(std::uint16_t& node) {
    node = in_.Le<std::uint16_t>();
    return true;
  }
  bool ReadOne(Place& place) {
    place.node = in_.Le<std::uint16_t>();
    place.ip = in_.Le<std::uint32_t>();
    place.port = in_.Le<std::uint16_t>();
    return true;
  }
  bool ReadOne(dsp::Wire& wire) {
    wire.from = in_.Le<std::uint32_t>();
    wire.port = in_.Le<std::uint8_t>();
    wire.begins = in_.Le<std::int64_t>();
    wire.ends = in_.Le<std::int64_t>();
    wire.delay = in_.Le<std::uint16_t>();
    return wire::IsMediaTime(wire.begins) && wire::IsMediaTime(wire.ends) &&
           wire.delay <= dsp::kMaxWireDelay;
  }
  bool ReadOne(dsp::ParamSetting& param) {
    param.index = in_.Le<std::uint16_t>();
    param.value = in_.F32();
    return true;
  }

  template <typename T, std::size_t N>
  bool ReadAll(FixedVector<T, N>& items) {
    const std::size_t count = in_.Le<std::uint8_t>();
    if (!in_.ok() || !items.resize(count)) return false;
    for (T& item : items) {
      if (!ReadOne(item) || !in_.ok()) return false;
    }
    return true;
  }

  bool ReadExtent(PacketIndex& first, PacketIndex& end) {
    first = in_.Le<std::int64_t>();
    end = in_.Le<std::int64_t>();
    return wire::IsMediaTime(first) && first >= 0 && end >= first;
  }

  const char* ReadTask(dsp::TaskDescription& task) {
    task.id = in_.Le<std::uint32_t>();
    if (!ReadText(task.name)) return "task name: at most 32 bytes";
    if (!ReadText(task.kind)) return "task kind: at most 32 bytes";
    task.channels = in_.Le<std::uint8_t>();
    task.input_ports = in_.Le<std::uint8_t>();
    if (!ReadAll(task.wires))
      return "task wires: dates within media time, delays up to 8192 samples, at most 32";
    if (!ReadAll(task.params)) return "task parameters: at most 40";
    if (task.wires.size() > kMaxSliceWires) return "task wires: at most 6 on a board";
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
    slice.rewired = in_.Le<std::int64_t>();
    slice.self = in_.Le<Incarnation>();
    slice.leaving = in_.Le<std::uint8_t>() != 0;
    slice.wanted = in_.Le<std::uint8_t>();
    if (!wire::IsMediaTime(slice.rewired)) return "rewired: within media time";
    if (!ReadExtent(slice.first, slice.end)) return "first and end: packets of media time";
    if (!ReadAll(slice.members)) return "members: 1 to 6, none of incarnation 0";
    for (const Member& member : slice.members) {
      if (member.incarnation == slice.self) return nullptr;
    }
    return "members: self must be one";
  }

  const char* ReadStreams(Slice& slice) {
    if (!ReadAll(slice.received)) return "received: at most 8 streams, each with producers";
    if (!ReadAll(slice.feeds)) return "feeds: at most 6, none without streams";
    if (!ReadAll(slice.sent)) return "sent: at most 2 channel groups";
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

  ByteReader in_;
};

}  // namespace

std::size_t EncodeSlice(const Slice& slice, std::span<std::uint8_t> out) {
  ByteWriter bytes(out);
  bytes.Le(slice.version);
  bytes.Le(slice.node);
  bytes.Le(slice.quantum);
  for (const Frames span : {slice.promise, slice.silence, slice.repair_after, slice.hold}) {
    bytes.Le(span);
  }
  session::WriteSegment(slice.session, bytes);
  bytes.Le(slice.task.id);
  WriteText(slice.task.name.view(), bytes);
  WriteText(slice.task.kind.view(), bytes);
  bytes.Le(slice.task.channels);
  bytes.Le(slice.task.input_ports);
  WriteAll(slice.task.wires, bytes);
  WriteAll(slice.task.params, bytes);
  bytes.Le(slice.rewired);
  bytes.Le(slice.self);
  bytes.Le(static_cast<std::uint8_t>(slice.leaving ? 1 : 0));
  bytes.Le(slice.wanted);
  bytes.Le(slice.first);
  bytes.Le(slice.end);
  WriteAll(slice.members, bytes);
  WriteAll(slice.received, bytes);
  WriteAll(slice.feeds, bytes);
  WriteAll(slice.sent, bytes);
  WriteAll(slice.receivers, bytes);
  WriteAll(slice.places, bytes);
  return bytes.ok() ? bytes.size() : 0;
}

const char* ParseSlice(std::span<const std::uint8_t> bytes, Slice& slice) {
  return SliceReader(bytes).Read(slice);
}

}  // namespace continuo::mcu
