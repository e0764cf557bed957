// SPDX-License-Identifier: Apache-2.0
// In the place of jack_device.cc where the headers of JACK were not there when this was built.
#include "agent/edge/devices/jack_device.h"

namespace continuo::agent {

class JackDevice::Server {};

JackDevice::JackDevice(const JackWish&, const handoff::Doorbell&, const clock::Clock&,
                       std::function<void(plan::Incident)>) {}
JackDevice::~JackDevice() = default;
std::string JackDevice::Check() {
  return "this agent was built without JACK: install the package libjack-jackd2-dev and build it "
         "again, or leave --jack away";
}
void JackDevice::Add(const DeviceTrack&) {}
void JackDevice::Add(const InputTrack&) {}
void JackDevice::End(const std::shared_ptr<const handoff::DeviceRing>&) {}
void JackDevice::End(const std::shared_ptr<handoff::LiveRing>&) {}
std::vector<DeviceProgress> JackDevice::AllProgress() const {
  return {};
}

}  // namespace continuo::agent
