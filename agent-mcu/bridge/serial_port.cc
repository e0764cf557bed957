// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/serial_port.h"

#include <array>
#include <utility>

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kOpenEvery = 100'000'000;
constexpr std::size_t kSpokenAtOnce = 4096;

}  // namespace

void SerialPort::Open() {
  const Nanoseconds now = clock_.Now();
  if (now < open_at_) return;
  open_at_ = now + kOpenEvery;
  std::string why;
  line_ = transport::ByteLine::Open(path_, why);
  if (line_ == nullptr) {
    if (!std::exchange(said_gone_, true)) say_("its line is not there: " + why);
    return;
  }
  said_gone_ = false;
  say_("its line " + path_ + " is open");
  link_.emplace(SerialLink::Config{.life = static_cast<std::uint32_t>(lives_()) | 1});
  spoken_.clear();
}

void SerialPort::Close() {
  line_.reset();
  said_gone_ = true;
  say_("its line " + path_ + " is gone");
}

void SerialPort::Send(const Outgoing& datagram) {
  if (line_ == nullptr || !link_->Send(datagram.bytes)) ++send_errors_;
}

void SerialPort::Flush() {
  while (line_ != nullptr) {
    if (spoken_.empty()) {
      spoken_.resize(kSpokenAtOnce);
      spoken_.resize(link_->Speak(spoken_, clock_.Now()));
      if (spoken_.empty()) return;
    }
    const int count = line_->Write(spoken_);
    if (count < 0) Close();
    if (count <= 0) return;
    spoken_.erase(spoken_.begin(), spoken_.begin() + count);
  }
}

void SerialPort::Read() {
  std::array<std::uint8_t, 4096> bytes;
  int count = 0;
  while ((count = line_->Read(bytes)) > 0) {
    link_->Hear(std::span(bytes).first(static_cast<std::size_t>(count)), clock_.Now());
  }
  if (count < 0) Close();
}

int SerialPort::Receive(std::span<Incoming> out) {
  if (line_ == nullptr) Open();
  if (line_ == nullptr) return 0;
  Read();
  taken_.clear();
  for (; taken_.size() < out.size() && !link_->Front().empty(); link_->Pop()) {
    taken_.emplace_back(link_->Front().begin(), link_->Front().end());
  }
  for (std::size_t i = 0; i < taken_.size(); ++i) out[i] = {{}, taken_[i]};
  Flush();  // acknowledgements
  return static_cast<int>(taken_.size());
}

}  // namespace continuo::mcu
