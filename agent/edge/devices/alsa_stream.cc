// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/alsa_stream.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace continuo::agent {
namespace {

constexpr int kTurnMs = 50;    // it looks whether it is to end
constexpr int kPatience = 20;  // turns in which a card may do nothing
constexpr Nanoseconds kOldStamp = 100'000'000;
constexpr Nanoseconds kSoon = 50'000;
constexpr int kLooks = 3;

Nanoseconds TimeOfFrames(Frames frames) {
  return frames * 1'000'000'000 / kSampleRate;
}

}  // namespace

std::unique_ptr<AlsaStream> AlsaStream::Open(const AlsaLibrary& alsa, const Wish& wish,
                                             int channels, std::string& error) {
  std::unique_ptr<AlsaStream> stream(new AlsaStream(alsa, wish));
  error = stream->OpenPcm(channels);
  if (!error.empty()) return nullptr;
  stream->TakeMemory();
  stream->thread_ = std::thread([raw = stream.get()] { raw->Run(); });
  return stream;
}

AlsaStream::AlsaStream(const AlsaLibrary& alsa, const Wish& wish)
    : alsa_(alsa), wish_(wish), pcm_(nullptr, {&alsa}), status_(nullptr, {&alsa}) {}

AlsaStream::~AlsaStream() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
}

std::string AlsaStream::Wrong(const std::string& what, int code) const {
  return "the sound card '" + wish_.card + "' " + what +
         (code == 0 ? "" : " (" + std::string(alsa_.strerror(code)) + ")");
}

std::string AlsaStream::OpenPcm(int channels) {
  snd_pcm_t* pcm = nullptr;
  const auto direction = wish_.plays ? SND_PCM_STREAM_PLAYBACK : SND_PCM_STREAM_CAPTURE;
  const int opened = alsa_.open(&pcm, wish_.card.c_str(), direction, SND_PCM_NONBLOCK);
  if (opened < 0) {
    return Wrong(std::string("cannot be opened to ") + (wish_.plays ? "play" : "hear"), opened) +
           (opened == -EBUSY ? ": another program has it; end that one, or take dsnoop and dmix"
                             : ": aplay -L and arecord -L say which there are");
  }
  pcm_.reset(pcm);
  snd_pcm_status_t* status = nullptr;
  if (alsa_.status_malloc(&status) < 0) return Wrong("gets no memory", 0);
  status_.reset(status);

  snd_pcm_hw_params_t* hardware = nullptr;
  if (alsa_.hw_params_malloc(&hardware) < 0) return Wrong("gets no memory", 0);
  std::string wrong = Configure(hardware, channels);
  alsa_.hw_params_free(hardware);
  if (!wrong.empty()) return wrong;

  snd_pcm_sw_params_t* software = nullptr;
  if (alsa_.sw_params_malloc(&software) < 0) return Wrong("gets no memory", 0);
  wrong = ChooseTiming(software);
  alsa_.sw_params_free(software);
  return wrong;
}

std::string AlsaStream::Configure(snd_pcm_hw_params_t* params, int channels) {
  snd_pcm_t* const pcm = pcm_.get();
  int code = alsa_.hw_params_any(pcm, params);
  if (code < 0) return Wrong("has no way to be used", code);
  code = alsa_.hw_params_set_access(pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED);
  if (code < 0) return Wrong("does not take interleaved samples: try plughw or default", code);
  if (std::string wrong = ChooseFormat(params); !wrong.empty()) return wrong;
  alsa_.hw_params_set_rate_resample(pcm, params, 0);
  code = alsa_.hw_params_set_rate(pcm, params, kSampleRate, 0);
  if (code < 0) {
    return Wrong("does not run at " + std::to_string(kSampleRate) + " Hz, as this cluster does",
                 code);
  }
  if (std::string wrong = ChooseChannels(params, channels); !wrong.empty()) return wrong;
  snd_pcm_uframes_t period = static_cast<snd_pcm_uframes_t>(wish_.period);
  int direction = 0;
  alsa_.hw_params_set_period_size_near(pcm, params, &period, &direction);
  snd_pcm_uframes_t buffer = period * static_cast<snd_pcm_uframes_t>(wish_.periods);
  alsa_.hw_params_set_buffer_size_near(pcm, params, &buffer);
  code = alsa_.hw_params(pcm, params);
  if (code < 0) return Wrong("does not take what it has offered", code);
  alsa_.hw_params_get_period_size(params, &period, &direction);
  alsa_.hw_params_get_buffer_size(params, &buffer);
  if (period < kMinPeriod || period > kMaxPeriod) {
    return Wrong("has a period of " + std::to_string(period) + " samples, and " +
                     std::to_string(kMinPeriod) + " to " + std::to_string(kMaxPeriod) +
                     " can be served: see --alsa-period",
                 0);
  }
  period_ = static_cast<int>(period);
  periods_ = static_cast<int>(buffer / period);
  if (periods_ < 2) return Wrong("has room for less than two periods: see --alsa-period", 0);
  if (wish_.plays) latency_ = static_cast<Frames>(periods_ - 1) * period_;
  return {};
}

std::string AlsaStream::ChooseFormat(snd_pcm_hw_params_t* params) {
  constexpr std::pair<snd_pcm_format_t, CardFormat> kBestFirst[] = {
      {SND_PCM_FORMAT_FLOAT_LE, CardFormat::kFloat32},
      {SND_PCM_FORMAT_S32_LE, CardFormat::kInt32},
      {SND_PCM_FORMAT_S24_3LE, CardFormat::kInt24},
      {SND_PCM_FORMAT_S16_LE, CardFormat::kInt16}};
  for (const auto& [theirs, ours] : kBestFirst) {
    if (alsa_.hw_params_test_format(pcm_.get(), params, theirs) != 0) continue;
    format_ = ours;
    return alsa_.hw_params_set_format(pcm_.get(), params, theirs) == 0 ? "" : Wrong("is moody", 0);
  }
  return Wrong("takes neither float nor integers of 32, 24 (in three bytes) or 16 bits: try plughw",
               0);
}

// All that it has: what is in use may grow later. A card of software has thousands.
std::string AlsaStream::ChooseChannels(snd_pcm_hw_params_t* params, int channels) {
  unsigned least = 0, most = 0;
  alsa_.hw_params_get_channels_min(params, &least);
  alsa_.hw_params_get_channels_max(params, &most);
  if (static_cast<unsigned>(channels) > most) {
    return Wrong("has " + std::to_string(most) + " channels, and channel " +
                     std::to_string(channels) + " is wanted: see --alsa-channel",
                 0);
  }
  const unsigned chosen =
      most <= kMaxChannels ? most : std::max({least, static_cast<unsigned>(channels), 2u});
  const int code = alsa_.hw_params_set_channels(pcm_.get(), params, chosen);
  if (code < 0) return Wrong("does not open " + std::to_string(chosen) + " channels", code);
  channels_ = static_cast<int>(chosen);
  return {};
}

std::string AlsaStream::ChooseTiming(snd_pcm_sw_params_t* params) {
  snd_pcm_t* const pcm = pcm_.get();
  alsa_.sw_params_current(pcm, params);
  const auto period = static_cast<snd_pcm_uframes_t>(period_);
  alsa_.sw_params_set_avail_min(pcm, params, period);
  // Only when it is told to.
  alsa_.sw_params_set_start_threshold(pcm, params, snd_pcm_uframes_t{1} << 30);
  alsa_.sw_params_set_tstamp_mode(pcm, params, SND_PCM_TSTAMP_ENABLE);
  alsa_.sw_params_set_tstamp_type(pcm, params, SND_PCM_TSTAMP_TYPE_MONOTONIC);
  const int code = alsa_.sw_params(pcm, params);
  return code < 0 ? Wrong("does not wake anybody once a period", code) : "";
}

void AlsaStream::TakeMemory() {
  const auto channels = static_cast<std::size_t>(channels_);
  const auto period = static_cast<std::size_t>(period_);
  samples_.resize(channels * period);
  bytes_.resize(samples_.size() * static_cast<std::size_t>(BytesOf(format_)));
  for (std::size_t c = 0; c < channels; ++c) planes_.push_back(samples_.data() + c * period);
}

AlsaStream::Slot* AlsaStream::SlotOf(const Seat* seat) {
  const auto slot = std::find(slots_.begin(), slots_.end(), seat);
  return slot == slots_.end() ? nullptr : &*slot;
}

std::string AlsaStream::Join(DeviceLine& line, int channel) {
  const int last = channel + line.channels();
  if (last > channels_) {
    return Wrong("has " + std::to_string(channels_) + " channels, and channel " +
                     std::to_string(last) + " is wanted: see --alsa-channel",
                 0);
  }
  for (const auto& [other, seat] : seats_) {
    const bool apart = channel >= seat->channel + other->channels() || last <= seat->channel;
    if (wish_.plays && !apart) {
      return "'" + other->name() + "' plays on those channels of '" + wish_.card +
             "' already: give one of them others with --alsa-channel";
    }
  }
  Slot* const slot = SlotOf(nullptr);
  if (slot == nullptr) {
    return "a node plays or hears at most " + std::to_string(kMaxLines) + " lines on one card";
  }
  auto seat = std::make_unique<Seat>();
  seat->line = &line;
  seat->channel = channel;
  seat->xruns_before = xruns_;
  seat->buffers.assign(planes_.begin() + channel, planes_.begin() + last);
  slot->store(seat.get());
  seats_[&line] = std::move(seat);
  return {};
}

void AlsaStream::Leave(DeviceLine& line) {
  const auto seat = seats_.find(&line);
  if (seat == seats_.end()) return;
  if (Slot* const slot = SlotOf(seat->second.get()); slot != nullptr) slot->store(nullptr);
  // Who processes has said so before it looked into any slot.
  inside_.wait(true);
  seats_.erase(seat);
}

DeviceLine::Reading AlsaStream::Read(const DeviceLine& line) const {
  const auto seat = seats_.find(&line);
  if (seat == seats_.end()) return {};
  return {.latency = latency_, .xruns = xruns_ - seat->second->xruns_before};
}

void AlsaStream::Run() {
  if (wish_.raise) wish_.raise();
  int code = Restart();
  for (int idle = 0; code >= 0 && idle < kPatience && !ending_;) {
    const int ready = alsa_.wait(pcm_.get(), kTurnMs);
    idle = ready == 0 ? idle + 1 : 0;
    code = ready > 0 ? Serve() : ready;
    if (code < 0) code = Recover(code);
  }
  lost_ = true;
}

int AlsaStream::Restart() {
  alsa_.drop(pcm_.get());
  int code = alsa_.prepare(pcm_.get());
  if (code < 0) return code;
  if (wish_.plays) {
    std::fill(samples_.begin(), samples_.end(), 0.0f);
    Pack(format_, planes_, period_, bytes_);
    for (int i = 0; i < periods_; ++i) {
      const snd_pcm_sframes_t written =
          alsa_.writei(pcm_.get(), bytes_.data(), static_cast<snd_pcm_uframes_t>(period_));
      if (written < 0) return static_cast<int>(written);
    }
  }
  code = alsa_.start(pcm_.get());
  return code;
}

int AlsaStream::Recover(int code) {
  if (code == -EAGAIN || code == -EINTR) return 0;
  if (code != -EPIPE && code != -ESTRPIPE)
    return code;  // the card is gone, or knows nothing better
  ++xruns_;
  inside_ = true;
  for (const Slot& slot : slots_) {
    if (Seat* const seat = slot; seat != nullptr) seat->line->LostTime();
  }
  inside_ = false;
  inside_.notify_all();
  return Restart();
}

// When it was, by the cluster's clock, that so many samples were between the program and the world. Plugins that are no
// kernel's driver have no time stamps: then it is now, and asked again if the thread was kept waiting meanwhile.
int AlsaStream::Look(Nanoseconds& at, Frames& delay) {
  for (int tries = 0; tries < kLooks; ++tries) {
    const Nanoseconds before = stamps_.Now();
    const int code = alsa_.status(pcm_.get(), status_.get());
    const Nanoseconds now = stamps_.Now();
    at = wish_.clock->Now();
    if (code < 0) return code;
    delay = alsa_.status_get_delay(status_.get());
    snd_htimestamp_t stamp{};
    alsa_.status_get_htstamp(status_.get(), &stamp);
    const Nanoseconds age = now - (stamp.tv_sec * 1'000'000'000LL + stamp.tv_nsec);
    const bool stamped = age >= 0 && age < kOldStamp;
    if (stamped) at -= age;
    if (stamped || now - before < kSoon) break;
  }
  return 0;
}

int AlsaStream::Serve() {
  if (alsa_.state(pcm_.get()) == SND_PCM_STATE_DISCONNECTED) return -ENODEV;
  snd_pcm_sframes_t ready = alsa_.avail_update(pcm_.get());
  for (; ready >= period_; ready -= period_) {
    Nanoseconds at = 0;
    Frames delay = 0;
    int code = Look(at, delay);
    if (code < 0) return code;
    DeviceLine::Period period{.frames = period_};
    if (wish_.plays) {
      period.handed_out = at + TimeOfFrames(delay - latency_);
    } else {
      period.handed_out = at - TimeOfFrames(delay - period_);
    }
    period.next_at = period.handed_out + TimeOfFrames(period_);
    code = wish_.plays ? Play(period) : Hear(period);
    if (code < 0) return code;
  }
  return ready < 0 ? static_cast<int>(ready) : 0;
}

int AlsaStream::Play(const DeviceLine::Period& period) {
  std::fill(samples_.begin(), samples_.end(), 0.0f);
  CallThose(period);
  Pack(format_, planes_, period_, bytes_);
  return static_cast<int>(
      alsa_.writei(pcm_.get(), bytes_.data(), static_cast<snd_pcm_uframes_t>(period_)));
}

int AlsaStream::Hear(const DeviceLine::Period& period) {
  const snd_pcm_sframes_t read =
      alsa_.readi(pcm_.get(), bytes_.data(), static_cast<snd_pcm_uframes_t>(period_));
  if (read < 0) return static_cast<int>(read);
  Unpack(format_, bytes_, planes_, period_);
  if (CallThose(period)) wish_.bell->Ring();
  return 0;
}

bool AlsaStream::CallThose(const DeviceLine::Period& period) {
  bool any = false;
  inside_ = true;
  for (const Slot& slot : slots_) {
    Seat* const seat = slot;
    if (seat == nullptr) continue;
    seat->line->Process(seat->buffers, period);
    any = true;
  }
  inside_ = false;
  inside_.notify_all();  // a system call only where somebody waits
  return any;
}

}  // namespace continuo::agent
