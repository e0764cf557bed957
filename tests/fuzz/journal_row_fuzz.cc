// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "coordinator/edge/store/input_codec.h"

// A row of a journal that somebody else wrote: decoded or refused, and what is decoded encodes to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo::coordinator;  // NOLINT(google-build-using-namespace)
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto input = Decode(data[0], 0, bytes);
  if (input && static_cast<int>(Encode(*input).kind) != data[0]) std::abort();
  return 0;
}
