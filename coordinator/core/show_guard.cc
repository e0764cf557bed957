// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_guard.h"

#include <utility>

#include "coordinator/core/show_life.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

/// "8 s", "12 min", "3 h": as exact as one remembers it.
std::string AgoText(Frames frames) {
  const Frames seconds = frames / kSampleRate;
  if (seconds < 100) return std::to_string(seconds) + " s";
  if (seconds < 100 * 60) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds / 3600) + " h";
}

std::string By(const std::string& who) {
  return who.empty() ? "" : " by " + who;
}

void Say(Ledger& ledger, const LockRequested& wanted, const std::string& text, Effects& effects) {
  effects.emplace_back(
      LogLine{Severity::kInfo, "show \"" + ledger.show.show.name + "\" " + text + By(wanted.by)});
  effects.emplace_back(
      Settle{ledger.last_command, {.text = "\"" + ledger.show.show.name + "\" is " + text}});
}

void Refuse(const Ledger& ledger, Code code, std::string text, Effects& effects) {
  effects.emplace_back(Settle{ledger.last_command, {.code = code, .text = std::move(text)}});
}

/// Which versions there are, for one who asked for another.
std::string KeptText(const ShowArchive& versions) {
  const auto& all = versions.all();
  if (all.empty()) return "no show has been played yet";
  if (all.size() == 1) return "there is only version " + std::to_string(all.front()->number);
  return "there are versions " + std::to_string(all.front()->number) + " to " +
         std::to_string(all.back()->number) + " (continuo show history)";
}

}  // namespace

std::string WhyLocked(const Ledger& ledger, Nanoseconds time) {
  const ShowLock& lock = ledger.lock;
  if (!lock.on || !IsBusy(PhaseAt(ledger, time))) return "";
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  std::string text = "the show \"" + ledger.show.show.name + "\" was locked" + By(lock.by) + " " +
                     AgoText(now - lock.n) + " ago";
  if (!lock.reason.empty()) text += " (" + lock.reason + ")";
  return text + "; nothing was changed. Unlock it with: continuo show unlock";
}

void TakeLock(Ledger& ledger, const LockRequested& wanted, Nanoseconds time, Effects& effects) {
  if (!IsBusy(PhaseAt(ledger, time))) {
    return Refuse(ledger, Code::kPrecondition,
                  "no show is playing; there is nothing to lock or unlock", effects);
  }
  if (wanted.on == ledger.lock.on) {
    std::string text = wanted.on ? WhyLocked(ledger, time)
                                 : "the show \"" + ledger.show.show.name + "\" is not locked";
    return Refuse(ledger, Code::kPrecondition, std::move(text), effects);
  }
  ledger.lock = {};
  if (wanted.on) {
    ledger.lock = {true, wanted.by, wanted.reason, plan::MediaTimeAt(ledger.media, time)};
  }
  Say(ledger, wanted, wanted.on ? "locked" : "unlocked", effects);
}

void TakeRollback(Ledger& ledger, const RollbackRequested& wanted, Nanoseconds time,
                  Effects& effects) {
  const auto& all = ledger.versions.all();
  const std::uint32_t number =
      wanted.number == 0 && all.size() > 1 ? all[all.size() - 2]->number : wanted.number;
  const ShowVersion* const found = ledger.versions.Find(number);
  if (found == nullptr) {
    const std::string which = wanted.number == 0
                                  ? "there is no earlier version"
                                  : "there is no version " + std::to_string(wanted.number);
    return Refuse(ledger, all.empty() ? Code::kPrecondition : Code::kNotFound,
                  which + "; " + KeptText(ledger.versions), effects);
  }
  const ShowVersion version = *found;  // an apply may make the archive forget it
  effects.emplace_back(LogLine{Severity::kInfo, "back to version " +
                                                    std::to_string(version.number) + " of show \"" +
                                                    version.show.name + "\"" + By(wanted.by)});
  ShowApplied applied{0, version.show, version.source, version.assets, wanted.by};
  applied.again = version.number;
  ApplyShow(ledger, applied, time, effects);
}

void Remember(Ledger& ledger, const ShowApplied& applied, MediaTime n, std::string text) {
  if (applied.again != 0) {
    text = "as version " + std::to_string(applied.again) + (text.empty() ? "" : "\n") + text;
  }
  ledger.versions.Add(
      {0, n, applied.by, std::move(text), applied.show, applied.source, applied.assets});
}

}  // namespace continuo::coordinator
