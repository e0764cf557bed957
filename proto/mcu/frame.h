// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/mcu/clock_told.h"
#include "proto/wire/event.h"

// What the bridge and a microcontroller say to each other, one frame a datagram, beside RTP on the same socket: a first
// byte of 0xC0 + type cannot be RTP (wire/control_frames.h). Little-endian:
//
//   {0xC3, version, type, 0, payload, CRC-32 of all before it}
//
// The payload is a message of proto/continuo/v1/mcu.proto, by nanopb on both sides; what is below here are the words of
// it that the rest of the program speaks.
//
// Where the device has a key, frames go sealed (seal/sealed.h), and none like this is taken.
//
// Nothing is numbered and nothing resent here: each side repeats what it wants until it sees the other do it. Whoever
// gets a frame answers to where it came from.

namespace continuo::mcu {

inline constexpr std::uint8_t kFrameMcu = 0xC3;
inline constexpr std::uint8_t kMcuFrameVersion = 8;
inline constexpr std::size_t kMaxFrameBytes = 1400;
inline constexpr std::size_t kMaxSealedBytes = kMaxFrameBytes + 32;  ///< as seal/sealed.h wraps it
inline constexpr std::size_t kFrameOverhead = 8;
/// So long after a Ping a bridge may speak for a board whose answer said that it leads.
inline constexpr Nanoseconds kLeadVouched = 800'000'000;
inline constexpr int kMaxParts = 8;  ///< replicas that one board plays

enum class FrameType : std::uint8_t {
  kPing = 1,      ///< bridge: Ping; answered by a Report
  kReport = 2,    ///< board: Report
  kSlice = 3,     ///< bridge: a Slice (slice.h); answered by Prepared
  kPrepared = 4,  ///< board: Prepared
  kStop = 5,      ///< bridge: forget a part; repeated until no Report lists it
  kEvent = 6,  ///< bridge: an event for a part; the coordinator repeats it until there is a verdict
  kVerdict = 7,       ///< board: VerdictTold
  kStateWish = 8,     ///< bridge: StateWish; answered by a StatePiece
  kStatePiece = 9,    ///< board: of its state; bridge: of one to learn, answered by StateTaken
  kStateTaken = 10,   ///< board: StateTaken
  kTrialWish = 11,    ///< bridge: TrialWish; answered by TrialTold
  kTrialTold = 12,    ///< board: TrialTold
  kPanelWish = 13,    ///< bridge: a PanelWish (panel.h); answered by PanelTold
  kPanelTold = 14,    ///< board: PanelTold
  kHearingWish = 15,  ///< bridge: HearingWish (hearing.h); answered by HearingTold
  kHearingTold = 16,  ///< board: HearingTold
  kClockTold = 17     ///< bridge: ClockTold (clock_told.h), until a Report says that it is known
};
inline constexpr std::uint8_t kLastFrameType = 17;

/// Twenty times a second. A board that has heard none for a second plays on; it only no longer knows the time as well.
struct Ping {
  Nanoseconds bridge_ns = 0;  ///< of the bridge's clock; comes back
  Nanoseconds board_ns = 0;   ///< of the board's clock, at which `n` began; 0: not known yet
  MediaTime n = 0;
};

/// How far a replica that joins in mid-show has come.
enum class JoinStage : std::uint8_t {
  kNone,        ///< it is a founder
  kSubscribed,  ///< hears inputs and fellows, and waits for a state
  kCatchUp,
  kShadow,  ///< has caught up, is compared
  kJoined,
};

/// What one replica does. A part is named by its incarnation, which no other one of a performance has.
struct PartReport {
  Incarnation part = 0;
  std::uint32_t version = 0;  ///< of the slice that is played
  std::uint8_t state = 0;     ///< replica::State
  std::uint8_t live = 0;      ///< members
  PacketIndex next = 0;
  std::uint32_t concealed = 0;
  JoinStage join = JoinStage::kNone;
  std::uint32_t behind = 0;     ///< packets to the head of the members, of one that joins
  PacketIndex joined_from = 0;  ///< 0: not admitted
  FixedString<80> failure;      ///< why the join failed; empty: it has not
};

/// The last fault of a board, kept over resets, not over a loss of power.
struct Fault {
  std::uint32_t kind = 0;  ///< number of the exception, Armv7-M ARM table B1-4; 0: there was none
  std::uint32_t pc = 0, lr = 0;  ///< of the code it met
  std::uint32_t status = 0;      ///< CFSR, Armv7-M ARM B3.2.15
  std::uint32_t address = 0;     ///< that could not be reached; 0: not known
  std::uint32_t boot = 0;        ///< in which life of the board
  bool operator==(const Fault&) const = default;
};

/// The answer: time, health, and what the parts do.
struct Report {
  Nanoseconds bridge_ns = 0;  ///< of the Ping
  Nanoseconds board_ns = 0;   ///< when the Ping was read
  bool leads = true;  ///< whether it is you who speaks for the board; else another bridge does
  FixedString<32> board;
  std::uint32_t boots = 0;  ///< since power came; grows with each reset
  Fault fault;
  std::uint32_t sent = 0, received = 0, refused = 0, overruns = 0;
  std::uint32_t process_ns_max = 0;  ///< of a block, all parts, in the last second
  std::array<std::uint32_t, 8>
      seal{};  ///< datagrams that were not let in, by SealError (seal/sealed.h)
  ClockReport clock{};
  FixedVector<PartReport, kMaxParts> parts;
};

/// The part's slice of that version is played, or cannot be.
struct Prepared {
  Incarnation part = 0;  ///< 0: this board plays none at all
  std::uint32_t version = 0;
  FixedString<120> error;  ///< empty: it is played
};

struct EventTold {
  Incarnation part = 0;
  Event event;
};
struct VerdictTold {
  Incarnation part = 0;
  EventId id = 0;
  Verdict verdict = Verdict::kNone;
};

/// A state's pieces are asked for, and sent, one after the other. What a ticket names is never another state.
struct StateWish {
  std::uint32_t ticket = 0;
  Incarnation replica = 0;     ///< whose
  PacketIndex not_before = 0;  ///< what is older does not help
  std::uint32_t offset = 0;    ///< from which on bytes are wanted
};
enum class StateOutcome : std::uint8_t {
  kPending,   ///< ask again
  kDone,      ///< it was written, or learned
  kNotHere,   ///< that replica does not play, has no state to give, or waits for none
  kNotYet,    ///< it has not come to `not_before`
  kRefused,   ///< it does not fit to what was heard; one of later may
  kTooLarge,  ///< for this board's memory
  kDamaged,   ///< it is no state of that task
};
/// What Replica::Snapshot and TaskProcessor::Snapshot wrote, one after the other.
struct StateHead {
  PacketIndex next = 0;  ///< first packet that is not in it
  std::uint32_t evseq = 0, replica_bytes = 0, total = 0;
};
struct StatePiece {
  std::uint32_t ticket = 0;
  StateOutcome outcome = StateOutcome::kPending;
  Incarnation replica = 0;  ///< whose state it is, or who is to learn it
  StateHead head{};
  std::uint32_t offset = 0;
  std::span<const std::uint8_t> bytes{};
};
inline constexpr std::size_t kMaxPieceBytes = 1200;
struct StateTaken {
  std::uint32_t ticket = 0;
  StateOutcome outcome = StateOutcome::kPending;
  std::uint32_t have = 0;  ///< bytes that are here
};

/// One of the board's kernels is to be played some noise, as fast as a show would have it (agent-mcu/core/trial.h), so
/// that its bits can be compared. A new ticket begins a trial; the same one asks how it goes.
struct TrialWish {
  std::uint32_t ticket = 0;
  std::uint8_t kernel = 0;    ///< number, from 0 on
  std::uint32_t samples = 0;  ///< 1 to 480,000
  std::uint64_t seed = 0;
};
struct TrialTold {
  std::uint32_t ticket = 0;
  bool done = false;
  FixedString<16>
      kernel;  ///< its kind; empty: the board has none of that number, or does not try any now
  std::uint64_t hash = 0;          ///< of what it played; once it is done
  std::uint32_t block_ns_max = 0;  ///< of 48 samples, as long as they took the board at most
};

/// A frame that was taken in whole. `payload` points into the datagram.
struct Frame {
  FrameType type = FrameType::kPing;
  std::span<const std::uint8_t> payload;
};

enum class FrameError : std::uint8_t {
  kNone,
  kTooShort,
  kTooLong,
  kNotOurs,  ///< the first byte
  kVersion,  ///< of another release
  kDamaged,  ///< the CRC
  kUnknownType,
};
const char* ToString(FrameError error);
FrameError ParseFrame(std::span<const std::uint8_t> datagram, Frame& frame);

/// A board heeds frames that are whole. One of another release it takes for a Ping that says nothing, and so answers
/// with a Report: its version tells whoever reads it what is wrong.
inline bool IsHeeded(FrameError error, Frame& frame) {
  if (error == FrameError::kVersion) frame = {};
  return error == FrameError::kNone || error == FrameError::kVersion;
}

/// Each writes a whole frame and returns its bytes, or 0 if it does not fit. Real-time safe.
std::size_t EncodePing(const Ping& ping, std::span<std::uint8_t> out);
std::size_t EncodeReport(const Report& report, std::span<std::uint8_t> out);
std::size_t EncodePrepared(const Prepared& prepared, std::span<std::uint8_t> out);
std::size_t EncodeStop(Incarnation part, std::span<std::uint8_t> out);
std::size_t EncodeEvent(const EventTold& told, std::span<std::uint8_t> out);
std::size_t EncodeVerdict(const VerdictTold& told, std::span<std::uint8_t> out);
std::size_t EncodeStateWish(const StateWish& wish, std::span<std::uint8_t> out);
std::size_t EncodeStatePiece(const StatePiece& piece, std::span<std::uint8_t> out);
std::size_t EncodeStateTaken(const StateTaken& taken, std::span<std::uint8_t> out);
std::size_t EncodeTrialWish(const TrialWish& wish, std::span<std::uint8_t> out);
std::size_t EncodeTrialTold(const TrialTold& told, std::span<std::uint8_t> out);
/// Of a payload that another codec wrote to out[4...].
std::size_t CloseFrame(FrameType type, std::size_t payload_bytes, std::span<std::uint8_t> out);

/// Each takes the payload of a frame of its type; false, and the value unspecified, if it is no such thing.
bool ParsePing(std::span<const std::uint8_t> payload, Ping& ping);
bool ParseReport(std::span<const std::uint8_t> payload, Report& report);
bool ParsePrepared(std::span<const std::uint8_t> payload, Prepared& prepared);
bool ParseStop(std::span<const std::uint8_t> payload, Incarnation& part);
bool ParseEvent(std::span<const std::uint8_t> payload, EventTold& told);
bool ParseVerdict(std::span<const std::uint8_t> payload, VerdictTold& told);
bool ParseStateWish(std::span<const std::uint8_t> payload, StateWish& wish);
/// `piece.bytes` points into the payload, and lies within head.total.
bool ParseStatePiece(std::span<const std::uint8_t> payload, StatePiece& piece);
bool ParseStateTaken(std::span<const std::uint8_t> payload, StateTaken& taken);
bool ParseTrialWish(std::span<const std::uint8_t> payload, TrialWish& wish);
bool ParseTrialTold(std::span<const std::uint8_t> payload, TrialTold& told);

}  // namespace continuo::mcu
