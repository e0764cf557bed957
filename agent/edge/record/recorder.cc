// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/record/recorder.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/edge/record/track_file.h"

namespace continuo::agent {
namespace {

constexpr auto kPause = std::chrono::milliseconds(20);
constexpr std::size_t kChunk = 16384;  // samples

}  // namespace

class Recorder::Worker {
 public:
  Worker(std::filesystem::path folder, std::function<void(const Track&, std::string)> failed)
      : folder_(std::move(folder)), failed_(std::move(failed)), thread_([this] { Run(); }) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void Add(const Track& track) {
    const std::lock_guard lock(mutex_);
    tracks_.push_back(std::make_unique<Recording>(track));
  }
  void End(const std::shared_ptr<handoff::SampleRing>& ring) {
    const std::lock_guard lock(mutex_);
    for (const auto& recording : tracks_) recording->ended |= recording->track.ring == ring;
  }
  std::vector<Progress> AllProgress() const {
    const std::lock_guard lock(mutex_);
    std::vector<Progress> all;
    for (const auto& recording : tracks_) {
      if (!recording->ended) all.push_back(recording->progress);
    }
    return all;
  }

 private:
  struct Recording {
    explicit Recording(const Track& t) : track(t) { progress.id = t.id; }
    const Track track;
    std::unique_ptr<TrackFile> file;  // recorder's thread only
    Progress progress;
    bool ended = false;
  };
  struct Turn {
    Recording* recording = nullptr;
    bool is_last = false;
    bool ended = false;
  };

  void Run() {
    while (!Pause()) DrainAll();
    DrainAll();
  }

  /// True when it is time to end.
  bool Pause() {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, kPause, [this] { return ending_; });
  }

  void DrainAll() {
    for (const Turn& turn : Current()) {
      Drain(*turn.recording);
      const std::lock_guard lock(mutex_);
      Progress& progress = turn.recording->progress;
      progress.complete = turn.is_last && progress.error.empty();
      if (turn.ended) std::erase_if(tracks_, [&](auto& r) { return r.get() == turn.recording; });
    }
  }

  /// Only this thread removes tracks, so they stay valid without the lock. What is asked here is asked before
  /// reading: nothing comes after it.
  std::vector<Turn> Current() {
    const std::lock_guard lock(mutex_);
    std::vector<Turn> current;
    for (const auto& recording : tracks_) {
      current.push_back({recording.get(), recording->track.ring->finished(), recording->ended});
    }
    return current;
  }

  void Drain(Recording& recording) {
    handoff::SampleRing& ring = *recording.track.ring;
    for (;;) {
      const std::size_t count = ring.Read(buffer_);
      if (count == 0) return;
      if (recording.file == nullptr) {
        recording.file = std::make_unique<TrackFile>(folder_, recording.track, ring.first_n());
      }
      recording.file->Write({buffer_.data(), count});
      Note(recording);
    }
  }

  void Note(Recording& recording) {
    const std::string& error = recording.file->error();
    bool is_new = false;
    {
      const std::lock_guard lock(mutex_);
      Progress& progress = recording.progress;
      progress.written =
          static_cast<Frames>(recording.file->samples()) / recording.track.ring->channels();
      progress.lost = recording.track.ring->lost();
      is_new = progress.error.empty() && !error.empty();
      progress.error = error;
    }
    if (is_new && failed_) failed_(recording.track, error);
  }

  const std::filesystem::path folder_;
  const std::function<void(const Track&, std::string)> failed_;
  std::vector<float> buffer_ = std::vector<float>(kChunk);
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Recording>> tracks_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

Recorder::Recorder(std::filesystem::path folder,
                   std::function<void(const Track&, std::string)> failed)
    : worker_(std::make_unique<Worker>(std::move(folder), std::move(failed))) {}

Recorder::~Recorder() = default;

std::string Recorder::Check(const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return "cannot make the folder " + folder.string() + ": " + problem.message();
  const std::filesystem::path probe = folder / ".continuo-probe";
  if (!std::ofstream(probe)) return "cannot write into the folder " + folder.string();
  std::filesystem::remove(probe, problem);
  return {};
}

void Recorder::Add(const Track& track) {
  worker_->Add(track);
}
void Recorder::End(const std::shared_ptr<handoff::SampleRing>& ring) {
  worker_->End(ring);
}
std::vector<Recorder::Progress> Recorder::AllProgress() const {
  return worker_->AllProgress();
}

}  // namespace continuo::agent
