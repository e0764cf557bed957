// SPDX-License-Identifier: Apache-2.0
// From the first question to the board to the end of what a Bridge can do for it.
#include <chrono>
#include <thread>

#include "agent-mcu/bridge/bridge.h"
#include "agent-mcu/bridge/core/fault_text.h"
#include "proto/transport/address_list.h"

namespace continuo::mcu {
namespace {

constexpr auto kTurn = std::chrono::milliseconds(2);

}  // namespace

Bridge::~Bridge() {
  if (link_ != nullptr) link_->Stop();
  if (server_ != nullptr) server_->Stop();
}

bool Bridge::OpenPort() {
  std::unique_ptr<transport::DatagramPort> port = options_.open(refusal_);
  if (port == nullptr) return false;
  port_ =
      std::make_unique<SealedPort>(std::move(port), options_.board, cipher_, options_.key,
                                   RandomBytes32(), [this](const std::string& text) { Say(text); });
  return true;
}

void Bridge::StandBy(const std::function<bool()>& ending) {
  bool told = false;
  while (!ending() && !core_.was_reset() && !core_.Leads(clock_.Now())) {
    Ask();
    HearBoard();
    if (!told && core_.was_heard() && !core_.report().leads) {
      told = true;
      Say("another bridge speaks for it: this one stands by");
    }
    std::this_thread::sleep_for(kTurn);
  }
}

bool Bridge::Start() {
  const Report& report = core_.report();
  Say("it is a " + std::string(report.board.view()) + ", boot " + std::to_string(report.boots));
  if (const std::string fault = FaultText(report.fault); !fault.empty()) {
    Say("its last fault: " + fault);
  }
  refusal_ = board_clock_log_.Open(options_.board_clock_log, options_.name);
  if (!refusal_.empty()) return false;
  server_ = transport::Server::Start(options_.serve_states, {state_service_.grpc()}, refusal_);
  if (server_ == nullptr) return false;
  if (!options_.beats.empty()) {
    heart_ =
        std::make_unique<agent::Heart>(agent::Heart::Options{options_.name, options_.beats, 0});
  }
  NoteHello();
  link_ = std::make_unique<agent::CoordinatorLink>(agent::CoordinatorLink::Options{
      .addresses = transport::SplitAddresses(options_.coordinator),
      .hello = [this] { return MakeHello(); },
      .received =
          [this](plan::ToAgent message) {
            const std::lock_guard lock(shared_);
            inbox_.push_back(std::move(message));
          },
      .changed = [this](bool, const std::string& why) { Say(why); }});
  link_->Start();
  if (options_.controls) controls_ = ControlDesk::Make(*options_.controls, options_.coordinator);
  return true;
}

Bridge::Over Bridge::Run(const std::function<bool()>& ending) {
  if (!OpenPort()) return Over::kFailed;
  StandBy(ending);
  if (core_.was_reset()) return Over::kReset;
  if (ending()) return Over::kEnding;
  if (!Start()) return Over::kFailed;
  while (!ending() && core_.refusal().empty() && !core_.was_reset() && core_.Leads(clock_.Now())) {
    Turn();
    std::this_thread::sleep_for(kTurn);
  }
  if (core_.was_reset()) return Over::kReset;
  if (!core_.refusal().empty()) return Over::kFailed;
  if (ending()) return Over::kEnding;
  Say(core_.report().leads ? "it is silent: this bridge speaks for it no longer"
                           : "another bridge speaks for it now");
  return Over::kNotLeads;
}

}  // namespace continuo::mcu
