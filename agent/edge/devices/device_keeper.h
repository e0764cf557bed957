// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/device_host.h"

namespace continuo::agent {

/// Looks after one device and all that a node plays and hears there, on a thread of its own: opens it, tries it every
/// second where it is not there, tells the operator, and keeps counts over its lives.
class DeviceKeeper final : public SoundDevice {
 public:
  struct Wish {
    std::string name;  ///< in the status, such as "jack:default"
    std::string gone;  ///< what is told when it is: "the JACK server 'default' is gone"
    std::string back;  ///< until when: "the server is back"
    DeviceManner manner;
    /// nullptr, and a sentence with what to do in `error`. Called on the keeper's thread; may take seconds.
    std::function<std::unique_ptr<DeviceHost>(std::string& error)> open;
    /// What the operator has to know at once; called on the keeper's thread.
    std::function<void(plan::Incident)> tell;
  };
  explicit DeviceKeeper(Wish wish);
  /// Leaves the device.
  ~DeviceKeeper() override;
  DeviceKeeper(const DeviceKeeper&) = delete;
  DeviceKeeper& operator=(const DeviceKeeper&) = delete;

  void Add(const DeviceTrack& track) override;
  void Add(const InputTrack& track) override;
  void End(const std::shared_ptr<const handoff::DeviceRing>& ring) override;
  void End(const std::shared_ptr<handoff::LiveRing>& ring) override;
  std::vector<DeviceProgress> AllProgress() const override;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace continuo::agent
