// SPDX-License-Identifier: Apache-2.0
// ptp-switch SEED INTERFACE...: an Ethernet switch between interfaces of this network namespace. Each cable has a
// delay, jitter, asymmetry, loss, and can be unplugged, as lines on stdin say:
//
//   cable INTERFACE DELAY_US JITTER_US ASYMMETRY_US LOSS PLUGGED
//
// Jitter is even between 0 and JITTER_US for each frame and direction; ASYMMETRY_US is added on the way to the node;
// LOSS is a probability. Frames on a cable do not overtake each other. It ends with stdin, and then says what it did.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <queue>
#include <sstream>
#include <string>
#include <vector>

#include "dsp/base/random.h"

namespace {

using Ns = std::int64_t;
constexpr Ns kSecond = 1'000'000'000;
constexpr std::size_t kFrameBytes = 1'600;
constexpr int kBatch = 64;
constexpr std::size_t kFramesOnTheWay = 20'000;
/// The last of the wait is spun away for frames whose delay is measured by somebody.
constexpr Ns kSpin = 50'000;

Ns Now(clockid_t id = CLOCK_MONOTONIC) {
  timespec t{};
  clock_gettime(id, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "ptp-switch: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

struct Cable {
  std::string name;
  int socket = -1;
  Ns delay = 0, jitter = 0, asymmetry = 0;
  double loss = 0;
  bool plugged = true;
  Ns last_due = 0;  // of what leaves here
  std::uint64_t in = 0, out = 0, lost = 0;
};

struct Frame {
  Ns due = 0;
  std::uint64_t order = 0;
  std::size_t cable = 0;  // on which it leaves
  bool is_ptp = false;
  std::vector<std::uint8_t> bytes;
};

struct Later {
  bool operator()(const Frame& a, const Frame& b) const {
    return a.due != b.due ? a.due > b.due : a.order > b.order;
  }
};

void SetOn(int socket, int level, int option, const char* what) {
  const int on = 1;
  if (setsockopt(socket, level, option, &on, sizeof on) != 0) Fail(what);
}

int OpenPort(const std::string& interface) {
  const int port = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL));
  if (port < 0) Fail("socket");
  sockaddr_ll here{};
  here.sll_family = AF_PACKET;
  here.sll_protocol = htons(ETH_P_ALL);
  here.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  if (bind(port, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) Fail(interface);
  packet_mreq all{};
  all.mr_ifindex = here.sll_ifindex;
  all.mr_type = PACKET_MR_PROMISC;
  if (setsockopt(port, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0) Fail("promisc");
  SetOn(port, SOL_PACKET, PACKET_IGNORE_OUTGOING, "ignore outgoing");
  SetOn(port, SOL_SOCKET, SO_TIMESTAMPNS, "time stamps");
  const int bytes = 8 << 20;
  setsockopt(port, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  return port;
}

/// PTP over Ethernet, or its event messages over UDP.
bool IsPtp(const std::uint8_t* frame, std::size_t bytes) {
  if (bytes < 38) return false;
  const int type = frame[12] << 8 | frame[13];
  if (type == 0x88f7) return true;
  return type == ETH_P_IP && frame[23] == 17 && (frame[36] << 8 | frame[37]) == 319;
}

/// 01-80-C2-00-00-00 to -0F: no bridge forwards it (IEEE 802.1Q-2018, 8.6.3). gPTP is spoken so, from one end of a
/// cable to the other.
bool IsLinkLocal(const std::uint8_t* frame) {
  constexpr std::array<std::uint8_t, 5> kReserved = {0x01, 0x80, 0xc2, 0x00, 0x00};
  return std::equal(kReserved.begin(), kReserved.end(), frame) && frame[5] < 0x10;
}

/// Tells whoever measures the delay by how much this switch itself was late (correctionField, IEEE 1588-2019,
/// 13.3.2.9), so that the cable has the delay that it was given and no more, however busy this machine is.
void Correct(std::vector<std::uint8_t>& frame, Ns late) {
  const bool is_udp = (frame[12] << 8 | frame[13]) == ETH_P_IP;
  const std::size_t field = (is_udp ? 42 : 14) + 8;
  if (frame.size() < field + 8 || (frame[field - 8] & 0xf) > 3) return;  // no event message
  std::int64_t correction = 0;                                           // 2^-16 ns
  for (std::size_t i = 0; i < 8; ++i) correction = correction << 8 | frame[field + i];
  correction += late << 16;
  for (std::size_t i = 8; i-- > 0; correction >>= 8) {
    frame[field + i] = static_cast<std::uint8_t>(correction);
  }
  if (is_udp) frame[40] = frame[41] = 0;  // no UDP checksum
}

std::uint64_t AddressAt(const std::uint8_t* octets) {
  std::uint64_t address = 0;
  std::memcpy(&address, octets, 6);
  return address;
}

class Switch {
 public:
  Switch(std::uint64_t seed, const std::vector<std::string>& interfaces) : seed_(seed) {
    for (const std::string& name : interfaces) {
      Cable cable;
      cable.name = name;
      cable.socket = OpenPort(name);
      cables_.push_back(cable);
    }
    MeasureOffset();
  }

  void Run() {
    std::vector<pollfd> watched;
    for (const Cable& cable : cables_) watched.push_back({cable.socket, POLLIN, 0});
    watched.push_back({STDIN_FILENO, POLLIN, 0});
    for (;;) {
      const Ns wait = std::clamp<Ns>(NextDue() - Now(), 0, kSecond);
      const timespec until{static_cast<time_t>(wait / kSecond), static_cast<long>(wait % kSecond)};
      if (ppoll(watched.data(), watched.size(), &until, nullptr) < 0) {
        if (errno != EINTR) Fail("poll");
        continue;
      }
      for (std::size_t i = 0; i < cables_.size(); ++i) {
        if ((watched[i].revents & POLLIN) != 0) TakeFrom(i);
      }
      if (watched.back().revents != 0 && !Obey()) return;
      Release();
    }
  }

  void Report() const {
    for (const Cable& cable : cables_) {
      std::printf("%s: %llu frames from it, %llu to it, %llu lost\n", cable.name.c_str(),
                  static_cast<unsigned long long>(cable.in),
                  static_cast<unsigned long long>(cable.out),
                  static_cast<unsigned long long>(cable.lost));
    }
    std::printf("PTP frames left %.1f us late in the mean, %.1f us at most\n",
                ptp_frames_ == 0 ? 0.0 : static_cast<double>(late_) / 1e3 / ptp_frames_,
                static_cast<double>(late_max_) / 1e3);
  }

 private:
  /// Stamps of the kernel are of CLOCK_REALTIME.
  void MeasureOffset() {
    Ns least = kSecond;
    for (int i = 0; i < 100; ++i) {
      const Ns before = Now(), real = Now(CLOCK_REALTIME), after = Now();
      if (after - before >= least) continue;
      least = after - before;
      offset_ = real - before - least / 2;
    }
  }

  double Chance() {
    return static_cast<double>(continuo::RandomBits(seed_, 0, draws_++) >> 11) * 0x1p-53;
  }

  Ns NextDue() const {
    if (waiting_.empty()) return Now() + kSecond;
    return waiting_.top().due - (waiting_.top().is_ptp ? kSpin : 0);
  }

  void TakeFrom(std::size_t from) {
    static std::array<std::array<std::uint8_t, kFrameBytes>, kBatch> bytes;
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    alignas(cmsghdr) static std::array<std::array<char, 64>, kBatch> control;
    for (int i = 0; i < kBatch; ++i) {
      parts[i] = {bytes[i].data(), kFrameBytes};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = control[i].data();
      messages[i].msg_hdr.msg_controllen = control[i].size();
    }
    const int got = recvmmsg(cables_[from].socket, messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < got; ++i) {
      Forward(from, bytes[i].data(), messages[i].msg_len, StampOf(messages[i].msg_hdr));
    }
  }

  Ns StampOf(msghdr& message) const {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_type != SO_TIMESTAMPNS) continue;
      timespec t{};
      std::memcpy(&t, CMSG_DATA(part), sizeof t);
      return t.tv_sec * kSecond + t.tv_nsec - offset_;
    }
    return Now();
  }

  void Forward(std::size_t from, const std::uint8_t* frame, std::size_t bytes, Ns came) {
    if (bytes < 14 || bytes > kFrameBytes || IsLinkLocal(frame)) return;
    Cable& source = cables_[from];
    ++source.in;
    places_[AddressAt(frame + 6)] = from;
    const bool to_many = (frame[0] & 1) != 0;
    const auto place = places_.find(AddressAt(frame));
    for (std::size_t to = 0; to < cables_.size(); ++to) {
      if (to == from || (!to_many && place != places_.end() && place->second != to)) continue;
      Cable& target = cables_[to];
      const bool lost = Chance() < source.loss || Chance() < target.loss;
      if (lost || !source.plugged || !target.plugged || waiting_.size() >= kFramesOnTheWay) {
        ++target.lost;
        continue;
      }
      const double jitter = Chance() * static_cast<double>(source.jitter) +
                            Chance() * static_cast<double>(target.jitter);
      const Ns due =
          came + source.delay + target.delay + target.asymmetry + static_cast<Ns>(jitter);
      target.last_due = std::max(target.last_due, due);
      waiting_.push({target.last_due, frames_++, to, IsPtp(frame, bytes), {frame, frame + bytes}});
    }
  }

  void Release() {
    while (!waiting_.empty() && NextDue() <= Now()) {
      Frame frame = waiting_.top();
      waiting_.pop();
      Ns now = Now();
      while (now < frame.due) now = Now();
      if (frame.is_ptp) Correct(frame.bytes, now - frame.due);
      Cable& cable = cables_[frame.cable];
      if (send(cable.socket, frame.bytes.data(), frame.bytes.size(), 0) < 0) {
        ++cable.lost;
      } else {
        ++cable.out;
      }
      if (frame.is_ptp) {
        ++ptp_frames_;
        late_ += now - frame.due;
        late_max_ = std::max(late_max_, now - frame.due);
      }
    }
  }

  /// False: stdin has ended.
  bool Obey() {
    std::array<char, 1'024> text{};
    const ssize_t got = read(STDIN_FILENO, text.data(), text.size());
    if (got <= 0) return false;
    said_.append(text.data(), static_cast<std::size_t>(got));
    for (std::size_t end = said_.find('\n'); end != std::string::npos; end = said_.find('\n')) {
      ObeyLine(said_.substr(0, end));
      said_.erase(0, end + 1);
    }
    return true;
  }

  void ObeyLine(const std::string& line) {
    std::istringstream in(line);
    std::string word, name;
    double delay = 0, jitter = 0, asymmetry = 0, loss = 0;
    bool plugged = true;
    in >> word >> name >> delay >> jitter >> asymmetry >> loss >> plugged;
    const auto cable = std::find_if(cables_.begin(), cables_.end(),
                                    [&name](const Cable& one) { return one.name == name; });
    if (!in || word != "cable" || cable == cables_.end()) {
      std::fprintf(stderr, "ptp-switch: not understood: %s\n", line.c_str());
      return;
    }
    cable->delay = static_cast<Ns>(delay * 1e3);
    cable->jitter = static_cast<Ns>(jitter * 1e3);
    cable->asymmetry = static_cast<Ns>(asymmetry * 1e3);
    cable->loss = loss;
    cable->plugged = plugged;
  }

  std::uint64_t seed_;
  std::int64_t draws_ = 0;
  std::uint64_t frames_ = 0;
  std::vector<Cable> cables_;
  std::map<std::uint64_t, std::size_t> places_;
  std::priority_queue<Frame, std::vector<Frame>, Later> waiting_;
  std::string said_;
  Ns offset_ = 0;
  Ns late_ = 0, late_max_ = 0;
  std::int64_t ptp_frames_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "ptp-switch SEED INTERFACE...\n");
    return 2;
  }
  mlockall(MCL_CURRENT | MCL_FUTURE);
  prctl(PR_SET_TIMERSLACK, 1);
  const sched_param priority{80};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) Fail("SCHED_FIFO");
  Switch one(std::strtoull(argv[1], nullptr, 0), {argv + 2, argv + argc});
  std::printf("switching\n");
  std::fflush(stdout);
  one.Run();
  one.Report();
  return 0;
}
