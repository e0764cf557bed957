// SPDX-License-Identifier: Apache-2.0
// In the place of alsa_device.cc where the headers of ALSA were not there when this was built.
#include "agent/edge/devices/alsa_device.h"

namespace continuo::agent {

class AlsaDevice::Card {};

AlsaDevice::AlsaDevice(const AlsaWish&, const handoff::Doorbell&, const clock::Clock&,
                       std::function<void(plan::Incident)>) {}
AlsaDevice::~AlsaDevice() = default;
std::string AlsaDevice::Check() {
  return "this agent was built without ALSA: install the package libasound2-dev and build it "
         "again, or leave --alsa away";
}
void AlsaDevice::Add(const DeviceTrack&) {}
void AlsaDevice::Add(const InputTrack&) {}
void AlsaDevice::End(const std::shared_ptr<const handoff::DeviceRing>&) {}
void AlsaDevice::End(const std::shared_ptr<handoff::LiveRing>&) {}
std::vector<DeviceProgress> AlsaDevice::AllProgress() const {
  return {};
}

}  // namespace continuo::agent
