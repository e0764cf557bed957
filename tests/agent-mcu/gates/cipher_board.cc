// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/gates/cipher_gate.h"
#include "agent-mcu/seal/board_cipher.h"

int GateMain(int, char**) {
  if (!continuo::mcu::HasCipher()) return 77;  // built without libsodium: there is nothing to test
  return continuo::mcu::PrintSeals(continuo::mcu::BoardCipher()) ? 0 : 1;
}
