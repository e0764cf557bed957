// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/session/timeline.h"

// The panel of a board, its knobs, switches and lamps, as bridge and board speak of it. Two frames (frame.h): the
// bridge says again and again how things stand, and gets as the answer what the board has to tell. Neither is a
// command, so either may be lost or come twice.

namespace continuo::mcu {

inline constexpr std::size_t kKnobs = 4, kSwitches = 4;
/// Knobs are 0 to 3, switches 4 to 7.
inline constexpr std::size_t kPanelInputs = kKnobs + kSwitches;
inline constexpr std::uint16_t kKnobMost =
    4095;  ///< turned to the right; a switch that is pressed is 1

inline constexpr Frames kMostPlayout = FramesOfMs(10'000);
inline constexpr std::size_t kMeterLamps = 4;
enum class PanelOutput : std::uint8_t {
  kTempo,      ///< lit for a sixteenth of a whole note from each beat on; brightest at a bar
  kTransport,  ///< lit while the show plays
  kClick,      ///< on for 10 ms from each beat on
  kRelay,      ///< on within stretches of the music
  kMeter,      ///< the first of kMeterLamps, from the bottom
};
inline constexpr std::size_t kPanelOutputs =
    static_cast<std::size_t>(PanelOutput::kMeter) + kMeterLamps;
inline constexpr std::uint8_t kBrightest = 4;  ///< of levels from 0; what lies between is dimmed

/// From one position of the music up to another.
struct Stretch {
  session::Ticks from = 0, to = 0;  ///< [0, kTickLimit), from < to
  bool operator==(const Stretch&) const = default;
};

/// Twenty times a second, and when something of it changes.
struct PanelWish {
  std::uint64_t nonce =
      0;  ///< the bridge's, random, never 0: the board's `life` follows from the first that it hears
  std::uint64_t life = 0;  ///< whose moves `settled` is about; 0: none was heard yet
  /// By input: number of the newest move that has its verdict.
  std::array<std::uint32_t, kPanelInputs> settled{};
  std::uint8_t watched = 0;      ///< inputs that are wired to something, by bit
  std::uint32_t edges_from = 0;  ///< number of the first edge that is wanted
  Frames playout = 0;            ///< from a sample's own date until it is heard, 0 to kMostPlayout
  std::uint8_t meter = 0;        ///< lamps lit, to kMeterLamps
  FixedVector<Stretch, 4> relay{};
  FixedVector<session::Segment, 4> segments{};  ///< in order of n0; empty: nothing plays
};

/// A knob was turned or a switch moved. It is told until it has its verdict; until then what follows of that input
/// waits, and of a knob the newest position only.
struct Move {
  std::uint8_t input = 0;
  std::uint32_t number = 0;  ///< from 1, of that input in this life of the board
  std::uint16_t value = 0;   ///< a knob: 0 to kKnobMost; a switch: 0 or 1
  MediaTime at = 0;          ///< when it happened; 0: the board did not know the time of media
};

/// An output was switched.
struct Edge {
  std::uint32_t number = 0;  ///< from 0, in this life of the board
  std::uint8_t output = 0;
  std::uint8_t level = 0;
  MediaTime due = 0;  ///< sample of the show that it belongs to, from the timeline
  MediaTime at = 0;   ///< sample of the show that was heard when the pin was switched
};

struct PanelTold {
  std::uint64_t life = 0;  ///< names moves and edges together with their numbers
  std::array<std::uint16_t, kPanelInputs> positions{};
  std::uint32_t coalesced = 0;  ///< positions of knobs that newer ones made superfluous
  std::uint32_t lost = 0;       ///< moves of switches and edges that found no room
  std::uint32_t next_edge = 0;  ///< number of the first that has not happened
  FixedVector<Move, kPanelInputs> moves{};
  FixedVector<Edge, 16> edges{};  ///< the oldest that are wanted and still known
};

/// Each writes a whole frame and returns its bytes, or 0 if it does not fit. Real-time safe.
std::size_t EncodePanelWish(const PanelWish& wish, std::span<std::uint8_t> out);
std::size_t EncodePanelTold(const PanelTold& told, std::span<std::uint8_t> out);
/// Each takes the payload of a frame of its type; false, and the value unspecified, if it is no such thing.
bool ParsePanelWish(std::span<const std::uint8_t> payload, PanelWish& wish);
bool ParsePanelTold(std::span<const std::uint8_t> payload, PanelTold& told);

}  // namespace continuo::mcu
