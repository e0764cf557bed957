// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

#include "dsp/base/fixed.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/messages.h"

// How the codecs of this room write and read what is between a frame's head and its CRC: messages of
// proto/continuo/v1/mcu.proto, by nanopb.

// A board has one thread that speaks, its idle loop, and a stack that is too short for long messages.
#ifdef CONTINUO_ONE_THREAD
#define CONTINUO_PER_THREAD
#else
#define CONTINUO_PER_THREAD thread_local
#endif

namespace continuo::mcu {

inline constexpr std::size_t kFrameHead = 4;

/// Room for the one long message that is being written or read; what is in it is gone with the next.
std::span<std::byte> MessageRoom();

template <typename Message>
Message& Blank() {
  static_assert(std::is_trivially_destructible_v<Message> && sizeof(Message) <= sizeof(AnyMessage));
  return *new (MessageRoom().data()) Message{};
}

/// Bytes written; 0: it does not fit, or has none.
std::size_t WriteMessage(const pb_msgdesc_t* what, const void* message,
                         std::span<std::uint8_t> out);
/// False: it is cut short, or something of it has no room (mcu.options). Fields that are not known are skipped.
bool ReadMessage(std::span<const std::uint8_t> bytes, const pb_msgdesc_t* what, void* message);

template <typename Message>
bool Read(std::span<const std::uint8_t> bytes, Message& message) {
  return ReadMessage(bytes, nanopb::MessageDescriptor<Message>::fields(), &message);
}

/// A whole frame with that message; 0: it does not fit.
std::size_t EncodeFrame(FrameType type, const pb_msgdesc_t* what, const void* message,
                        std::span<std::uint8_t> out);
template <typename Message>
std::size_t EncodeFrame(FrameType type, const Message& message, std::span<std::uint8_t> out) {
  return EncodeFrame(type, nanopb::MessageDescriptor<Message>::fields(), &message, out);
}

/// nanopb's texts end with a zero.
void PutText(std::string_view text, std::span<char> into);
std::string_view TextIn(std::span<const char> from);
template <std::size_t N, std::size_t M>
void PutText(const FixedString<N>& text, char (&into)[M]) {
  static_assert(M == N + 1, "mcu.options says another length");
  PutText(text.view(), std::span<char>(into));
}
template <std::size_t N, std::size_t M>
void TakeText(const char (&from)[M], FixedString<N>& text) {
  static_assert(M == N + 1, "mcu.options says another length");
  text.Assign(TextIn(from));
}

}  // namespace continuo::mcu
