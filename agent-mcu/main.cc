// SPDX-License-Identifier: Apache-2.0
// The firmware of a board with Ethernet: the block interrupt computes, the idle loop does everything else.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>

#include "agent-mcu/board/board.h"
#include "agent-mcu/board/ethernet.h"
#include "agent-mcu/board/key_memory.h"
#include "agent-mcu/board/retained.h"
#include "agent-mcu/board/startup.h"
#include "agent-mcu/board/watchdog.h"
#include "agent-mcu/link/udp_stack.h"
#include "agent-mcu/rt/block.h"
#include "agent-mcu/rt/desk.h"
#include "agent-mcu/seal/board_cipher.h"
#include "dsp/base/bytes.h"
#include "dsp/base/random.h"
#include "proto/mcu/seal/board_seal.h"
#include "proto/mcu/seal/key_page.h"
#include "proto/mcu/serial_link.h"

namespace continuo::mcu {
namespace {

constexpr std::uint32_t kIdleRate = 1000;  // blocks a second while nothing plays
constexpr int kFramesPerTurn = 64;
constexpr std::uint32_t kWatchdogMs = 8000;  // an emulator's host may be away for seconds

// As QEMU's user network gives it; every board of a stage is behind a network of its own.
constexpr Mac kMac{0x02, 0x43, 0x6f, 0x6e, 0x00, 0x01};
constexpr UdpStack::Config kNetwork{.mac = kMac,
                                    .ip = 10u << 24 | 2u << 8 | 15,
                                    .mask = 0xffffff00,
                                    .gateway = 10u << 24 | 2u << 8 | 2,
                                    .port = 5004};

alignas(16) __attribute__((section(".large"))) std::array<std::uint8_t, 16u << 20> memory;
constinit std::atomic<std::uint32_t> blocks{0};

/// Room for one that is made when the program begins. As a static object it would lie in flash as well, byte for byte,
/// since not all of it is zero.
template <typename T>
class Room {
 public:
  void Make() { new (bytes_.data()) T; }
  T& operator*() { return *std::launder(reinterpret_cast<T*>(bytes_.data())); }

 private:
  alignas(T) std::array<std::byte, sizeof(T)> bytes_;
};

constinit Room<Block> block_room;

Block& TheBlock() {
  return *block_room;
}

void Print(const char* text) {
  for (; *text != 0; ++text) board::UartPut(static_cast<std::uint8_t>(*text));
}

/// What the key's page says; once ReadKey is true, for good.
constinit std::optional<KeyPage> key_page;

/// nullptr, or why this board must not speak to anybody.
const char* ReadKey() {
  if (const char* const wrong = ParseKeyPage(board::KeyMemory(), key_page)) return wrong;
  return key_page && !HasCipher() ? "this image was built without a cipher" : nullptr;
}

/// Nonces follow from what the page brings anew with each life of the power, and from what a reset changes.
BoardSeal MakeSeal() {
  std::array<std::uint8_t, 12> life{};
  ByteWriter out(life);
  out.Le(board::RetainedRecord().boots);
  out.Le(board::Now());
  const Bytes32 seed = key_page ? BoardCipher().Mac(key_page->seed, life) : Bytes32{};
  return BoardSeal(BoardCipher(), key_page ? std::optional(key_page->device) : std::nullopt, seed);
}

class Idle {
 public:
  [[noreturn]] void Run() {
    for (;;) {
      for (int i = 0; i < kFramesPerTurn && Hear(); ++i) {
      }
      HearLine();
      Speak();
      SpeakOnLine();
      Guard();
      board::EthernetWake();
      asm volatile("wfi");
    }
  }

 private:
  bool Hear() {
    const std::size_t size = board::EthernetReceive(frame_);
    if (size == 0) return false;
    UdpIncoming datagram;
    FixedVector<std::uint8_t, 64> answer;
    if (stack_.Take(std::span(frame_).first(size), datagram, answer)) {
      TakeDatagram(datagram);
    } else if (!answer.empty()) {
      board::EthernetSend({answer.data(), answer.size()});
    }
    return true;
  }

  void TakeDatagram(const UdpIncoming& datagram) {
    const std::uint8_t first = datagram.bytes.empty() ? 0 : datagram.bytes[0];
    if (first != kFrameMcu && first != kFrameSealed) {
      TheBlock().Deliver(datagram.bytes);
      return;
    }
    std::array<std::uint8_t, kMaxHandshakeBytes> answer;
    const Unsealed heard = seal_.Hear(datagram.bytes, answer);
    if (heard.answer != 0) Send(datagram.ip, datagram.port, std::span(answer).first(heard.answer));
    Frame frame;
    if (ParseFrame(heard.frame, frame) != FrameError::kNone) return;
    bridge_ip_ = datagram.ip;
    bridge_port_ = datagram.port;
    by_line_ = false;
    Take(frame);
  }

  // A life of this end begins when it hears the first byte: nobody foresees when that is.
  void HearLine() {
    std::array<std::uint8_t, 256> bytes;
    for (std::size_t size = 1; size != 0;) {
      size = 0;
      for (int byte = 0; size < bytes.size() && (byte = board::UartGet()) >= 0;) {
        bytes[size++] = static_cast<std::uint8_t>(byte);
      }
      if (size != 0 && !line_) {
        const std::uint64_t bits = RandomBits(board::RetainedRecord().boots, 0, board::Now());
        line_.emplace(SerialLink::Config{.life = static_cast<std::uint32_t>(bits) | 1});
      }
      if (size != 0) line_->Hear(std::span(bytes).first(size), board::Now());
    }
    if (!line_) return;
    for (; !line_->Front().empty(); line_->Pop()) {
      std::array<std::uint8_t, kMaxHandshakeBytes> answer;
      const Unsealed heard = seal_.Hear(line_->Front(), answer);
      if (heard.answer != 0) line_->Send(std::span(answer).first(heard.answer));
      Frame frame;
      if (ParseFrame(heard.frame, frame) != FrameError::kNone) continue;
      by_line_ = true;
      Take(frame);
    }
  }

  void SpeakOnLine() {
    if (!line_) return;
    std::array<std::uint8_t, 256> bytes;
    const std::size_t size = line_->Speak(bytes, board::Now());
    for (std::size_t i = 0; i < size; ++i) board::UartPut(bytes[i]);
  }

  /// To the bridge, the way it spoke last. What has no room is lost: it asks again.
  void Answer(std::size_t size) {
    if (size == 0) return;
    const std::size_t bytes = seal_.Seal(std::span(answer_).first(size), sealed_);
    const auto frame = std::span<const std::uint8_t>(sealed_).first(bytes);
    if (by_line_) {
      line_->Send(frame);
    } else {
      Send(bridge_ip_, bridge_port_, frame);
    }
  }

  void Take(const Frame& frame) {
    const board::Retained& kept = board::RetainedRecord();
    const Health health{.board = board::Name(),
                        .boots = kept.boots,
                        .fault = {.kind = kept.fault_kind,
                                  .pc = kept.fault_pc,
                                  .lr = kept.fault_lr,
                                  .status = kept.fault_status,
                                  .address = kept.fault_address,
                                  .boot = kept.fault_boot},
                        .seal = seal_.counters()};
    Answer(desk_.Take(frame, board::Now(), health, answer_));
    const std::uint32_t rate = desk_.block_rate() != 0 ? desk_.block_rate() : kIdleRate;
    if (rate == rate_) return;
    rate_ = rate;
    board::StartTick(rate);
  }

  void Speak() {
    while (waits_ || TheBlock().TakeOutgoing(outgoing_)) {
      waits_ = !Send(outgoing_.place.ip, outgoing_.place.port,
                     std::span(outgoing_.data).first(outgoing_.bytes));
      if (waits_) break;  // the controller is full
    }
    VerdictTold told;
    while (TheBlock().TakeVerdict(told)) {
      Answer(EncodeVerdict(told, answer_));
    }
  }

  bool Send(std::uint32_t ip, std::uint16_t port, std::span<const std::uint8_t> bytes) {
    const std::size_t size = stack_.Make(ip, port, bytes, out_);
    return size == 0 || board::EthernetSend(std::span(out_).first(size));
  }

  // A loop that runs while the interrupt does not, or the other way round, is as dead as both.
  void Guard() {
    const std::uint32_t seen = blocks.load(std::memory_order_relaxed);
    if (seen != guarded_) board::WatchdogFeed();
    guarded_ = seen;
  }

  UdpStack stack_{kNetwork};
  Desk desk_{TheBlock(), memory, [] { asm volatile("" ::: "memory"); }};
  std::array<std::uint8_t, 1600> frame_{}, out_{};
  BoardSeal seal_ = MakeSeal();
  std::array<std::uint8_t, kMaxFrameBytes> answer_{};
  std::array<std::uint8_t, kMaxSealedBytes> sealed_{};
  Datagram outgoing_;
  bool waits_ = false;  // outgoing_ has not left yet
  std::uint32_t bridge_ip_ = 0;
  std::uint16_t bridge_port_ = 0;
  bool by_line_ = false;  // the bridge is at the serial line
  std::optional<SerialLink> line_;
  std::uint32_t rate_ = kIdleRate, guarded_ = 0;
};

constinit Room<Idle> idle_room;

}  // namespace

namespace board {
void OnInterrupt(unsigned number) {
  if (!UartInterrupt(number)) EthernetInterrupt();
}
}  // namespace board
}  // namespace continuo::mcu

extern "C" {

void Program() {
  namespace board = continuo::mcu::board;
  board::Begin();
  board::CountBoot();
  continuo::mcu::Print("continuo-mcu on ");
  continuo::mcu::Print(board::Name());
  const char* wrong = continuo::mcu::ReadKey();
  if (wrong == nullptr && !board::EthernetBegin(continuo::mcu::kMac)) wrong = "no Ethernet";
  continuo::mcu::Print(": ");
  continuo::mcu::Print(wrong != nullptr ? wrong : "ready");
  continuo::mcu::Print("\n");
  while (wrong != nullptr) asm volatile("wfi");
  continuo::mcu::block_room.Make();
  continuo::mcu::idle_room.Make();
  board::UartListen();
  board::WatchdogBegin(continuo::mcu::kWatchdogMs);
  board::StartTick(continuo::mcu::kIdleRate);
  (*continuo::mcu::idle_room).Run();
}

void OnTick() {
  namespace board = continuo::mcu::board;
  continuo::mcu::TheBlock().Run(board::Now(), board::Now);
  continuo::mcu::blocks.fetch_add(1, std::memory_order_relaxed);
}

void OnFault(const std::uint32_t* frame, std::uint32_t exception) {
  continuo::mcu::board::RecordFault(frame, exception);
  continuo::mcu::board::Reset();
}

void __cxa_pure_virtual() {
  continuo::mcu::board::Reset();
}
}
