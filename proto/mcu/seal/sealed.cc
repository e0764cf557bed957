// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/seal/sealed.h"

#include <algorithm>

#include "dsp/base/bytes.h"

namespace continuo::mcu {
namespace {

constexpr std::size_t kHead = 4, kNonceBytes = sizeof(SealNonce), kTagBytes = sizeof(Tag);
constexpr std::size_t kOfferBytes = kHead + kNonceBytes + kTagBytes;
constexpr std::size_t kAnswerBytes = kOfferBytes + kNonceBytes;
static_assert(kAnswerBytes == kMaxHandshakeBytes);
static_assert(static_cast<std::size_t>(SealError::kNoKey) + 1 == kSealErrors);

void WriteHead(SealKind kind, std::uint8_t reason, ByteWriter& out) {
  out.Le(kFrameSealed);
  out.Le(kSealVersion);
  out.Le(static_cast<std::uint8_t>(kind));
  out.Le(reason);
}

AeadNonce NonceOf(std::uint64_t number) {
  AeadNonce nonce{};
  ByteWriter(std::span(nonce).subspan(4)).Le(number);
  return nonce;
}

/// A sealed frame's head, and whose it is.
FixedVector<std::uint8_t, kSealHead + 32> AssociatedOf(std::span<const std::uint8_t> head,
                                                       const DeviceKey& device) {
  FixedVector<std::uint8_t, kSealHead + 32> associated;
  for (const std::uint8_t byte : head) associated.push_back(byte);
  for (const char c : device.name.view()) associated.push_back(static_cast<std::uint8_t>(c));
  return associated;
}

SealNonce NonceAt(std::span<const std::uint8_t> message, std::size_t at) {
  SealNonce nonce{};
  ByteReader(message.subspan(at)).Bytes(nonce.data(), nonce.size());
  return nonce;
}

}  // namespace

const char* ToString(SealError error) {
  switch (error) {
    case SealError::kNone:
      return "opened";
    case SealError::kMalformed:
      return "malformed";
    case SealError::kVersion:
      return "of another release (the seal's version is not 1)";
    case SealError::kForged:
      return "forged (another key or device, or changed on its way)";
    case SealError::kReplayed:
      return "replayed";
    case SealError::kStale:
      return "of no session of now";
    case SealError::kPlain:
      return "in the clear though there is a key";
    case SealError::kNoKey:
      return "sealed though there is no key";
  }
  return "";
}

SealKeys::SealKeys(const Cipher& cipher, const DeviceKey& device)
    : cipher_(cipher), device_(device), handshake_(Derive("handshake", {}, {})) {}

Bytes32 SealKeys::Derive(const char* label, const SealNonce& bridge, const SealNonce& board) const {
  std::array<std::uint8_t, 128> info{};
  ByteWriter out(info);
  const std::string_view text(label);
  out.Bytes(text.data(), text.size());
  out.Le(std::uint8_t{0});
  out.Le(kSealVersion);
  out.Bytes(device_.name.view().data(), device_.name.view().size());
  out.Le(std::uint8_t{0});
  out.Bytes(bridge.data(), bridge.size());
  out.Bytes(board.data(), board.size());
  out.Le(std::uint8_t{1});
  return cipher_.Mac(device_.key, std::span(info).first(out.size()));
}

Tag SealKeys::TagOf(std::span<const std::uint8_t> message) const {
  const Bytes32 mac = cipher_.Mac(handshake_, message);
  Tag tag;
  std::copy_n(mac.begin(), tag.size(), tag.begin());
  return tag;
}

std::size_t SealKeys::Write(SealKind kind, const SealNonce& bridge, const SealNonce* board,
                            std::span<std::uint8_t> out) const {
  ByteWriter message(out);
  WriteHead(kind, 0, message);
  message.Bytes(bridge.data(), bridge.size());
  if (board != nullptr) message.Bytes(board->data(), board->size());
  if (!message.ok()) return 0;
  const Tag tag = TagOf(out.first(message.size()));
  message.Bytes(tag.data(), tag.size());
  return message.ok() ? message.size() : 0;
}

bool SealKeys::Proven(std::span<const std::uint8_t> message) const {
  const std::size_t before = message.size() - kTagBytes;
  return SameTag(TagOf(message.first(before)), message.subspan(before));
}

SealSession::SealSession(const SealKeys& keys, const SealNonce& bridge, const SealNonce& board,
                         bool is_bridge)
    : bridge_(bridge),
      board_(board),
      ours_(keys.Derive(is_bridge ? "to board" : "to bridge", bridge, board)),
      theirs_(keys.Derive(is_bridge ? "to bridge" : "to board", bridge, board)),
      id_(ByteReader(keys.Derive("session", bridge, board)).Le<std::uint32_t>()) {}

std::size_t SealSession::Seal(const SealKeys& keys, std::span<const std::uint8_t> frame,
                              std::span<std::uint8_t> out) {
  if (frame.size() > kMaxFrameBytes || out.size() < frame.size() + kSealOverhead) return 0;
  ByteWriter head(out);
  WriteHead(SealKind::kSealed, 0, head);
  head.Le(id_);
  head.Le(++sent_);
  const auto associated = AssociatedOf(out.first(kSealHead), keys.device());
  const Tag tag = keys.cipher().Seal(ours_, NonceOf(sent_), {associated.data(), associated.size()},
                                     frame, out.subspan(kSealHead, frame.size()));
  std::copy(tag.begin(), tag.end(),
            out.begin() + static_cast<std::ptrdiff_t>(kSealHead + frame.size()));
  return frame.size() + kSealOverhead;
}

SealError SealSession::Open(const SealKeys& keys, std::span<const std::uint8_t> datagram,
                            std::span<std::uint8_t> out, std::size_t& bytes) {
  ByteReader in(datagram);
  in.View(kHead);
  if (in.Le<std::uint32_t>() != id_) return SealError::kStale;
  const auto number = in.Le<std::uint64_t>();
  bytes = in.left() - kTagBytes;
  const auto sealed = in.View(bytes);
  Tag tag;
  in.Bytes(tag.data(), tag.size());
  if (!in.ok() || bytes > out.size()) return SealError::kMalformed;
  if (!window_.Fresh(number)) return SealError::kReplayed;
  const auto associated = AssociatedOf(datagram.first(kSealHead), keys.device());
  if (!keys.cipher().Open(theirs_, NonceOf(number), {associated.data(), associated.size()}, sealed,
                          tag, out.first(bytes))) {
    return SealError::kForged;
  }
  window_.Take(number);
  return SealError::kNone;
}

SealError ParseSealHead(std::span<const std::uint8_t> datagram, SealKind& kind) {
  if (datagram.size() < kHead || datagram[0] != kFrameSealed) return SealError::kMalformed;
  if (datagram[1] != kSealVersion) return SealError::kVersion;
  kind = static_cast<SealKind>(datagram[2]);
  const std::size_t size = datagram.size();
  bool right = false;
  switch (kind) {
    case SealKind::kOffer:
      right = size == kOfferBytes && datagram[3] == 0;
      break;
    case SealKind::kAnswer:
    case SealKind::kConfirm:
      right = size == kAnswerBytes && datagram[3] == 0;
      break;
    case SealKind::kSealed:
      right = size > kSealOverhead && size <= kMaxSealedBytes && datagram[3] == 0;
      break;
    case SealKind::kRefusal:
      right = size == kHead && datagram[3] != 0 && datagram[3] < kSealErrors;
      break;
  }
  return right ? SealError::kNone : SealError::kMalformed;
}

SealNonce BridgeNonce(std::span<const std::uint8_t> message) {
  return NonceAt(message, kHead);
}

SealNonce BoardNonce(std::span<const std::uint8_t> message) {
  return NonceAt(message, kHead + kNonceBytes);
}

std::size_t WriteRefusal(SealError reason, std::span<std::uint8_t> out) {
  ByteWriter refusal(out);
  WriteHead(SealKind::kRefusal, static_cast<std::uint8_t>(reason), refusal);
  return refusal.ok() ? refusal.size() : 0;
}

SealNonce SealNonces::Next() {
  std::array<std::uint8_t, 8> number{};
  ByteWriter(number).Le(++drawn_);
  const Bytes32 bits = cipher_.Mac(seed_, number);
  SealNonce nonce;
  std::copy_n(bits.begin(), nonce.size(), nonce.begin());
  return nonce;
}

}  // namespace continuo::mcu
