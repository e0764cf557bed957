// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "proto/discovery/services.h"

namespace continuo::discovery {

/// Announces a service through the Avahi daemon of this machine for as long as it lives, on a thread of its own. A
/// daemon that is started later, or again, is told then.
class Announcer {
 public:
  /// `tell` hears, on that thread, under which name it is announced and why it is not; one sentence each.
  static std::unique_ptr<Announcer> Start(Service service,
                                          std::function<void(const std::string&)> tell);
  virtual ~Announcer() = default;
};

}  // namespace continuo::discovery
