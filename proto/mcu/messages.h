// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pb.h>

#include "proto/continuo/v1/mcu.nanopb.h"

// Short names for what nanopb's generator made of mcu.proto. They stop in this room.

namespace continuo::mcu::message {

using ClockReport = continuo_v1_mcu_ClockReport;
using ClockTold = continuo_v1_mcu_ClockTold;
using Delays = continuo_v1_mcu_Delays;
using Edge = continuo_v1_mcu_Edge;
using Event = continuo_v1_mcu_Event;
using HearingTold = continuo_v1_mcu_HearingTold;
using HearingWish = continuo_v1_mcu_HearingWish;
using Move = continuo_v1_mcu_Move;
using PanelTold = continuo_v1_mcu_PanelTold;
using PanelWish = continuo_v1_mcu_PanelWish;
using PartReport = continuo_v1_mcu_PartReport;
using Ping = continuo_v1_mcu_Ping;
using Prepared = continuo_v1_mcu_Prepared;
using Replicas = continuo_v1_mcu_Replicas;
using Report = continuo_v1_mcu_Report;
using Segment = continuo_v1_mcu_Segment;
using Slice = continuo_v1_mcu_Slice;
using StatePiece = continuo_v1_mcu_StatePiece;
using StateTaken = continuo_v1_mcu_StateTaken;
using StateWish = continuo_v1_mcu_StateWish;
using Stop = continuo_v1_mcu_Stop;
using Stream = continuo_v1_mcu_Stream;
using TrialTold = continuo_v1_mcu_TrialTold;
using TrialWish = continuo_v1_mcu_TrialWish;
using Verdict = continuo_v1_mcu_Verdict;

}  // namespace continuo::mcu::message

namespace continuo::mcu {

/// As large as the largest that codecs keep in MessageRoom(). Slices, which are larger and which a board with little
/// memory never reads, have a room of their own.
union AnyMessage {
  message::Report report;
  message::ClockTold clock_told;
  message::PanelWish panel_wish;
  message::PanelTold panel_told;
  message::HearingTold hearing_told;
};

}  // namespace continuo::mcu
