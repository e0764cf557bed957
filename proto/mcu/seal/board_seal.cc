// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/seal/board_seal.h"

#include <algorithm>

namespace continuo::mcu {

BoardSeal::BoardSeal(const Cipher& cipher, const std::optional<DeviceKey>& device,
                     const Bytes32& seed)
    : nonces_(cipher, seed) {
  if (!device) return;
  keys_.emplace(cipher, *device);
  ready_ = nonces_.Next();
}

Unsealed BoardSeal::Hear(std::span<const std::uint8_t> datagram, std::span<std::uint8_t> answer) {
  Unsealed heard = Judge(datagram, answer);
  if (heard.error != SealError::kNone || !heard.frame.empty()) {
    ++counters_[static_cast<std::size_t>(heard.error)];
  }
  // A bridge that is wrong learns why; a repeated frame is nobody's mistake.
  const bool tells = heard.error != SealError::kNone && heard.error != SealError::kMalformed &&
                     heard.error != SealError::kReplayed;
  if (tells) heard.answer = WriteRefusal(heard.error, answer);
  return heard;
}

Unsealed BoardSeal::Judge(std::span<const std::uint8_t> datagram, std::span<std::uint8_t> answer) {
  if (!datagram.empty() && datagram[0] == kFrameMcu) {
    if (keys_) return {.error = SealError::kPlain};
    return {.frame = datagram};
  }
  SealKind kind{};
  if (const SealError error = ParseSealHead(datagram, kind); error != SealError::kNone) {
    return {.error = error};
  }
  if (!keys_) return {.error = SealError::kNoKey};
  if (kind == SealKind::kOffer) return OnOffer(datagram, answer);
  if (kind == SealKind::kConfirm) return {.error = OnConfirm(datagram)};
  if (kind != SealKind::kSealed) return {.error = SealError::kMalformed};
  if (!session_) return {.error = SealError::kStale};
  std::size_t bytes = 0;
  const SealError error = session_->Open(*keys_, datagram, frame_, bytes);
  if (error != SealError::kNone) return {.error = error};
  return {.frame = std::span(frame_).first(bytes)};
}

Unsealed BoardSeal::OnOffer(std::span<const std::uint8_t> offer, std::span<std::uint8_t> answer) {
  if (!keys_->Proven(offer)) return {.error = SealError::kForged};
  return {.answer = keys_->Write(SealKind::kAnswer, BridgeNonce(offer), &ready_, answer)};
}

SealError BoardSeal::OnConfirm(std::span<const std::uint8_t> confirm) {
  if (!keys_->Proven(confirm)) return SealError::kForged;
  const SealNonce bridge = BridgeNonce(confirm), board = BoardNonce(confirm);
  if (session_ && session_->IsOf(bridge, board)) return SealError::kNone;  // said again
  if (board != ready_) return SealError::kReplayed;
  session_.emplace(*keys_, bridge, board, false);
  ready_ = nonces_.Next();
  return SealError::kNone;
}

std::size_t BoardSeal::Seal(std::span<const std::uint8_t> frame, std::span<std::uint8_t> out) {
  if (keys_) return session_ ? session_->Seal(*keys_, frame, out) : 0;
  if (frame.size() > out.size()) return 0;
  std::copy(frame.begin(), frame.end(), out.begin());
  return frame.size();
}

}  // namespace continuo::mcu
