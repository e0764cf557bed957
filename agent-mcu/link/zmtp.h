// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"

// ZMTP 3.1 (rfc.zeromq.org/spec/37), as much of it as a board needs that calls the ROUTER of its bridge: a DEALER,
// mechanism NULL, messages of one frame, PING and PONG. It speaks to a peer of 3.0 as well, which knows no PING. Pure:
// bytes of a connection and the time in, bytes out.

namespace continuo::mcu {

/// Why a connection is of no use, and must be closed.
enum class ZmtpError : std::uint8_t {
  kNone,
  kSignature,   ///< whoever answers speaks no ZMTP
  kVersion,     ///< before 3.0
  kMechanism,   ///< another one than NULL
  kFlags,       ///< of a frame
  kTooLong,     ///< a frame that is longer than what a bridge says
  kCommand,     ///< one that is malformed, or not in its place
  kSocketType,  ///< it is no ROUTER
  kRefused,     ///< the peer said ERROR
  kSilent,      ///< nothing was heard for too long
};
/// "it speaks no ZMTP" ...
const char* ToString(ZmtpError error);

/// One thread, no interrupt's; nothing waits, nothing is allocated.
class ZmtpClient {
 public:
  static constexpr std::size_t kMaxMessage = 1432;  ///< a sealed frame
  static constexpr std::size_t kHead = 9;           ///< of a long frame

  struct Config {
    FixedString<48> identity;              ///< by which the ROUTER knows us; 1 to 48 bytes
    Nanoseconds ping_after = 250'000'000;  ///< of silence, then one PING in each such time
    Nanoseconds silent_after =
        1'000'000'000;  ///< after that the peer is dead, in the handshake as well
  };
  struct Counters {
    std::uint32_t sent = 0, heard = 0;  ///< messages
    std::uint32_t no_room = 0;          ///< messages that were not sent
    std::uint32_t passed_over = 0;  ///< frames of multipart messages, commands that are not known
    std::uint32_t pings = 0;        ///< that we sent
  };

  explicit ZmtpClient(const Config& config) : config_(config) {}

  /// A connection was made: all begins anew. `now` never decreases.
  void Begin(Nanoseconds now);
  /// Takes bytes from the front of `bytes` until a message is complete: true, and message() is it. False: all are
  /// taken, or error() says why not.
  bool Hear(std::span<const std::uint8_t>& bytes, Nanoseconds now);
  /// Valid until the next Hear.
  std::span<const std::uint8_t> message() const { return std::span(body_).first(size_); }
  /// False: the handshake is not over, it is longer than kMaxMessage, or there is no room now.
  bool Send(std::span<const std::uint8_t> message);
  /// Speaks up when the peer is silent; to be called again and again.
  void Turn(Nanoseconds now);

  /// What the connection shall carry next; Sent() says how much of it was taken.
  std::span<const std::uint8_t> outgoing() const { return std::span(out_).first(out_size_); }
  void Sent(std::size_t bytes);

  bool ready() const { return stage_ == Stage::kReady && error_ == ZmtpError::kNone; }
  ZmtpError error() const { return error_; }
  const Counters& counters() const { return counters_; }

 private:
  enum class Stage : std::uint8_t { kGreeting, kHandshake, kReady };
  static constexpr std::size_t kGreetingBytes = 64;
  /// Two messages, a PONG and a PING.
  static constexpr std::size_t kOutBytes = 2 * (kMaxMessage + kHead) + 64;

  bool HearFrame(std::span<const std::uint8_t>& bytes);
  void HearGreeting(std::span<const std::uint8_t>& bytes);
  bool TakeHead();
  void TakeCommand(std::span<const std::uint8_t> body);
  void TakeReady(std::span<const std::uint8_t> metadata);
  bool Write(std::uint8_t flags, std::span<const std::uint8_t> body);
  void Ping(Nanoseconds now);
  void Fail(ZmtpError error);

  const Config config_;
  Counters counters_;
  Stage stage_ = Stage::kGreeting;
  ZmtpError error_ = ZmtpError::kNone;
  std::uint8_t peer_minor_ = 0;
  Nanoseconds heard_at_ = 0, ping_at_ = 0;
  // In: a frame's head, then its body.
  std::array<std::uint8_t, kHead> head_{};
  std::size_t head_size_ = 0;
  bool in_body_ = false, more_ = false;
  std::size_t size_ = 0, wanted_ = 0;
  std::array<std::uint8_t, kMaxMessage> body_{};
  std::size_t out_size_ = 0;
  std::array<std::uint8_t, kOutBytes> out_{};
};

}  // namespace continuo::mcu
