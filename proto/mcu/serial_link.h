// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/units.h"
#include "proto/mcu/cobs.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// One end of a serial line between a bridge and a board. What it is given comes out at the other end whole, once and
/// in order, whatever the line does to bytes; what waited or was under way when the other one started over is lost. It
/// knows no UART: bytes and time are handed in and out. Both ends are alike. One thread; nothing waits, nothing is
/// allocated.
///
///     unit: COBS(from u32, to u32, kind u8, credit u8, sequence u16, ack u16, message, CRC-32), 0
///
/// Numbers are little-endian. `kind`: 1 has a message, 2 tells of a gap, or both.
/// `from` and `to` are the lives of both ends: a unit of or for another life is not heeded. `ack` is the first message
/// that the sender of the unit has not got, and `credit` for how many from there on it has room: more are never under
/// way. What is not acknowledged in time, or behind a gap, is sent again from the first missing one on (go-back-N).
class SerialLink {
 public:
  static constexpr std::size_t kMaxMessage = kMaxSealedBytes;
  static constexpr unsigned kWindow = 4;       ///< messages; a power of two
  static constexpr unsigned kMostCredit = 64;  ///< messages that another release may have room for
  static constexpr std::size_t kOverhead = 18;
  static constexpr std::size_t kMaxUnit = CobsBytes(kMaxMessage + kOverhead) + 1;

  struct Config {
    std::uint32_t life = 1;  ///< not 0, and another one each time that this end starts over
    /// Longer than a window takes on the line in both directions.
    Nanoseconds resend_after = 500'000'000;
    Nanoseconds status_every = 100'000'000;  ///< while there is nothing to say
    /// What came is acknowledged with what is said, or so much later: who waits for an answer does not wait for a unit
    /// of which it needs nothing. At once, where half a window came.
    Nanoseconds acknowledge_after = 2'000'000;
  };
  struct Counters {
    std::uint32_t sent = 0;        ///< units with a message, repetitions included
    std::uint32_t resent = 0;      ///< of them, repetitions
    std::uint32_t delivered = 0;   ///< messages
    std::uint32_t damaged = 0;     ///< units that are none: COBS, CRC, length
    std::uint32_t refused = 0;     ///< of another life, or more than there is room for
    std::uint32_t peer_lives = 0;  ///< of the other end that were seen
  };

  explicit SerialLink(const Config& config) : config_(config) {}

  /// False: there is no room now, or it is empty or longer than kMaxMessage.
  bool Send(std::span<const std::uint8_t> message);
  /// The same without a copy: where the next message may be written, kMaxMessage bytes; empty: there is no room now.
  std::span<std::uint8_t> Room();
  /// So many bytes of Room() are a message. 0: none is.
  void SendRoom(std::size_t bytes);
  /// The next message that came; empty: none. Valid until Pop, or until Hear sees that the other end started over.
  std::span<const std::uint8_t> Front() const;
  void Pop();

  /// Bytes off the line, in any portions. `now` never decreases.
  void Hear(std::span<const std::uint8_t> bytes, Nanoseconds now);
  /// Bytes for the line; returns how many. Units are continued with the next call.
  std::size_t Speak(std::span<std::uint8_t> out, Nanoseconds now);

  bool connected() const { return peer_ != 0; }  ///< the other end was heard, in this life of it
  const Counters& counters() const { return counters_; }

 private:
  /// What a unit is: flags.
  enum Kind : std::uint8_t { kStatus = 0, kMessage = 1, kGap = 2 };
  struct Head;
  struct Slot {
    std::uint16_t bytes = 0;
    std::array<std::uint8_t, kMaxMessage> data{};
  };
  using Window = std::array<Slot, kWindow>;

  static Slot& In(Window& window, std::uint16_t sequence) { return window[sequence % kWindow]; }
  std::uint8_t credit() const;
  void HearUnit(Nanoseconds now);
  void BeginAnew(std::uint32_t peer);
  void HearAck(const Head& head, Nanoseconds now);
  void HearMessage(std::uint16_t sequence, std::span<const std::uint8_t> message, Nanoseconds now);
  bool NextUnit(Nanoseconds now);
  void MakeUnit(std::uint16_t sequence, std::span<const std::uint8_t> message, Nanoseconds now);

  const Config config_;
  Counters counters_;
  std::uint32_t peer_ = 0;  // its life; 0: not heard yet
  // Out: [first, next) is under way, [next, end) waits.
  Window outgoing_;
  std::uint16_t first_ = 0, next_ = 0, end_ = 0;
  std::uint16_t furthest_ = 0;  // what was sent at least once ends here
  std::uint16_t allowed_ = 0;   // the other end has room up to here
  bool went_back_ = false;      // because of a gap, since the last progress
  Nanoseconds resend_at_ = 0, status_at_ = 0;
  // In: [taken, expected) is here and not popped.
  Window incoming_;
  std::uint16_t taken_ = 0, expected_ = 0;
  std::uint16_t told_ = 0;  // the other end was told that what is before this came
  bool owes_ = false, gap_ = false;
  std::array<std::uint8_t, kMaxUnit> heard_{}, spoken_{};
  std::size_t heard_size_ = 0;  // more than there is room for: until the next zero nothing is kept
  std::size_t spoken_begin_ = 0, spoken_end_ = 0;
};

}  // namespace continuo::mcu
