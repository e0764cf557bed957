// SPDX-License-Identifier: Apache-2.0
#include "agent/handoff/image.h"

#include "dsp/base/bytes.h"

namespace continuo::agent::handoff {
namespace {

constexpr std::uint32_t kMagic = 0x494E5443;  // "CTNI"
constexpr std::uint16_t kVersion = 1;

}  // namespace

void EncodeImageHead(const ImageHead& head, std::span<std::uint8_t, kImageHeadBytes> out) {
  ByteWriter writer(out);
  writer.Le(kMagic);
  writer.Le(kVersion);
  writer.Le(head.generation);
  writer.Le(head.task);
  writer.Le(head.next);
  writer.Le(head.evseq);
  writer.Le(head.replica_bytes);
  writer.Le(head.body_bytes);
}

const char* ParseImage(std::span<const std::uint8_t> bytes, Image& image) {
  ByteReader reader(bytes);
  if (reader.Le<std::uint32_t>() != kMagic) return "this is not an image of a task's state";
  if (reader.Le<std::uint16_t>() != kVersion) return "the image is of another version";
  ImageHead& head = image.head;
  head.generation = reader.Le<std::uint16_t>();
  head.task = reader.Le<std::uint32_t>();
  head.next = reader.Le<std::int64_t>();
  head.evseq = reader.Le<std::uint32_t>();
  head.replica_bytes = reader.Le<std::uint32_t>();
  head.body_bytes = reader.Le<std::uint32_t>();
  if (!reader.ok()) return "the image is cut off";
  const std::uint64_t whole = std::uint64_t{head.replica_bytes} + head.body_bytes;
  if (reader.left() < whole) return "the image is cut off";
  if (reader.left() > whole) return "the image has bytes too many";
  image.replica = reader.View(head.replica_bytes);
  image.body = reader.View(head.body_bytes);
  return nullptr;
}

}  // namespace continuo::agent::handoff
