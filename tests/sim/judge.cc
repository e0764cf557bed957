// SPDX-License-Identifier: Apache-2.0
#include "sim/judge.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>

#include "coordinator/core/command_text.h"
#include "coordinator/core/commands.h"
#include "coordinator/core/events.h"
#include "proto/plan/routes.h"
#include "sim/truth.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

/// Commands whose outcome nobody knows may have happened or not. Of those before a difference so many are tried, the
/// latest first.
constexpr int kTried = 6;
/// Two machines' clocks differ by less, and a quantum is played when its machine wakes.
constexpr Nanoseconds kClocks = Ms(5);

class Judgement {
 public:
  explicit Judgement(World& world) : world_(world), ledger_(world.ledger()), plan_(ledger_.plan) {}

  void Pass() {
    // Who kills all that tell of a task makes a plan that only they know impossible to put together.
    const bool waits = plan_.version == 0 || !ledger_.held_parts.parts.empty();
    // Or the operator did not wait, and applied another.
    const bool is_another = world_.start_n() != 0 && plan_.start_n > world_.start_n();
    if (((waits && world_.start_n() != 0) || is_another) && world_.scene().reckless) return;
    if (plan_.start_n != world_.start_n() && !ledger_.lost) {
      world_.Broken("what plays is not what the coordinators know of");
    }
    SortEvents();
    JudgeAnswers();
    JudgeOperations();
    JudgeJournal();
    RememberForgotten();
    JudgeWire();
    Wrong wrong = Against(committed_);
    while (!wrong.text.empty() && Explain(wrong)) {
    }
    if (!wrong.text.empty()) world_.Broken(wrong.text);
  }

  void PassAfterPowerCut() {
    const Outcome before = world_.outcome();
    SortEvents();
    JudgeWire();
    Wrong wrong = Against(committed_);
    while (!wrong.text.empty() && Explain(wrong)) {
    }
    Outcome& outcome = world_.outcome();
    if (wrong.text.empty() && outcome.foh == 0) wrong.text = "nothing is heard";
    if (!wrong.text.empty()) world_.Broken("after the power cut: " + wrong.text);
    outcome.packets += before.packets;
    outcome.foh += before.foh;
    outcome.acknowledged = before.acknowledged;
  }

 private:
  // ---- what was promised

  /// What was said of it when nobody listened any more is true, too: whoever heard it may have been killed before it
  /// could be told. Only a reckless scene may leave a command without an answer.
  Verdict VerdictOn(const coordinator::EventRecord& record) const {
    if (record.verdict != Verdict::kNone || !world_.scene().reckless) return record.verdict;
    return world_.SaidOf(record.event.id).value_or(Verdict::kNone);
  }

  void SortEvents() {
    for (const coordinator::EventRecord& record : ledger_.events) {
      // Two that excluded each other have gone on apart; the older one's word stands, whoever said it first.
      if (record.disputed && !world_.scene().reckless)
        world_.Broken("two verdicts on " + record.text);
      if (record.disputed) {
        open_.push_back({record.task, record.event});
        continue;
      }
      const Verdict verdict = VerdictOn(record);
      if (verdict == Verdict::kCommitted) committed_.push_back({record.task, record.event});
      if (verdict == Verdict::kExpired) ++world_.outcome().expired;
      if (verdict == Verdict::kNone) open_.push_back({record.task, record.event});
    }
    std::ranges::stable_sort(open_, {}, [](const dsp::TaskEvent& one) { return one.event.at; });
    world_.outcome().acknowledged = static_cast<int>(committed_.size());
  }

  /// What only rows told that a disk has lost was heard all the same.
  void RememberForgotten() {
    for (const coordinator::EventRecord& record : world_.forgotten()) {
      if (FindEvent(ledger_, record.event.id) != nullptr) continue;
      // What was said of it when nobody listened any more is true, too.
      const Verdict verdict = record.verdict == Verdict::kNone
                                  ? world_.SaidOf(record.event.id).value_or(Verdict::kNone)
                                  : record.verdict;
      const bool heard = verdict == Verdict::kCommitted && !record.disputed;
      if (verdict == Verdict::kExpired && !record.disputed) continue;
      (heard ? committed_ : open_).push_back({record.task, record.event});
    }
    std::ranges::stable_sort(open_, {}, [](const dsp::TaskEvent& one) { return one.event.at; });
  }

  /// It waits for a place, and operators have left none.
  bool LacksNodes(const coordinator::OperationRecord& operation) const {
    const plan::Task* const task = plan::FindTask(plan_, operation.task);
    if (operation.phase != coordinator::OperationPhase::kWaiting || task == nullptr) return false;
    const std::vector<std::string>& on = world_.scene().KeptOn(task->description.name.view());
    const auto may_compute = [&on](const coordinator::NodeRecord& node) {
      const bool may =
          on.empty() ? node.hello.cores != 0 : std::ranges::find(on, node.hello.name) != on.end();
      return IsAvailable(node) && node.hello.can_compute && !node.drained && may;
    };
    return std::ranges::count_if(ledger_.nodes, may_compute) < task->wanted;
  }

  void JudgeOperations() {
    for (const coordinator::OperationRecord& operation : ledger_.operations) {
      const bool moved = operation.kind == coordinator::OperationKind::kMigrate;
      if (moved && operation.phase == coordinator::OperationPhase::kDone) ++world_.outcome().moves;
      if (HasEnded(operation.phase) || world_.scene().reckless || LacksNodes(operation)) continue;
      world_.Broken("operation " + std::to_string(operation.id) + " (" + ToString(operation.kind) +
                    ") has no verdict, it is " + ToString(operation.phase));
    }
  }

  void JudgeAnswers() {
    if (!open_.empty() && !world_.scene().reckless) {
      world_.Broken(std::to_string(open_.size()) + " commands have no verdict, event " +
                    std::to_string(open_.front().event.id & 0xffffffff) + " of task " +
                    std::to_string(open_.front().task) + " among them");
    }
    const std::string unanswered = world_.people().Unanswered();
    if (!unanswered.empty() && !world_.scene().reckless) world_.Broken(unanswered);
    world_.people().Compare(ledger_);
  }

  /// Whoever stood still, or was not there, suspects itself first.
  void JudgeCondemned(const coordinator::Ledger& ledger, const coordinator::Input& input) {
    plan::NodeId node = 0;
    if (const auto* died = std::get_if<coordinator::NodeDied>(&input.what)) node = died->node;
    if (const auto* doubted = std::get_if<coordinator::NodeDoubted>(&input.what)) {
      node = doubted->node;
    }
    if (node == 0 || world_.scene().reckless) return;
    const Nanoseconds t = world_.council().clock().TrueAt(input.time);
    if (!world_.injector().OnlyCoordinators(t)) return;
    world_.Broken(FindNode(ledger, node)->hello.name +
                  " was called dead, and only a coordinator had been away");
  }

  /// Every command was carried out once, however often it is in the journal; and that makes the ledger.
  void JudgeJournal() {
    coordinator::State state;
    std::set<coordinator::CommandKey> known;
    world_.council().ForEachRow([&](const coordinator::Input& input) {
      const coordinator::CommandKey* const key = coordinator::KeyOf(input);
      const bool again = key != nullptr && !known.insert(*key).second;
      std::optional<coordinator::Ledger> before;
      if (again) before = state.ledger;
      JudgeCondemned(state.ledger, input);
      Replay(state, input);
      if (again && !(*before == state.ledger)) {
        world_.Broken("carried out twice: " + coordinator::CommandText(input));
      }
    });
    if (world_.council().exact() && !(state.ledger == ledger_)) {
      world_.Broken("in the end a replay of the journal makes another ledger");
    }
  }

  void JudgeWire() {
    for (const WireTap::Conflict& conflict : world_.tap().conflicts()) {
      if (conflict.k >= world_.parting().from()) continue;
      world_.Broken("two values of one packet were sent unflagged: " + NameOf(conflict.ssrc) +
                    " packet " + std::to_string(conflict.k - world_.tap().first()) +
                    " by incarnations " + std::to_string(conflict.one) + " and " +
                    std::to_string(conflict.other));
      break;
    }
    if (world_.tap().epoch_steps_back() > 0) world_.Broken("an epoch went back");
  }

  // ---- what was heard

  /// The first packet that is not what it should be. No text: there is none.
  struct Wrong {
    PacketIndex k = 0;
    std::string text;
  };

  /// Did one of the open commands happen? It did if what was heard agrees with the truth for longer then.
  bool Explain(Wrong& wrong) {
    int tried = 0;
    for (std::size_t i = open_.size(); i-- > 0 && tried < kTried;) {
      if (open_[i].event.at >= plan_.start_n + (wrong.k + 1) * plan_.quantum) continue;
      ++tried;
      std::vector<dsp::TaskEvent> events = committed_;
      events.push_back(open_[i]);
      Wrong then = Against(events);
      if (!then.text.empty() && then.k <= wrong.k) continue;
      committed_ = std::move(events);
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
      wrong = std::move(then);
      return true;
    }
    return false;
  }

  Wrong Against(const std::vector<dsp::TaskEvent>& events) {
    if (plan_.tasks.empty()) return {0, "the coordinators know of no plan"};
    PacketIndex packets = 0;
    for (const plan::Task& task : plan_.tasks) {
      for (const plan::StreamSpec& spec : plan::StreamsOf(task, plan_.quantum)) {
        const WireTap::Stream* const stream = world_.tap().Find(spec.ssrc);
        if (stream == nullptr) continue;
        packets = std::max(packets, static_cast<PacketIndex>(stream->claimed.size()));
      }
    }
    const Truth truth = Render(plan_, events, packets);
    if (!truth.error.empty()) return {0, "the truth cannot be rendered: " + truth.error};
    world_.outcome().packets = 0;
    world_.outcome().foh = 0;
    Wrong first;
    const auto note = [&first](Wrong one) {
      if (!one.text.empty() && (first.text.empty() || one.k < first.k)) first = std::move(one);
    };
    for (const auto& [ssrc, digests] : truth.digests) note(JudgeStream(ssrc, digests));
    for (const Recording& recording : world_.recordings) note(JudgeRecording(recording, truth));
    return first;
  }

  Wrong JudgeStream(std::uint32_t ssrc, const std::vector<std::uint64_t>& truth) {
    const WireTap::Stream* const stream = world_.tap().Find(ssrc);
    if (stream == nullptr) return {};
    for (std::size_t k = 0; k < stream->claimed.size() && k < truth.size(); ++k) {
      if (world_.tap().first() + static_cast<PacketIndex>(k) >= world_.parting().from()) break;
      if (stream->claimed[k] == 0) continue;
      ++world_.outcome().packets;
      if (stream->claimed[k] == truth[k]) continue;
      return {static_cast<PacketIndex>(k),
              "sent unflagged, but not what the oracle renders: " + NameOf(ssrc) + " packet " +
                  std::to_string(k) + " by incarnation " + std::to_string(stream->by[k])};
    }
    return {};
  }

  Wrong JudgeRecording(const Recording& recording, const Truth& truth) {
    if (world_.scene().reckless) return {};  // it may have had nothing to play
    // What a task with one replica plays has gaps; that the rest is right is seen on the wire.
    if (!IsOfShow(recording.output)) return {};
    const auto channels = static_cast<std::size_t>(recording.channels);
    const std::size_t frames = recording.samples.size() / channels;
    const Frames offset = OffsetOf(recording.output);
    for (std::size_t f = 0; f < frames; f += static_cast<std::size_t>(plan_.quantum)) {
      const MediaTime n = recording.first_n + static_cast<MediaTime>(f) - offset;
      const std::size_t at = static_cast<std::size_t>(n - plan_.start_n) * channels;
      const std::size_t count = static_cast<std::size_t>(plan_.quantum) * channels;
      if (n < plan_.start_n || at + count > truth.output.size() ||
          (f + static_cast<std::size_t>(plan_.quantum)) > frames)
        continue;
      const bool equal = std::memcmp(&truth.output[at], &recording.samples[f * channels],
                                     count * sizeof(float)) == 0;
      world_.outcome().foh += plan_.quantum;
      if (equal || Excused(recording, n + offset)) continue;
      return {(n - plan_.start_n) / plan_.quantum,
              "output " + std::to_string(recording.output) + " on " +
                  world_.machine(recording.machine).name +
                  " is not what the oracle renders, from " +
                  std::to_string((n - plan_.start_n) * 1000 / kSampleRate) + " ms on (sample " +
                  std::to_string(n - plan_.start_n) + ")"};
    }
    return {};
  }

  bool IsOfShow(std::uint32_t id) const {
    return std::any_of(plan_.outputs.begin(), plan_.outputs.end(), [&](const plan::Output& output) {
      return output.id == id && output.from == plan_.outputs.front().from;
    });
  }

  Frames OffsetOf(std::uint32_t id) const {
    const auto it = std::ranges::find(plan_.outputs, id, &plan::Output::id);
    return it == plan_.outputs.end() ? 0 : (*it).offset;
  }

  /// The machine that should have played it stood still, or had not been there long enough to have it.
  bool Excused(const Recording& recording, MediaTime n) const {
    const Nanoseconds due = world_.TrueTimeOf(n + plan_.quantum + plan_.timing.playout);
    const auto& silences = world_.machine(recording.machine).silences;
    return std::any_of(silences.begin(), silences.end(), [due](const auto& silence) {
      return due >= silence.first - kClocks && due <= silence.second;
    });
  }

  std::string NameOf(std::uint32_t ssrc) const {
    for (const plan::Task& task : plan_.tasks) {
      for (const plan::StreamSpec& spec : plan::StreamsOf(task, plan_.quantum)) {
        if (spec.ssrc == ssrc) return std::string(task.description.name.view());
      }
    }
    return "a stream";
  }

  World& world_;
  const coordinator::Ledger& ledger_;
  const plan::Plan& plan_;
  std::vector<dsp::TaskEvent> committed_, open_;
};

}  // namespace

void Judge(World& world) {
  Judgement(world).Pass();
}

void JudgeAfterPowerCut(World& world) {
  Judgement(world).PassAfterPowerCut();
}

}  // namespace continuo::sim
