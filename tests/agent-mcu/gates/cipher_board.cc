// SPDX-License-Identifier: Apache-2.0
// What seals are on a board; with --cost, nanoseconds of the emulator's clock that they take, of which QEMU's -icount
// makes instructions.
#include <cstdio>
#include <string_view>

#include "agent-mcu/board/board.h"
#include "agent-mcu/gates/cipher_gate.h"
#include "agent-mcu/seal/board_cipher.h"
#include "proto/mcu/seal/board_seal.h"
#include "proto/mcu/seal/bridge_seal.h"

namespace continuo::mcu {
namespace {

template <typename Act>
void Measure(const char* what, const Act& act) {
  const Nanoseconds from = board::Now();
  act();
  std::printf("%s %ld\n", what, static_cast<long>(board::Now() - from));
}

void PrintCosts() {
  static BoardSeal board(BoardCipher(), DeviceKey{}, {1});
  static BridgeSeal bridge(BoardCipher(), DeviceKey{}, {2});
  static std::array<std::uint8_t, kMaxHandshakeBytes> said, answer;
  static std::array<std::uint8_t, kMaxFrameBytes> frame;
  static std::array<std::uint8_t, kMaxSealedBytes> sealed;
  for (const char* const what : {"offer", "confirmation"}) {
    const auto message = std::span(said).first(bridge.Speak(1, said));
    Unsealed heard;
    Measure(what, [&] { heard = board.Hear(message, answer); });
    bridge.Hear(std::span(answer).first(heard.answer), 1);
  }
  const auto open = [](const char* what, std::size_t size) {
    const std::size_t bytes = bridge.Seal(std::span(frame).first(size), sealed);
    Measure(what, [&] { board.Hear(std::span(sealed).first(bytes), answer); });
  };
  const auto seal = [](const char* what, std::size_t size) {
    Measure(what, [&] { board.Seal(std::span(frame).first(size), sealed); });
  };
  open("32 bytes in", 32);
  open("1400 bytes in", 1400);
  seal("200 bytes out", 200);
  seal("1400 bytes out", 1400);
  sealed[1] = 0;
  Measure("of another release", [&] { board.Hear(sealed, answer); });
  sealed[1] = kSealVersion;
  sealed[8] = 9;  // a number that the bridge has not used
  Measure("1400 bytes, forged", [&] { board.Hear(sealed, answer); });
}

}  // namespace
}  // namespace continuo::mcu

int GateMain(int argc, char** argv) {
  namespace mcu = continuo::mcu;
  if (!mcu::HasCipher()) return 77;  // built without libsodium: there is nothing to test
  if (argc > 1 && std::string_view(argv[1]) == "--cost") {
    mcu::PrintCosts();
    return 0;
  }
  return mcu::PrintSeals(mcu::BoardCipher()) ? 0 : 1;
}
