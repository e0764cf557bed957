// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/alsa_card.h"

namespace continuo::agent {

std::string AlsaCard::Join(DeviceLine& line) {
  const auto wished = wish_.channels.find(line.name());
  const int channel = wished == wish_.channels.end() ? 0 : wished->second - 1;
  Stream& stream = StreamOf(line);
  if (stream == nullptr) {
    std::string error;
    stream = AlsaStream::Open(alsa_,
                              {.card = wish_.card,
                               .plays = line.plays(),
                               .period = wish_.period,
                               .periods = wish_.periods,
                               .bell = &bell_,
                               .clock = &clock_,
                               .raise = wish_.raise},
                              channel + line.channels(), error);
    if (stream == nullptr) return error;
  }
  std::string wrong = stream->Join(line, channel);
  if (!stream->has_lines()) stream.reset();
  return wrong;
}

void AlsaCard::Leave(DeviceLine& line) {
  Stream& stream = StreamOf(line);
  if (stream == nullptr) return;
  stream->Leave(line);
  if (!stream->has_lines()) stream.reset();
}

bool AlsaCard::lost() const {
  return (out_ != nullptr && out_->lost()) || (in_ != nullptr && in_->lost());
}

int AlsaCard::period() const {
  if (out_ != nullptr) return out_->period();
  return in_ != nullptr ? in_->period() : wish_.period;
}

DeviceLine::Reading AlsaCard::Read(const DeviceLine& line) const {
  const Stream& stream = line.plays() ? out_ : in_;
  return stream == nullptr ? DeviceLine::Reading{} : stream->Read(line);
}

}  // namespace continuo::agent
