// SPDX-License-Identifier: Apache-2.0
#include "support/sound_card/sound_card.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "proto/transport/machine_clock.h"

namespace continuo {
namespace {

void* Make(const std::filesystem::path& path, std::size_t size) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, static_cast<off_t>(size)) != 0) std::abort();
  void* const at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (at == MAP_FAILED) std::abort();
  return at;
}

}  // namespace

SoundCard::SoundCard(const std::filesystem::path& folder, double ppm)
    : folder_(folder),
      file_(static_cast<CardFile*>(Make(folder / "card", sizeof(CardFile)))),
      air_(static_cast<float*>(Make(folder / "air", kSamples * sizeof(float)))),
      voice_(static_cast<float*>(Make(folder / "voice", kSamples * sizeof(float)))) {
  file_->epoch = transport::MachineClock().Now();
  file_->ppb = std::lround(ppm * 1000);
  std::ofstream(config()) << "pcm_type.continuo { lib \"" CONTINUO_SOUND_CARD "\" }\n"
                          << "pcm.card { type continuo folder \"" << folder.string() << "\" }\n";
}

SoundCard::~SoundCard() {
  munmap(file_, sizeof(CardFile));
  munmap(air_, kSamples * sizeof(float));
  munmap(voice_, kSamples * sizeof(float));
}

Nanoseconds SoundCard::TimeOf(std::int64_t k) const {
  const double speed = 48000 * (1 + static_cast<double>(file_->ppb) * 1e-9) * 1e-9;
  return file_->epoch + static_cast<Nanoseconds>(static_cast<double>(k) / speed);
}

}  // namespace continuo
