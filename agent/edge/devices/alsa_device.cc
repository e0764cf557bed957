// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/alsa_device.h"

#include <utility>

#include "agent/edge/devices/alsa_card.h"
#include "agent/edge/devices/device_keeper.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {

std::unique_ptr<SoundDevice> OpenAlsa(const AlsaWish& wish, const handoff::Doorbell& bell,
                                      const clock::Clock& clock,
                                      std::function<void(plan::Incident)> tell) {
  std::string error;
  const std::shared_ptr<const AlsaLibrary> alsa = AlsaLibrary::Load(kAlsaLibrary, error);
  return std::make_unique<DeviceKeeper>(DeviceKeeper::Wish{
      .name = "alsa:" + wish.card,
      .gone = "the sound card '" + wish.card + "' is gone",
      .back = "the card is back",
      .manner = wish.manner,
      .open = [alsa, error, wish, &bell, &clock](std::string& why) -> std::unique_ptr<DeviceHost> {
        why = error;
        if (alsa == nullptr) return nullptr;
        return std::make_unique<AlsaCard>(*alsa, wish, bell, clock);
      },
      .tell = std::move(tell)});
}

RoundTrip MeasureAlsa(const AlsaWish& wish, const RoundTripLoop& loop) {
  RoundTrip trip;
  const std::shared_ptr<const AlsaLibrary> alsa =
      AlsaLibrary::Load(kAlsaLibrary, trip.reading.error);
  if (alsa == nullptr) return trip;
  AlsaWish both = wish;
  both.channels.clear();  // the lines have all channels up to theirs
  const handoff::Doorbell nobody;
  transport::MachineClock clock;
  AlsaCard card(*alsa, both, nobody, clock);
  return MeasureRoundTrip(card, clock, loop);
}

std::string CheckAlsa() {
  std::string error;
  AlsaLibrary::Load(kAlsaLibrary, error);
  return error;
}

}  // namespace continuo::agent
