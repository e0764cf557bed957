// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/part.h"

#include <algorithm>

#include "dsp/graph/wire_gain.h"
#include "proto/session/conductor.h"
#include "proto/stream/identity.h"
#include "proto/wire/payload.h"

namespace continuo::mcu {
namespace {

constexpr int kRepairsPerBlock = 16;
/// A board's Ethernet holds some ten packets: more repairs at once would be lost like what they repair.
constexpr int kRepairsAsked = 8;
/// For a fellow's answer, lost copies included.
constexpr Frames kDoubt = FramesOfMs(20);
/// One that begins this long after the first sample cannot have its inputs any more.
constexpr Frames kTooLate = FramesOfMs(1000);

std::uint64_t LowestBits(std::uint64_t mask, int count) {
  std::uint64_t kept = 0;
  for (int i = 0; i < count && mask != 0; ++i) {
    kept |= mask & (~mask + 1);
    mask &= mask - 1;
  }
  return kept;
}

}  // namespace

const char* Part::Prepare(const Slice& slice, Arena& arena) {
  slice_ = slice;
  for (const Member& member : slice.members) {
    if (member.incarnation == slice.self) joins_ = !member.founder;
    if (member.incarnation == slice.self && member.witness) return "a board cannot be a witness";
  }
  const char* const wrong = processor_.Prepare(slice.task, {}, arena);
  if (wrong != nullptr) return wrong;
  bool fits = true;
  for (std::size_t i = 0; i < slice.received.size(); ++i) {
    fits &= inputs_[i].Prepare(slice, slice.received[i], arena) || arena.measuring();
  }
  for (std::size_t i = 0; i < slice.sent.size(); ++i) {
    const std::size_t payload = sizeof(float) * slice.sent[i].channels * slice.quantum;
    fits &= rings_[i].Prepare(SlotsOf(slice.quantum), wire::kRtpOverheadBytes + payload, arena) ||
            arena.measuring();
  }
  const std::size_t outputs = slice.task.channels;
  const std::size_t inputs = kMaxSliceWires * outputs;
  in_ = arena.Take<float*>(inputs);
  out_ = arena.Take<float*>(outputs);
  float* const samples = arena.Take<float>((inputs + outputs) * kMaxQuantum);
  if (arena.measuring()) return nullptr;
  if (!fits || arena.exhausted()) return "RAM: it does not fit this board";
  for (std::size_t i = 0; i < inputs; ++i) in_[i] = samples + i * kMaxQuantum;
  for (std::size_t i = 0; i < outputs; ++i) out_[i] = samples + (inputs + i) * kMaxQuantum;
  control_ = {};
  control_.segments.push_back(slice.session);
  started_ = caught_up_ = false;
  failure_ = "";
  behind_ = 0;
  doubts_ = false;
  unlisted_.clear();
  concealed_ = 0;
  said_ = {};
  return nullptr;
}

bool Part::MayAdopt(const Slice& slice) const {
  const auto same = [](const Received& a, const Received& b) { return a.stream == b.stream; };
  return slice.self == slice_.self && slice.task == slice_.task && slice.first == slice_.first &&
         slice.quantum == slice_.quantum && slice.sent == slice_.sent &&
         slice.feeds == slice_.feeds && slice.version >= slice_.version &&
         std::equal(slice.received.begin(), slice.received.end(), slice_.received.begin(),
                    slice_.received.end(), same);
}

void Part::Adopt(const Slice& slice) {
  const Members before = slice_.members;
  for (const Member& member : before) Meet(member.incarnation, PlaceOf(member.node));
  slice_ = slice;
  for (std::size_t i = 0; i < slice_.received.size(); ++i) inputs_[i].Adopt(slice_.received[i]);
  if (!started_) return;
  for (const Member& member : before) {
    const bool listed =
        std::find(slice_.members.begin(), slice_.members.end(), member) != slice_.members.end();
    if (!listed && NodeOf(member.incarnation) == 0) replica_.Drop(member.incarnation);
  }
  Heed();
}

void Part::Heed() {
  for (const Member& member : slice_.members) {
    if (member.incarnation != slice_.self) replica_.Know(member.incarnation, member.witness);
  }
  if (slice_.leaving) {
    replica_.Retire(slice_.wanted);
  } else {
    replica_.Stay();
  }
}

void Part::Start(MediaTime now) {
  started_ = true;
  woke_ = now;
  heard_ = std::max(now, slice_.first * slice_.quantum);
  if (!joins_ && now > slice_.first * slice_.quantum + kTooLate) {
    failure_ = "it began too late";
    return;
  }
  replica::Config config;
  config.task = slice_.task.id;
  config.self = slice_.self;
  for (const Member& member : slice_.members) {
    // A joiner learns from its fellows who of them is a member.
    const bool counts = joins_ ? member.incarnation != slice_.self : member.founder;
    if (!counts) continue;
    config.members.push_back(member.incarnation);
    if (member.witness) config.witnesses.push_back(member.incarnation);
  }
  config.quantum = slice_.quantum;
  config.first = slice_.first;
  config.promise = slice_.promise;
  config.silence = slice_.silence;
  config.joins = joins_;
  replica_.Start(config, now);
  if (joins_) StartToHear(now);
  Heed();
}

void Part::Wake(MediaTime now) {
  if (!started_) {
    if (now < slice_.first * slice_.quantum - slice_.promise) return;
    Start(now);
  }
  // What was sent during a stall is repaired; it is given time before anything is concealed.
  const Frames half = std::max<Frames>(slice_.hold, 2 * slice_.quantum);
  if (now - woke_ > half) grace_ = now + half;
  woke_ = now;
  repair_budget_ = kRepairsPerBlock;
  if (!active()) return;
  Tick(now);
  WatchJoin();
}

bool Part::Take(std::span<const std::uint8_t> datagram, MediaTime came, MediaTime now, Exit& exit) {
  if (!started_ || datagram.empty()) return false;
  const bool taken = datagram[0] == wire::kFrameNack      ? TakeNack(datagram, exit)
                     : datagram[0] == wire::kFrameFellows ? TakeFellows(datagram, now)
                                                          : TakeRtp(datagram, came);
  if (!taken) return false;
  heard_ = std::max(heard_, now);
  if (doubts_ && doubts_until_ == 0) doubts_until_ = now + kDoubt;
  return true;
}

void Part::TakeOwn(std::span<const std::uint8_t> packet, MediaTime now) {
  if (started_) TakeRtp(packet, now);
}

bool Part::TakeRtp(std::span<const std::uint8_t> datagram, MediaTime came) {
  wire::RtpPacket packet;
  if (wire::ParseRtp(datagram, packet) != wire::RtpError::kNone) return false;
  const Frames hold = joins_ && !caught_up_ ? -1 : slice_.hold;
  for (std::size_t i = 0; i < slice_.received.size(); ++i) {
    if (inputs_[i].ssrc() != packet.ssrc) continue;
    return inputs_[i].Take(packet, came, hold) != stream::Offer::kRefused;
  }
  return false;
}

bool Part::TakeNack(std::span<const std::uint8_t> datagram, Exit& exit) {
  wire::Nack nack;
  if (!wire::ParseNack(datagram, nack)) return false;
  const auto is = [&nack](const Stream& stream) { return stream.ssrc == nack.ssrc; };
  const Stream* const stream = std::find_if(slice_.sent.begin(), slice_.sent.end(), is);
  const Place* const asker = PlaceOf(nack.from_node);
  if (stream == slice_.sent.end() || asker == nullptr) return false;
  stream::SenderRing& ring = rings_[static_cast<std::size_t>(stream - slice_.sent.begin())];
  for (int bit = 0; bit < 64 && repair_budget_ > 0; ++bit) {
    if ((nack.mask >> bit & 1) == 0) continue;
    const std::span<std::uint8_t> kept = ring.Find(nack.first + bit);
    if (kept.empty()) continue;
    if (!exit.HasRoom(2, kept.size()))
      break;  // it is asked for again; fellows must not wait for it
    std::copy(kept.begin(), kept.end(), datagram_.begin());
    const std::span<std::uint8_t> again = std::span(datagram_).first(kept.size());
    wire::MarkRepair(again);
    SendTo(*asker, again, exit);
    ++said_.repairs;
    --repair_budget_;
  }
  return true;
}

void Part::Finish(MediaTime now, Exit& exit) {
  if (!active()) return;
  AskRepairs(now, exit);
  // The rings must have room for all that can come.
  const PacketIndex end = PacketOf(now + slice_.promise, slice_.quantum) + 2;
  // One that waits for a state does not know yet what it will need: all that can be kept.
  const PacketIndex next = replica_.bare() ? 0 : replica_.next();
  const PacketIndex needed = std::max(next, end - SlotsOf(slice_.quantum));
  for (std::size_t i = 0; i < slice_.received.size(); ++i) inputs_[i].Release(needed);
}

bool Part::Compute(MediaTime now, Exit& exit) {
  const PacketIndex k = replica_.next();
  if (!HasState() || k >= slice_.end || doubts_) return false;
  const bool shadows = Shadows();
  const Heard heard = HeardAt(k);
  const MediaTime deadline = (k + 1) * slice_.quantum + slice_.hold;
  const bool late = now >= std::max(deadline, grace_);
  if (heard != Heard::kClean && !late) return false;
  if (shadows && heard == Heard::kMissing) return false;
  if (!exit.HasRoom(slice_.sent.size() * slice_.receivers.size(), PacketBytes())) return false;
  if (!replica_.Proven() && !(late && !shadows && replica_.Press())) return false;
  if (heard != Heard::kClean) replica_.Taint();
  const std::uint32_t applied = Process(k);
  std::uint8_t flags = replica_.state() == replica::State::kTainted ? wire::kFlagTainted : 0;
  if (heard == Heard::kMissing) flags |= wire::kFlagConcealed;
  if (shadows) flags |= wire::kFlagJoiner;
  // While it comes from far behind, everybody has long got what it computes.
  if (!shadows || caught_up_) {
    said_.computed.Note(now - (k + 1) * slice_.quantum);
    Send(k, flags, replica_.evseq() + applied, exit);
  }
  replica_.Advance();
  HashState();
  return true;
}

bool Part::SoundsAt(PacketIndex k, std::size_t wire) const {
  return dsp::Sounds(slice_.task.wires[wire], k * slice_.quantum, slice_.quantum);
}

Part::Heard Part::HeardAt(PacketIndex k) const {
  Heard worst = Heard::kClean;
  const auto look = [&](std::size_t input) {
    stream::Selected copy;
    const Heard one = !inputs_[input].At(k, copy) ? Heard::kMissing
                      : copy.tainted              ? Heard::kTainted
                                                  : Heard::kClean;
    worst = std::max(worst, one);
  };
  look(0);
  for (std::size_t i = 0; i < slice_.feeds.size(); ++i) {
    if (!SoundsAt(k, i)) continue;
    for (int group = 0; group < slice_.feeds[i].groups; ++group) {
      look(std::size_t{slice_.feeds[i].first} + static_cast<std::size_t>(group));
    }
  }
  return worst;
}

void Part::GatherControl(PacketIndex k) {
  stream::Selected copy;
  if (inputs_[0].Use(k, copy) && session::ParseControl(copy.payload, control_)) return;
  ++concealed_;
  // No word from the conductor: the music goes on as it went.
  session::ControlQuantum on;
  on.n = k * slice_.quantum;
  on.frames = slice_.quantum;
  on.plan_version = control_.plan_version;
  on.segments.push_back(control_.segments.back());
  control_ = on;
}

void Part::GatherAudio(PacketIndex k) {
  float** channels = in_;
  for (std::size_t i = 0; i < slice_.feeds.size(); ++i) {
    if (!SoundsAt(k, i)) {
      channels += slice_.task.channels;
      continue;
    }
    const Feed& feed = slice_.feeds[i];
    for (int group = 0; group < feed.groups; ++group) {
      Input& input = inputs_[std::size_t{feed.first} + static_cast<std::size_t>(group)];
      stream::Selected copy;
      if (!input.Use(k, copy) ||
          !wire::DecodeFloat(copy.payload, input.channels(), slice_.quantum, channels)) {
        ++concealed_;
        for (int c = 0; c < input.channels(); ++c) std::fill_n(channels[c], slice_.quantum, 0.0f);
      }
      channels += input.channels();
    }
  }
}

std::uint32_t Part::Process(PacketIndex k) {
  std::array<Event, replica::Replica::kMaxEventsPerPacket> events;
  std::array<dsp::KernelEvent, replica::Replica::kMaxEventsPerPacket> params;
  std::size_t count = 0;
  const int applied = replica_.EventsOfNext(events);
  for (int i = 0; i < applied; ++i) {
    const Event& event = events[static_cast<std::size_t>(i)];
    if (event.command != Command::kParam) continue;
    params[count++] = {event.at, dsp::EventKind::kParam, event.target, event.AsFloat()};
  }
  GatherControl(k);
  GatherAudio(k);
  processor_.Process(control_, {params.data(), count}, in_, out_);
  return static_cast<std::uint32_t>(applied);
}

std::size_t Part::PacketBytes() const {
  std::size_t channels = 0;
  for (const Stream& stream : slice_.sent) {
    channels = std::max<std::size_t>(channels, static_cast<std::size_t>(stream.channels));
  }
  return wire::kRtpOverheadBytes +
         sizeof(float) * channels * static_cast<std::size_t>(slice_.quantum);
}

void Part::Send(PacketIndex k, std::uint8_t flags, std::uint32_t evseq, Exit& exit) {
  for (std::size_t i = 0; i < slice_.sent.size(); ++i) {
    const Stream& stream = slice_.sent[i];
    const std::size_t bytes =
        wire::EncodeFloat(out_ + stream.first_channel, stream.channels, slice_.quantum, datagram_);
    wire::RtpPacket packet;
    packet.ssrc = stream.ssrc;
    packet.epoch = stream.epoch;
    packet.generation = stream.generation;
    packet.incarnation = static_cast<std::uint16_t>(slice_.self);
    packet.sequence = stream::SequenceOf(k);
    packet.timestamp = stream::TimestampOf(k, slice_.quantum);
    packet.flags = flags;
    packet.evseq = evseq;
    packet.payload = std::span(datagram_).first(bytes);
    const std::span<std::uint8_t> room = rings_[i].Room(k);
    const std::size_t size = wire::EncodeRtp(packet, room);
    rings_[i].Commit(k, size);
    exit.Loop(room.first(size));
    for (const std::uint16_t node : slice_.receivers) {
      if (const Place* const place = PlaceOf(node)) SendTo(*place, room.first(size), exit);
    }
  }
}

void Part::SendTo(const Place& to, std::span<const std::uint8_t> packet, Exit& exit) {
  exit.Send(to, packet);
  ++said_.packets;
  said_.bytes += packet.size();
}

void Part::AskRepairs(MediaTime now, Exit& exit) {
  wire::Nack nack;
  for (std::size_t i = 0; i < slice_.received.size(); ++i) {
    if (!inputs_[i].Ask(PacketOf(now, slice_.quantum), now, nack)) continue;
    nack.from_node = slice_.node;
    nack.mask = LowestBits(nack.mask, kRepairsAsked);
    const std::size_t bytes = wire::EncodeNack(nack, datagram_);
    const Members& producers = inputs_[i].producers();
    // One after the other is asked: what all send at once would not fit the controller.
    const Member& producer = producers[asked_++ % producers.size()];
    const Place* const place = PlaceOf(producer.node);
    if (place != nullptr) exit.Send(*place, std::span(datagram_).first(bytes));
  }
}

void Part::Submit(const Event& event, MediaTime now) {
  if (started_) replica_.Submit(event, now);
}

const Place* Part::PlaceOf(std::uint16_t node) const {
  const auto is = [node](const Place& place) { return place.node == node; };
  const Place* const found = std::find_if(slice_.places.begin(), slice_.places.end(), is);
  return found == slice_.places.end() || node == slice_.node ? nullptr : found;
}

std::uint16_t Part::NodeOf(Incarnation member) const {
  for (const Member& one : slice_.members) {
    if (one.incarnation == member) return one.node;
  }
  return 0;
}

}  // namespace continuo::mcu
