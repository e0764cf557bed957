// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/compile.h"
#include "coordinator/core/number_text.h"
#include "coordinator/core/session_view.h"
#include "coordinator/core/show_rules.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/plan.h"
#include "proto/session/tempo_map.h"
#include "proto/session/timeline.h"

namespace continuo::coordinator {
namespace {

constexpr Frames kTimingMax = 10 * kSampleRate;

constexpr Frames kLeastRepair = kSampleRate / 10'000;

std::string Milliseconds(Frames frames) {
  return ThousandthsText(frames * 1'000'000 / kSampleRate) + "ms";
}

void CheckDuration(const char* name, Frames value, Frames least, Issues& issues) {
  if (value >= least && value <= kTimingMax) return;
  issues.Error(std::string("timing.") + name,
               Milliseconds(value) + " is out of range; allowed are " + Milliseconds(least) +
                   " to " + Milliseconds(kTimingMax));
}

void CheckTiming(const Show& show, Issues& issues) {
  const plan::Timing& timing = show.timing;
  const Frames least = FramesOfMs(5);
  CheckDuration("playout", timing.playout, FramesOfMs(1), issues);
  CheckDuration("promise", timing.promise, least, issues);
  CheckDuration("silence", timing.silence, least, issues);
  CheckDuration("lead", timing.lead, least, issues);
  CheckDuration("repair_after", timing.repair_after, kLeastRepair, issues);
  if (timing.playout <= 4 * timing.repair_after) {
    issues.Error("timing.repair_after", Milliseconds(timing.repair_after) +
                                            " must be less than a quarter of the playout (" +
                                            Milliseconds(timing.playout) +
                                            "), or no repair comes in time");
  }
  if (timing.lead <= timing.promise) {
    issues.Error("timing.lead", Milliseconds(timing.lead) + " must be longer than the promise (" +
                                    Milliseconds(timing.promise) +
                                    "), or every command comes too late");
  }
  if (timing.promise <= timing.silence) {
    issues.Warning("timing.promise",
                   Milliseconds(timing.promise) + " should be longer than the silence (" +
                       Milliseconds(timing.silence) + "), or a death holds packets up");
  }
}

bool IsMeter(int num, int den) {
  return num >= 1 && num <= 32 && den >= 1 && den <= 32 && (den & (den - 1)) == 0;
}

void CheckTempo(const std::string& field, std::int64_t mbpm, Issues& issues) {
  if (mbpm >= session::kTempoMinMilliBpm && mbpm <= session::kTempoMaxMilliBpm) return;
  issues.Error(field,
               ThousandthsText(mbpm) + " is out of range; allowed are 10 to 999 beats per minute");
}

void CheckTempoChanges(const Show& show, Issues& issues) {
  if (show.tempo_changes.size() > std::size_t{session::kMaxTempoChanges}) {
    return issues.Error("tempo", std::to_string(show.tempo_changes.size() + 1) +
                                     " tempi are too many; allowed are " +
                                     std::to_string(session::kMaxTempoChanges + 1));
  }
  session::BarBeat before;
  for (std::size_t i = 0; i < show.tempo_changes.size(); ++i) {
    const TempoChange& change = show.tempo_changes[i];
    const std::string field = "tempo." + std::to_string(i + 2);  // the first is the beginning's
    CheckTempo(field + ".bpm", change.tempo_mbpm, issues);
    if (std::string wrong = WhyNotAfter(show, before, change.at); !wrong.empty()) {
      issues.Error(field + ".at", std::move(wrong));
    } else {
      before = change.at;
    }
  }
}

}  // namespace

bool HearsDevice(const ShowTask& task) {
  const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind);
  return kernel != nullptr && kernel->live;
}

int RedundancyOf(const Show& show, const ShowTask& task) {
  if (HearsDevice(task)) return 1;
  if (task.redundancy != 0) return task.redundancy;
  return task.tier == 2 ? 1 : show.redundancy;
}

int RedundancyWished(const Show& show, const ShowTask& task) {
  constexpr int kOfTierZero = 3;
  const int needed = RedundancyOf(show, task);
  return task.tier == 0 && task.redundancy == 0 && !HearsDevice(task)
             ? std::max(needed, kOfTierZero)
             : needed;
}

std::string CheckName(std::string_view name) {
  const auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  if (!name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), is_good))
    return "";
  return "\"" + std::string(name) +
         "\" is not a name; use 1 to 32 letters, digits, \"-\" and \"_\"";
}

std::string WhyNoPlace(const Show& show, const session::BarBeat& at) {
  const std::string meter = std::to_string(show.meter_num) + "/" + std::to_string(show.meter_den);
  if (at.beat > show.meter_num) {
    return ToText(at) + " is no place: a bar of " + meter + " has " +
           std::to_string(show.meter_num) + " beats";
  }
  if (const int most = 4 * 960 / show.meter_den; at.sub >= most) {
    return ToText(at) + " is no place: a beat of " + meter + " has parts 0 to " +
           std::to_string(most - 1);
  }
  return "";
}

std::string WhyNotAfter(const Show& show, const session::BarBeat& before,
                        const session::BarBeat& at) {
  if (std::string wrong = WhyNoPlace(show, at); !wrong.empty()) return wrong;
  const session::Segment first = FirstSegment(show);
  if (session::FromBarBeat(first, at) > session::FromBarBeat(first, before)) return "";
  return ToText(at) + " must be later than " + ToText(before) + ", where the one before it is";
}

void CheckHead(const Show& show, Issues& issues) {
  if (const std::string wrong = CheckName(show.name); !wrong.empty()) issues.Error("show", wrong);
  if (show.redundancy < 1 || show.redundancy > plan::kMaxRedundancy) {
    issues.Error("redundancy", std::to_string(show.redundancy) +
                                   " is out of range; allowed are 1 to " +
                                   std::to_string(plan::kMaxRedundancy) + " replicas of each task");
  }
  if (!IsQuantum(show.quantum)) {
    issues.Error("quantum",
                 std::to_string(show.quantum) +
                     " is not a quantum; allowed are 6, 12, 16, 32, 48, 64 and 96 samples");
  }
  CheckTempo("tempo", show.tempo_mbpm, issues);
  if (!IsMeter(show.meter_num, show.meter_den)) {
    issues.Error("meter", std::to_string(show.meter_num) + "/" + std::to_string(show.meter_den) +
                              " is not a meter; allowed are 1 to 32 over 1, 2, 4, 8, 16 or 32");
  } else {
    CheckTempoChanges(show, issues);
  }
  if (show.length < 0) issues.Error("length", "must not be negative");
  CheckTiming(show, issues);
}

}  // namespace continuo::coordinator
