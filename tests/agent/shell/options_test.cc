// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent {
namespace {

using testing::HasSubstr;

class OptionsTest : public testing::Test {
 protected:
  /// Parses "--name x --coordinator a:1 --state s" and these.
  bool Parse(std::vector<std::string> more) {
    std::vector<std::string> words = {"continuo-agent", "--name",  "pi-1", "--coordinator",
                                      "127.0.0.1:7400", "--state", "s"};
    options_ = {};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const bool parsed = ParseOptions(static_cast<int>(argv.size()), argv.data(), options_, exit_);
    said_ = testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    return parsed;
  }
  Options options_;
  int exit_ = -1;
  std::string said_;
};

TEST_F(OptionsTest, NetworksGoToTheirPlaces) {
  ASSERT_TRUE(Parse({"--net", "blue=127.0.2.1:5004", "--net", "red=127.0.1.1:5005"}));
  EXPECT_EQ(options_.networks[0].ip, 0x7f000101u);
  EXPECT_EQ(options_.networks[0].port, 5005);
  EXPECT_EQ(options_.networks[1].ip, 0x7f000201u);
  EXPECT_FALSE(options_.record.has_value());
  EXPECT_TRUE(options_.compute);
}

TEST_F(OptionsTest, OneNetworkIsEnough) {
  ASSERT_TRUE(Parse({"--net", "blue=127.0.2.1:5004"}));
  EXPECT_EQ(options_.networks[0].ip, 0u);
}

TEST_F(OptionsTest, WithoutPtpTheMachinesClockIsTheStages) {
  ASSERT_TRUE(Parse({"--net", "red=127.0.1.1:5004"}));
  EXPECT_TRUE(options_.ptp.socket.empty());
  EXPECT_FALSE(options_.ptp_daemon);
}

TEST_F(OptionsTest, PtpIsAttachedToOrRun) {
  ASSERT_TRUE(Parse({"--net", "red=127.0.1.1:5004", "--ptp-run", "eth0", "--ptp-profile", "gptp",
                     "--ptp-allow", "001122.fffe.334455", "--ptp-priority", "100"}));
  ASSERT_TRUE(options_.ptp_daemon);
  EXPECT_EQ(options_.ptp_daemon->profile, PtpProfile::kGptp);
  EXPECT_EQ(options_.ptp_daemon->priority, 100);
  ASSERT_EQ(options_.ptp.allowed.size(), 1u);
  EXPECT_EQ(options_.ptp.allowed[0], 0x001122fffe334455u);
  EXPECT_FALSE(Parse({"--net", "red=127.0.1.1:5004", "--ptp", "/run/ptp4l", "--ptp-run", "eth0"}));
  EXPECT_FALSE(Parse({"--net", "red=127.0.1.1:5004", "--ptp", "p", "--ptp-allow", "001122334455"}));
  EXPECT_THAT(said_, HasSubstr("16 hexadecimal digits"));
}

TEST_F(OptionsTest, WhatADeviceDoesNotTellIsOfBothItsDirections) {
  const std::vector<std::string> all = {"--net", "red=127.0.1.1:5004", "--alsa", "hw:0"};
  const auto parse = [&](const std::string& option, const std::string& text) {
    std::vector<std::string> words = all;
    words.insert(words.end(), {option, text});
    return Parse(words);
  };
  ASSERT_TRUE(parse("--device-unreported", "34.5"));
  EXPECT_EQ(options_.alsa->manner.unreported_out, 17.25);
  EXPECT_EQ(options_.alsa->manner.unreported_in, 17.25);
  EXPECT_FALSE(options_.round_trip);
  ASSERT_TRUE(parse("--device-unreported", "-20,14"));
  EXPECT_EQ(options_.alsa->manner.unreported_out, -20);
  EXPECT_EQ(options_.alsa->manner.unreported_in, 14);
  for (const char* const wrong : {"much", "1,2,3", "1,", ",1", "96001", "nan", "1 2"}) {
    EXPECT_FALSE(parse("--device-unreported", wrong)) << wrong;
    EXPECT_THAT(said_, HasSubstr("neither SAMPLES nor OUT,IN"));
  }
}

TEST_F(OptionsTest, RoundTripIsMeasuredThroughACableBetweenChannelsOfADevice) {
  ASSERT_TRUE(
      Parse({"--net", "red=127.0.1.1:5004", "--alsa", "hw:0", "--measure-round-trip", "3:12"}));
  EXPECT_EQ(options_.round_trip->out, 3);
  EXPECT_EQ(options_.round_trip->in, 12);
  for (const char* const wrong : {"1", "1:", ":1", "0:1", "1:129", "1:2:3", "a:b"}) {
    EXPECT_FALSE(
        Parse({"--net", "red=127.0.1.1:5004", "--jack", "default", "--measure-round-trip", wrong}));
    EXPECT_THAT(said_, HasSubstr("write OUT:IN")) << wrong;
  }
  EXPECT_FALSE(Parse({"--net", "red=127.0.1.1:5004", "--measure-round-trip", "1:1"}));
  EXPECT_THAT(said_, HasSubstr("without --alsa or --jack"));
}

TEST_F(OptionsTest, OutputsFollowTheDeviceWherePtpSaysWhatTimeItIs) {
  ASSERT_TRUE(Parse({"--net", "red=127.0.1.1:5004", "--jack", "default"}));
  EXPECT_FALSE(options_.jack->manner.follow);
  ASSERT_TRUE(
      Parse({"--net", "red=127.0.1.1:5004", "--jack", "default", "--jack-clock", "follow"}));
  EXPECT_TRUE(options_.jack->manner.follow);
  ASSERT_TRUE(Parse({"--net", "red=127.0.1.1:5004", "--ptp", "/run/ptp4l", "--jack", "default"}));
  EXPECT_TRUE(options_.jack->manner.follow);
  ASSERT_TRUE(Parse({"--net", "red=127.0.1.1:5004", "--ptp", "/run/ptp4l", "--jack", "default",
                     "--jack-clock", "slip"}));
  EXPECT_FALSE(options_.jack->manner.follow);
  EXPECT_FALSE(
      Parse({"--net", "red=127.0.1.1:5004", "--jack", "default", "--jack-clock", "drift"}));
  EXPECT_THAT(said_, HasSubstr("--device-clock"));
}

TEST_F(OptionsTest, MistakesSayWhatToWriteInsteadAndExitWithTwo) {
  for (const auto& [wrong, hint] :
       std::vector<std::pair<std::string, std::string>>{{"pink=127.0.0.1:5004", "red="},
                                                        {"127.0.0.1:5004", "red="},
                                                        {"red=localhost:5004", "IPv4"},
                                                        {"red=127.0.0.1:70000", "address:port"},
                                                        {"red=127.0.0.1", "address:port"}}) {
    EXPECT_FALSE(Parse({"--net", wrong}));
    EXPECT_EQ(exit_, 2) << wrong;
    EXPECT_THAT(said_, HasSubstr(hint)) << wrong;
  }
  EXPECT_FALSE(Parse({"--net", "red=127.0.0.1:1", "--net", "red=127.0.0.1:2"}));
  EXPECT_THAT(said_, HasSubstr("twice"));
}

TEST_F(OptionsTest, JackIsAskedForByTheNameOfItsServer) {
  ASSERT_TRUE(
      Parse({"--net", "red=127.0.1.1:5004", "--jack", "stage", "--jack-margin", "6",
             "--jack-connect", "foh-a=system:playback_", "--jack-connect", "foh-b=amp:in"}));
  ASSERT_TRUE(options_.jack.has_value());
  EXPECT_EQ(options_.jack->server, "stage");
  EXPECT_EQ(options_.jack->manner.margin, 288);
  EXPECT_EQ(options_.jack->connect.at("foh-a"), "system:playback_");
  EXPECT_EQ(options_.jack->connect.at("foh-b"), "amp:in");
}

TEST_F(OptionsTest, CardIsAskedForByItsNameOfAlsa) {
  ASSERT_TRUE(Parse({"--net", "red=127.0.1.1:5004", "--alsa", "hw:1", "--alsa-channel", "foh-a=3",
                     "--alsa-period", "64", "--device-margin", "6", "--device-clock", "follow"}));
  ASSERT_TRUE(options_.alsa.has_value());
  EXPECT_FALSE(options_.jack.has_value());
  EXPECT_EQ(options_.alsa->card, "hw:1");
  EXPECT_EQ(options_.alsa->channels.at("foh-a"), 3);
  EXPECT_EQ(options_.alsa->period, 64);
  EXPECT_EQ(options_.alsa->manner.margin, 288);
  EXPECT_TRUE(options_.alsa->manner.follow);
}

TEST_F(OptionsTest, MistakesAboutCardsSayWhatToWriteInstead) {
  const std::string net = "red=127.0.1.1:5004";
  EXPECT_FALSE(Parse({"--net", net, "--alsa", "hw:0", "--jack", "default"}));
  EXPECT_THAT(said_, HasSubstr("excludes"));
  EXPECT_FALSE(Parse({"--net", net, "--alsa", "hw:0", "--alsa-channel", "foh-a"}));
  EXPECT_THAT(said_, HasSubstr("OUTPUT=CHANNEL"));
  for (const std::string channel : {"0", "129", "two", "1x"}) {
    EXPECT_FALSE(Parse({"--net", net, "--alsa", "hw:0", "--alsa-channel", "foh-a=" + channel}));
    EXPECT_THAT(said_, HasSubstr("is none of 1 to 128"));
  }
  EXPECT_FALSE(Parse({"--net", net, "--alsa", "hw:0", "--alsa-periods", "1"}));
  EXPECT_THAT(said_, HasSubstr("--alsa-periods"));
  EXPECT_FALSE(Parse({"--net", net, "--alsa-period", "64"}));
  EXPECT_THAT(said_, HasSubstr("--alsa"));
}

TEST_F(OptionsTest, WithoutJackNothingIsPlayedOnIt) {
  ASSERT_TRUE(Parse({"--net", "red=127.0.1.1:5004"}));
  EXPECT_FALSE(options_.jack.has_value());
}

TEST_F(OptionsTest, MistakesAboutJackSayWhatToWriteInstead) {
  const std::string net = "red=127.0.1.1:5004";
  EXPECT_FALSE(Parse({"--net", net, "--jack", "default", "--jack-connect", "system:playback_"}));
  EXPECT_EQ(exit_, 2);
  EXPECT_THAT(said_, HasSubstr("OUTPUT=PORTS"));
  EXPECT_FALSE(Parse({"--net", net, "--jack", "default", "--jack-connect", "foh-a=x",
                      "--jack-connect", "foh-a=y"}));
  EXPECT_THAT(said_, HasSubstr("twice"));
  EXPECT_FALSE(Parse({"--net", net, "--jack-connect", "foh-a=x"}));
  EXPECT_THAT(said_, HasSubstr("--jack"));
  EXPECT_FALSE(Parse({"--net", net, "--jack", "default", "--jack-margin", "-1"}));
  EXPECT_THAT(said_, HasSubstr("200"));
}

TEST_F(OptionsTest, HelpTeachesWithAnExampleAndIsNoMistake) {
  EXPECT_FALSE(Parse({"--help"}));
  EXPECT_EQ(exit_, 0);
  EXPECT_THAT(said_, HasSubstr("--net red=127.0.1.1:5004"));
}

}  // namespace
}  // namespace continuo::agent
