// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/take/judge.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "coordinator/edge/take/material.h"
#include "coordinator/edge/take/render.h"
#include "proto/plan/performance.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;

// A killed recorder loses what it had not written yet; a stop without a date ends some feeds before others. A feed
// that ends earlier than this before that has lost sound that it had time to play.
constexpr Frames kUnwrittenMax = kSampleRate;
constexpr double kSilenceDbfs = -60.0;
constexpr Frames kSameStretch = FramesOfMs(100);
constexpr std::size_t kStretchesMax = 64;

class RunningSha256 {
 public:
  RunningSha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void Add(const void* bytes, std::size_t count) { EVP_DigestUpdate(context_.get(), bytes, count); }
  std::string Hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i)
      absl::StrAppend(&hex, absl::Hex(digest[i], absl::kZeroPad2));
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

/// One feed's file beside the oracle, as both go by quantum by quantum.
class FeedJudge {
 public:
  FeedJudge(FeedVerdict verdict, const fs::path& sound, int channels, MediaTime start_n)
      : verdict_(std::move(verdict)), in_(sound, std::ios::binary), channels_(channels) {
    for (Frames early = start_n - verdict_.first_n; early > 0;) {
      const Frames got = Read(std::min<Frames>(early, kSampleRate));
      if (got == 0) break;
      Surplus(verdict_.first_n, got);
      early -= got;
    }
  }

  /// `oracle`: the samples from n on, interleaved.
  void Compare(MediaTime n, const std::vector<float>& oracle) {
    Frames frames = static_cast<Frames>(oracle.size()) / channels_;
    if (verdict_.until_n) frames = std::clamp<Frames>(*verdict_.until_n - n, 0, frames);
    if (ended_ || frames == 0) return;
    const Frames late = std::clamp<Frames>(verdict_.first_n - n, 0, frames);
    const Frames got = Read(frames - late);
    const float* expected = oracle.data() + late * channels_;
    CompareStretch(n + late, expected, got);
    if (verdict_.until_n && got < frames - late) return EndEarly(n + late + got);
    if (verdict_.until_n) {
      oracle_hash_.Add(expected, Bytes(got));
    } else {
      oracle_hash_.Add(oracle.data(), Bytes(frames));
    }
    Missing(n, late);
    Missing(n + late + got, frames - late - got);
  }

  FeedVerdict Result() {
    while (!verdict_.until_n) {
      const Frames more = Read(kSampleRate);
      if (more == 0) break;
      Surplus(verdict_.first_n + verdict_.played, more);
    }
    verdict_.altered = verdict_.differing + verdict_.missing + verdict_.surplus;
    verdict_.sha256 = heard_hash_.Hex();
    verdict_.oracle_sha256 = oracle_hash_.Hex();
    return verdict_;
  }

 private:
  std::size_t Bytes(Frames frames) const {
    return static_cast<std::size_t>(frames * channels_) * sizeof(float);
  }

  /// Up to `frames` into heard_; how many there were.
  Frames Read(Frames frames) {
    heard_.resize(static_cast<std::size_t>(frames * channels_));
    in_.read(reinterpret_cast<char*>(heard_.data()), static_cast<std::streamsize>(Bytes(frames)));
    const Frames got = in_.is_open() ? in_.gcount() / static_cast<Frames>(Bytes(1)) : 0;
    heard_hash_.Add(heard_.data(), Bytes(got));
    return got;
  }

  void CompareStretch(MediaTime n, const float* expected, Frames frames) {
    verdict_.played += frames;
    verdict_.expected += frames;
    if (std::memcmp(expected, heard_.data(), Bytes(frames)) == 0) return;
    for (Frames i = 0; i < frames; ++i) {
      if (std::memcmp(expected + i * channels_, heard_.data() + i * channels_, Bytes(1)) != 0) {
        Note(n + i, verdict_.differing, 1);
      }
    }
  }

  /// A killed recorder's file ends at n: what it had not written yet is not held against it.
  void EndEarly(MediaTime n) {
    ended_ = true;
    Missing(n, *verdict_.until_n - kUnwrittenMax - n);
  }

  void Missing(MediaTime n, Frames frames) {
    if (frames <= 0) return;
    verdict_.expected += frames;
    Note(n, verdict_.missing, frames);
  }
  void Surplus(MediaTime n, Frames frames) {
    if (frames <= 0) return;
    verdict_.played += frames;
    Note(n, verdict_.surplus, frames);
  }
  void Note(MediaTime n, Frames& count, Frames by) {
    if (!verdict_.first_altered_n) verdict_.first_altered_n = n;
    count += by;
    std::vector<AlteredStretch>& all = verdict_.stretches;
    if (!all.empty() && n - all.back().to_n < kSameStretch) {
      all.back().to_n = n + by;
    } else if (all.size() < kStretchesMax) {
      all.push_back({n, n + by});
    }
  }

  FeedVerdict verdict_;
  std::ifstream in_;
  int channels_;
  bool ended_ = false;
  std::vector<float> heard_;
  RunningSha256 heard_hash_, oracle_hash_;
};

/// RMS of each second.
class LevelMeter {
 public:
  explicit LevelMeter(int channels)
      : per_second_(static_cast<std::size_t>(kSampleRate) * channels) {}
  void Add(const std::vector<float>& samples) {
    for (const float x : samples) {
      sum_ += static_cast<double>(x) * static_cast<double>(x);
      if (++count_ == per_second_) Close();
    }
  }
  std::vector<double> Levels() {
    if (count_ > 0) Close();
    return levels_;
  }

 private:
  void Close() {
    const double mean = sum_ / static_cast<double>(count_);
    levels_.push_back(mean > 0 ? 10.0 * std::log10(mean) : -200.0);
    sum_ = 0;
    count_ = 0;
  }
  std::size_t per_second_;
  double sum_ = 0;
  std::size_t count_ = 0;
  std::vector<double> levels_;
};

std::optional<MediaTime> KillOf(const std::vector<Fault>& faults, const std::string& node) {
  for (const Fault& fault : faults) {
    if (fault.node == node && (fault.kind == "kill" || fault.kind == "stop")) return fault.at_n;
  }
  return std::nullopt;
}

/// Empty, or which plan is not of the performance that the first is of.
std::string Misfit(const std::vector<plan::Plan>& plans) {
  const plan::Plan& first = plans.front();
  for (const plan::Plan& plan : plans) {
    const bool fits = plan.run == first.run && plan.start_n == first.start_n &&
                      plan.quantum == first.quantum && plan.session == first.session;
    if (!fits) return absl::StrCat("plan-", plan.version, ".json");
  }
  return "";
}

using Feeds = std::vector<std::optional<FeedRecord>>;  // in the order of the plan's outputs

absl::StatusOr<Feeds> FindFeeds(const fs::path& folder, const plan::Plan& plan) {
  Feeds feeds;
  for (const plan::Output& output : plan.outputs) {
    if (output.from != plan.outputs.front().from) {
      return absl::UnimplementedError(
          "outputs of different tasks cannot be judged in one take yet");
    }
    auto feed = FindFeed(folder, output.name, plan.start_n + output.offset, plan.length);
    if (!feed.ok()) return feed.status();
    feeds.push_back(*std::move(feed));
  }
  return feeds;
}

/// Length of a show that was played until further notice: up to where the longest feed goes.
Frames LongestFeed(const plan::Plan& plan, const Feeds& feeds) {
  Frames longest = 0;
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    if (!feeds[i]) continue;
    const MediaTime end = feeds[i]->first_n + feeds[i]->frames - plan.outputs[i].offset;
    longest = std::max(longest, end - plan.start_n);
  }
  return longest / plan.quantum * plan.quantum;
}

absl::StatusOr<FeedVerdict> OpenFeed(const plan::Plan& plan, const plan::Output& output,
                                     const std::optional<FeedRecord>& record,
                                     const std::vector<Fault>& faults, int channels) {
  FeedVerdict verdict;
  verdict.name = output.name;
  const plan::Node* node = plan::FindNode(plan, output.node);
  verdict.node = node == nullptr ? "?" : node->name;
  verdict.until_n = KillOf(faults, verdict.node);
  verdict.killed = verdict.until_n.has_value();
  if (verdict.until_n) *verdict.until_n -= plan.timing.playout + output.offset;
  verdict.first_n = plan.start_n;
  if (!record) return verdict;  // all of it is missing
  if (record->channels != channels) {
    return absl::DataLossError(absl::StrCat(output.name, ".json: channels is ", record->channels,
                                            ", the show has ", channels));
  }
  verdict.first_n = record->first_n - output.offset;  // in samples of the task
  return verdict;
}

}  // namespace

absl::StatusOr<TakeVerdict> Judge(const fs::path& folder, const JudgeProgress& progress) {
  auto take = ReadTake(folder);
  if (!take.ok()) return take.status();
  auto faults = ReadFaults(folder);
  if (!faults.ok()) return faults.status();
  if (const std::string misfit = Misfit(take->plans); !misfit.empty()) {
    return absl::DataLossError(absl::StrCat((folder / misfit).string(),
                                            " is of another performance than the plans before it"));
  }
  const plan::Plan& plan = take->plans.back();
  if (plan.outputs.empty()) return absl::FailedPreconditionError("the show has no output to judge");

  Material material(folder / "assets", folder);
  auto input = OracleInputOf(take->plans, take->events,
                             plan::Gather(take->plans).output_wires.front(), material);
  if (!input.ok()) return input.status();
  auto records = FindFeeds(folder, plan);
  if (!records.ok()) return records.status();
  const bool open_ended = input->length == 0;
  if (open_ended) input->length = LongestFeed(plan, *records);
  if (open_ended && input->length <= 0) {
    return absl::NotFoundError(absl::StrCat(
        folder.string(),
        " holds no recording of this show; save the take where the agents record (--record)"));
  }
  std::string error;
  const auto oracle = dsp::Oracle::Make(*input, error);
  if (oracle == nullptr)
    return absl::FailedPreconditionError(absl::StrCat("the take cannot be rendered: ", error));

  std::vector<std::unique_ptr<FeedJudge>> feeds;
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
    const auto& record = (*records)[i];
    auto feed = OpenFeed(plan, plan.outputs[i], record, *faults, oracle->channels());
    if (!feed.ok()) return feed.status();
    // A stop has no date: it reaches each feed when it does.
    if (open_ended && !feed->until_n) feed->until_n = plan.start_n + input->length;
    feeds.push_back(std::make_unique<FeedJudge>(*feed, record ? record->sound : fs::path(),
                                                oracle->channels(), plan.start_n));
  }

  LevelMeter level(oracle->channels());
  std::vector<float> block(static_cast<std::size_t>(plan.quantum) * oracle->channels());
  for (Frames done = 0; oracle->Next(block); done += plan.quantum) {
    // A length need not be a whole number of quanta.
    const Frames frames = std::min<Frames>(plan.quantum, input->length - done);
    block.resize(static_cast<std::size_t>(frames) * oracle->channels());
    for (const auto& feed : feeds) feed->Compare(plan.start_n + done, block);
    level.Add(block);
    if (progress && done % kSampleRate < plan.quantum) progress(done, input->length);
  }

  TakeVerdict verdict;
  for (const auto& feed : feeds) {
    verdict.feeds.push_back(feed->Result());
    const FeedVerdict& result = verdict.feeds.back();
    if (!result.killed) verdict.samples_played += result.played;
    verdict.samples_altered += result.altered;
  }
  verdict.oracle_level_dbfs = level.Levels();
  verdict.silent = std::none_of(verdict.oracle_level_dbfs.begin(), verdict.oracle_level_dbfs.end(),
                                [](double dbfs) { return dbfs > kSilenceDbfs; });
  return verdict;
}

}  // namespace continuo::coordinator
