// SPDX-License-Identifier: Apache-2.0
// In the place of jack_device.cc where the headers of JACK were not there when this was built.
#include "agent/edge/devices/jack_device.h"

namespace continuo::agent {

std::unique_ptr<SoundDevice> OpenJack(const JackWish&, const handoff::Doorbell&,
                                      const clock::Clock&, std::function<void(plan::Incident)>) {
  return nullptr;  // nobody gets here past CheckJack
}

RoundTrip MeasureJack(const JackWish&, const RoundTripLoop&) {
  return {.reading = {.error = CheckJack()}};
}

std::string CheckJack() {
  return "this agent was built without JACK: install the package libjack-jackd2-dev and build it "
         "again, or leave --jack away";
}

}  // namespace continuo::agent
