// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "coordinator/edge/store/ledger_codec.h"

// A ledger or a log that somebody else wrote down: refused, or what is read is written as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo::coordinator;  // NOLINT(google-build-using-namespace)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto ledger = DecodeLedger(bytes)) {
    const std::string once = EncodeLedger(*ledger);
    const auto again = DecodeLedger(once);
    if (!again || EncodeLedger(*again) != once) std::abort();
  }
  const auto log = DecodeLog(bytes);
  if (log && EncodeLog(*log) != bytes) std::abort();
  return 0;
}
