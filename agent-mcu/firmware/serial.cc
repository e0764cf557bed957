// SPDX-License-Identifier: Apache-2.0
// The firmware of a board with a UART alone, and little memory. No audio reaches it, so it plays no task, and says so;
// it is a node that is well or not; it has knobs, switches and lamps beside the show; and it tries its kernels when the
// bridge wishes it: in the block interrupt, at the pace of a show.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "agent-mcu/board/audio.h"
#include "agent-mcu/board/board.h"
#include "agent-mcu/board/panel.h"
#include "agent-mcu/board/retained.h"
#include "agent-mcu/board/startup.h"
#include "agent-mcu/board/watchdog.h"
#include "agent-mcu/core/trial.h"
#include "agent-mcu/firmware/line_end.h"
#include "agent-mcu/firmware/upkeep.h"
#include "agent-mcu/rt/panel.h"
#include "dsp/kernels/eq.h"
#include "dsp/kernels/gate.h"
#include "dsp/kernels/pan.h"

namespace continuo::mcu::firmware {
namespace {

/// That fit into 96 KiB with all else.
constexpr const dsp::KernelDescription* kKernels[] = {&dsp::kEq, &dsp::kGate, &dsp::kPan};

constinit Guard guard;

/// For the kernel that is tried.
alignas(16) constinit std::array<std::uint8_t, 4096> workshop{};

/// Between the idle loop and the interrupt: who finds it his may use it.
struct Workbench {
  Trial trial;
  std::uint32_t block_ns_max = 0;
  std::atomic<bool> runs{false};  ///< it is the interrupt's
};
constinit Workbench bench;
constinit Room<Panel> panel;

class Idle {
 public:
  [[noreturn]] void Run() {
    for (;;) {
      line_.Hear(seal_, [this](const Frame& frame, bool) { Take(frame); });
      if (const std::size_t size = (*panel).TellNews(answer_)) Answer(size);
      line_.Speak();
      guard.Feed();
      asm volatile("wfi");
    }
  }

 private:
  void Take(const Frame& frame) {
    switch (frame.type) {
      case FrameType::kPing:
        return OnPing(frame);
      case FrameType::kSlice:
        return RefuseAll();
      case FrameType::kTrialWish:
        return OnTrialWish(frame);
      case FrameType::kPanelWish: {
        const auto life =
            static_cast<std::uint64_t>(board::Now()) << 16 ^ board::RetainedRecord().boots;
        const std::size_t size = (*panel).Take(frame, board::Now(), life, answer_);
        return size != 0 ? Answer(size) : void();
      }
      default:
        break;  // it plays nothing that they could be about
    }
  }

  void OnPing(const Frame& frame) {
    Ping ping;
    if (!ParsePing(frame.payload, ping)) return;
    if (ping.board_ns != 0) (*panel).SetTime({ping.board_ns, ping.n});
    Answer(WriteReport(ping));
  }

  /// Apart, for its stack is not needed when the answer is sealed.
  [[gnu::noinline]] std::size_t WriteReport(const Ping& ping) {
    Report report = ReportOf(ping, board::Now(), HealthNow(seal_.counters()));
    report.overruns = board::AudioLate();
    return EncodeReport(report, answer_);
  }

  void RefuseAll() {
    Prepared prepared{.part = 0, .version = 0, .error = {}};
    prepared.error = "network: this board has a UART alone, and no audio reaches it";
    Answer(EncodePrepared(prepared, answer_));
  }

  void OnTrialWish(const Frame& frame) {
    TrialWish wish;
    if (!ParseTrialWish(frame.payload, wish)) return;
    TrialTold told{.ticket = wish.ticket, .kernel = {}};
    if (!Works() && wish.ticket != ticket_) Begin(wish);
    if (ticket_ == wish.ticket && kernel_ < std::size(kKernels)) {
      told.kernel = kKernels[kernel_]->kind;
      told.done = !Works();
    }
    if (told.done) {
      told.hash = bench.trial.hash();
      told.block_ns_max = bench.block_ns_max;
    }
    Answer(EncodeTrialTold(told, answer_));
  }

  static bool Works() { return bench.runs.load(std::memory_order_acquire); }

  void Begin(const TrialWish& wish) {
    ticket_ = wish.ticket;
    kernel_ = wish.kernel;
    if (kernel_ >= std::size(kKernels)) return;
    if (bench.trial.Begin(*kKernels[kernel_], wish.seed, wish.samples, workshop) != nullptr) {
      kernel_ = std::size(kKernels);
      return;
    }
    bench.block_ns_max = 0;
    bench.runs.store(true, std::memory_order_release);
  }

  void Answer(std::size_t size) { line_.Send(seal_, std::span(answer_).first(size)); }

  LineEnd line_;
  BoardSeal seal_ = MakeSeal();
  std::array<std::uint8_t, kMaxFrameBytes> answer_{};
  std::uint32_t ticket_ = 0;  // of the trial in the workshop; 0: none
  std::size_t kernel_ = 0;
};

constinit Room<Idle> idle_room;

}  // namespace

[[noreturn]] void RunBoard() {
  board::Begin();
  board::CountBoot();
  Print("continuo-mcu on ");
  Print(board::Name());
  const char* const wrong = ReadKey();
  Print(": ");
  Print(wrong != nullptr ? wrong : "ready");
  Print("\n");
  while (wrong != nullptr) asm volatile("wfi");
  idle_room.Make();
  panel.Make();
  board::BeginPanel();
  board::UartListen();
  board::WatchdogBegin(kWatchdogMs);
  board::StartTick(kIdleRate);
  (*idle_room).Run();
}

void RunBlock() {
  guard.Count();
  board::SwitchOutputs((*panel).Run(board::ReadPanel(), board::Now()));
  if (!bench.runs.load(std::memory_order_acquire)) return;
  const Nanoseconds from = board::Now();
  const bool more = bench.trial.Step();
  const auto took = static_cast<std::uint32_t>(board::Now() - from);
  if (took > bench.block_ns_max) bench.block_ns_max = took;
  if (!more || bench.trial.done()) bench.runs.store(false, std::memory_order_release);
}

}  // namespace continuo::mcu::firmware

namespace continuo::mcu::board {
void OnInterrupt(unsigned number) {
  if (!UartInterrupt(number)) AudioInterrupt(number);
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
