// SPDX-License-Identifier: Apache-2.0
#include "proto/discovery/services.h"

#include <gtest/gtest.h>

namespace continuo::discovery {
namespace {

Found Heard(const Service& service) {
  return {service.name, "laptop.local", "10.7.0.2", service.port, service.texts};
}

TEST(ServicesTest, WhatACoordinatorSaysIsReadAsItWasMeant) {
  const Service service =
      DescribeCoordinator("laptop", "10.7.0.2:7400", {"10.7.0.2:7401", "10.8.0.2:7401"}, "0.1+abc");
  EXPECT_EQ(service.type, "_continuo._tcp");
  EXPECT_EQ(service.name, "Continuo on laptop");
  EXPECT_EQ(service.port, 7400);
  CoordinatorAddress read;
  ASSERT_TRUE(ReadCoordinator(Heard(service), read));
  EXPECT_EQ(read, (CoordinatorAddress{
                      "Continuo on laptop", "10.7.0.2:7400", {"10.7.0.2:7401", "10.8.0.2:7401"}}));
}

TEST(ServicesTest, EveryAddressIsTheOneOnWhichItWasHeard) {
  const Service service = DescribeCoordinator("laptop", "0.0.0.0:7400", {"0.0.0.0:7401"}, "");
  CoordinatorAddress read;
  ASSERT_TRUE(ReadCoordinator(Heard(service), read));
  EXPECT_EQ(read.listen, "10.7.0.2:7400");
  EXPECT_EQ(read.beats, std::vector<std::string>{"10.7.0.2:7401"});
}

TEST(ServicesTest, WhoListensOnItsOwnMachineAloneIsNotAnnounced) {
  for (const char* listen : {"127.0.0.1:7400", "127.0.3.250:7400", "localhost:7400", "7400", ""}) {
    EXPECT_EQ(DescribeCoordinator("laptop", listen, {}, "").port, 0) << listen;
  }
}

TEST(ServicesTest, ALongNameOfAMachineIsCut) {
  EXPECT_EQ(DescribeCoordinator(std::string(200, 'x'), "10.7.0.2:7400", {}, "").name.size(), 63u);
}

TEST(ServicesTest, WhatMakesNoSenseIsNoCoordinator) {
  const Found good = Heard(DescribeCoordinator("laptop", "0.0.0.0:7400", {"0.0.0.0:7401"}, ""));
  const auto refused = [&good](const char* key, const std::string& value) {
    Found bad = good;
    bad.texts[key] = value;
    CoordinatorAddress read{"as before", {}, {}};
    const bool taken = ReadCoordinator(bad, read);
    EXPECT_TRUE(taken || read.name == "as before");
    return !taken;
  };
  EXPECT_TRUE(refused("txtvers", "2"));
  for (const char* listen :
       {"", "7400", ":7400", "10.7.0.2:", "10.7.0.2:0", "10.7.0.2:99999", "10.7.0.2:74x"}) {
    EXPECT_TRUE(refused("listen", listen)) << listen;
  }
  EXPECT_TRUE(refused("beats", "10.7.0.2"));
  std::string many;
  for (int i = 0; i < 9; ++i) many += "10.7.0.2:7401 ";
  EXPECT_TRUE(refused("beats", many));
  EXPECT_FALSE(refused("beats", ""));
}

}  // namespace
}  // namespace continuo::discovery
