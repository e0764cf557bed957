// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/sample_ring.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// One output to be recorded.
struct Track {
  std::uint32_t id = 0;  ///< of the output
  std::string name;      ///< of the output: the files are <name>.f32 and <name>.json
  std::string node;
  int quantum = 0;
  std::string build_id;
  std::shared_ptr<handoff::SampleRing> ring;
};

/// Writes what outputs play into files, on a thread of its own: raw interleaved 32-bit float, little-endian, and
/// beside it what it is. Written as it comes, so that a killed process leaves all but the last moments. A disk that is
/// full or gone ends the file, never the sound: the rings are emptied all the same.
class Recorder {
 public:
  struct Progress {
    std::uint32_t id = 0;
    Frames written = 0;
    Frames lost = 0;        ///< became silence because the disk was too slow
    bool complete = false;  ///< everything that will ever come is in the file
    std::string error;
  };
  /// `failed`: a file could not be written; called once per track, on the recorder's thread.
  Recorder(std::filesystem::path folder, std::function<void(const Track&, std::string)> failed);
  /// Writes what is left, and ends.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Makes the folder and a file in it, to see that it can. Empty, or a sentence.
  static std::string Check(const std::filesystem::path& folder);

  void Add(const Track& track);
  /// Nothing more will come into that ring: writes what is in it, ends the file, forgets the track.
  void End(const std::shared_ptr<handoff::SampleRing>& ring);
  std::vector<Progress> AllProgress() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace continuo::agent
