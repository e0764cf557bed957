// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/mcu/seal/cipher.h"

namespace continuo::mcu {

/// libsodium's. An image that was built without its source has none: nothing that it seals can be opened.
const Cipher& BoardCipher();
bool HasCipher();

}  // namespace continuo::mcu
