// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsp/base/units.h"
#include "dsp/graph/description.h"

// How a node that is a microcontroller does, beside what every node tells.

namespace continuo::plan {

/// Packets in a row that were not there when a task needed them.
struct BoardDropout {
  MediaTime at = 0;   ///< its first sample
  Frames length = 0;  ///< samples
  bool operator==(const BoardDropout&) const = default;
};

/// Of packets: samples from a packet's end until something happened to it. Below 0: before its end, for sources run
/// ahead.
struct BoardDelays {
  Frames least = 0, mean = 0;
  // By how much half, 99 % and all of them were later than the least: upper ends of bins.
  Frames beyond_median = 0, beyond_p99 = 0, beyond_most = 0;
  bool operator==(const BoardDelays&) const = default;
};

/// One stream (channel groups of a task are several), as one task on a board hears it. Counters: since that task began.
struct BoardHearing {
  dsp::TaskId task = 0;          ///< that hears
  dsp::TaskId from = 0;          ///< whose output it is
  std::uint8_t group = 0;        ///< which of its channel groups
  std::uint64_t received = 0;    ///< packets, each counted once
  std::uint64_t duplicates = 0;  ///< further copies, a twin's included
  std::uint64_t repaired = 0;    ///< of the received: had to be asked for again
  std::uint64_t reordered = 0;   ///< of the received: came after one of later, without the repaired
  std::uint64_t late = 0;        ///< copies of what had been gone on without
  std::uint64_t lost = 0;        ///< packets that were gone on without
  std::uint64_t tainted = 0;     ///< packets used although flagged
  std::uint64_t nacks = 0;       ///< sent
  std::uint64_t bytes_per_s = 0;  ///< of UDP payload, all copies; 0: not known yet
  Frames needed_after =
      0;  ///< its safe offset: so many samples after its end a packet is gone on without
  bool measured = false;  ///< some have come, and what follows says something
  Frames margin_min =
      0;  ///< of the packet that came closest to its safe offset: samples before it; may be negative
  std::uint32_t jitter_us = 0;  ///< RFC 3550, 6.4.1
  BoardDelays
      came;  ///< until it reached the board; of those that were neither repaired nor flagged
  std::vector<BoardDropout> dropouts{};  ///< the last eight, newest last
  bool operator==(const BoardHearing&) const = default;
};

/// What one task on a board sends. Copies to several nodes count for each.
struct BoardSpeech {
  dsp::TaskId task = 0;
  std::uint64_t packets = 0;
  std::uint64_t repairs = 0;  ///< of them: sent again, because somebody had asked
  std::uint64_t bytes_per_s = 0;
  BoardDelays computed;
  bool operator==(const BoardSpeech&) const = default;
};

struct BoardStatus {
  std::string name;  ///< which one, for example mps2-an386; empty: the node is a whole computer
  std::uint32_t boots = 0;  ///< since power came
  std::string fault{};      ///< what made it start over last; a sentence; empty: nothing has
  bool sealed = false;      ///< nobody else reads or makes what it and its bridge say to each other
  std::string refused{};    ///< what came from others, by what was wrong with it; empty: nothing
  std::uint32_t overruns = 0;  ///< blocks that took longer than a block
  std::uint32_t block_us = 0;  ///< the longest of the last 512 blocks, all tasks: microseconds
  std::uint32_t time_us = 0;   ///< by so much its media time may be off its bridge's: microseconds
  bool own_time = false;       ///< it plays by a PTP of its own; else by its bridge's time
  std::vector<BoardHearing> hears{};
  std::vector<BoardSpeech> says{};
  bool operator==(const BoardStatus&) const = default;
};

}  // namespace continuo::plan
