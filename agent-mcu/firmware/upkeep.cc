// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/firmware/upkeep.h"

#include <optional>

#include "agent-mcu/board/board.h"
#include "agent-mcu/board/key_memory.h"
#include "agent-mcu/board/random.h"
#include "agent-mcu/board/retained.h"
#include "agent-mcu/board/startup.h"
#include "agent-mcu/board/watchdog.h"
#include "agent-mcu/seal/board_cipher.h"
#include "dsp/base/bytes.h"
#include "proto/mcu/seal/key_page.h"

namespace continuo::mcu::firmware {
namespace {

/// What the key's page says; once ReadKey is true, for good.
constinit std::optional<KeyPage> key_page;

/// The page's seed is the same each time that power comes; a board that has random bits adds them.
void Refresh(Bytes32& seed) {
  std::array<std::uint32_t, 8> words;
  if (!board::Random(words)) return;
  for (std::size_t i = 0; i < seed.size(); ++i) {
    seed[i] ^= static_cast<std::uint8_t>(words[i / 4] >> 8 * (i % 4));
  }
}

}  // namespace

void Print(const char* text) {
  for (; *text != 0; ++text) board::UartPut(static_cast<std::uint8_t>(*text));
}

const char* ReadKey() {
  if (const char* const wrong = ParseKeyPage(board::KeyMemory(), key_page)) return wrong;
  if (key_page) Refresh(key_page->seed);
  return key_page && !HasCipher() ? "this image was built without a cipher" : nullptr;
}

// Nonces follow from what is new with each life of the power (the page, or the board's random bits), and from what a
// reset changes.
BoardSeal MakeSeal(std::uint8_t way) {
  std::array<std::uint8_t, 13> life{};
  ByteWriter out(life);
  out.Le(board::RetainedRecord().boots);
  out.Le(board::Now());
  out.Le(way);
  const Bytes32 seed = key_page ? BoardCipher().Mac(key_page->seed, life) : Bytes32{};
  return BoardSeal(BoardCipher(), key_page ? std::optional(key_page->device) : std::nullopt, seed);
}

FixedString<32> DeviceName() {
  return key_page ? key_page->device.name : FixedString<32>{};
}

Health HealthNow(const SealCounters& seal) {
  const board::Retained& kept = board::RetainedRecord();
  return {.board = board::Name(),
          .boots = kept.boots,
          .fault = {.kind = kept.fault_kind,
                    .pc = kept.fault_pc,
                    .lr = kept.fault_lr,
                    .status = kept.fault_status,
                    .address = kept.fault_address,
                    .boot = kept.fault_boot},
          .seal = seal,
          .clock = {}};
}

void Guard::Feed() {
  const std::uint32_t now = blocks_.load(std::memory_order_relaxed);
  if (now != seen_) board::WatchdogFeed();
  seen_ = now;
}

}  // namespace continuo::mcu::firmware

extern "C" {

void OnFault(const std::uint32_t* frame, std::uint32_t exception) {
  continuo::mcu::board::RecordFault(frame, exception);
  continuo::mcu::board::Reset();
}

void __cxa_pure_virtual() {
  continuo::mcu::board::Reset();
}
}
