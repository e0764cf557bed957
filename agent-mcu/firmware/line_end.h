// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "agent-mcu/board/board.h"
#include "agent-mcu/board/retained.h"
#include "dsp/base/random.h"
#include "proto/mcu/seal/board_seal.h"
#include "proto/mcu/serial_link.h"

namespace continuo::mcu::firmware {

/// The board's end of its UART. Main program.
class LineEnd {
 public:
  /// Takes what came: `take` gets each frame that is heeded and was sealed as it should, and whether it is of this
  /// release.
  template <typename Take>
  void Hear(BoardSeal& seal, const Take& take) {
    HearBytes();
    if (!link_) return;
    for (; !link_->Front().empty(); link_->Pop()) {
      std::array<std::uint8_t, kMaxHandshakeBytes> answer;
      const Unsealed heard = seal.Hear(link_->Front(), answer);
      if (heard.answer != 0) link_->Send(std::span(answer).first(heard.answer));
      Frame frame;
      const FrameError error = ParseFrame(heard.frame, frame);
      if (IsHeeded(error, frame)) take(frame, error == FrameError::kNone);
    }
  }
  /// What has no room is lost: the bridge asks again. Only once something was heard.
  void Send(std::span<const std::uint8_t> frame) { link_->Send(frame); }
  /// Sealed where it waits, for there is little memory to have it twice.
  void Send(BoardSeal& seal, std::span<const std::uint8_t> frame) {
    link_->SendRoom(seal.Seal(frame, link_->Room()));
  }
  void Speak() {
    if (!link_) return;
    std::array<std::uint8_t, 256> bytes;
    const std::size_t size = link_->Speak(bytes, board::Now());
    for (std::size_t i = 0; i < size; ++i) board::UartPut(bytes[i]);
  }

 private:
  // A life of this end begins when it hears the first byte: nobody foresees when that is.
  void HearBytes() {
    std::array<std::uint8_t, 256> bytes;
    for (std::size_t size = 1; size != 0;) {
      size = 0;
      for (int byte = 0; size < bytes.size() && (byte = board::UartGet()) >= 0;) {
        bytes[size++] = static_cast<std::uint8_t>(byte);
      }
      if (size != 0 && !link_) {
        const std::uint64_t bits = RandomBits(board::RetainedRecord().boots, 0, board::Now());
        link_.emplace(SerialLink::Config{.life = static_cast<std::uint32_t>(bits) | 1});
      }
      if (size != 0) link_->Hear(std::span(bytes).first(size), board::Now());
    }
  }

  std::optional<SerialLink> link_;
};

}  // namespace continuo::mcu::firmware
