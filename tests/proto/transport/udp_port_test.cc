// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/udp_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace continuo::transport {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Bytes = std::vector<std::uint8_t>;

std::unique_ptr<UdpPort> Open() {
  std::string error;
  auto port = UdpPort::Bind({0x7f000001, 0}, error);
  EXPECT_NE(port, nullptr) << error;
  return port;
}

/// Of `size` bytes that follow from what `number` it is.
Bytes Datagram(int number, std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), static_cast<std::uint8_t>(number));
  return bytes;
}

/// All that lies in the socket, as it is handed out in portions of `portion`.
std::vector<Bytes> All(UdpPort& port, std::size_t portion = 64) {
  std::vector<DatagramPort::Incoming> batch(portion);
  std::vector<Bytes> all;
  for (int count = port.Receive(batch); count > 0; count = port.Receive(batch)) {
    for (int i = 0; i < count; ++i) {
      all.emplace_back(batch[i].bytes.begin(), batch[i].bytes.end());
    }
  }
  return all;
}

void Send(UdpPort& from, const UdpPort& to, const std::vector<Bytes>& datagrams) {
  for (const Bytes& datagram : datagrams) from.Send({to.local(), datagram});
  from.Flush();
}

std::vector<Bytes> Sorted(std::vector<Bytes> datagrams) {
  std::sort(datagrams.begin(), datagrams.end());
  return datagrams;
}

TEST(UdpPort, WhatIsOfOneSizeComesInTheOrderInWhichItWasSent) {
  const auto from = Open(), to = Open();
  std::vector<Bytes> sent;
  for (int i = 0; i < 60; ++i) sent.push_back(Datagram(i, 1060));  // more than one packet holds
  Send(*from, *to, sent);
  EXPECT_EQ(All(*to), sent);
  EXPECT_EQ(from->send_errors(), 0u);
}

TEST(UdpPort, SizesAndAddressesMayBeMixed) {
  const auto from = Open(), to = Open(), other = Open();
  std::vector<Bytes> sent, sent_other;
  for (int i = 0; i < 50; ++i) {
    constexpr std::array<std::size_t, 5> kSizes = {1316, 804, 60, 1316, 1400};
    std::vector<Bytes>& list = i % 3 == 0 ? sent_other : sent;
    list.push_back(Datagram(i, kSizes[static_cast<std::size_t>(i) % kSizes.size()]));
  }
  for (std::size_t i = 0; i < sent.size(); ++i) {
    from->Send({to->local(), sent[i]});
    if (i < sent_other.size()) from->Send({other->local(), sent_other[i]});
  }
  from->Flush();
  EXPECT_EQ(Sorted(All(*to)), Sorted(sent));
  EXPECT_EQ(Sorted(All(*other)), Sorted(sent_other));
}

/// In how many messages `sent` comes, which is how often the kernel carried something.
int MessagesOf(UdpPort& from, const std::vector<Bytes>& sent) {
  const int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(file, SOL_UDP, UDP_GRO, &on, sizeof on);
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t length = sizeof address;
  bind(file, reinterpret_cast<const sockaddr*>(&address), length);
  getsockname(file, reinterpret_cast<sockaddr*>(&address), &length);
  for (const Bytes& bytes : sent) from.Send({{INADDR_LOOPBACK, ntohs(address.sin_port)}, bytes});
  from.Flush();
  Bytes place(65'536);
  int count = 0;
  while (recv(file, place.data(), place.size(), MSG_DONTWAIT) > 0) ++count;
  close(file);
  return count;
}

TEST(UdpPort, WhatIsShorterDoesNotPartWhatIsOfOneSize) {
  const auto from = Open();
  std::vector<Bytes> sent;
  for (int i = 0; i < 16; ++i) sent.push_back(Datagram(i, i % 2 == 0 ? 1316 : 804));
  EXPECT_EQ(MessagesOf(*from, sent), 2);
}

TEST(UdpPort, HandsOutInSmallPortionsWhatCameAtOnce) {
  const auto from = Open(), to = Open();
  std::vector<Bytes> sent;
  for (int i = 0; i < 40; ++i) sent.push_back(Datagram(i, 500));
  Send(*from, *to, sent);
  EXPECT_EQ(All(*to, 3), sent);
  EXPECT_THAT(All(*to), IsEmpty());
  Send(*from, *to, {Datagram(7, 100)});
  EXPECT_THAT(All(*to), ElementsAre(Datagram(7, 100)));
}

TEST(UdpPort, SaysFromWhomItCame) {
  const auto from = Open(), to = Open();
  Send(*from, *to, {Datagram(1, 90), Datagram(2, 90)});
  std::array<DatagramPort::Incoming, 4> batch;
  ASSERT_EQ(to->Receive(batch), 2);
  EXPECT_EQ(batch[0].from, from->local());
  EXPECT_EQ(batch[1].from, from->local());
}

TEST(UdpPort, MoreThanABatchIsSentWithoutBeingAskedTo) {
  const auto from = Open(), to = Open();
  std::vector<Bytes> sent;
  for (int i = 0; i < 3 * UdpOutgoing::kMost + 1; ++i) sent.push_back(Datagram(i, 300));
  Send(*from, *to, sent);
  EXPECT_EQ(All(*to), sent);
}

TEST(UdpPort, EmptyAndLongDatagramsAreSeenAsLongAsTheyAre) {
  const auto from = Open(), to = Open();
  Send(*from, *to, {Datagram(1, 9000), Datagram(2, 0), Datagram(3, 1)});
  EXPECT_THAT(Sorted(All(*to)), ElementsAre(Datagram(2, 0), Datagram(1, 9000), Datagram(3, 1)));
}

TEST(UdpPort, OneByOneTheSameComes) {
  const auto from = Open(), to = Open();
  from->StopJoining();
  std::vector<Bytes> sent;
  for (int i = 0; i < 40; ++i) sent.push_back(Datagram(i, 700));
  Send(*from, *to, sent);
  EXPECT_EQ(All(*to), sent);
}

TEST(UdpPort, CountsWhatTheKernelRefuses) {
  const auto from = Open(), to = Open();
  const Bytes one = Datagram(0, 10), two = Datagram(1, 10);
  from->Send({{0x7f000001, 0}, one});  // port 0 is nobody
  from->Send({to->local(), two});
  from->Flush();
  EXPECT_EQ(from->send_errors(), 1u);
  EXPECT_THAT(All(*to), ElementsAre(two));
}

/// Where the loopback carries no more than `mtu` bytes: a namespace of this thread's own.
bool EnterNarrowNetwork(int mtu) {
  if (unshare(CLONE_NEWNET) != 0) return false;
  const int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq wish{};
  wish.ifr_name[0] = 'l';
  wish.ifr_name[1] = 'o';
  wish.ifr_mtu = mtu;
  bool done = ioctl(file, SIOCSIFMTU, &wish) == 0;
  wish.ifr_flags = IFF_UP;
  done = done && ioctl(file, SIOCSIFFLAGS, &wish) == 0;
  close(file);
  return done;
}

TEST(UdpPort, WhatThePathCannotCarryAsOneGoesOneByOne) {
  std::thread narrow([] {
    if (!EnterNarrowNetwork(1000)) GTEST_SKIP() << "no network namespace of its own";
    const auto from = Open(), to = Open();
    const std::vector<Bytes> small = {Datagram(1, 900), Datagram(2, 900)};
    Send(*from, *to, small);
    EXPECT_EQ(All(*to), small);
    EXPECT_TRUE(from->joins());
    const std::vector<Bytes> large = {Datagram(3, 1316), Datagram(4, 1316), Datagram(5, 804)};
    Send(*from, *to, large);
    EXPECT_EQ(All(*to), large);
    EXPECT_FALSE(from->joins());
    EXPECT_EQ(from->send_errors(), 0u);
    Send(*from, *to, large);
    EXPECT_EQ(All(*to), large);
  });
  narrow.join();
}

}  // namespace
}  // namespace continuo::transport
