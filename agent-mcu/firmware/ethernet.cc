// SPDX-License-Identifier: Apache-2.0
// The firmware of a board with Ethernet: the block interrupt computes, the idle loop does everything else.
#include "agent-mcu/board/ethernet.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "agent-mcu/board/audio.h"
#include "agent-mcu/board/board.h"
#include "agent-mcu/board/part_memory.h"
#include "agent-mcu/board/retained.h"
#include "agent-mcu/board/startup.h"
#include "agent-mcu/board/watchdog.h"
#include "agent-mcu/firmware/line_end.h"
#include "agent-mcu/firmware/upkeep.h"
#include "agent-mcu/link/udp_stack.h"
#include "agent-mcu/rt/block.h"
#include "agent-mcu/rt/desk.h"

namespace continuo::mcu::firmware {
namespace {

constexpr int kFramesPerTurn = 64;

// As QEMU's user network gives it; every board of a stage is behind a network of its own.
constexpr Mac kMac{0x02, 0x43, 0x6f, 0x6e, 0x00, 0x01};
constexpr UdpStack::Config kNetwork{.mac = kMac,
                                    .ip = 10u << 24 | 2u << 8 | 15,
                                    .mask = 0xffffff00,
                                    .gateway = 10u << 24 | 2u << 8 | 2,
                                    .port = 5004};

constinit Guard guard;

__attribute__((section(".rings"))) constinit Room<Block> block_room;

Block& TheBlock() {
  return *block_room;
}

class Idle {
 public:
  [[noreturn]] void Run() {
    for (;;) {
      for (int i = 0; i < kFramesPerTurn && Hear(); ++i) {
      }
      line_.Hear(seal_, [this](const Frame& frame) {
        by_line_ = true;
        Take(frame);
      });
      Speak();
      line_.Speak();
      guard.Feed();
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

  /// To the bridge, the way it spoke last. What has no room is lost: it asks again.
  void Answer(std::size_t size) {
    if (size == 0) return;
    const std::size_t bytes = seal_.Seal(std::span(answer_).first(size), sealed_);
    const auto frame = std::span<const std::uint8_t>(sealed_).first(bytes);
    if (by_line_) {
      line_.Send(frame);
    } else {
      Send(bridge_ip_, bridge_port_, frame);
    }
  }

  void Take(const Frame& frame) {
    Answer(desk_.Take(frame, board::Now(), HealthNow(seal_), answer_));
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

  UdpStack stack_{kNetwork};
  Desk desk_{TheBlock(), board::PartMemory(), [] { asm volatile("" ::: "memory"); }};
  std::array<std::uint8_t, 1600> frame_{}, out_{};
  BoardSeal seal_ = MakeSeal();
  std::array<std::uint8_t, kMaxFrameBytes> answer_{};
  std::array<std::uint8_t, kMaxSealedBytes> sealed_{};
  Datagram outgoing_;
  bool waits_ = false;  // outgoing_ has not left yet
  std::uint32_t bridge_ip_ = 0;
  std::uint16_t bridge_port_ = 0;
  bool by_line_ = false;  // the bridge is at the serial line
  LineEnd line_;
  std::uint32_t rate_ = kIdleRate;
};

constinit Room<Idle> idle_room;

}  // namespace

[[noreturn]] void RunBoard() {
  board::Begin();
  board::CountBoot();
  Print("continuo-mcu on ");
  Print(board::Name());
  const char* wrong = ReadKey();
  if (wrong == nullptr && !board::EthernetBegin(kMac)) wrong = "no Ethernet";
  Print(": ");
  Print(wrong != nullptr ? wrong : "ready");
  Print("\n");
  while (wrong != nullptr) asm volatile("wfi");
  block_room.Make();
  idle_room.Make();
  board::UartListen();
  board::WatchdogBegin(kWatchdogMs);
  board::StartTick(kIdleRate);
  (*idle_room).Run();
}

void RunBlock() {
  TheBlock().Run(board::Now(), board::Now);
  guard.Count();
}

}  // namespace continuo::mcu::firmware

namespace continuo::mcu::board {
void OnInterrupt(unsigned number) {
  if (!UartInterrupt(number) && !AudioInterrupt(number)) EthernetInterrupt();
}
}  // namespace continuo::mcu::board

extern "C" {
void Program() {
  continuo::mcu::firmware::RunBoard();
}
void OnTick() {
  continuo::mcu::firmware::RunBlock();
}
}
