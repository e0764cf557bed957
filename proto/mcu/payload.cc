// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/payload.h"

#include <pb_decode.h>
#include <pb_encode.h>

#include <algorithm>

namespace continuo::mcu {
namespace {

alignas(AnyMessage) constinit CONTINUO_PER_THREAD std::byte message_room[sizeof(AnyMessage)]{};

}  // namespace

std::span<std::byte> MessageRoom() {
  return message_room;
}

std::size_t WriteMessage(const pb_msgdesc_t* what, const void* message,
                         std::span<std::uint8_t> out) {
  pb_ostream_t stream = pb_ostream_from_buffer(out.data(), out.size());
  return pb_encode(&stream, what, message) ? stream.bytes_written : 0;
}

bool ReadMessage(std::span<const std::uint8_t> bytes, const pb_msgdesc_t* what, void* message) {
  pb_istream_t stream = pb_istream_from_buffer(bytes.data(), bytes.size());
  return pb_decode_ex(&stream, what, message, PB_DECODE_NOINIT);
}

std::size_t EncodeFrame(FrameType type, const pb_msgdesc_t* what, const void* message,
                        std::span<std::uint8_t> out) {
  if (out.size() < kFrameOverhead) return 0;
  const auto room_for_it = out.subspan(kFrameHead, out.size() - kFrameOverhead);
  pb_ostream_t stream = pb_ostream_from_buffer(room_for_it.data(), room_for_it.size());
  return pb_encode(&stream, what, message) ? CloseFrame(type, stream.bytes_written, out) : 0;
}

void PutText(std::string_view text, std::span<char> into) {
  *std::copy(text.begin(), text.end(), into.begin()) = 0;
}

std::string_view TextIn(std::span<const char> from) {
  return {from.data(),
          static_cast<std::size_t>(std::find(from.begin(), from.end(), '\0') - from.begin())};
}

}  // namespace continuo::mcu
