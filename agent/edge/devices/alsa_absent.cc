// SPDX-License-Identifier: Apache-2.0
// In the place of alsa_device.cc where the headers of ALSA were not there when this was built.
#include "agent/edge/devices/alsa_device.h"

namespace continuo::agent {

std::unique_ptr<SoundDevice> OpenAlsa(const AlsaWish&, const handoff::Doorbell&,
                                      const clock::Clock&, std::function<void(plan::Incident)>) {
  return nullptr;  // nobody gets here past CheckAlsa
}

RoundTrip MeasureAlsa(const AlsaWish&, const RoundTripLoop&) {
  return {.reading = {.error = CheckAlsa()}};
}

std::string CheckAlsa() {
  return "this agent was built without ALSA: install the package libasound2-dev and build it "
         "again, or leave --alsa away";
}

}  // namespace continuo::agent
