// SPDX-License-Identifier: Apache-2.0
// The image of a task's state, as another node sends it: refused with a reason, or taken apart within its bounds.
#include <algorithm>
#include <array>
#include <vector>

#include "agent/handoff/image.h"
#include "fuzz/material.h"

namespace continuo::fuzz {
namespace {

using namespace agent::handoff;  // NOLINT(google-build-using-namespace)

bool IsWithin(std::span<const std::uint8_t> part, std::span<const std::uint8_t> whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void Read(std::span<const std::uint8_t> bytes) {
  Exact exact(bytes);
  Image image;
  if (ParseImage(exact.span(), image) != nullptr) return;
  Require(IsWithin(image.replica, exact.span()) && IsWithin(image.body, exact.span()),
          "the parts lie in the image");
  std::array<std::uint8_t, kImageHeadBytes> head{};
  EncodeImageHead(image.head, head);
  Require(std::ranges::equal(head, exact.span().first(kImageHeadBytes)), "a head has one form");
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace continuo;  // NOLINT(google-build-using-namespace)
  fuzz::Material material(bytes, size);
  const std::uint8_t kind = material.Take<std::uint8_t>();
  const auto rest = material.Rest();
  if (kind & 1) {
    fuzz::Read(rest);
    return 0;
  }
  // A head that fits to what follows, give or take a few bytes.
  agent::handoff::ImageHead head;
  head.replica_bytes = static_cast<std::uint32_t>(rest.size() / 2);
  head.body_bytes = static_cast<std::uint32_t>(rest.size() - head.replica_bytes) + (kind >> 1) % 4;
  std::vector<std::uint8_t> image(agent::handoff::kImageHeadBytes);
  agent::handoff::EncodeImageHead(head,
                                  std::span<std::uint8_t, agent::handoff::kImageHeadBytes>(image));
  image.insert(image.end(), rest.begin(), rest.end());
  fuzz::Read(image);
  return 0;
}
