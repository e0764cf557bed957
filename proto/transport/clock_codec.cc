// SPDX-License-Identifier: Apache-2.0
#include "proto/continuo/v1/telemetry.pb.h"
#include "proto/transport/link_codec.h"

namespace continuo::transport {
namespace {

// The enumerations travel as their numbers.
static_assert(static_cast<int>(clock::LockState::kFree) == v1::CLOCK_STATE_FREE);
static_assert(static_cast<int>(clock::LockState::kHoldover) == v1::CLOCK_STATE_HOLDOVER);

}  // namespace

void ToProto(const plan::ClockStatus& status, v1::ClockStatus& out) {
  out.set_state(static_cast<v1::ClockState>(status.state));
  out.set_port(static_cast<std::uint32_t>(status.port));
  out.set_grandmaster(status.grandmaster);
  out.set_allowed(status.allowed);
  out.set_offset(status.offset);
  out.set_path_delay(status.path_delay);
  out.set_drift_ppb(status.drift_ppb);
  out.set_error(status.error);
  out.set_held(status.held);
  out.set_map_version(status.map_version);
  out.set_daemon(status.daemon);
}

void FromProto(const v1::ClockStatus& in, plan::ClockStatus& status, const FieldPlace& place) {
  status.follows = true;
  status.state = static_cast<clock::LockState>(
      place.Within("state", in.state(), v1::CLOCK_STATE_FREE, v1::CLOCK_STATE_HOLDOVER));
  status.port = static_cast<wire::PtpPortState>(
      place.Within("port", in.port(), 0, static_cast<int>(wire::PtpPortState::kGrandMaster)));
  status.grandmaster = in.grandmaster();
  status.allowed = in.allowed();
  status.offset = in.offset();
  status.path_delay = in.path_delay();
  status.drift_ppb = in.drift_ppb();
  status.error = in.error();
  status.held = in.held();
  status.map_version = in.map_version();
  status.daemon = in.daemon();
}

}  // namespace continuo::transport
