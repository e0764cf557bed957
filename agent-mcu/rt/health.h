// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// What a report says of the board itself.
struct Health {
  const char* board = "";
  std::uint32_t boots = 0;
  Fault fault{};
  std::array<std::uint32_t, 8> seal{};  ///< as of Report
  bool leads = true;                    ///< who asks
  ClockReport clock{};
};

/// The answer to a Ping that was read at `now` of the board's clock, without what its parts do.
inline Report ReportOf(const Ping& ping, Nanoseconds now, const Health& health) {
  Report report;
  report.bridge_ns = ping.bridge_ns;
  report.board_ns = now;
  report.leads = health.leads;
  report.board = health.board;
  report.boots = health.boots;
  report.fault = health.fault;
  report.seal = health.seal;
  report.clock = health.clock;
  return report;
}

}  // namespace continuo::mcu
