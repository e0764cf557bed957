// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dsp/base/bytes.h"
#include "dsp/base/fixed.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/replica/event_log.h"
#include "proto/replica/fellow.h"
#include "proto/replica/fence.h"
#include "proto/replica/life.h"
#include "proto/wire/control_frames.h"
#include "proto/wire/event.h"
#include "proto/wire/event_codec.h"

// How replicas of a task agree on their events without anybody who orders them.
//
// The problem. Two or three replicas compute the same packets, and an event (a gain, a stop) changes every sample from
// its date on. If one applies it and another does not, they drift apart for ever. So before a packet leaves, its
// sender must know that it holds every event of that packet, and that every fellow will apply the same ones. Order is
// free: (at, id). Only the *set* of events up to a sample must be agreed.
//
// Promise. Each replica says in every message: "from now on I take nothing new from an issuer that is dated below W."
// W only rises, and no exclusion, stall or change of mind withdraws it. Issuers must therefore be early: an event
// dated less than G ahead is refused. What a *fellow* has admitted is always adopted, whatever its date.
//
// Proof. Packet k, which ends before sample `limit`, may be computed and sent when my own promise and that of every
// live fellow reach `limit`; when I hold the whole log that each promise came with; and when each fellow has
// acknowledged all entries of mine dated below `limit`. The first two say that I lack nothing, the third that nothing
// dies with me: an event that was heard in a single packet is in every surviving log. Nothing else advances a task.
//
// Exclusion. A fellow unheard for X of *my own running periods* is gone, for ever: time in which I did not run proves
// nothing about it. Exclusions spread by union, whoever reads its own name stops at once (kEmpty), and an excluded one
// that still speaks is told. Its log, as far as I hold it, stays mine, and so do its promises: a zombie that proves a
// packet with what it knew before proves the same set as I do. If two have excluded each other, the older stays.
//
// Flush. C dies while it is spreading an event: B got it, A did not. When A and B have excluded C, a promise of B that
// was given *before* says nothing about that event. So a promise counts only if its sender has named all whom I
// exclude; after an exclusion each proof waits for one exchange. Exclusions are never taken back, so whoever has named
// someone once speaks without him ever after. I go on naming him to each fellow until it has named him, too, and
// has heard me; that keeps the lists short, and a newcomer is told of all the dead that are on record. (Origin:
// view-synchronous group communication, where members flush what they hold of the departed before they install the next
// view. The rest is our own design.)
//
// Fence. Whoever did not run for most of X may have been excluded meanwhile, by fellows that went on and have died
// since; when it then found them silent and went on alone, it would contradict what was already heard. So it wakes
// *fenced*: it computes and admits nothing until every live fellow has said, in a message that echoes one of mine sent
// after the wake-up, that I am not excluded. Why this is enough to return as if nothing had happened:
//   - Exclusions only grow. "Not now" means "never until now", so that fellow has proven nothing without me.
//   - The echo proves that it heard me awake: its count of my silence has started again, as if I had only been slow.
//   - My promise and my acknowledgements stayed true throughout: I admitted nothing and forgot nothing. I may use the
//     old promises of others likewise, and others may use mine; therefore a fenced replica goes on raising its promise,
//     adopting, acknowledging and answering. Were it mute, two that were stalled together would wait for ever.
//   - A joiner that is silent can have moved on only if a member brought it to its first packet.
//   - A fellow that died during my stall can say nothing. After X of my periods I exclude it. Could it have moved on
//     without me? Only with the consent of all it regarded as alive, since its proofs needed their messages under an
//     exclusion of me. If a fellow that is not fenced itself vouches for me, that did not happen. If all who vouch were
//     stalled as well, or nobody is left, it may have: then I play on, because the last one plays, but flagged, and I
//     give way to any fellow that somebody vouches for.
// Assumed: a running replica is heard by its running fellows at least once per X: 3/4 X for what it may oversleep
// without a fence, X/4 for the path and for lost copies. And two fellows are not deaf to each other, both ways, for X.
// If they are, both go on; receivers see the divergence, and the younger stops when they meet again. With G above X
// plus one exchange the dead are excluded before their promises run out, and no packet waits.
// Who is alone has nobody to ask and is the lineage, whatever it sleeps through; unless it has just pressed its last
// fellow out, which may have missed the news and excluded the sleeper in its turn.
//
// At the deadline (Press): a proof that is still missing is forced by excluding those who hold it up, if they are
// younger and are heard, so that they will be told. One that is silent is left to the silence limit: it may be asleep,
// and would not find out on waking. If an older one holds it up, the packet waits: this version keeps no scratch state
// from which flagged copies could be computed meanwhile.
//
// Members are the founders, and whoever a JOIN entry of this very log makes one from its date on, less the excluded and
// those that have left. So all agree on who was needed for a packet, as they agree on any event of that packet; the
// coordinator only proposes, by listing replicas in its plan (Know, Drop), and may die in any step.
//
// Joining. A *learner* is heard by all and needed by nobody: if it is silent, slow or wrong, it is dropped, and another
// incarnation tries. It listens first, to every fellow's log from some entry on, and then takes a snapshot of some
// member: the state before packet k, and those entries, not yet played, that it did not hear. A snapshot that does not
// reach to where it began to listen is refused. What is dated before k is in the state, and never counts again.
//   - Catching up (proven head): it computes a packet only when some member says that it has, in a message all of whose
//     log is here, and applies just the events that this member's log contains. Others it may have heard of, from
//     one that died and told nobody else; the members did without. Hence the marks (marks.h). It makes no promises that
//     count, admits nothing, excludes nobody, conceals nothing.
//   - Equal: at aligned packets all compute a hash of the task's state. The oldest member in sync that finds the
//     learner's hash equal to its own admits the JOIN, dated beyond its promise. One whose hash differs is never
//     admitted. Where nobody is in sync the oldest tainted one judges, and the joiner is tainted as well.
//   - Admitted: whoever holds the JOIN needs the newcomer's word from that packet on, and counts it as a holder at
//     once. The newcomer itself relies on it only when the logs of all members it knows contain it: else it might be
//     lost with the one who admitted it. Its own log begins here. What it holds from before its first packet nobody
//     adopts. If two admit it at once the earlier date counts; one who has passed over something between the two
//     excludes it.
//   - Left alone between JOIN and first packet, it cannot know how far the dead went: it waits
//     some X longer than a member would, and then plays on, flagged.
// Logs keep what a learner lacks while it is heard and there is room. One that missed something stops (cut_off).
//
// Leaving is one's own decision, and can be taken back until it is done. A leaver says so (closing) and goes on as a
// full member. It closes when enough others are in sync, are not leaving themselves, compute as members from a packet
// on that it has reached, and when every live fellow has heard a message that it sent after all that came true. Each
// step matters: one that is dead, but not excluded yet, never answers; of two that want to leave at least one hears the
// other first, and does not count it. Closed, it promises for ever, and its log is final. Fellows only need that log
// to its end; if they cannot get it any more, they exclude it like one that died.
//
// A witness is a member that computes nothing, for a task with one computing replica. It holds the log and, with its
// owner, a checkpoint; next() of it is that of the checkpoint, so all keep the log from there. When no computing member
// is left it resumes: it has acknowledged all that the dead one can have played. With a checkpoint from before it was
// a member it has not, and is flagged.
//
// Clocks of members may differ by some milliseconds: each gives and keeps promises by its own clock, and nothing
// compares two clocks. A slow clock only shortens G as others see it. An input hole that all replicas share is the
// owner's to conceal: all are tainted then, and the last one plays.

namespace continuo::replica {

/// One replica's part in the agreement of its task: its log, its promise, and what it knows of its fellows. Pure: time
/// is the media time handed in, messages are values. Fixed size (about 120 kB), no heap; owned by the audio thread.
///
/// In each period (one quantum) the owner calls Tick once, OnFellow for each message and Submit for each event that
/// came, for each of Fellows() MessageFor, and sends what it gives to every network. All that in any order, but the
/// first call after a sleep must carry the time after it. Then, `while (Proven() and the inputs are there)`:
/// EventsOfNext, compute, send, Advance. `now` is read from the clock once per wake-up, after the wake-up; it never
/// decreases. After missed periods Tick is called once, not once per period.
class Replica {
 public:
  static constexpr int kMaxEventsPerPacket = EventLog::kMaxPerPacket;

  /// From nothing, or anew with another incarnation: all that was is forgotten. Call it at `first` x quantum - G, on
  /// all members within X of each other, or at any time before: until then nobody's silence counts.
  void Start(const Config& config, MediaTime now);

  /// Once per period. A step of `now` above 3/4 X since the last call is a stall (R8). Raises the promise (R2), counts
  /// silence in own periods (R7), excludes.
  void Tick(MediaTime now) CONTINUO_REALTIME;
  /// First contact of an event from its issuer (R1). What is refused here may be admitted by a fellow.
  Admission Submit(const Event& event, MediaTime now) CONTINUO_REALTIME;
  /// A fellow's message (R3, R4, R9, R10), in any order, any number of times. Messages of other tasks, to other
  /// incarnations, or from strangers have no effect.
  void OnFellow(const wire::FellowMessage& message, MediaTime now) CONTINUO_REALTIME;
  /// The message for that fellow in this period. False if there is none to send.
  bool MessageFor(Incarnation fellow, wire::FellowMessage& out) CONTINUO_REALTIME;
  /// To whom messages go: all on record but those excluded that need not be told.
  FixedVector<Incarnation, kMaxKnown> Fellows() const CONTINUO_REALTIME;

  /// May packet `next()` be computed and sent? (R5) False while empty or fenced.
  bool Proven() const CONTINUO_REALTIME;
  /// The events of packet `next()`, in order; `out` has room for kMaxEventsPerPacket. Only after Proven().
  int EventsOfNext(std::span<Event> out) const CONTINUO_REALTIME;
  /// Packet `next()` was computed: go on to the following one. Only after Proven().
  void Advance() CONTINUO_REALTIME;
  PacketIndex next() const { return next_; }
  /// Packet `next()` is at its deadline and not proven (R6): excludes the fellows to blame that are younger than self
  /// and were heard within X/4; true if it is proven now. May be called in every period until then. Does nothing for
  /// X/2 after a wake-up or an exclusion, since then all fellows are late for a good reason.
  bool Press() CONTINUO_REALTIME;

  /// It consumed a concealed or tainted input: from now on its packets are flagged. Its log and promises stay good.
  void Taint() CONTINUO_REALTIME;

  /// R13: kCommitted if every live member holds it, kExpired if this member has proven past its date without it; kNone
  /// otherwise, also while fenced, and for events so old that they are forgotten.
  /// `at` is the date under which the issuer knows the event.
  Verdict VerdictOf(EventId id, MediaTime at) const CONTINUO_REALTIME;

  State state() const { return state_; }
  /// Members that are neither excluded nor gone, self included once it is one; 0 when empty.
  int live_members() const CONTINUO_REALTIME;
  /// Is that fellow a member on whose word self depends?
  bool Needs(Incarnation fellow) const CONTINUO_REALTIME;
  std::uint32_t evseq() const { return evseq_; }  ///< events applied so far

  // ---- joining

  /// The plan lists this replica: from now on messages go to it, and it may be admitted. Any number of times.
  void Know(Incarnation incarnation, bool witness) CONTINUO_REALTIME;
  /// The plan lists it no more: it is forgotten as soon as that harms nobody.
  void Drop(Incarnation incarnation) CONTINUO_REALTIME;

  /// Events that acted before the packet of a snapshot of which it tells, the last ones: who joins can say so when
  /// those who were there have gone, and somebody asks late (VerdictOf).
  static constexpr std::size_t kActedTold = 64;
  /// The most that Snapshot writes, bytes.
  static constexpr std::size_t kMaxSnapshotBytes =
      40 + 23 * kMaxKnown + (wire::kEventBytes + sizeof(Marks)) * EventLog::kCapacity +
      sizeof(EventId) * kActedTold;
  /// The state of the agreement before packet `next()`, for a joiner; between two packets, on a member that computes
  /// (in sync, tainted or fenced, and past joined_from()); anything else writes what Learn refuses.
  void Snapshot(ByteWriter& out) const CONTINUO_REALTIME;
  /// A joiner takes over what Snapshot wrote: next() and evseq() are the donor's, and the owner has restored the
  /// task's state likewise. False, and nothing changed, if self is not bare, the image is malformed or foreign, or the
  /// donor was behind what fellows have told self (take another, or this one later).
  bool Learn(ByteReader& in, MediaTime now) CONTINUO_REALTIME;
  /// Joins, and has no state yet.
  bool bare() const { return bare_; }
  /// Joins, and a member has forgotten what self still needed, or there was no room for it: this join fails.
  bool cut_off() const { return cut_off_; }
  /// Joins, and waits for the word of one that the plan lists no more, and that has never spoken to self: it may have
  /// left, and the others have forgotten it. This join fails; what a member gives next names it no more.
  bool deserted() const { return deserted_ > 4 * silence_periods_; }

  /// State hashes are taken where the start of next() is a multiple of this, samples.
  static constexpr Frames kHashEvery = 4800;
  /// Is a hash of the state before packet next() wanted? (Someone joins, and next() is aligned.)
  bool WantsHash() const CONTINUO_REALTIME;
  /// Equal states have equal hashes; `next` is next() at the time.
  void NoteHash(PacketIndex next, std::uint64_t hash) CONTINUO_REALTIME;
  /// Once for each joiner whose state was found to differ from ours: it will not be admitted.
  bool TakeMismatch(Incarnation& learner) CONTINUO_REALTIME;
  /// Self joins, and a member has found its state equal and admitted it. True of founders.
  bool hash_equal() const { return joined_from() != kNotYet; }
  static constexpr PacketIndex kNotYet = replica::kNotYet;
  /// First packet that self computes as a member, and that is played; kNotYet while it is not admitted. Packets
  /// below it are shadows: sent flagged as a joiner's. It may fall or rise until next() reaches it.
  PacketIndex joined_from() const { return from_; }
  /// First packet that no member is known to have computed: how far a joiner has to go.
  PacketIndex head() const CONTINUO_REALTIME;

  // ---- leaving

  /// Leaves as soon as `keep` others are in sync (and at least one) and all fellows have heard of it; state() is
  /// kClosed then. `keep` may change.
  void Retire(int keep) CONTINUO_REALTIME;
  /// Stays, if it has not left yet.
  void Stay() CONTINUO_REALTIME;
  wire::Standing standing() const { return standing_; }

  // ---- witness

  bool witness() const { return witness_; }
  /// A witness holds a checkpoint: the state before packet `next`, as some member had it.
  void Checkpointed(PacketIndex next) CONTINUO_REALTIME;
  /// A witness that is a member, and no computing member is left.
  bool ShouldResume() const CONTINUO_REALTIME;
  /// The witness has restored the checkpoint before packet `next` (next() or a later one that Checkpointed was told)
  /// and computes from now on. False, and nothing changed, if it may not.
  bool Resume(PacketIndex next, std::uint32_t evseq) CONTINUO_REALTIME;

 private:
  // Waking, hearing, excluding.
  bool Absent() const { return state_ == State::kEmpty || state_ == State::kClosed; }
  void NoticeStall(MediaTime now);
  void LeaveFence();
  int Patience() const;
  bool SpeaksAsMember(const Fellow& fellow, const wire::FellowMessage& message) const;
  bool HearsAll() const;
  PacketIndex ShownNext() const;
  /// Does self stay, though this message of `fellow` names it as excluded?
  bool Outlives(const Fellow& fellow, const wire::FellowMessage& message) const;
  void OnStranger(const wire::FellowMessage& message);
  void Merge(const wire::FellowMessage& message);
  void Recall(Fellow& fellow, const wire::FellowMessage& message);
  void Adopt(Fellow& fellow, const wire::FellowMessage& message);
  bool Take(Fellow& fellow, const Event& event);
  void Exclude(Fellow& fellow);
  std::uint32_t Unheard() const;
  void ListExcluded(const Fellow& to, wire::FellowMessage& out) const;

  // The record.
  Fellow* Find(Incarnation incarnation);
  Fellow* Record(Incarnation incarnation);
  bool IsGone(Incarnation incarnation) const;
  Marks MarkOf(const Fellow& fellow) const;
  Marks MarksOf(const wire::FellowMessage& message);
  Marks Excluded() const;
  void Settle(Fellow& excluded);
  void Sweep();
  bool Bury();
  void Erase(std::size_t place);

  // Proof.
  const Fellow* Head() const;
  Marks Agreed() const;
  std::uint32_t AckedByAll() const;
  void NoteActed();
  void ForgetPlayed();
  int LiveFellows() const;
  MediaTime StartOf(PacketIndex k) const { return k * config_.quantum; }
  PacketIndex PacketAt(MediaTime n) const { return PacketOf(n, config_.quantum); }

  // Joining.
  bool OnJoin(const Event& event);
  bool HeldByAll(const EventLog::Entry& join, PacketIndex from) const;
  void Enter();
  void Promote();
  void GoOnAlone();
  bool Judges() const;
  void Compare(Fellow& learner);
  bool Admissible(const Fellow& learner) const;
  int Rank() const;
  void AdmitLearners(MediaTime now);
  void AdmitLearner(const Fellow& learner, MediaTime now);
  struct Image;
  static bool ReadImage(ByteReader& in, Image& image);
  bool Completes(const Image& image, const Fellow& known) const;
  bool Fits(const Image& image);
  void TakeOver(const Image& image);

  bool IsDeserted() const;

  // Leaving.
  int Keepers() const;
  void CloseIfHeard();

  Config config_;
  int silence_periods_ = 0;
  State state_ = State::kEmpty;
  wire::Standing standing_ = wire::Standing::kMember;
  bool tainted_ = false;  // what state_ returns to from kFenced
  bool witness_ = false;
  bool bare_ = false;
  bool cut_off_ = false;
  int deserted_ = 0;  // periods
  PacketIndex from_ = 0;
  PacketIndex named_ =
      kNotYet;  // of one that joins: from when on the earliest JOIN makes it a member
  PacketIndex next_ = 0;
  std::uint32_t evseq_ = 0;
  PacketIndex reached_ =
      0;                   // first packet that no member, living or gone, has told it has computed
  MediaTime promise_ = 0;  // W
  MediaTime awake_ = 0;    // last Tick or wake-up
  std::uint32_t seq_ = 0;  // of the newest message sent, whoever got it
  std::int64_t calm_ = 0;  // periods since start, return, or exclusion
  std::int64_t pressed_ago_ = 0;  // periods since an exclusion by Press
  bool leaves_ = false;           // Retire was called, and not taken back
  int keep_ = 1;
  bool asked_ =
      false;  // closing, and enough others were there when message asked_seq_ had been sent
  std::uint32_t asked_seq_ = 0;
  static constexpr std::size_t kHashes = 32;
  std::array<StateHash, kHashes> hashes_{};  // the newest, in a ring
  std::size_t hashed_ = 0;
  Fence fence_;
  FixedVector<Fellow, kMaxKnown> fellows_;
  std::array<Incarnation, 32> gone_{};  // excluded, and on record no more: the newest, in a ring
  std::size_t gone_count_ = 0;
  EventLog log_;
  std::array<EventId, 512> acted_{};  // the last that acted, in a ring; 0: none
  std::size_t acted_count_ = 0;
};

}  // namespace continuo::replica
