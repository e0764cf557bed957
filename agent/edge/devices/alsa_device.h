// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/round_trip_run.h"
#include "agent/handoff/doorbell.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// What outputs and live tasks have to do with a sound card.
struct AlsaWish {
  std::string card;  ///< a name of ALSA's, such as "hw:0"
  int period = 128;  ///< samples; the card may take another one
  int periods = 3;   ///< of its buffer; 2 to 16
  std::map<std::string, int>
      channels;  ///< output or task -> its first channel there, from 1; not given: 1
  DeviceManner manner;
  std::function<void()> raise;  ///< gives the calling thread the priority of a card's; may be empty
};

/// A sound card, through libasound. It is opened to play when there is an output, and to hear when there is an input,
/// each direction on a thread of its own. The rest as of OpenJack.
std::unique_ptr<SoundDevice> OpenAlsa(const AlsaWish& wish, const handoff::Doorbell& bell,
                                      const clock::Clock& clock,
                                      std::function<void(plan::Incident)> tell);

/// Opens it and measures, on the card's channels.
/// Some seconds; not real time.
RoundTrip MeasureAlsa(const AlsaWish& wish, const RoundTripLoop& loop);

/// Empty, or why this agent can play on no card at all, and what to do.
std::string CheckAlsa();

}  // namespace continuo::agent
