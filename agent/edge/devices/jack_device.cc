// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_device.h"

#include <utility>

#include "agent/edge/devices/device_keeper.h"
#include "agent/edge/devices/jack_client.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {

std::unique_ptr<SoundDevice> OpenJack(const JackWish& wish, const handoff::Doorbell& bell,
                                      const clock::Clock& clock,
                                      std::function<void(plan::Incident)> tell) {
  std::string error;
  const std::shared_ptr<const JackLibrary> jack = JackLibrary::Load(kJackLibrary, error);
  const JackClient::Wish client{.server = wish.server,
                                .client = wish.client,
                                .connect = wish.connect,
                                .bell = &bell,
                                .clock = &clock};
  return std::make_unique<DeviceKeeper>(DeviceKeeper::Wish{
      .name = "jack:" + wish.server,
      .gone = "the JACK server '" + wish.server + "' is gone",
      .back = "the server is back",
      .manner = wish.manner,
      .open = [jack, error, client](std::string& why) -> std::unique_ptr<DeviceHost> {
        why = error;
        return jack == nullptr ? nullptr : JackClient::Open(*jack, client, why);
      },
      .tell = std::move(tell)});
}

RoundTrip MeasureJack(const JackWish& wish, const RoundTripLoop& loop) {
  RoundTrip trip;
  const std::shared_ptr<const JackLibrary> jack =
      JackLibrary::Load(kJackLibrary, trip.reading.error);
  if (jack == nullptr) return trip;
  const handoff::Doorbell nobody;
  transport::MachineClock clock;
  JackClient::Wish client{.server = wish.server,
                          .client = wish.client,
                          .connect = wish.connect,
                          .bell = &nobody,
                          .clock = &clock};
  client.connect.insert({{kRoundTripOut, "system:playback_"}, {kRoundTripIn, "system:capture_"}});
  const std::unique_ptr<JackClient> host = JackClient::Open(*jack, client, trip.reading.error);
  return host == nullptr ? trip : MeasureRoundTrip(*host, clock, loop);
}

std::string CheckJack() {
  std::string error;
  JackLibrary::Load(kJackLibrary, error);
  return error;
}

}  // namespace continuo::agent
