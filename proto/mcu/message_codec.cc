// SPDX-License-Identifier: Apache-2.0
// The short ones.
#include "proto/mcu/frame.h"
#include "proto/mcu/payload.h"
#include "proto/wire/event_codec.h"

namespace continuo::mcu {

std::size_t EncodePing(const Ping& ping, std::span<std::uint8_t> out) {
  const message::Ping said{.bridge_ns = ping.bridge_ns, .board_ns = ping.board_ns, .n = ping.n};
  return EncodeFrame(FrameType::kPing, said, out);
}

bool ParsePing(std::span<const std::uint8_t> payload, Ping& ping) {
  message::Ping told{};
  if (!Read(payload, told)) return false;
  ping = {.bridge_ns = told.bridge_ns, .board_ns = told.board_ns, .n = told.n};
  return ping.board_ns >= 0 && wire::IsMediaTime(ping.n);
}

std::size_t EncodePrepared(const Prepared& prepared, std::span<std::uint8_t> out) {
  message::Prepared said{};
  said.part = prepared.part;
  said.version = prepared.version;
  PutText(prepared.error, said.error);
  return EncodeFrame(FrameType::kPrepared, said, out);
}

bool ParsePrepared(std::span<const std::uint8_t> payload, Prepared& prepared) {
  message::Prepared told{};
  if (!Read(payload, told)) return false;
  prepared.part = told.part;
  prepared.version = told.version;
  TakeText(told.error, prepared.error);
  return true;
}

std::size_t EncodeStop(Incarnation part, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kStop, message::Stop{.part = part}, out);
}

bool ParseStop(std::span<const std::uint8_t> payload, Incarnation& part) {
  message::Stop told{};
  if (!Read(payload, told)) return false;
  part = told.part;
  return part != 0;
}

std::size_t EncodeEvent(const EventTold& told, std::span<std::uint8_t> out) {
  const message::Event said{.part = told.part,
                            .at = told.event.at,
                            .id = told.event.id,
                            .command = static_cast<std::uint8_t>(told.event.command),
                            .target = told.event.target,
                            .value = told.event.value};
  return EncodeFrame(FrameType::kEvent, said, out);
}

bool ParseEvent(std::span<const std::uint8_t> payload, EventTold& told) {
  message::Event heard{};
  if (!Read(payload, heard)) return false;
  told.part = heard.part;
  told.event = {.at = heard.at,
                .id = heard.id,
                .command = static_cast<Command>(heard.command),
                .target = heard.target,
                .value = heard.value};
  return told.part != 0 && wire::IsMediaTime(told.event.at) && IsCommand(told.event.command);
}

std::size_t EncodeVerdict(const VerdictTold& told, std::span<std::uint8_t> out) {
  const message::Verdict said{
      .part = told.part, .id = told.id, .outcome = static_cast<std::uint8_t>(told.verdict)};
  return EncodeFrame(FrameType::kVerdict, said, out);
}

bool ParseVerdict(std::span<const std::uint8_t> payload, VerdictTold& told) {
  message::Verdict heard{};
  if (!Read(payload, heard)) return false;
  told = {.part = heard.part, .id = heard.id, .verdict = static_cast<Verdict>(heard.outcome)};
  return told.part != 0 &&
         (told.verdict == Verdict::kCommitted || told.verdict == Verdict::kExpired);
}

std::size_t EncodeTrialWish(const TrialWish& wish, std::span<std::uint8_t> out) {
  const message::TrialWish said{
      .ticket = wish.ticket, .kernel = wish.kernel, .samples = wish.samples, .seed = wish.seed};
  return EncodeFrame(FrameType::kTrialWish, said, out);
}

bool ParseTrialWish(std::span<const std::uint8_t> payload, TrialWish& wish) {
  message::TrialWish told{};
  if (!Read(payload, told)) return false;
  wish = {.ticket = told.ticket, .kernel = told.kernel, .samples = told.samples, .seed = told.seed};
  return wish.ticket != 0 && wish.samples >= 1 && wish.samples <= 480'000;
}

std::size_t EncodeTrialTold(const TrialTold& told, std::span<std::uint8_t> out) {
  message::TrialTold said{};
  said.ticket = told.ticket;
  said.done = told.done;
  PutText(told.kernel, said.kernel);
  said.hash = told.hash;
  said.block_ns_max = told.block_ns_max;
  return EncodeFrame(FrameType::kTrialTold, said, out);
}

bool ParseTrialTold(std::span<const std::uint8_t> payload, TrialTold& told) {
  message::TrialTold heard{};
  if (!Read(payload, heard)) return false;
  told.ticket = heard.ticket;
  told.done = heard.done;
  TakeText(heard.kernel, told.kernel);
  told.hash = heard.hash;
  told.block_ns_max = heard.block_ns_max;
  return told.ticket != 0;
}

}  // namespace continuo::mcu
