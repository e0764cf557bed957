// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/bus/pulse.h"

#include "proto/transport/beat_socket.h"

namespace continuo::coordinator {
namespace {

constexpr int kWaitMs = 50;

}  // namespace

std::unique_ptr<Pulse> Pulse::Listen(const std::vector<std::string>& addresses, Lobby& lobby,
                                     std::string& error) {
  auto receiver = transport::BeatReceiver::Bind(addresses, error);
  if (receiver == nullptr) return nullptr;
  return std::unique_ptr<Pulse>(new Pulse(std::move(receiver), lobby));
}

Pulse::Pulse(std::unique_ptr<transport::BeatReceiver> receiver, Lobby& lobby)
    : receiver_(std::move(receiver)), lobby_(lobby), thread_([this] { Run(); }) {}

Pulse::~Pulse() {
  stop_ = true;
  thread_.join();
}

const std::vector<std::string>& Pulse::addresses() const {
  return receiver_->addresses();
}

void Pulse::Run() {
  transport::Beat beat;
  while (!stop_) {
    if (!receiver_->Receive(beat, kWaitMs)) continue;
    const std::shared_ptr<Inbox> inbox = lobby_.Enter().inbox;
    if (inbox == nullptr) continue;
    inbox->Post(BeatHeard{beat.node, static_cast<plan::Network>(beat.network)});
  }
}

}  // namespace continuo::coordinator
