// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/replica.h"
#include "proto/wire/event_codec.h"

// The state of the agreement as bytes, from a member to one that joins.
//
//   {version u8, task u32, quantum u16, next i64, evseq u32, tainted u8, donor u32, from i64, log_end u32, fellows u8,
//    acted u8, entries u16}                                                                40 bytes
//   fellows times {incarnation u32, from i64, flags u8, held u32, seq u32, shown u16}      23 bytes each
//   acted times {id u64}, those that acted last before `next`, the oldest first           8 bytes each
//   entries times {event, marks u16}, dated from `next` on, by (at, id); bit i: in the log of fellow i   29 bytes each
// flags: 1 witness, 2 excluded, 4 closed. from: -1 of one that is no member. shown: the fellows that it has named as
// excluded, up to message seq.

namespace continuo::replica {
namespace {

constexpr std::uint8_t kImageVersion = 2;
constexpr std::uint8_t kWitness = 1, kExcluded = 2, kClosed = 4, kKnownFlags = 7;

std::uint8_t FlagsOf(const Fellow& f) {
  return static_cast<std::uint8_t>((f.witness ? kWitness : 0) | (f.excluded ? kExcluded : 0) |
                                   (f.Closed() ? kClosed : 0));
}

void WriteFrom(PacketIndex from, ByteWriter& out) {
  out.Le(from == kNotYet ? PacketIndex{-1} : from);
}

bool ReadFrom(ByteReader& in, PacketIndex& from) {
  from = in.Le<PacketIndex>();
  const bool good = from >= -1 && wire::IsMediaTime(from);
  if (from < 0) from = kNotYet;
  return good;
}

}  // namespace

struct Replica::Image {
  struct Member {
    Incarnation incarnation = 0;
    PacketIndex from = kNotYet;
    std::uint8_t flags = 0;
    std::uint32_t held = 0;
    std::uint32_t seq = 0;
    Marks shown = 0;

    bool Has(std::uint8_t flag) const { return (flags & flag) != 0; }
  };

  std::uint32_t task = 0;
  int quantum = 0;
  PacketIndex next = 0;
  std::uint32_t evseq = 0;
  bool tainted = false;
  Incarnation donor = 0;
  PacketIndex from = 0;
  std::uint32_t log_end = 0;
  FixedVector<Member, kMaxKnown> fellows;
  FixedVector<EventId, kActedTold> acted;
  std::size_t count = 0;  // of the entries
  ByteReader entries{{}};

  bool ReadFellows(ByteReader& in, std::size_t known);
};

void Replica::Snapshot(ByteWriter& out) const {
  const bool computes = !Absent() && state_ != State::kLearning && !witness_;
  out.Le<std::uint8_t>(computes ? kImageVersion : 0);
  if (!computes) return;
  const MediaTime start = StartOf(next_);
  const auto first = std::find_if(log_.entries().begin(), log_.entries().end(),
                                  [start](const auto& e) { return e.event.at >= start; });
  out.Le(config_.task);
  out.Le(static_cast<std::uint16_t>(config_.quantum));
  out.Le(next_);
  out.Le(evseq_);
  out.Le<std::uint8_t>(tainted_ ? 1 : 0);
  out.Le(config_.self);
  WriteFrom(from_, out);
  out.Le(log_.end());
  out.Le(static_cast<std::uint8_t>(fellows_.size()));
  const std::size_t acted = std::min(acted_count_, kActedTold);
  out.Le(static_cast<std::uint8_t>(acted));
  out.Le(static_cast<std::uint16_t>(log_.entries().end() - first));
  for (const Fellow& f : fellows_) {
    out.Le(f.incarnation);
    WriteFrom(f.from, out);
    out.Le(FlagsOf(f));
    out.Le(f.held);
    out.Le(f.seq);
    out.Le(f.shown);
  }
  for (std::size_t i = acted_count_ - acted; i != acted_count_; ++i) {
    out.Le(acted_[i % acted_.size()]);
  }
  for (auto e = first; e != log_.entries().end(); ++e) {
    wire::WriteEvent(e->event, out);
    out.Le(e->marks);
  }
}

bool Replica::Image::ReadFellows(ByteReader& in, std::size_t known) {
  for (std::size_t i = 0; i < known; ++i) {
    Member f;
    f.incarnation = in.Le<Incarnation>();
    const bool begins = ReadFrom(in, f.from);
    f.flags = in.Le<std::uint8_t>();
    f.held = in.Le<std::uint32_t>();
    f.seq = in.Le<std::uint32_t>();
    f.shown = in.Le<Marks>();
    const bool twice = std::any_of(fellows.begin(), fellows.end(), [&](const Member& other) {
      return other.incarnation == f.incarnation;
    });
    const bool in_range = f.flags <= kKnownFlags && (f.shown >> known) == 0;
    if (!in.ok() || !begins || !in_range || twice || !fellows.push_back(f)) return false;
  }
  return true;
}

namespace {

// In their order, none before `start`, each in the logs of known fellows.
bool AreEntries(ByteReader& in, std::size_t count, MediaTime start, std::size_t fellows) {
  Event last;
  for (std::size_t i = 0; i < count; ++i) {
    Event event;
    if (!wire::ReadEvent(in, event) || event.at < start) return false;
    if (i != 0 && !Before(last, event)) return false;
    if ((in.Le<Marks>() >> fellows) != 0) return false;
    last = event;
  }
  return in.ok();
}

}  // namespace

bool Replica::ReadImage(ByteReader& in, Image& image) {
  if (in.Le<std::uint8_t>() != kImageVersion) return false;
  image.task = in.Le<std::uint32_t>();
  image.quantum = in.Le<std::uint16_t>();
  image.next = in.Le<PacketIndex>();
  image.evseq = in.Le<std::uint32_t>();
  const auto tainted = in.Le<std::uint8_t>();
  image.tainted = tainted == 1;
  image.donor = in.Le<Incarnation>();
  const bool from = ReadFrom(in, image.from);
  image.log_end = in.Le<std::uint32_t>();
  const std::size_t fellows = in.Le<std::uint8_t>();
  const std::size_t acted = in.Le<std::uint8_t>();
  image.count = in.Le<std::uint16_t>();
  if (!in.ok() || tainted > 1 || !from || image.from > image.next) return false;
  // The date of the packet must be a media time, too.
  if (image.next < 0 || image.quantum < 1 || image.next >= kMediaTimeLimit / image.quantum)
    return false;
  if (fellows > kMaxKnown || acted > kActedTold || image.count > EventLog::kCapacity) return false;
  if (!image.ReadFellows(in, fellows)) return false;
  for (std::size_t i = 0; i < acted; ++i) image.acted.push_back(in.Le<EventId>());
  image.entries = in;
  return AreEntries(in, image.count, image.next * image.quantum, fellows);
}

// Does the image contain what self has not heard of that fellow's log, because it began to listen too late?
bool Replica::Completes(const Image& image, const Fellow& known) const {
  if (!known.begun) return true;
  if (known.incarnation == image.donor) return image.log_end >= known.base;
  for (const Image::Member& f : image.fellows) {
    if (f.incarnation != known.incarnation) continue;
    return f.held >= known.base || f.Has(kExcluded) || f.Has(kClosed);
  }
  return known.base == 0;
}

// May self begin with it?
bool Replica::Fits(const Image& image) {
  if (image.task != config_.task || image.quantum != config_.quantum) return false;
  if (image.donor == config_.self || IsGone(image.donor)) return false;
  std::size_t strangers = Find(image.donor) == nullptr ? 1 : 0;
  for (const Image::Member& f : image.fellows) {
    if (f.incarnation == image.donor) return false;
    if (f.incarnation == config_.self) {
      if (f.flags != 0 && f.flags != kWitness) return false;
    } else if (Find(f.incarnation) == nullptr) {
      ++strangers;
    }
  }
  for (const Fellow& known : fellows_) {
    if (!Completes(image, known)) return false;
  }
  std::size_t fresh = 0;
  ByteReader entries = image.entries;
  for (std::size_t i = 0; i < image.count; ++i) {
    Event event;
    wire::ReadEvent(entries, event);
    entries.Le<Marks>();
    fresh += !log_.Holds(event.id);
    if (event.command != Command::kJoin) continue;
    const auto joiner = static_cast<Incarnation>(event.value);
    // One that the record names as well is counted twice; that does no harm.
    if (joiner != config_.self && Find(joiner) == nullptr) ++strangers;
  }
  return fellows_.size() + strangers <= kMaxKnown && log_.live() + fresh <= EventLog::kCapacity;
}

void Replica::TakeOver(const Image& image) {
  next_ = image.next;
  evseq_ = image.evseq;
  tainted_ |= image.tainted;
  bare_ = false;
  log_.KnowsNothingBefore(StartOf(next_));
  for (const EventId id : image.acted) acted_[acted_count_++ % acted_.size()] = id;
  const auto meet = [](Fellow& f, PacketIndex from, std::uint32_t held) {
    f.from = std::min(f.from, from);
    f.held = std::max(f.held, held);
    f.begun = true;
  };
  Fellow& donor = *Record(image.donor);
  meet(donor, image.from, image.log_end);
  std::array<Marks, kMaxKnown> places{};
  for (std::size_t i = 0; i < image.fellows.size(); ++i) {
    const Image::Member& f = image.fellows[i];
    if (f.incarnation == config_.self) continue;
    if (Record(f.incarnation) == nullptr) continue;  // excluded, and forgotten already
    Fellow& fellow = *Find(f.incarnation);
    places[i] = MarkOf(fellow);
    if (f.from == kNotYet && !f.Has(kExcluded)) continue;
    meet(fellow, f.from, f.held);
    if (fellow.seq == 0) fellow.witness = f.Has(kWitness);
    if (f.Has(kClosed)) fellow.standing = wire::Standing::kClosed;
    if (f.Has(kExcluded)) Exclude(fellow);
  }
  const auto here = [&places](Marks marks) {  // the same fellows by their places on my record
    Marks mine = 0;
    for (std::size_t place = 0; place < places.size(); ++place) {
      if ((marks >> place & 1) != 0) mine |= places[place];
    }
    return mine;
  };
  for (const Image::Member& f : image.fellows) {
    Fellow* fellow = Find(f.incarnation);
    if (fellow == nullptr) continue;
    fellow->shown_before = here(f.shown);
    fellow->shown_seq = f.seq;
    fellow->TakeShown();
    fellow->shown_at = seq_;
  }
  ByteReader entries = image.entries;
  for (std::size_t i = 0; i < image.count; ++i) {
    Event event;
    wire::ReadEvent(entries, event);
    const Marks marks = MarkOf(donor) | here(entries.Le<Marks>());
    if (log_.Mark(event.id, marks)) continue;
    if (event.command == Command::kJoin) OnJoin(event);
    log_.Append(event, marks);
  }
}

bool Replica::Learn(ByteReader& in, MediaTime now) {
  Image image;
  if (!bare_ || state_ != State::kLearning || cut_off_ || !ReadImage(in, image) || !Fits(image))
    return false;
  NoticeStall(now);
  TakeOver(image);
  Enter();
  return true;
}

}  // namespace continuo::replica
