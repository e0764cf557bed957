// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/hearing_book.h"

#include <algorithm>

#include "proto/plan/routes.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

plan::BoardDelays DelaysOf(const Delays& delays) {
  if (delays.least == Delays::kNone) return {};
  return {.least = delays.least,
          .mean = delays.Mean(),
          .beyond_median = DelayWithin(delays.beyond, 500),
          .beyond_p99 = DelayWithin(delays.beyond, 990),
          .beyond_most = DelayWithin(delays.beyond, 1000)};
}

plan::BoardHearing HearingOf(const Slice& slice, const Heard& heard) {
  plan::BoardHearing hearing;
  hearing.task = slice.task.id;
  hearing.received = heard.received;
  hearing.duplicates = heard.duplicates;
  hearing.repaired = heard.repaired;
  hearing.reordered = heard.reordered;
  hearing.late = heard.late;
  hearing.lost = heard.lost;
  hearing.tainted = heard.tainted;
  hearing.nacks = heard.nacks;
  hearing.needed_after = slice.hold;
  hearing.measured = heard.margin_min != Heard::kNoMargin;
  if (hearing.measured) hearing.margin_min = heard.margin_min;
  constexpr std::uint64_t kSixteenthsPerS = std::uint64_t{16} * kSampleRate;
  hearing.jitter_us = static_cast<std::uint32_t>(heard.jitter * 1'000'000ull / kSixteenthsPerS);
  hearing.came = DelaysOf(heard.came);
  for (const Dropout& dropout : heard.dropouts) {
    hearing.dropouts.push_back(
        {.at = dropout.first * slice.quantum, .length = Frames{dropout.packets} * slice.quantum});
  }
  return hearing;
}

plan::BoardSpeech SpeechOf(const Slice& slice, const Said& said, std::uint64_t bytes_per_s) {
  return {.task = slice.task.id,
          .packets = said.packets,
          .repairs = said.repairs,
          .bytes_per_s = bytes_per_s,
          .computed = DelaysOf(said.computed)};
}

}  // namespace

void HearingBook::Rate::Count(std::uint64_t now_bytes, Nanoseconds now) {
  if (since != 0 && now - since < kSecond) return;
  if (since != 0 && now_bytes >= bytes) {
    per_s = (now_bytes - bytes) * kSecond / static_cast<std::uint64_t>(now - since);
  }
  since = now;
  bytes = now_bytes;
}

void HearingBook::Follow(const std::vector<Slice>& played, const plan::Plan& plan) {
  const auto conductor = std::find_if(plan.tasks.begin(), plan.tasks.end(), plan::IsConductor);
  conductor_ = conductor == plan.tasks.end() ? 0 : conductor->description.id;
  std::erase_if(parts_, [&played](const auto& part) {
    return std::none_of(played.begin(), played.end(),
                        [&part](const Slice& slice) { return slice.self == part.first; });
  });
  for (const Slice& slice : played) parts_[slice.self].slice = slice;
}

std::optional<HearingWish> HearingBook::Next() {
  if (parts_.empty()) return std::nullopt;
  auto part = parts_.find(asked_.first);
  ++asked_.second;
  if (part == parts_.end() ||
      asked_.second >= static_cast<int>(part->second.slice.received.size())) {
    part = parts_.upper_bound(asked_.first);
    if (part == parts_.end()) part = parts_.begin();
    asked_ = {part->first, 0};
  }
  return HearingWish{.part = asked_.first, .input = static_cast<std::uint8_t>(asked_.second)};
}

std::string HearingBook::Take(const HearingTold& told, Nanoseconds now) {
  const auto part = parts_.find(told.part);
  if (part == parts_.end() || told.inputs != part->second.slice.received.size()) return {};
  part->second.said = told.said;
  part->second.rate.Count(told.said.bytes, now);
  Input& input = part->second.inputs[told.input];
  input.heard = told.heard;
  input.rate.Count(told.heard.bytes, now);
  return Complaint(now);
}

dsp::TaskId HearingBook::SourceOf(const Slice& slice, std::uint8_t input) const {
  for (std::size_t i = 0; i < slice.feeds.size(); ++i) {
    const Feed& feed = slice.feeds[i];
    if (input >= feed.first && input < feed.first + feed.groups) return slice.task.wires[i].from;
  }
  return conductor_;
}

void HearingBook::AddTo(plan::Status& status) const {
  for (const auto& [incarnation, part] : parts_) {
    dsp::TaskId before = 0;
    std::uint8_t group = 0;
    for (const auto& [number, input] : part.inputs) {
      plan::BoardHearing& hearing =
          status.board.hears.emplace_back(HearingOf(part.slice, input.heard));
      hearing.from = SourceOf(part.slice, number);
      group = hearing.from == before ? static_cast<std::uint8_t>(group + 1) : std::uint8_t{0};
      before = hearing.from;
      hearing.group = group;
      hearing.bytes_per_s = input.rate.per_s;
      status.nacks_sent += input.heard.nacks;
    }
    if (!part.said) continue;
    status.board.says.push_back(SpeechOf(part.slice, *part.said, part.rate.per_s));
    status.nacks_answered += part.said->repairs;
  }
}

std::string HearingBook::Complaint(Nanoseconds now) {
  if (complained_ != 0 && now - complained_ < kSecond) return {};
  std::string text;
  for (auto& [incarnation, part] : parts_) {
    for (auto& [number, input] : part.inputs) {
      const std::uint32_t lost = input.heard.lost - input.complained;
      if (lost == 0 || input.heard.dropouts.size() == 0) continue;
      input.complained = input.heard.lost;
      const Dropout& last = input.heard.dropouts.back();
      text += (text.empty() ? "" : "; ") + std::string("task ") +
              std::string(part.slice.task.name.view()) + " went on without " +
              std::to_string(lost) + (lost == 1 ? " packet" : " packets") + " of input " +
              std::to_string(number) + ", the last " + std::to_string(last.packets) +
              " from n = " + std::to_string(last.first * part.slice.quantum);
    }
  }
  if (!text.empty()) complained_ = now;
  return text;
}

}  // namespace continuo::mcu
