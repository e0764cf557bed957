// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/ptp_follower.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include "dsp/base/hash.h"
#include "proto/clock/map_codec.h"
#include "proto/transport/address_list.h"

namespace continuo::transport {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);
constexpr int kPatienceMs = 20;
/// A keeper that has just come asks around before it says where media time begins.
constexpr Nanoseconds kAskAround = 2 * clock::kSecond;
/// An entry is dated so far ahead that it has reached everybody, and that everybody has seen how fast the new clock
/// runs, after ptp4l has come to rest.
constexpr Nanoseconds kEntryLead = 5 * clock::kSecond / 2;
/// What nobody has confirmed is said again.
constexpr Nanoseconds kTellAgain = clock::kSecond;
/// Two Syncs of a slow profile (AES67: one a second by default in many devices), and some.
constexpr Nanoseconds kStale = 2'500'000'000;

timespec Look(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return t;
}

Nanoseconds ToNs(const timespec& t) {
  return t.tv_sec * clock::kSecond + t.tv_nsec;
}

/// Clocks of files are numbered so (clock_getres(2), "Dynamic clocks").
clockid_t ClockOf(int file) {
  return static_cast<clockid_t>(~static_cast<unsigned>(file) << 3 | 3u);
}

}  // namespace

std::uint64_t StageClockId(const wire::PtpDomain& domain) {
  return Hash64("PTP domain " + std::to_string(domain.number) + "." + std::to_string(domain.sdo));
}

std::unique_ptr<PtpFollower> PtpFollower::Start(PtpWish wish, StageClock& clock,
                                                std::string& error) {
  std::unique_ptr<PtpFollower> follower(new PtpFollower(std::move(wish), clock));
  error = follower->Open();
  if (!error.empty()) return nullptr;
  follower->thread_ = std::thread([raw = follower.get()] { raw->Run(); });
  return follower;
}

PtpFollower::~PtpFollower() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
  if (log_ != nullptr) std::fclose(log_);
  if (device_ >= 0) close(device_);
}

std::string PtpFollower::Open() {
  std::string error;
  ptp_ = PtpSocket::Open(wish_.socket, wish_.domain, error);
  if (ptp_ == nullptr) return error;
  if (wish_.device == "tai") {
    read_ = CLOCK_TAI;
    is_utc_ = false;
  } else if (wish_.device.starts_with('/')) {
    device_ = open(wish_.device.c_str(), O_RDWR | O_CLOEXEC);
    if (device_ < 0) return "cannot open the clock " + wish_.device + ": " + std::strerror(errno);
    read_ = ClockOf(device_);
    is_utc_ = false;
  }
  if (!wish_.map.empty()) {
    for (const std::string& text : SplitAddresses(wish_.map)) {
      if (!ParseAddress(text, keepers_.emplace_back())) return "'" + text + "' is no ADDRESS:PORT";
    }
    if (keepers_.empty() || (wish_.keeps && keepers_.size() != 1)) {
      return "'" + wish_.map + "' is not one ADDRESS:PORT";
    }
    port_ = UdpPort::Bind(wish_.keeps ? keepers_.front() : Address{}, error);
    if (port_ == nullptr) return error;
  }
  if (!wish_.log.empty()) {
    log_ = std::fopen(wish_.log.c_str(), "ae");
    if (log_ == nullptr) return "cannot write " + wish_.log + ": " + std::strerror(errno);
  }
  began_ = StageClock::Local();
  const clock::Line guess{began_, ToNs(Look(read_)), 0};
  servo_ = clock::Servo(guess);
  clock_.Follow(guess);
  return {};
}

void PtpFollower::Run() {
  while (!ending_) {
    Turn();
    std::this_thread::sleep_for(kPause);
  }
}

void PtpFollower::Turn() {
  const PtpSocket::Known& known = ptp_->Ask(kPatienceMs);
  is_new_ = known.time.ingress_time != fresh_;
  if (is_new_) {
    fresh_ = known.time.ingress_time;
    fresh_since_ = StageClock::Local();
  }
  const clock::Reading reading = Read(known);
  ShareMap();
  servo_.Take(reading);
  MakeEntry(reading.local);
  clock_.Draw(servo_.line());
  Publish(known, reading);
}

/// The clock between two looks at the oscillator: of a few the one where least passed between.
clock::Reading PtpFollower::Read(const PtpSocket::Known& known) const {
  clock::Reading reading;
  Nanoseconds shown = 0, least = clock::kSecond;
  for (int i = 0; i < 5; ++i) {
    const Nanoseconds before = StageClock::Local();
    const Nanoseconds now = ToNs(Look(read_));
    const Nanoseconds passed = StageClock::Local() - before;
    if (passed >= least) continue;
    least = passed;
    reading.local = before + passed / 2;
    shown = now;
  }
  const wire::PtpTimeProperties& properties = known.properties;
  const bool converts = is_utc_ && properties.ptp_timescale && properties.utc_offset_valid;
  const clock::UtcRelation utc{converts ? properties.utc_offset_s : 0, properties.leap61,
                               properties.leap59};
  reading.grandmaster = known.time.grandmaster;
  const bool is_slave = known.port.state == wire::PtpPortState::kSlave &&
                        known.time.has_grandmaster && reading.local - fresh_since_ < kStale;
  const bool is_master =
      !known.time.has_grandmaster && (known.port.state == wire::PtpPortState::kMaster ||
                                      known.port.state == wire::PtpPortState::kGrandMaster);
  reading.offset = is_slave ? known.time.offset_ns : 0;
  reading.fresh = !is_slave || is_new_;
  // By the master and not by what ptp4l makes of it: its servo may ring for seconds.
  reading.ptp = clock::PtpOfUtc(shown, utc) - reading.offset;
  reading.usable = known.heard && (is_slave || is_master) && IsAllowed(reading.grandmaster) &&
                   !(converts && clock::IsAmbiguous(shown, utc));
  return reading;
}

bool PtpFollower::IsAllowed(clock::ClockIdentity grandmaster) const {
  const auto& allowed = wish_.allowed;
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), grandmaster) != allowed.end();
}

/// A keeper answers whoever tells it what he knows; everybody else tells the keepers.
void PtpFollower::ShareMap() {
  {
    const std::lock_guard lock(shared_);
    for (const clock::MapEntry& entry : known_.entries()) servo_.Add(entry);
  }
  if (port_ == nullptr) return;
  const std::uint64_t stage = StageClockId(wish_.domain);
  std::array<std::uint8_t, clock::kMapFrameBytes> room{};
  std::array<DatagramPort::Incoming, 64> came;
  clock::MediaMap map = servo_.map();
  std::vector<Address> askers;
  for (int count = port_->Receive(came); count > 0; count = port_->Receive(came)) {
    for (int i = 0; i < count; ++i) {
      if (clock::MergeMap(came[i].bytes, stage, map)) askers.push_back(came[i].from);
    }
  }
  for (const clock::MapEntry& entry : map.entries()) servo_.Add(entry);
  if (!wish_.keeps) askers = keepers_;
  const std::size_t bytes = clock::EncodeMap(servo_.map(), stage, room);
  for (const Address& to : askers) port_->Send({to, std::span(room).first(bytes)});
  port_->Flush();
}

void PtpFollower::MakeEntry(Nanoseconds local) {
  if (!wish_.learned) {
    if (wish_.keeps || port_ == nullptr) {
      for (const clock::MapEntry& entry : NewsFor(servo_.map(), local - began_)) servo_.Add(entry);
    }
    return;
  }
  std::optional<Nanoseconds> leads_since;
  clock::MediaMap known;
  {
    const std::lock_guard lock(shared_);
    leads_since = leads_since_;
    known = known_;
  }
  if (!leads_since || local - told_ < kTellAgain) return;
  std::vector<clock::MapEntry> news = NewsFor(known, local - *leads_since);
  if (news.empty()) return;
  // Where media time begins every keeper would say alike, and without it nobody knows what time it is.
  if (news.front().version == 1) servo_.Add(news.front());
  told_ = local;
  wish_.learned(std::move(news));
}

/// What others know and `known` does not; else what the map lacks. `since`: how long others have been asked.
std::vector<clock::MapEntry> PtpFollower::NewsFor(const clock::MediaMap& known, Nanoseconds since) {
  std::vector<clock::MapEntry> news;
  for (const clock::MapEntry& entry : servo_.map().entries()) {
    if (entry.version > known.version()) news.push_back(entry);
  }
  const auto candidate = servo_.candidate();
  if (!news.empty() || !candidate) return news;
  if (servo_.map().version() != 0) {
    const MediaTime from = clock::SampleAt(servo_.line().At(StageClock::Local() + kEntryLead));
    return {
        clock::NextEntry(servo_.map().version(), candidate->grandmaster, candidate->ahead, from)};
  }
  if (port_ == nullptr || since > kAskAround) return {clock::FirstEntry(candidate->grandmaster)};
  return {};
}

void PtpFollower::Lead(const clock::MediaMap& known) {
  const std::lock_guard lock(shared_);
  known_ = known;
  leads_since_ = StageClock::Local();
}

void PtpFollower::Know(const clock::MediaMap& known) {
  const std::lock_guard lock(shared_);
  known_ = known;
}

void PtpFollower::Yield() {
  const std::lock_guard lock(shared_);
  leads_since_.reset();
}

void PtpFollower::Publish(const PtpSocket::Known& known, const clock::Reading& reading) {
  plan::ClockStatus report;
  report.follows = true;
  report.state = servo_.state();
  report.port = known.heard ? known.port.state : wire::PtpPortState::kNone;
  report.grandmaster = reading.grandmaster;
  report.allowed = IsAllowed(reading.grandmaster);
  report.offset = reading.offset;
  report.path_delay = std::max(known.current.path_delay_ns, known.port.peer_delay_ns);
  report.drift_ppb = servo_.drift_ppb();
  report.error = servo_.ErrorAt(reading.local);
  if (report.state == clock::LockState::kHoldover) {
    report.held = reading.local - servo_.held_since();
  }
  report.map_version = servo_.map().version();
  if (log_ != nullptr) {
    const clock::Line& line = servo_.line();
    std::fprintf(log_,
                 "{\"local\": %lld, \"stage\": %lld, \"rate_ppb\": %lld, \"state\": %d, \"port\": "
                 "\"%s\", \"grandmaster\": \"%s\", \"map\": %u, \"difference\": %lld, \"offset\": "
                 "%lld, \"delay\": %lld, \"error\": %lld}\n",
                 static_cast<long long>(line.local), static_cast<long long>(line.stage),
                 static_cast<long long>(line.rate_ppb), static_cast<int>(report.state),
                 wire::ToString(report.port), plan::IdentityText(report.grandmaster).c_str(),
                 report.map_version, static_cast<long long>(servo_.difference()),
                 static_cast<long long>(report.offset), static_cast<long long>(report.path_delay),
                 static_cast<long long>(report.error));
    std::fflush(log_);
  }
  if (const std::string news = plan::NewsOf(report_, report); !news.empty() && wish_.tell) {
    wish_.tell(news);
  }
  if (wish_.seen) wish_.seen(report);
  const std::lock_guard lock(shared_);
  report_ = report;
  map_ = servo_.map();
}

plan::ClockStatus PtpFollower::Report() const {
  const std::lock_guard lock(shared_);
  return report_;
}

clock::MediaMap PtpFollower::Map() const {
  const std::lock_guard lock(shared_);
  return map_;
}

std::string PtpFollower::WaitLocked(Nanoseconds patience, const std::function<bool()>& ends) const {
  const Nanoseconds until = StageClock::Local() + patience;
  for (;;) {
    const plan::ClockStatus report = Report();
    if (report.state == clock::LockState::kLocked || ends()) return {};
    if (StageClock::Local() >= until || ending_) {
      if (report.port == wire::PtpPortState::kNone) {
        return "ptp4l does not answer at " + wish_.socket + "; is it running, and in this domain?";
      }
      if (!report.allowed) {
        return "the grandmaster " + plan::IdentityText(report.grandmaster) +
               " is none of those that are allowed";
      }
      return std::string("PTP is not locked: the port is ") + wire::ToString(report.port) +
             ", the offset " + std::to_string(report.offset) + " ns" +
             (report.map_version == 0 ? "; nobody has said where media time begins" : "");
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace continuo::transport
