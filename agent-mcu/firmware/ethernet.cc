// SPDX-License-Identifier: Apache-2.0
// The firmware of a board with Ethernet: the block interrupt computes, the idle loop does everything else.
#include "agent-mcu/board/ethernet.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "agent-mcu/board/audio.h"
#include "agent-mcu/board/board.h"
#include "agent-mcu/board/key_memory.h"
#include "agent-mcu/board/part_memory.h"
#include "agent-mcu/board/retained.h"
#include "agent-mcu/board/startup.h"
#include "agent-mcu/board/watchdog.h"
#include "agent-mcu/firmware/line_end.h"
#include "agent-mcu/firmware/load.h"
#include "agent-mcu/firmware/upkeep.h"
#include "agent-mcu/link/tcp.h"
#include "agent-mcu/link/udp_stack.h"
#include "agent-mcu/link/zmtp_caller.h"
#include "agent-mcu/rt/block.h"
#include "agent-mcu/rt/desk.h"
#include "agent-mcu/rt/lead.h"
#include "agent-mcu/time/board_time.h"
#include "dsp/base/random.h"
#include "proto/mcu/bridge_page.h"

namespace continuo::mcu::firmware {
namespace {

constexpr int kFramesPerTurn = 64;

/// By which a bridge may speak: the UART, a datagram, or the connection to one of those that the board dials.
enum Way : std::uint8_t { kByLine, kByDatagram, kByCall };
constexpr int kWays = kByCall + static_cast<int>(kMaxBridges);
static_assert(ZmtpClient::kMaxMessage == kMaxSealedBytes);

// As QEMU's user network gives it; every board of a stage is behind a network of its own.
constexpr Mac kMac{0x02, 0x43, 0x6f, 0x6e, 0x00, 0x01};
constexpr UdpStack::Config kNetwork{.mac = kMac,
                                    .ip = 10u << 24 | 2u << 8 | 15,
                                    .mask = 0xffffff00,
                                    .gateway = 10u << 24 | 2u << 8 | 2,
                                    .port = 5004};

constinit Guard guard;

/// Of the board's page; without it, one beside the gateway.
constinit BridgeAddresses bridges;

__attribute__((section(".rings"))) constinit Room<Block> block_room;

Block& TheBlock() {
  return *block_room;
}

/// The device's name, a slash, and what was there in no life before: who takes a name at a bridge takes its bearer's
/// place.
FixedString<48> Identity(std::size_t call) {
  if (DeviceName().empty()) return {};
  const auto channel = static_cast<std::uint32_t>(2 + call);
  auto bits = RandomBits(board::RetainedRecord().boots, channel, board::Now());
  std::array<char, 41> text{};
  const std::string_view name = DeviceName().view();
  std::size_t size = name.copy(text.data(), name.size());
  text[size++] = '/';
  for (int i = 0; i < 8; ++i, bits >>= 4) text[size++] = "0123456789abcdef"[bits & 15];
  return std::string_view(text.data(), size);
}

ZmtpCaller Caller(std::size_t number) {
  const BridgeAddress to = number < bridges.size() ? bridges[number] : BridgeAddress{};
  // Who has no name cannot be told from others.
  return {{.identity = Identity(number)}, DeviceName().empty() ? 0 : to.ip, to.port};
}

struct Calls {
  std::array<ZmtpCaller, kMaxBridges> each{Caller(0), Caller(1)};
};
struct Seals {
  std::array<BoardSeal, kWays> each{MakeSeal(0), MakeSeal(1), MakeSeal(2), MakeSeal(3)};
};
// By themselves for RESOURCES.md to say how large they are.
constinit Room<Calls> calls_room;
constinit Room<Seals> seals_room;

class Idle {
 public:
  Idle() {
    const auto bits = RandomBits(board::RetainedRecord().boots, 1, board::Now());
    TcpBegin({.ip = kNetwork.ip,
              .mask = kNetwork.mask,
              .gateway = kNetwork.gateway,
              .random = static_cast<std::uint32_t>(bits),
              .output = SendPacket,
              .context = this});
  }

  [[noreturn]] void Run() {
    board::EthernetJoin(kPtpGroupMac);
    for (;;) {
      board::EthernetWake();
      for (int i = 0; i < kFramesPerTurn && Hear(); ++i) {
      }
      line_.Hear(seals_[kByLine],
                 [this](const Frame& frame, bool ours) { Take(kByLine, frame, ours); });
      TcpTurn(board::Now());
      for (int call = 0; call < static_cast<int>(calls_.size()); ++call) {
        HearCall(call);
        if (calls_[call].Turn(board::Now())) lead_.Lose(kByCall + call);
      }
      KeepTime();
      Speak();
      line_.Speak();
      guard.Feed();
      Sleep(board::EthernetHasCome);
    }
  }

 private:
  static bool SendPacket(void* idle, std::uint32_t ip, std::span<const std::uint8_t> packet) {
    Idle& self = *static_cast<Idle*>(idle);
    const std::size_t size = self.stack_.Wrap(ip, packet, self.out_);
    return size != 0 && board::EthernetSend(std::span(self.out_).first(size));
  }

  /// False: there is nothing, or no room for what there is.
  bool Hear() {
    if (!waiting_.empty() && !Deliver(waiting_)) return false;
    const std::size_t size = board::EthernetReceive(frame_);
    if (size == 0) return false;
    ++continuo_load.frames;
    const auto frame = std::span<const std::uint8_t>(frame_).first(size);
    if (time_.Take(frame, board::EthernetCameAt())) return true;
    if (const auto packet = stack_.TcpPacket(frame); !packet.empty()) {
      TcpTake(packet);
      for (int call = 0; call < static_cast<int>(calls_.size()); ++call) HearCall(call);
      return true;
    }
    UdpIncoming datagram;
    FixedVector<std::uint8_t, 64> answer;
    if (stack_.Take(frame, datagram, answer)) {
      TakeDatagram(datagram);
    } else if (!answer.empty()) {
      board::EthernetSend({answer.data(), answer.size()});
    }
    return waiting_.empty();
  }

  void HearCall(int call) {
    std::span<const std::uint8_t> message;
    while (calls_[call].Hear(message, board::Now())) Open(kByCall + call, message);
  }

  void TakeDatagram(const UdpIncoming& datagram) {
    ++continuo_load.datagrams;
    const std::uint8_t first = datagram.bytes.empty() ? 0 : datagram.bytes[0];
    if (first != kFrameMcu && first != kFrameSealed) {
      if (datagram.bytes.size() > Block::kLongest) {
        ++continuo_load.no_room;
      } else {
        Deliver(datagram.bytes);
      }
      return;
    }
    from_ip_ = datagram.ip;
    from_port_ = datagram.port;
    Open(kByDatagram, datagram.bytes);
  }

  /// False: it waits in `frame_` for the next block, and others in the controller.
  bool Deliver(std::span<const std::uint8_t> datagram) {
    const bool there = TheBlock().Deliver(datagram, board::Now());
    waiting_ = there ? std::span<const std::uint8_t>{} : datagram;
    return there;
  }

  void Open(int way, std::span<const std::uint8_t> bytes) {
    std::array<std::uint8_t, kMaxHandshakeBytes> answer;
    const Unsealed heard = seals_[way].Hear(bytes, answer);
    if (heard.answer != 0) Put(way, std::span(answer).first(heard.answer), from_ip_, from_port_);
    Frame frame;
    const FrameError error = ParseFrame(heard.frame, frame);
    if (IsHeeded(error, frame)) Take(way, frame, error == FrameError::kNone);
  }

  /// What has no room is lost: the bridge asks again.
  void Put(int way, std::span<const std::uint8_t> bytes, std::uint32_t ip, std::uint16_t port) {
    if (way == kByLine) {
      line_.Send(bytes);
    } else if (way == kByDatagram) {
      Send(ip, port, bytes);
    } else {
      calls_[way - kByCall].Send(bytes);
    }
  }

  void Answer(int way, std::size_t size) {
    if (size == 0) return;
    const std::size_t bytes = seals_[way].Seal(std::span(answer_).first(size), sealed_);
    Put(way, std::span<const std::uint8_t>(sealed_).first(bytes), bridge_ip_, bridge_port_);
  }

  /// `ours`: of this release. A bridge of another one does not speak for the board.
  void Take(int way, const Frame& frame, bool ours) {
    if (way == kByDatagram) {  // only who sent a frame is the bridge
      bridge_ip_ = from_ip_;
      bridge_port_ = from_port_;
    }
    const Nanoseconds now = board::Now();
    Health health = HealthNow(Refused());
    health.leads = ours && lead_.Take(way, now);
    if (health.leads && time_.Hear(frame)) return;
    health.clock = time_.Report(now);
    Answer(way, desk_.Take(frame, now, health, answer_));
    const std::uint32_t rate = desk_.block_rate() != 0 ? desk_.block_rate() : kIdleRate;
    if (rate == rate_) return;
    rate_ = rate;
    board::StartTick(rate);
  }

  SealCounters Refused() const {
    SealCounters sum{};
    for (const BoardSeal& seal : seals_) {
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += seal.counters()[i];
    }
    return sum;
  }

  void KeepTime() {
    const std::size_t size = time_.Speak(board::Now(), out_);
    if (size != 0 && board::EthernetSend(std::span(out_).first(size))) {
      time_.Left(board::EthernetLeftAt());
    }
    if (const auto news = time_.News(board::Now())) TheBlock().SetTime({news->at, news->n});
  }

  void Speak() {
    while (const Datagram* const datagram = TheBlock().Outgoing()) {
      const Place& to = datagram->place;
      // False: the controller is full, and it leaves later.
      if (!Send(to.ip, to.port, datagram->data())) break;
      TheBlock().DropOutgoing();
    }
    VerdictTold told;
    while (TheBlock().TakeVerdict(told)) {
      if (lead_.way()) Answer(*lead_.way(), EncodeVerdict(told, answer_));
    }
    while (TheBlock().TakeHearing(hearing_)) {
      if (lead_.way()) Answer(*lead_.way(), EncodeHearingTold(hearing_, answer_));
    }
  }

  bool Send(std::uint32_t ip, std::uint16_t port, std::span<const std::uint8_t> bytes) {
    const std::size_t size = stack_.Make(ip, port, bytes, out_);
    return size == 0 || board::EthernetSend(std::span(out_).first(size));
  }

  UdpStack stack_{kNetwork};
  BoardTime time_{kNetwork.mac, kNetwork.ip};
  Desk desk_{TheBlock(), board::PartMemory(), [] { asm volatile("" ::: "memory"); }};
  std::array<std::uint8_t, 1600> frame_{}, out_{};
  std::span<const std::uint8_t> waiting_;  // a datagram in `frame_` that had no room
  std::array<ZmtpCaller, kMaxBridges>& calls_ = (*calls_room).each;
  std::array<BoardSeal, kWays>& seals_ = (*seals_room).each;
  Lead lead_;
  std::array<std::uint8_t, kMaxFrameBytes> answer_{};
  std::array<std::uint8_t, kMaxSealedBytes> sealed_{};
  HearingTold hearing_;
  std::uint32_t from_ip_ = 0, bridge_ip_ = 0;  // of the datagram in hand, of a frame's sender
  std::uint16_t from_port_ = 0, bridge_port_ = 0;
  LineEnd line_;
  std::uint32_t rate_ = kIdleRate;
};

constinit Room<Idle> idle_room;

}  // namespace

constinit Load continuo_load;

[[noreturn]] void RunBoard() {
  board::Begin();
  board::CountBoot();
  Print("continuo-mcu on ");
  Print(board::Name());
  const char* wrong = ReadKey();
  if (wrong == nullptr) wrong = ParseBridgePage(board::BridgeMemory(), bridges);
  if (wrong == nullptr && !board::EthernetBegin(kMac)) wrong = "no Ethernet";
  if (bridges.empty()) bridges.push_back({kNetwork.gateway, kBridgePort});
  Print(": ");
  Print(wrong != nullptr ? wrong : "ready");
  if (!HasTcp()) Print(", without lwIP: it hears its bridge over UDP and UART");
  Print("\n");
  while (wrong != nullptr) asm volatile("wfi");
  block_room.Make();
  calls_room.Make();
  seals_room.Make();
  idle_room.Make();
  board::UartListen();
  board::WatchdogBegin(kWatchdogMs);
  board::StartTick(kIdleRate);
  (*idle_room).Run();
}

void RunBlock() {
  const Nanoseconds from = board::Now();
  TheBlock().Run(from, board::Now);
  continuo_load.blocks_ns = continuo_load.blocks_ns + (board::Now() - from);
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
