// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/openssl_cipher.h"
#include "agent-mcu/gates/cipher_gate.h"

int main() {
  return continuo::mcu::PrintSeals(continuo::mcu::OpensslCipher()) ? 0 : 1;
}
