// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/number_text.h"
#include "coordinator/core/show_rules.h"
#include "proto/plan/plan.h"
#include "proto/session/timeline.h"

namespace continuo::coordinator {
namespace {

constexpr Frames kTimingMax = 10 * kSampleRate;

std::string Milliseconds(Frames frames) {
  return std::to_string(frames * 1000 / kSampleRate) + "ms";
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
  CheckDuration("playout", timing.playout, least, issues);
  CheckDuration("promise", timing.promise, least, issues);
  CheckDuration("silence", timing.silence, least, issues);
  CheckDuration("lead", timing.lead, least, issues);
  CheckDuration("repair_after", timing.repair_after, FramesOfMs(1), issues);
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

}  // namespace

int RedundancyOf(const Show& show, const ShowTask& task) {
  if (task.redundancy != 0) return task.redundancy;
  return task.tier == 2 ? 1 : show.redundancy;
}

int RedundancyWished(const Show& show, const ShowTask& task) {
  constexpr int kOfTierZero = 3;
  const int needed = RedundancyOf(show, task);
  return task.tier == 0 && task.redundancy == 0 ? std::max(needed, kOfTierZero) : needed;
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
  if (show.tempo_mbpm < session::kTempoMinMilliBpm ||
      show.tempo_mbpm > session::kTempoMaxMilliBpm) {
    issues.Error("tempo", ThousandthsText(show.tempo_mbpm) +
                              " is out of range; allowed are 10 to 999 beats per minute");
  }
  if (!IsMeter(show.meter_num, show.meter_den)) {
    issues.Error("meter", std::to_string(show.meter_num) + "/" + std::to_string(show.meter_den) +
                              " is not a meter; allowed are 1 to 32 over 1, 2, 4, 8, 16 or 32");
  }
  if (show.length < 0) issues.Error("length", "must not be negative");
  CheckTiming(show, issues);
}

}  // namespace continuo::coordinator
