// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "agent/edge/devices/alsa_device.h"
#include "agent/edge/devices/alsa_stream.h"
#include "agent/edge/devices/device_host.h"

namespace continuo::agent {

/// Both directions of a sound card, each open as long as there is a line for it.
class AlsaCard final : public DeviceHost {
 public:
  /// All outlive this.
  AlsaCard(const AlsaLibrary& alsa, const AlsaWish& wish, const handoff::Doorbell& bell,
           const clock::Clock& clock)
      : alsa_(alsa), wish_(wish), bell_(bell), clock_(clock) {}

  std::string Join(DeviceLine& line) override;
  void Leave(DeviceLine& line) override;
  bool lost() const override;
  int period() const override;
  DeviceLine::Reading Read(const DeviceLine& line) const override;

 private:
  using Stream = std::unique_ptr<AlsaStream>;
  Stream& StreamOf(const DeviceLine& line) { return line.plays() ? out_ : in_; }

  const AlsaLibrary& alsa_;
  const AlsaWish& wish_;
  const handoff::Doorbell& bell_;
  const clock::Clock& clock_;
  Stream out_, in_;
};

}  // namespace continuo::agent
