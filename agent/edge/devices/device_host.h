// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "agent/edge/devices/device_line.h"

namespace continuo::agent {

/// One life of a device that a node plays and hears on, for all its lines. When the device is gone it is good for
/// nothing any more. All on one thread.
class DeviceHost {
 public:
  virtual ~DeviceHost() = default;

  /// Calls that line from now on. Empty, or a sentence with what to do: then it has not joined.
  virtual std::string Join(DeviceLine& line) = 0;
  /// It is not called any more when this returns.
  virtual void Leave(DeviceLine& line) = 0;
  /// Called some times a second.
  virtual void LookAfter() {}
  /// The device is gone, or does not want this node any more.
  virtual bool lost() const = 0;
  /// In samples.
  virtual int period() const = 0;
  /// Of a line that has joined.
  virtual DeviceLine::Reading Read(const DeviceLine& line) const = 0;
};

}  // namespace continuo::agent
