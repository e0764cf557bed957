// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/alsa_device.h"

#include <utility>

#include "agent/edge/devices/alsa_card.h"
#include "agent/edge/devices/device_keeper.h"

namespace continuo::agent {

class AlsaDevice::Card {
 public:
  Card(const AlsaWish& wish, const handoff::Doorbell& bell, const clock::Clock& clock,
       std::function<void(plan::Incident)> tell)
      : wish_(wish) {
    std::string error;
    alsa_ = AlsaLibrary::Load(kAlsaLibrary, error);
    if (alsa_ == nullptr) return;
    keeper_ = std::make_unique<DeviceKeeper>(
        DeviceKeeper::Wish{.name = "alsa:" + wish.card,
                           .gone = "the sound card '" + wish.card + "' is gone",
                           .back = "the card is back",
                           .manner = wish.manner,
                           .open =
                               [this, &bell, &clock](std::string&) {
                                 return std::make_unique<AlsaCard>(*alsa_, wish_, bell, clock);
                               },
                           .tell = std::move(tell)});
  }
  DeviceKeeper* keeper() const { return keeper_.get(); }

 private:
  const AlsaWish wish_;
  std::unique_ptr<const AlsaLibrary> alsa_;
  std::unique_ptr<DeviceKeeper> keeper_;
};

AlsaDevice::AlsaDevice(const AlsaWish& wish, const handoff::Doorbell& bell,
                       const clock::Clock& clock, std::function<void(plan::Incident)> tell)
    : card_(std::make_unique<Card>(wish, bell, clock, std::move(tell))) {}

AlsaDevice::~AlsaDevice() = default;

std::string AlsaDevice::Check() {
  std::string error;
  AlsaLibrary::Load(kAlsaLibrary, error);
  return error;
}

void AlsaDevice::Add(const DeviceTrack& track) {
  if (card_->keeper() != nullptr) card_->keeper()->Add(track);
}
void AlsaDevice::Add(const InputTrack& track) {
  if (card_->keeper() != nullptr) card_->keeper()->Add(track);
}
void AlsaDevice::End(const std::shared_ptr<const handoff::DeviceRing>& ring) {
  if (card_->keeper() != nullptr) card_->keeper()->End(ring);
}
void AlsaDevice::End(const std::shared_ptr<handoff::LiveRing>& ring) {
  if (card_->keeper() != nullptr) card_->keeper()->End(ring);
}
std::vector<DeviceProgress> AlsaDevice::AllProgress() const {
  if (card_->keeper() == nullptr) return {};
  return card_->keeper()->AllProgress();
}

}  // namespace continuo::agent
