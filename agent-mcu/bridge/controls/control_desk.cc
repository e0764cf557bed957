// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/control_desk.h"

#include <random>

#include "proto/transport/address_list.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kLookEvery = 100'000'000, kSpeakEvery = 50'000'000;

}  // namespace

ControlDesk::ControlDesk(const ControlOptions& options, const std::string& coordinators,
                         std::uint64_t nonce)
    : controls_(options.wiring, nonce), calls_(transport::SplitAddresses(coordinators)) {
  if (!options.log.empty()) log_.open(options.log, std::ios::app);
}

std::unique_ptr<ControlDesk> ControlDesk::Make(const ControlOptions& options,
                                               const std::string& coordinators) {
  std::random_device bits;
  const std::uint64_t nonce = (std::uint64_t{bits()} << 32 | bits()) | 1;
  return std::make_unique<ControlDesk>(options, coordinators, nonce);
}

bool ControlDesk::Take(const Frame& frame, MediaTime n, Nanoseconds now) {
  PanelTold told;
  if (frame.type != FrameType::kPanelTold || !ParsePanelTold(frame.payload, told)) return false;
  for (const Controls::Ask& ask : controls_.Hear(told, n, now)) calls_.Begin(ask);
  Tell();
  return true;
}

std::size_t ControlDesk::Speak(Nanoseconds now, std::span<std::uint8_t> out) {
  if (now >= look_at_) {
    look_at_ = now + kLookEvery;
    calls_.Look();
  }
  for (const auto& [ask, answer] : calls_.TakeAnswers()) {
    controls_.Answer(ask, answer);
    speak_at_ = now;  // the next move of that input waits for it
    look_at_ = now;
  }
  for (const ShowView& view : calls_.TakeViews()) controls_.See(view);
  Tell();
  if (now < speak_at_) return 0;
  speak_at_ = now + kSpeakEvery;
  return EncodePanelWish(controls_.Wish(), out);
}

void ControlDesk::Tell() {
  for (const std::string& line : controls_.TakeLines()) log_ << line << std::endl;
}

}  // namespace continuo::mcu
