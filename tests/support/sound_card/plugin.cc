// SPDX-License-Identifier: Apache-2.0
// An external I/O plugin of ALSA (pcm_ioplug): a sound card whose crystal is as wrong as the test wishes, that can lose
// time, be unplugged and plugged again. What it plays lies in the file "air" at the place of the crystal's sample; it
// hears what lies in "air" (looped) or in "voice". In the configuration: type continuo, folder "/where/they/are".
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "support/sound_card/card_file.h"

namespace continuo {
namespace {

constexpr double kRate = 48000;

std::int64_t Monotonic() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

template <typename T>
T* Map(const std::string& path, std::size_t size) {
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return at == MAP_FAILED ? nullptr : static_cast<T*>(at);
}

class Card {
 public:
  explicit Card(const std::string& folder)
      : card_(Map<CardFile>(folder + "/card", sizeof(CardFile))),
        air_(Map<float>(folder + "/air", kAirBytes)),
        voice_(Map<float>(folder + "/voice", kAirBytes)),
        timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}
  ~Card() {
    if (card_ != nullptr) munmap(card_, sizeof(CardFile));
    if (air_ != nullptr) munmap(air_, kAirBytes);
    if (voice_ != nullptr) munmap(voice_, kAirBytes);
    close(timer_);
  }
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;

  bool good() const {
    return card_ != nullptr && air_ != nullptr && voice_ != nullptr && timer_ >= 0;
  }
  bool plugged() const { return card_->unplugged == 0; }

  int Open(snd_pcm_t** pcm, const char* name, snd_pcm_stream_t stream, int mode) {
    io_.version = SND_PCM_IOPLUG_VERSION;
    io_.name = "A sound card that is none";
    io_.flags = SND_PCM_IOPLUG_FLAG_MONOTONIC;
    io_.callback = &callbacks_;
    io_.private_data = this;
    io_.poll_fd = timer_;
    io_.poll_events = POLLIN;
    const int made = snd_pcm_ioplug_create(&io_, name, stream, mode);
    if (made < 0) return made;
    const unsigned access = SND_PCM_ACCESS_RW_INTERLEAVED, format = SND_PCM_FORMAT_FLOAT_LE;
    snd_pcm_ioplug_set_param_list(&io_, SND_PCM_IOPLUG_HW_ACCESS, 1, &access);
    snd_pcm_ioplug_set_param_list(&io_, SND_PCM_IOPLUG_HW_FORMAT, 1, &format);
    Bound(SND_PCM_IOPLUG_HW_CHANNELS, kAirChannels, kAirChannels);
    Bound(SND_PCM_IOPLUG_HW_RATE, 48000, 48000);
    Bound(SND_PCM_IOPLUG_HW_PERIOD_BYTES, 16 * kFrameBytes, 4096 * kFrameBytes);
    Bound(SND_PCM_IOPLUG_HW_BUFFER_BYTES, 32 * kFrameBytes, 65536 * kFrameBytes);
    Bound(SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
    card_->opened.fetch_add(1);
    *pcm = io_.pcm;
    return 0;
  }

 private:
  static constexpr int kFrameBytes = kAirChannels * 4;
  static constexpr std::size_t kAirBytes = kAirFrames * kFrameBytes;
  static snd_pcm_ioplug_callback_t Callbacks();

  static Card& Of(snd_pcm_ioplug_t* io) { return *static_cast<Card*>(io->private_data); }
  void Bound(int what, unsigned least, unsigned most) {
    snd_pcm_ioplug_set_param_minmax(&io_, what, least, most);
  }
  bool plays() const { return io_.stream == SND_PCM_STREAM_PLAYBACK; }
  double Speed() const { return kRate * (1 + static_cast<double>(card_->ppb) * 1e-9) * 1e-9; }
  /// Samples of the crystal that have begun.
  std::int64_t Now() const {
    return static_cast<std::int64_t>(
        std::floor(static_cast<double>(Monotonic() - card_->epoch) * Speed()));
  }

  void Prepare() {
    ring_.assign(io_.buffer_size * kAirChannels, 0.0f);
    written_ = done_ = 0;
    running_ = false;
    xruns_seen_ = card_->xruns;
  }
  int Start() {
    begun_ = Now();
    running_ = true;
    Arm();
    return plugged() ? 0 : -ENODEV;
  }
  /// The timer ends with the period that runs.
  void Arm() {
    const auto period = static_cast<std::int64_t>(io_.period_size);
    const std::int64_t next = begun_ + ((Now() - begun_) / period + 1) * period;
    const auto at =
        card_->epoch + static_cast<std::int64_t>(static_cast<double>(next) / Speed()) + 1'000;
    itimerspec when{};
    when.it_value.tv_sec = at / 1'000'000'000;
    when.it_value.tv_nsec = at % 1'000'000'000;
    timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  }
  snd_pcm_sframes_t Pointer() {
    if (!plugged()) {
      snd_pcm_ioplug_set_state(&io_, SND_PCM_STATE_DISCONNECTED);
      return static_cast<snd_pcm_sframes_t>(done_ % static_cast<std::int64_t>(io_.buffer_size));
    }
    if (!running_) return 0;
    if (card_->xruns != xruns_seen_) return -EPIPE;
    const auto room = static_cast<std::int64_t>(io_.buffer_size);
    const std::int64_t to = Now() - begun_;
    // Filled to the brim and empty are the same place: both are an xrun.
    if (to >= (plays() ? written_ : written_ + room)) return -EPIPE;
    if (plays()) Sound(to);
    done_ = to;
    return static_cast<snd_pcm_sframes_t>(done_ % room);
  }
  /// What was played until then comes into the air.
  void Sound(std::int64_t to) {
    const auto room = static_cast<std::int64_t>(io_.buffer_size);
    for (std::int64_t i = done_; i < to; ++i) {
      const std::int64_t at = begun_ + i + card_->after;
      if (at < 0 || at >= kAirFrames) continue;
      std::memcpy(air_ + at * kAirChannels, ring_.data() + i % room * kAirChannels, kFrameBytes);
    }
  }
  snd_pcm_sframes_t Transfer(const snd_pcm_channel_area_t* areas, snd_pcm_uframes_t offset,
                             snd_pcm_uframes_t size) {
    const auto room = static_cast<std::int64_t>(io_.buffer_size);
    auto* const samples = static_cast<float*>(areas[0].addr) + offset * kAirChannels;
    const float* const heard = card_->looped != 0 ? air_ : voice_;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(size); ++i, ++written_) {
      float* const frame = samples + i * kAirChannels;
      if (plays()) {
        std::memcpy(ring_.data() + written_ % room * kAirChannels, frame, kFrameBytes);
        continue;
      }
      const std::int64_t at = begun_ + written_ - card_->before;
      const bool there = at >= 0 && at < kAirFrames;
      for (int c = 0; c < kAirChannels; ++c) frame[c] = there ? heard[at * kAirChannels + c] : 0;
    }
    return static_cast<snd_pcm_sframes_t>(size);
  }
  int Events(unsigned short* revents) {
    std::uint64_t rung = 0;
    const bool was = read(timer_, &rung, sizeof(rung)) > 0;
    if (was) Arm();
    const snd_pcm_sframes_t ready = snd_pcm_avail_update(io_.pcm);
    const bool due = ready < 0 || ready >= static_cast<snd_pcm_sframes_t>(io_.period_size);
    *revents = !due ? 0 : plays() ? POLLOUT : POLLIN;
    if (!plugged()) *revents = POLLERR | POLLNVAL;
    return 0;
  }

  const snd_pcm_ioplug_callback_t callbacks_ = Callbacks();
  snd_pcm_ioplug_t io_{};
  CardFile* const card_;
  float* const air_;
  float* const voice_;
  const int timer_;
  std::vector<float> ring_;
  std::int64_t begun_ = 0;               // sample of the crystal at which it was started
  std::int64_t written_ = 0, done_ = 0;  // by the program; by the card
  std::uint32_t xruns_seen_ = 0;
  bool running_ = false;
};

snd_pcm_ioplug_callback_t Card::Callbacks() {
  snd_pcm_ioplug_callback_t calls{};
  calls.start = [](snd_pcm_ioplug_t* io) { return Of(io).Start(); };
  calls.stop = [](snd_pcm_ioplug_t* io) {
    Of(io).running_ = false;
    return 0;
  };
  calls.pointer = [](snd_pcm_ioplug_t* io) { return Of(io).Pointer(); };
  calls.transfer = [](snd_pcm_ioplug_t* io, const snd_pcm_channel_area_t* areas,
                      snd_pcm_uframes_t offset,
                      snd_pcm_uframes_t size) { return Of(io).Transfer(areas, offset, size); };
  calls.close = [](snd_pcm_ioplug_t* io) {
    delete &Of(io);
    return 0;
  };
  calls.prepare = [](snd_pcm_ioplug_t* io) {
    Of(io).Prepare();
    return 0;
  };
  calls.poll_revents = [](snd_pcm_ioplug_t* io, pollfd*, unsigned, unsigned short* revents) {
    return Of(io).Events(revents);
  };
  return calls;
}

std::string FolderOf(snd_config_t* config) {
  snd_config_t* entry = nullptr;
  const char* folder = nullptr;
  if (snd_config_search(config, "folder", &entry) < 0) return {};
  return snd_config_get_string(entry, &folder) < 0 ? std::string() : folder;
}

}  // namespace
}  // namespace continuo

extern "C" {

SND_PCM_PLUGIN_DEFINE_FUNC(continuo) {
  static_cast<void>(root);
  auto card = std::make_unique<continuo::Card>(continuo::FolderOf(conf));
  if (!card->good()) return -EINVAL;
  if (!card->plugged()) return -ENODEV;
  const int opened = card->Open(pcmp, name, stream, mode);
  if (opened == 0) card.release();
  return opened;
}

SND_PCM_PLUGIN_SYMBOL(continuo)
}
