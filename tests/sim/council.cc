// SPDX-License-Identifier: Apache-2.0
#include "sim/council.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "coordinator/edge/store/shared_journal.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kDeafPause = Ms(2000);

/// The store, asked without a way there and back.
class DirectStore final : public coordinator::SharedStore {
 public:
  explicit DirectStore(const Etcd& etcd) : etcd_(etcd) {}
  Written Write(coordinator::Revision, std::span<const Entry>) override { return {}; }
  Confirmed Confirm(coordinator::Revision) override { return Confirmed::kUnknown; }
  Page Read(const std::string& from, const std::string& to) override {
    return etcd_.Read(from, to);
  }

 private:
  const Etcd& etcd_;
};

}  // namespace

struct Council::Seat {
  int number = 0;
  bool alive = false;
  Nanoseconds back_at = 0, asleep_until = 0;
  EtcdLine line;
  std::unique_ptr<Candidate> candidate;          // if the store is shared
  std::unique_ptr<CoordinatorProcess> reign;     // while it leads, or believes to
  coordinator::Revision guard = 0;               // of that
  std::vector<CoordinatorProcess::What> unread;  // came while it stood still
};

Council::Council(World& world, int count)
    : world_(world),
      clock_(world.calendar(), Us(100), 3000),
      disk_(world.calendar(), Dice(world.scene().seed).Fork(14)),
      etcd_(world.calendar()) {
  for (int i = 0; i < count; ++i) {
    Dice dice = Dice(world.scene().seed).Fork(40 + static_cast<std::uint64_t>(i));
    seats_.push_back(std::make_unique<Seat>(
        Seat{i, false, Ms(5 + 20 * i), 0, EtcdLine(world.calendar(), etcd_, dice), {}, {}, 0, {}}));
  }
}

Council::~Council() = default;

int Council::MachineOf(int seat) {
  return World::kCoordinatorMachine - seat;
}

// ---- time

void Council::Turn() {
  for (const auto& seat : seats_) TurnSeat(*seat);
}

void Council::TurnLife(std::uint64_t life) {
  for (const auto& seat : seats_) {
    if (seat->reign != nullptr && seat->reign->life() == life) return TurnSeat(*seat);
  }
}

void Council::TurnSeat(Seat& seat) {
  const Nanoseconds now = world_.calendar().now();
  if (!seat.alive && now >= seat.back_at) Begin(seat);
  if (!seat.alive || now < seat.asleep_until) return;
  // After a stop the loop may look at its clock before its other threads have read what came meanwhile.
  const bool loop_first = !seat.unread.empty() && world_.dice().Chance(0.5);
  if (!loop_first) Read(seat);
  if (seat.reign != nullptr && !seat.reign->Turn()) {
    if (!seat.reign->refused().empty()) return Refuse(seat);
    seat.reign->dead() ? Die(seat) : EndReign(seat);
  }
  if (seat.candidate != nullptr) seat.candidate->Turn();
  Read(seat);
}

void Council::Read(Seat& seat) {
  for (CoordinatorProcess::What& what : std::exchange(seat.unread, {})) {
    if (seat.reign != nullptr) seat.reign->Post(std::move(what));
  }
}

void Council::Begin(Seat& seat) {
  seat.alive = true;
  seat.back_at = kNever;
  world_.Trace("coordinator process " + std::to_string(seat.number + 1) + " begins");
  if (!shared()) return BeginReign(seat, 0);
  seat.candidate = std::make_unique<Candidate>(
      world_.calendar(), clock_, seat.line, "coordinator-" + std::to_string(seat.number + 1),
      Candidate::Court{[this, &seat](coordinator::Revision guard) { BeginReign(seat, guard); },
                       [this, &seat](const std::string& why) {
                         world_.Trace("coordinator process " + std::to_string(seat.number + 1) +
                                      " leads no longer: " + why);
                         if (seat.reign != nullptr) seat.reign->Stop();
                       }});
}

void Council::BeginReign(Seat& seat, coordinator::Revision guard) {
  if (seat.reign != nullptr) DropReign(seat);
  const std::uint64_t life = ++last_life_;
  world_.Trace("coordinator " + std::to_string(life) + " begins to lead, in process " +
               std::to_string(seat.number + 1));
  seat.guard = guard;
  seat.reign = std::make_unique<CoordinatorProcess>(
      world_, life, shared() ? SharedHome(seat, guard) : DiskHome(), clock_, shared());
}

// It is over, and its process goes on.
void Council::EndReign(Seat& seat) {
  const bool deaf = seat.reign->deaf();
  DropReign(seat);
  if (seat.candidate == nullptr) return;
  seat.candidate->StepDown("its reign has ended", deaf ? kDeafPause : 0);
}

void Council::DropReign(Seat& seat) {
  const CoordinatorProcess& reign = *seat.reign;
  const std::uint64_t life = reign.life();
  world_.Trace("coordinator " + std::to_string(life) + " has ended");
  // One alone may have begun anew, from a journal that was damaged.
  const bool latest = !shared() || reign.state().ledger.term >= last_ledger_.term;
  if (reign.begun() && latest) {
    last_ledger_ = reign.state().ledger;
    last_row_ = reign.row();
    compare_ = reign.exact();
    if (!compare_) world_.OnOwing();
  }
  seat.reign.reset();
  seat.unread.clear();
  world_.OnCoordinatorOver(life);
}

void Council::Die(Seat& seat) {
  world_.Trace("coordinator process " + std::to_string(seat.number + 1) + " is dead");
  seat.candidate.reset();
  seat.alive = false;
  seat.asleep_until = 0;
  if (seat.reign != nullptr) EndReign(seat);
  if (!shared() && disk_.Crash()) Forget();
  if (seat.back_at == kNever) seat.back_at = world_.calendar().now() + Ms(300);
}

// ---- journals

JournalHome Council::DiskHome() {
  return {
      [this](Blocking& process, std::string& why) { return OpenDisk(process, why); },
      [this](const coordinator::Input& input, std::size_t& row) { return disk_.Holds(input, row); },
      [this] { return disk_.rows().size(); }};
}

std::shared_ptr<coordinator::Journal> Council::OpenDisk(Blocking& process, std::string& why) {
  const bool damaged = disk_.WhatIsLeft().refused;
  const auto journal = std::make_shared<DiskJournal>(disk_, process, world_.scene().snapshot_every);
  coordinator::JournalReport report;
  why = journal->Open(rebuild_, report);
  if (!report.cut.empty()) world_.Trace(report.cut);
  for (const std::string& note : report.notes) world_.Trace(note);
  if (damaged && why.empty() && !rebuild_) {
    world_.Broken("a journal that is damaged in the middle was opened");
  } else if (!damaged && !why.empty()) {
    world_.Broken("a journal that is not damaged in the middle was refused: " + why);
  }
  rebuild_ = false;
  return why.empty() ? journal : nullptr;
}

// Somebody reads why, and does what it says.
void Council::Refuse(Seat& seat) {
  const std::string why = seat.reign->refused();
  world_.Trace("coordinator process " + std::to_string(seat.number + 1) + " ends: " + why);
  if (why.find("--rebuild") == std::string::npos) world_.Broken("no way out is told: " + why);
  rebuild_ = true;
  seat.back_at = world_.calendar().now() + kLongestToRebuild / 2;
  Die(seat);
}

// Only what is there can be known from now on, or nothing if that is refused.
void Council::Forget() {
  compare_ = false;
  world_.OnForgotten(last_ledger_, disk_.WhatIsLeft().ledger);
}

JournalHome Council::SharedHome(Seat& seat, coordinator::Revision guard) {
  return {[&seat, guard](Blocking& process, std::string&) {
            const auto store = std::make_shared<LineStore>(seat.line, process);
            Candidate* const candidate = seat.candidate.get();
            auto journal = coordinator::MakeSharedJournal(
                *store, guard, [candidate] { return candidate->Held(); });
            return std::shared_ptr<coordinator::Journal>(
                journal.release(), [store](coordinator::Journal* ended) { delete ended; });
          },
          [this](const coordinator::Input& input, std::size_t& row) { return Holds(input, row); }};
}

bool Council::Holds(const coordinator::Input& input, std::size_t& row) const {
  constexpr std::size_t kTimeAt = 16;  // in the value of a key, see shared_journal.cc
  for (std::size_t at = row;; ++at) {
    const auto found = etcd_.keys().find(coordinator::SharedJournalKey(at + 1));
    if (found == etcd_.keys().end()) return false;
    Nanoseconds time = 0;
    std::memcpy(&time, found->second.data() + kTimeAt, sizeof time);
    if (time != input.time) continue;
    row = at;
    return true;
  }
}

void Council::ForEachRow(const std::function<void(const coordinator::Input&)>& take) const {
  if (!shared()) {
    return disk_.ForEach(take);
  }
  DirectStore store(etcd_);
  const std::string wrong =
      coordinator::MakeSharedJournal(store, 0, [] { return true; })->ForEach(take);
  if (!wrong.empty()) world_.Broken("in the end the journal cannot be read: " + wrong);
}

// By the store's clock, which nobody can read. To be sure of that is what the margin is for. Of a lease that was taken
// away it cannot know: what it does then comes to nothing.
void Council::OnBatch(std::uint64_t life) {
  for (const auto& seat : seats_) {
    if (seat->candidate == nullptr || seat->reign == nullptr || seat->reign->life() != life)
      continue;
    if (etcd_.Confirm(seat->guard) == coordinator::SharedStore::Confirmed::kYes) continue;
    if (seat->guard == lost_guard_) continue;
    world_.Broken("coordinator " + std::to_string(life) + " acts though its lease has ended");
  }
}

void Council::OnReplayed(std::size_t row, const coordinator::Ledger& ledger) {
  // What was written and not taken any more comes behind it.
  if (compare_ && row >= last_row_ && ledger == last_ledger_) compare_ = false;
}

void Council::OnRecovered(const coordinator::Ledger& ledger) {
  if (!shared()) {
    coordinator::State state;
    std::size_t row = 0;
    disk_.ForEach([&](const coordinator::Input& input) {
      OnReplayed(row++, state.ledger);
      Replay(state, input);
    });
    OnReplayed(row, state.ledger);
    if (!(state.ledger == ledger)) {
      world_.Broken("what was recovered is not what the rows of the journal give");
    }
  }
  if (!std::exchange(compare_, false)) return;
  world_.Broken("a replay of the journal makes another ledger");
}

// ---- who leads

CoordinatorProcess* Council::reign(int number) const {
  const Seat& seat = *seats_[static_cast<std::size_t>(number)];
  return seat.reign != nullptr && seat.reign->attachable() ? seat.reign.get() : nullptr;
}

int Council::leading_seat() const {
  int best = -1;
  std::uint64_t term = 0;
  for (int i = 0; i < count(); ++i) {
    const CoordinatorProcess* const process = reign(i);
    if (process == nullptr || process->state().ledger.term <= term) continue;
    term = process->state().ledger.term;
    best = i;
  }
  return best;
}

CoordinatorProcess* Council::leader() const {
  const int seat = leading_seat();
  return seat < 0 ? nullptr : reign(seat);
}

bool Council::Awake(int number) const {
  const Seat& seat = *seats_[static_cast<std::size_t>(number)];
  return seat.alive && world_.calendar().now() >= seat.asleep_until;
}

bool Council::whole() const {
  if (leader() == nullptr || disk_.full() || !etcd_.available()) return false;
  for (int i = 0; i < count(); ++i) {
    if (!Awake(i) || !seats_[static_cast<std::size_t>(i)]->line.whole()) return false;
  }
  return true;
}

const coordinator::Ledger& Council::ledger() const {
  const CoordinatorProcess* const leads = leader();
  return leads != nullptr ? leads->state().ledger : last_ledger_;
}

bool Council::exact() const {
  const CoordinatorProcess* const leads = leader();
  return leads != nullptr && leads->exact() && !leads->stores();
}

void Council::Post(std::uint64_t life, CoordinatorProcess::What what) {
  for (const auto& seat : seats_) {
    if (seat->reign == nullptr || seat->reign->life() != life) continue;
    Awake(seat->number) ? seat->reign->Post(std::move(what)) : seat->unread.push_back(what);
    return;
  }
}

void Council::Look(int number, const CoordinatorProcess::OnLook& look) {
  Seat& seat = *seats_[static_cast<std::size_t>(number)];
  if (seat.reign != nullptr) seat.reign->LookLater(look);
}

void Council::Beat(int number, const coordinator::BeatHeard& beat) {
  Seat& seat = *seats_[static_cast<std::size_t>(number)];
  if (seat.reign == nullptr) return;
  Awake(number) ? seat.reign->Post(beat) : seat.unread.push_back(beat);
}

// ---- faults

bool Council::Crash(int number, std::uint64_t pick, Nanoseconds back_at, DiskFault disk) {
  Seat& seat = *seats_[static_cast<std::size_t>(number)];
  if (!seat.alive) return false;
  if (seat.reign != nullptr && seat.reign->struck()) return false;
  seat.back_at = back_at;
  disk_.Arm(disk, pick >> 10);
  if (seat.reign == nullptr) {
    Die(seat);
  } else if (disk == DiskFault::kTorn) {
    seat.reign->StrikeAfter(0, true);
  } else {
    seat.reign->StrikeAfter(static_cast<int>(pick % 5), (pick >> 8 & 1) != 0);
  }
  return true;
}

bool Council::Freeze(int number, Nanoseconds until) {
  if (!Awake(number)) return false;
  world_.Trace("coordinator process " + std::to_string(number + 1) + " stands still");
  seats_[static_cast<std::size_t>(number)]->asleep_until = until;
  return true;
}

void Council::LoseLease() {
  world_.Trace("the store loses the leader's lease");
  lost_guard_ = etcd_.LoseLease();
}

void Council::CutFromStore(int number, Nanoseconds until) {
  world_.Trace("coordinator process " + std::to_string(number + 1) + " is cut off from the store");
  seats_[static_cast<std::size_t>(number)]->line.CutUntil(until);
}

void Council::CutPower(Nanoseconds first_back, Nanoseconds last_back, Dice& dice) {
  for (const auto& seat : seats_) {
    if (seat->alive) Die(*seat);
    seat->back_at = dice.Between(first_back, last_back);
  }
  if (shared()) etcd_.Elect(dice.Between(first_back, last_back));
}

void Council::Mend() {
  disk_.FillUntil(0);
  const Nanoseconds now = world_.calendar().now();
  for (const auto& seat : seats_) {
    seat->asleep_until = 0;
    seat->line.CutUntil(0);
    // No fault comes later than what mends it.
    if (seat->alive && seat->reign != nullptr && seat->reign->struck()) Die(*seat);
    if (!seat->alive) seat->back_at = std::min(seat->back_at, now + Ms(1));
  }
}

}  // namespace continuo::sim
