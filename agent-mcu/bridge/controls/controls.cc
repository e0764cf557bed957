// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/controls.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "dsp/base/bytes.h"
#include "dsp/kernels/registry.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;
constexpr std::size_t kMostLines = 1000;  // that nobody takes

std::string NumberText(float value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

/// A text in JSON.
std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

/// The value of a reading such as "peak.1"; none: that kernel has none such.
std::optional<float> ReadingOf(const ShowView::Readings& task, const std::string& name) {
  const dsp::KernelDescription* const kernel = dsp::FindKernel(task.kind);
  if (kernel == nullptr) return std::nullopt;
  const auto per_channel = std::count_if(kernel->readings.begin(), kernel->readings.end(),
                                         [](const auto& one) { return one.per_channel; });
  const std::size_t single = kernel->readings.size() - static_cast<std::size_t>(per_channel);
  if (task.values.size() < single) return std::nullopt;
  const std::size_t channels =
      per_channel == 0 ? 1 : (task.values.size() - single) / static_cast<std::size_t>(per_channel);
  std::size_t at = 0;
  for (const dsp::ReadingDescription& reading : kernel->readings) {
    const std::size_t count = reading.per_channel ? channels : 1;
    for (std::size_t i = 0; i < count; ++i, ++at) {
      const std::string called =
          reading.per_channel ? reading.name + ("." + std::to_string(i + 1)) : reading.name;
      if (called == name && at < task.values.size()) return task.values[at];
    }
  }
  return std::nullopt;
}

std::uint8_t LampsOf(const ShowView& view, const MeterWire& meter) {
  for (const ShowView::Readings& task : view.readings) {
    if (task.task != meter.task) continue;
    const auto value = ReadingOf(task, meter.reading);
    if (!value) return 0;
    return static_cast<std::uint8_t>(std::count_if(meter.lamps.begin(), meter.lamps.end(),
                                                   [&](float lamp) { return *value >= lamp; }));
  }
  return 0;
}

}  // namespace

std::string TextOf(const OperatorWish& wish) {
  switch (wish.kind) {
    case OperatorWish::Kind::kSet:
      return wish.task + "." + wish.param + " = " + NumberText(wish.value);
    case OperatorWish::Kind::kPlay:
      return "play";
    case OperatorWish::Kind::kStop:
      return "stop";
    case OperatorWish::Kind::kTempo:
      return "tempo " + NumberText(static_cast<float>(wish.tempo_mbpm) / 1000);
    case OperatorWish::Kind::kScene:
      return "scene " + wish.scene;
    case OperatorWish::Kind::kMute:
      return "mute";
    case OperatorWish::Kind::kSound:
      return "sound";
  }
  return "";
}

Controls::Controls(Wiring wiring, std::uint64_t nonce)
    : wiring_(std::move(wiring)), nonce_(nonce) {}

void Controls::See(const ShowView& view) {
  if (!view.plays) segments_ = {};
  if (view.plays) segments_.Know(view.segments);
  meter_ = view.plays && wiring_.meter ? LampsOf(view, *wiring_.meter) : std::uint8_t{0};
  view_ = view;
}

void Controls::BeginLife(std::uint64_t life) {
  life_ = life;
  settled_ = {};
  slots_ = {};
  next_edge_ = 0;
  lost_ = 0;
}

std::vector<Controls::Ask> Controls::Hear(const PanelTold& told, MediaTime n, Nanoseconds now) {
  n_ = std::max(n_, n);
  if (told.life != life_) BeginLife(told.life);
  TakeEdges(told);
  std::vector<Ask> asks;
  for (const Move& move : told.moves) {
    Slot& slot = slots_[move.input];
    if (move.number == settled_[move.input] || slot.asked) continue;
    if (slot.move.number != move.number) {
      slot = {.move = move, .wish = {}};
      if (IsTooLate(move, n)) {
        Settle(move.input, "\"said\": \"too late to be obeyed\"");
        continue;
      }
      const auto wish = WishOf(move);
      if (!wish) {
        Settle(move.input, "\"said\": \"no command\"");
        continue;
      }
      slot.wish = *wish;
    }
    if (!MayAsk(now)) {
      held_back_ += slot.held ? 0 : 1;
      slot.held = true;
      continue;
    }
    slot.asked = true;
    asks.push_back({move.input, slot.wish});
  }
  SayHeldBack(now);
  return asks;
}

// Once a second at most: who floods shall not flood the log as well.
void Controls::SayHeldBack(Nanoseconds now) {
  if (held_back_ == said_held_back_ || now < say_at_) return;
  say_at_ = now + kSecond;
  said_held_back_ = held_back_;
  lines_.push_back("{\"held_back\": " + std::to_string(held_back_) + "}");
}

void Controls::TakeEdges(const PanelTold& told) {
  for (const Edge& edge : told.edges) {
    if (edge.number < next_edge_) continue;
    next_edge_ = edge.number + 1;
    if (lines_.size() >= kMostLines) continue;
    lines_.push_back("{\"output\": " + Quoted(OutputName(edge.output)) + ", \"edge\": " +
                     std::to_string(edge.number) + ", \"level\": " + std::to_string(edge.level) +
                     ", \"due\": " + std::to_string(edge.due) +
                     ", \"at\": " + std::to_string(edge.at) + "}");
  }
  if (told.lost == lost_) return;
  lost_ = told.lost;
  lines_.push_back("{\"lost\": " + std::to_string(lost_) + "}");
}

const Action& Controls::ActionOf(const Move& move) const {
  if (move.input < kKnobs) return wiring_.knobs[move.input];
  const Wiring::Switch& wired = wiring_.switches[move.input - kKnobs];
  return move.value != 0 ? wired.press : wired.release;
}

std::optional<OperatorWish> Controls::WishOf(const Move& move) {
  const Action& action = ActionOf(move);
  OperatorWish wish;
  ByteWriter key(wish.key);
  key.Le(life_);
  key.Le(std::uint32_t{move.input});
  key.Le(move.number);
  switch (action.kind) {
    case Action::Kind::kNone:
      return std::nullopt;
    case Action::Kind::kSet: {
      const float turned =
          move.input < kKnobs ? static_cast<float>(move.value) / float{kKnobMost} : 1.0f;
      wish.kind = OperatorWish::Kind::kSet;
      wish.task = action.task;
      wish.param = action.param;
      wish.value = turned == 1.0f ? action.to : action.from + turned * (action.to - action.from);
      return wish;
    }
    case Action::Kind::kPlay:
      wish.kind = OperatorWish::Kind::kPlay;
      return wish;
    case Action::Kind::kStop:
      wish.kind = OperatorWish::Kind::kStop;
      return wish;
    case Action::Kind::kPlayOrStop:
      wish.kind = view_.segment.playing ? OperatorWish::Kind::kStop : OperatorWish::Kind::kPlay;
      return wish;
    case Action::Kind::kTap: {
      const auto tempo = move.at != 0 ? taps_.Tap(move.at) : std::nullopt;
      if (!tempo) return std::nullopt;
      wish.kind = OperatorWish::Kind::kTempo;
      wish.tempo_mbpm = *tempo;
      return wish;
    }
    case Action::Kind::kScene:
      wish.kind = OperatorWish::Kind::kScene;
      wish.scene = action.scene;
      return wish;
    case Action::Kind::kMute:
      wish.kind = OperatorWish::Kind::kMute;
      return wish;
    case Action::Kind::kSound:
      wish.kind = OperatorWish::Kind::kSound;
      return wish;
  }
  return std::nullopt;
}

bool Controls::IsTooLate(const Move& move, MediaTime n) const {
  return move.input >= kKnobs && move.at != 0 && n != 0 && n - move.at > kTooLate;
}

// As a bucket that fills by kPerSecond: `turn_at_` is when it will be full again.
bool Controls::MayAsk(Nanoseconds now) {
  constexpr Nanoseconds kEach = kSecond / kPerSecond;
  turn_at_ = std::max(turn_at_, now);
  if (turn_at_ - now > kEach * (kAtOnce - 1)) return false;
  turn_at_ += kEach;
  return true;
}

void Controls::Answer(const Ask& asked, const OperatorAnswer& answer) {
  Slot& slot = slots_[asked.input];
  if (!slot.asked || slot.wish.key != asked.wish.key) return;  // of an earlier life
  slot.asked = false;
  if (!answer.reached) return;
  Settle(asked.input, "\"asked\": " + Quoted(TextOf(slot.wish)) +
                          ", \"committed\": " + (answer.committed ? "true" : "false") +
                          ", \"date\": " + std::to_string(answer.at) +
                          ", \"said\": " + Quoted(answer.text));
}

void Controls::Settle(std::size_t input, const std::string& outcome) {
  const Move& move = slots_[input].move;
  settled_[input] = move.number;
  if (lines_.size() >= kMostLines) return;
  lines_.push_back("{\"input\": " + Quoted(InputName(input)) + ", \"move\": " +
                   std::to_string(move.number) + ", \"value\": " + std::to_string(move.value) +
                   ", \"at\": " + std::to_string(move.at) + ", " + outcome + "}");
}

PanelWish Controls::Wish() const {
  PanelWish wish{.nonce = nonce_, .life = life_, .settled = settled_};
  wish.watched = WatchedOf(wiring_);
  wish.edges_from = next_edge_;
  if (segments_.all().empty()) return wish;
  wish.playout = std::min(view_.playout, kMostPlayout);
  wish.meter = meter_;
  // From the one on that is heard now.
  const auto& all = segments_.all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_over = i + 1 < all.size() && all[i + 1].n0 <= n_ - wish.playout;
    if (!is_over && !wish.segments.push_back(all[i])) break;
  }
  for (const auto& [on, off] : wiring_.relay) {
    const Stretch stretch{session::FromBarBeat(all.back(), on),
                          session::FromBarBeat(all.back(), off)};
    // A bar that this meter puts before the beginning, or beyond the end, is nowhere.
    if (stretch.from >= 0 && stretch.from < stretch.to && stretch.to < session::kTickLimit) {
      wish.relay.push_back(stretch);
    }
  }
  return wish;
}

std::vector<std::string> Controls::TakeLines() {
  return std::exchange(lines_, {});
}

}  // namespace continuo::mcu
