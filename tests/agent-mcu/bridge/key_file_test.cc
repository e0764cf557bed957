// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "support/scratch.h"

namespace continuo::mcu {
namespace {

using testing::HasSubstr;

DeviceKey Device() {
  DeviceKey device;
  EXPECT_TRUE(device.name.Assign("mcu-1"));
  for (std::size_t i = 0; i < device.key.size(); ++i) {
    device.key[i] = static_cast<std::uint8_t>(i * 9);
  }
  return device;
}

std::string WrongWith(const std::string& text) {
  DeviceKey device;
  return ParseKeyFile(text, device);
}

TEST(KeyFile, IsReadAsItWasWritten) {
  DeviceKey device;
  ASSERT_EQ(ParseKeyFile(KeyFileText(Device()), device), "");
  EXPECT_EQ(device.name.view(), "mcu-1");
  EXPECT_EQ(device.key, Device().key);
}

TEST(KeyFile, WhatIsWrongIsNamedAndNoKeyIsRepeated) {
  const std::string good = KeyFileText(Device());
  const std::string digits = good.substr(good.find("key 0") + 4, 64);
  EXPECT_THAT(WrongWith(""), HasSubstr("line 1"));
  EXPECT_THAT(WrongWith("continuo device key 2\n"), HasSubstr("line 1"));
  EXPECT_THAT(WrongWith("continuo device key 1\ndevice\n"), HasSubstr("line 2"));
  EXPECT_THAT(WrongWith("continuo device key 1\ndevice a b\n"), HasSubstr("line 2"));
  EXPECT_THAT(WrongWith("continuo device key 1\ndevice a\nkey 12\n"), HasSubstr("line 3"));
  const std::string upper = "continuo device key 1\ndevice a\nkey X" + digits.substr(1) + "\n";
  EXPECT_THAT(WrongWith(upper), HasSubstr("line 3"));
  EXPECT_EQ(WrongWith(upper).find(digits.substr(1, 8)), std::string::npos);
  EXPECT_THAT(WrongWith(good + "more\n"), HasSubstr("line 4"));
  EXPECT_THAT(WrongWith(good.substr(0, good.size() - 1)), HasSubstr("line 3"));
}

TEST(KeyFile, IsItsOwnersAlone) {
  const Scratch scratch;
  const std::string path = (scratch.path() / "key").string();
  const std::string text = KeyFileText(Device());
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  ASSERT_EQ(WriteSecret(path, bytes, false), "");
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  DeviceKey device;
  EXPECT_EQ(ReadKeyFile(path, device), "");
  EXPECT_THAT(WriteSecret(path, bytes, false), HasSubstr("exists"));
  EXPECT_EQ(WriteSecret(path, bytes, true), "");
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_THAT(ReadKeyFile(path, device), HasSubstr("chmod 600"));
  EXPECT_THAT(ReadKeyFile(path + "-not", device), HasSubstr("No such file"));
}

}  // namespace
}  // namespace continuo::mcu
