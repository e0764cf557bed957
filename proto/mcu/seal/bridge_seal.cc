// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/seal/bridge_seal.h"

#include <algorithm>

namespace continuo::mcu {

BridgeSeal::BridgeSeal(const Cipher& cipher, const std::optional<DeviceKey>& device,
                       const Bytes32& seed)
    : nonces_(cipher, seed) {
  if (device) keys_.emplace(cipher, *device);
}

Unsealed BridgeSeal::Hear(std::span<const std::uint8_t> datagram, Nanoseconds now) {
  const Unsealed heard = Judge(datagram, now);
  if (heard.error != SealError::kNone || !heard.frame.empty()) {
    ++counters_[static_cast<std::size_t>(heard.error)];
  }
  return heard;
}

Unsealed BridgeSeal::Judge(std::span<const std::uint8_t> datagram, Nanoseconds now) {
  if (datagram.empty() || datagram[0] != kFrameSealed) {
    if (keys_) return {.error = SealError::kPlain};
    return {.frame = datagram};
  }
  SealKind kind{};
  if (const SealError error = ParseSealHead(datagram, kind); error != SealError::kNone) {
    return {.error = error};
  }
  if (kind == SealKind::kRefusal) {
    refused_ = static_cast<SealError>(datagram[3]);
    return {};
  }
  if (!keys_) return {.error = SealError::kNoKey};
  if (kind == SealKind::kAnswer) return {.error = OnAnswer(datagram, now)};
  if (kind != SealKind::kSealed) return {.error = SealError::kMalformed};
  if (!session_) return {.error = SealError::kStale};
  std::size_t bytes = 0;
  const SealError error = session_->Open(*keys_, datagram, frame_, bytes);
  if (error != SealError::kNone) return {.error = error};
  proven_ = true;
  heard_ = now;
  refused_ = SealError::kNone;
  return {.frame = std::span(frame_).first(bytes)};
}

SealError BridgeSeal::OnAnswer(std::span<const std::uint8_t> answer, Nanoseconds now) {
  if (!keys_->Proven(answer)) return SealError::kForged;
  const SealNonce bridge = BridgeNonce(answer);
  if (bridge == answered_ && sessions_ != 0) return SealError::kNone;  // to an offer made twice
  if (renew_at_ == 0 || bridge != offered_) return SealError::kReplayed;
  answered_ = offered_;
  board_ = BoardNonce(answer);
  session_.emplace(*keys_, answered_, board_, true);
  ++sessions_;
  proven_ = false;
  heard_ = now;
  renew_at_ = 0;
  confirm_at_ = now;
  return SealError::kNone;
}

std::size_t BridgeSeal::Speak(Nanoseconds now, std::span<std::uint8_t> out) {
  if (!keys_) return 0;
  if (session_ && now - heard_ < kSilent) {
    if (proven_ || now < confirm_at_) return 0;
    confirm_at_ = now + kConfirmEvery;
    return keys_->Write(SealKind::kConfirm, answered_, &board_, out);
  }
  if (now < offer_at_) return 0;
  offer_at_ = now + kOfferEvery;
  if (renew_at_ == 0 || now >= renew_at_) {
    offered_ = nonces_.Next();
    renew_at_ = now + kNonceLives;
  }
  return keys_->Write(SealKind::kOffer, offered_, nullptr, out);
}

std::size_t BridgeSeal::Seal(std::span<const std::uint8_t> frame, std::span<std::uint8_t> out) {
  if (keys_) return session_ ? session_->Seal(*keys_, frame, out) : 0;
  if (frame.size() > out.size()) return 0;
  std::copy(frame.begin(), frame.end(), out.begin());
  return frame.size();
}

}  // namespace continuo::mcu
