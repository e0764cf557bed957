// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dsp/base/units.h"
#include "proto/replica/calendar.h"
#include "proto/replica/replica.h"

// A whole cluster in virtual time: nodes that wake once per period and may be killed or stopped between any two sends,
// two lossy networks, an issuer of events that crashes, one listener per task. The agreement and its wire format are
// the shipped ones; the sound is a chain of hashes, so that one wrong event changes every later packet.

namespace continuo::replica {

struct Knobs {
  int quantum = 48;
  Frames promise = 0;  ///< G
  Frames silence = 0;  ///< X
  Frames playout = 0;
};
Knobs Tight();  ///< G 40 ms, X 20 ms, as on a quiet stage network
Knobs Narrow();  ///< G 10 ms, X 30 ms, playout 26 ms: after every death packets wait for their deadline
Knobs Hasty();  ///< G 2 ms, X 30 ms, playout 8 ms: no slack that could hide a missing rule; packets come too late
Knobs Breathless();  ///< G 2 ms, X 60 ms, playout 4 ms: whoever is late is pressed out at once
Knobs Loose();       ///< G 300 ms, X 250 ms, as on a shared machine

struct Scene {
  std::uint64_t seed = 1;
  Knobs knobs;
  Frames length = FramesOfMs(5000);
  /// Faults of nodes strike whenever they like, also when no redundancy is left. What must still hold then: nothing
  /// wrong is sent unflagged.
  bool reckless = false;
  /// There is a coordinator that heals, moves and repairs; dead nodes come back empty. Clocks differ.
  bool churn = false;
  /// Whatever makes the way from an admission to its packet short: events come in bunches of more than one message can
  /// carry, dated as near as may be, all to one replica; nodes hear hardly anybody for about as long as a proof may
  /// wait; three replicas.
  bool harsh = false;
  /// The coordinator moves all the time, and changes its mind about who is to leave.
  bool fickle = false;
};

/// What the listeners, the issuer and a look into the survivors found.
struct Findings {
  // Each of these is a broken promise.
  int wrong = 0;      ///< unflagged packets that differ from what the lineage's events make
  int missing = 0;    ///< not there in time, though some replica was in sync and awake
  int diverged = 0;   ///< two unflagged copies differ
  int disagreed = 0;  ///< two replicas, dead or alive, applied different events unflagged
  int lost = 0;       ///< events called COMMITTED that were not applied
  int haunting = 0;   ///< events called EXPIRED that were applied
  int two_verdicts = 0;
  int dead_tasks = 0;  ///< nobody left in sync
  int unrestored = 0;  ///< redundancy was not back some time after the last fault
  int lonely = 0;      ///< one left, and nobody in sync was there to go on
  int lowered = 0;     ///< one left, and not as many as were wanted
  int misled = 0;  ///< a joiner that nobody had altered came to another state than a member in sync
  int unequal = 0;  ///< a joiner whose state was altered was admitted
  // How much was tested.
  int packets = 0, flagged = 0, committed = 0, expired = 0, open = 0;
  int kills = 0, stalls = 0, machine_stalls = 0, bursts = 0, downs = 0, crashes = 0;
  int fences = 0, returns = 0, emptied = 0, presses = 0;
  int starts = 0, learned = 0, refused = 0, altered = 0, mismatches = 0, joined = 0, failed = 0;
  int moves = 0, cancelled = 0, retired = 0, checkpoints = 0, resumed = 0, restarts = 0, storms = 0;

  bool Good(bool reckless) const;
  void Add(const Findings& other);
  std::string Text() const;
};

class World {
 public:
  explicit World(const Scene& scene);
  Findings Run();

 private:
  static constexpr MediaTime kNever = INT64_MAX;
  static constexpr int kListener = 8;  ///< as an address
  struct Sound {                       ///< state of a task
    PacketIndex next = 0;
    std::uint32_t evseq = 0;
    std::uint64_t state = 0;
    std::vector<std::vector<EventId>> applied;  ///< by packet
  };
  struct Seat {  ///< one replica and its sound
    int task = 0;
    int node = 0;
    Incarnation self = 0;
    Replica replica;
    bool runs = false;   ///< its process lives, and its node has heard of it
    bool lived = false;  ///< it has begun once; no incarnation lives twice
    bool listed = true;  ///< in the plan, as all below
    bool leaving = false, joins = false, witness = false;
    MediaTime since = 0;  ///< listed, or first seen as it is now
    MediaTime asks_again = 0;
    bool altered = false, grown = false;
    bool pure = false;  ///< its donor was in sync
    Sound checkpoint;
    Frames ahead = 0;     ///< computes packet k this long before its time at the earliest
    bool behind = false;  ///< it catches up, as fast as it may
    std::uint64_t state = 0;
    std::vector<std::vector<EventId>> applied;  ///< by packet, from the donor what was before
    PacketIndex clean = 0;                      ///< packets up to the last that it sent unflagged
    bool good = false;                          ///< awake, in sync and not behind
    State seen = State::kInSync;
  };
  enum class Strike { kNone, kKill, kStall };
  struct Node {
    int id = 0;
    Frames phase = 0;
    bool alive = true, asleep = false;
    MediaTime died = -kNever;  ///< the last time
    MediaTime reborn = 0;      ///< dead: its machine starts again then
    Frames skew = 0;           ///< its clock is that far ahead, and so many millionths too fast
    std::int64_t drift = 0;
    std::map<int, int> versions;  ///< of the plans that reached it, by task
    std::size_t room = 3000;      ///< messages its sockets can hold while it sleeps
    int fuse = -1;                ///< sends until the strike
    Strike strike = Strike::kNone;
    MediaTime wake = 0;
    std::vector<Seat*> seats;
    std::vector<Calendar::Action> inbox, outbox;  ///< what waits while it sleeps
  };
  struct Slot {
    bool heard = false, in_time = false, flagged = true;
    std::uint64_t sound = 0;
  };
  struct Task {
    std::vector<std::unique_ptr<Seat>> seats;
    std::vector<Slot> slots;
    PacketIndex due = 0;  ///< first packet whose deadline is not over
    int wanted = 2;
    bool witnessed = false;
    int version = 0;
    MediaTime good_since = kNever;  ///< some replica or other was good all the time since
  };
  struct Order {  ///< an event in the issuer's journal
    int task = 0;
    Event event;
    Verdict verdict = Verdict::kNone;
    MediaTime retry = 0;
  };
  struct Net {
    double loss = 0, twice = 0;
    Frames delay = 0, jitter = 0;
    MediaTime down_until = 0;
  };

  void Build();
  void Seed(Task& task, int id, const std::vector<int>& nodes);
  Config ConfigOf(int task) const;
  Node& NodeOf(const Seat& seat) { return nodes_[static_cast<std::size_t>(seat.node)]; }
  MediaTime Clock(const Node& node) const;

  // Network.
  void Fly(int from, int to, const Calendar::Action& arrive);
  void Send(Node& node, int to, Calendar::Action arrive);
  void Reach(Node& node, Calendar::Action handle);

  // Node.
  void Wake(Node& node);
  bool Press(Replica& replica);
  void Compute(Node& node, Seat& seat);
  void Talk(Node& node);
  void Watch(Node& node);
  void OnFrame(Node& node, const std::vector<std::uint8_t>& frame);
  void OnSubmit(Node& node, int task, const Event& event);

  // Coordinator, and what nodes do at its word.
  void Coordinate();
  void Look(int id);
  bool CallBack(int id);
  bool Lost(Seat& seat);
  bool Change(int id);
  void Add(int id, bool witness);
  void Publish(int id);
  void OnPlan(Node& node, int id, int version);
  void Begin(Seat& seat, const std::vector<Incarnation>& listed);
  void Drive(Node& node, Seat& seat);
  void Fetch(Node& node, Seat& seat);
  void OnImage(Seat& seat, const std::vector<std::uint8_t>& image, const Sound& sound);
  void Rebirth(Node& node);

  // Issuer.
  void Issue();
  void Place(int task, Frames lead);
  std::size_t Aim(const std::vector<std::unique_ptr<Seat>>& seats) const;
  void Distribute(Order& order);
  void OnVerdict(EventId id, Verdict verdict);

  // Faults.
  void Disturb();
  void Deafen(std::size_t from, std::size_t to);
  void Isolate();
  void StrikeNode(Node& node, Strike strike, Frames sleep);
  void FallAsleep(Node& node);
  bool MayLose(const Node& node) const;
  bool Alive(const Seat& seat) const;
  bool Plays(const Seat& seat) const;
  bool KeepsUp(const Seat& seat) const;
  void JudgeEnd(const Task& task);
  void JudgeLeave(const Seat& leaver);
  bool Settled() const;
  Frames SleepLength();

  // Listener and judgement.
  void OnPacket(int task, PacketIndex k, std::uint64_t sound, bool flagged);
  void Close(Task& task);
  void Judge(const Task& task);
  const Seat& Truth(const Task& task) const;
  bool InSync(const Seat& seat) const;
  void JudgeVerdict(const Order& order);

  Scene scene_;
  Knobs knobs_;
  Dice dice_;
  Calendar calendar_;
  Findings found_;
  std::vector<Node> nodes_;
  std::vector<Task> tasks_;
  std::array<Net, 2> nets_;
  std::array<std::array<MediaTime, 9>, 9> deaf_until_{};
  MediaTime calm_until_ = 0;          ///< no new fault before
  MediaTime pressed_ = 0, woke_ = 0;  ///< somebody, for the last time
  bool hostile_ =
      false;  ///< events come in bunches, as late as may be; whoever is struck is not heard before

  // Issuer: the journal is durable, the rest is lost in a crash.
  std::map<EventId, Order> journal_;
  std::vector<EventId> open_;
  EventId next_id_ = 1;
  MediaTime issuer_down_until_ = 0;
  int issuer_fuse_ = -1;
  bool to_all_ = true;
  Frames lead_ = 0;
  double event_rate_ = 0;  ///< per ms
  int storm_ = 0;          ///< ms that it still lasts
  MediaTime coordinator_down_until_ = 0;
};

/// The sound of a packet: what its events, and all before, have made of it.
std::uint64_t Play(std::uint64_t state, PacketIndex k, std::span<const EventId> events);

}  // namespace continuo::replica
