// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_device.h"

#include <utility>

#include "agent/edge/devices/device_keeper.h"
#include "agent/edge/devices/jack_client.h"

namespace continuo::agent {

class JackDevice::Server {
 public:
  Server(const JackWish& wish, const handoff::Doorbell& bell, const clock::Clock& clock,
         std::function<void(plan::Incident)> tell) {
    std::string error;
    jack_ = JackLibrary::Load(kJackLibrary, error);
    if (jack_ == nullptr) return;
    const JackClient::Wish client{.server = wish.server,
                                  .client = wish.client,
                                  .connect = wish.connect,
                                  .bell = &bell,
                                  .clock = &clock};
    keeper_ = std::make_unique<DeviceKeeper>(DeviceKeeper::Wish{
        .name = "jack:" + wish.server,
        .gone = "the JACK server '" + wish.server + "' is gone",
        .back = "the server is back",
        .manner = {.margin = wish.margin, .prompt = wish.prompt, .follow = wish.follow},
        .open = [this, client](std::string& why) { return JackClient::Open(*jack_, client, why); },
        .tell = std::move(tell)});
  }
  DeviceKeeper* keeper() const { return keeper_.get(); }

 private:
  std::unique_ptr<const JackLibrary> jack_;
  std::unique_ptr<DeviceKeeper> keeper_;
};

JackDevice::JackDevice(const JackWish& wish, const handoff::Doorbell& bell,
                       const clock::Clock& clock, std::function<void(plan::Incident)> tell)
    : server_(std::make_unique<Server>(wish, bell, clock, std::move(tell))) {}

JackDevice::~JackDevice() = default;

std::string JackDevice::Check() {
  std::string error;
  JackLibrary::Load(kJackLibrary, error);
  return error;
}

void JackDevice::Add(const DeviceTrack& track) {
  if (server_->keeper() != nullptr) server_->keeper()->Add(track);
}
void JackDevice::Add(const InputTrack& track) {
  if (server_->keeper() != nullptr) server_->keeper()->Add(track);
}
void JackDevice::End(const std::shared_ptr<const handoff::DeviceRing>& ring) {
  if (server_->keeper() != nullptr) server_->keeper()->End(ring);
}
void JackDevice::End(const std::shared_ptr<handoff::LiveRing>& ring) {
  if (server_->keeper() != nullptr) server_->keeper()->End(ring);
}
std::vector<DeviceProgress> JackDevice::AllProgress() const {
  if (server_->keeper() == nullptr) return {};
  return server_->keeper()->AllProgress();
}

}  // namespace continuo::agent
