// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "proto/plan/clock_status.h"
#include "proto/transport/build_id.h"
#include "proto/transport/udp_port.h"

namespace continuo::agent {
namespace {

constexpr const char* kExample =
    R"(Example: a computing node on two networks, and a node that records a front-of-house feed

  continuo-agent --name pi-1 --coordinator 127.0.0.1:7400 --beats 127.0.0.1:7401 \
      --net red=127.0.1.1:5004 --net blue=127.0.2.1:5004 --state /var/lib/continuo/pi-1
  continuo-agent --name foh-a --coordinator 127.0.0.1:7400 --beats 127.0.0.1:7401 \
      --net red=127.0.1.2:5004 --net blue=127.0.2.2:5004 --state /var/lib/continuo/foh-a \
      --record takes/tonight --no-compute --jack default --jack-connect foh-a=system:playback_

The agent plays on if the coordinator goes away, and attaches again by itself. SIGTERM ends it.
Real-time priority needs CAP_SYS_NICE (or root). Without it the agent says so and runs all the
same.)";

using Addresses = FixedVector<transport::Address, plan::kMaxNetworks>;

/// "red=127.0.1.1:5004" into its place; an error text, or nothing.
std::string PlaceAddress(const std::string& text, bool port_needed, Addresses& addresses) {
  const std::size_t equals = text.find('=');
  const std::string network = text.substr(0, equals);
  if (equals == std::string::npos || (network != "red" && network != "blue")) {
    return "write red=ADDRESS:PORT or blue=ADDRESS:PORT, not '" + text + "'";
  }
  transport::Address address;
  if (!transport::ParseAddress(text.substr(equals + 1), address) || address.ip == 0 ||
      (port_needed && address.port == 0)) {
    return "'" + text.substr(equals + 1) +
           "' is no address:port (an IPv4 address of this machine, such as 127.0.1.1:5004)";
  }
  transport::Address& place = addresses[network == "blue" ? 1 : 0];
  if (place.ip != 0) return "network " + network + " is given twice";
  place = address;
  return {};
}

void PlaceAll(const std::vector<std::string>& texts, const char* flag, bool port_needed,
              Addresses& addresses) {
  for (const std::string& text : texts) {
    const std::string wrong = PlaceAddress(text, port_needed, addresses);
    if (!wrong.empty()) throw CLI::ValidationError(flag, wrong);
  }
}

/// Of an option that is written OUTPUT=VALUE, each output once.
std::map<std::string, std::string> ByOutput(const std::vector<std::string>& texts,
                                            const std::string& option, const std::string& hint) {
  std::map<std::string, std::string> values;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      throw CLI::ValidationError(option, "write " + hint + ", not '" + text + "'");
    }
    const std::string output = text.substr(0, equals);
    if (!values.emplace(output, text.substr(equals + 1)).second) {
      throw CLI::ValidationError(option, "output " + output + " is given twice");
    }
  }
  return values;
}

constexpr int kMostChannel = 128;

/// "foh-a=3" into the map.
void PlaceChannels(const std::vector<std::string>& texts, AlsaWish& alsa) {
  const std::string hint = "OUTPUT=CHANNEL, such as foh-a=3";
  for (const auto& [output, text] : ByOutput(texts, "--alsa-channel", hint)) {
    int channel = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), channel);
    if (wrong != std::errc() || end != text.data() + text.size() || channel < 1 ||
        channel > kMostChannel) {
      throw CLI::ValidationError("--alsa-channel", "channel '" + text + "' of " + output +
                                                       " is none of 1 to " +
                                                       std::to_string(kMostChannel));
    }
    alsa.channels[output] = channel;
  }
}

struct DeviceTexts {
  std::vector<std::string> connections, channels;
  std::string loop, unreported;
  std::string clock = "auto";
  double margin_ms = 4;
  bool prompt = false;
};

/// The options that ask for a device at all.
struct DeviceOptions {
  CLI::Option* jack = nullptr;
  CLI::Option* alsa = nullptr;
};

/// "34.5" or "20,14.5": samples of outputs and of inputs, or of both together.
void TakeUnreported(const std::string& text, DeviceManner& manner) {
  constexpr double kMost = 2 * kSampleRate;
  double samples[2] = {0, 0};
  int given = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (given < 2) {
    const auto [stop, wrong] = std::from_chars(at, end, samples[given]);
    if (wrong != std::errc() || !(std::fabs(samples[given]) <= kMost)) {
      given = 0;
      break;
    }
    ++given;
    at = stop;
    if (at == end || *at != ',') break;
    ++at;
  }
  if (given == 0 || at != end) {
    throw CLI::ValidationError(
        "--device-unreported",
        "'" + text + "' is neither SAMPLES nor OUT,IN, each of -96000 to 96000");
  }
  manner.unreported_out = given == 1 ? samples[0] / 2 : samples[0];
  manner.unreported_in = given == 1 ? samples[0] / 2 : samples[1];
}

/// "1:2" is a cable from channel 1 of the outputs to channel 2 of the inputs.
RoundTripLoop LoopOf(const std::string& text) {
  RoundTripLoop loop;
  const char* const end = text.data() + text.size();
  const auto out = std::from_chars(text.data(), end, loop.out);
  const bool parted = out.ec == std::errc() && out.ptr != end && *out.ptr == ':';
  const auto in = std::from_chars(parted ? out.ptr + 1 : end, end, loop.in);
  if (in.ec != std::errc() || in.ptr != end || std::min(loop.out, loop.in) < 1 ||
      std::max(loop.out, loop.in) > kMostChannel) {
    throw CLI::ValidationError("--measure-round-trip", "write OUT:IN, channels of 1 to " +
                                                           std::to_string(kMostChannel) +
                                                           " such as 1:1, not '" + text + "'");
  }
  return loop;
}

void AddRoundTrip(CLI::App& app, DeviceTexts& texts) {
  app.add_option("--measure-round-trip", texts.loop,
                 "OUT:IN: plays noise of -20 dBFS on channel OUT of the device, which a cable "
                 "leads to its input IN, says how long the way is and what of it the device does "
                 "not tell, and ends. Of JACK system:playback_OUT and system:capture_IN, or what "
                 "--jack-connect says of round-trip-out and round-trip-in");
  app.add_option("--device-unreported", texts.unreported,
                 "what --measure-round-trip has said: SAMPLES, half of them of outputs and half "
                 "of inputs, or OUT,IN. Outputs tell that they are so much later, inputs are "
                 "dated so much earlier");
}

DeviceOptions AddDevices(CLI::App& app, JackWish& jack, AlsaWish& alsa, DeviceTexts& texts) {
  DeviceOptions asked;
  asked.jack = app.add_option(
      "--jack", jack.server,
      "JACK server on whose ports outputs are played and inputs heard (\"default\" is that of a "
      "jackd without -n); the node can host outputs, and tasks of the kind input");
  app.add_option(
         "--jack-connect", texts.connections,
         "OUTPUT=PORTS or TASK=PORTS: channel 1 of that output or input is connected to the "
         "port PORTS1, 2 to PORTS2, whenever the server comes; repeatable")
      ->needs(asked.jack);
  asked.alsa = app.add_option("--alsa", alsa.card,
                              "sound card on which outputs are played and inputs heard, by its "
                              "name of ALSA's, such as hw:0 (aplay -L); in the place of --jack");
  asked.alsa->excludes(asked.jack);
  app.add_option("--alsa-channel", texts.channels,
                 "OUTPUT=CHANNEL or TASK=CHANNEL: its first channel of the card, from 1; not "
                 "given: 1; repeatable")
      ->needs(asked.alsa);
  app.add_option("--alsa-period", alsa.period, "samples after which the card wakes the agent")
      ->needs(asked.alsa)
      ->check(CLI::Range(16, 4096))
      ->capture_default_str();
  app.add_option("--alsa-periods", alsa.periods, "periods of the card's buffer")
      ->needs(asked.alsa)
      ->check(CLI::Range(2, 16))
      ->capture_default_str();
  app.add_option(
         "--device-margin,--jack-margin", texts.margin_ms,
         "ms that are kept in hand for the device: more of it bears more jitter, and is latency. "
         "Of inputs that are not resampled: how far its clock may drift before samples are left "
         "out or silence put in")
      ->check(CLI::Range(0.0, 200.0))
      ->capture_default_str();
  app.add_flag(
      "--device-prompt,--jack-prompt", texts.prompt,
      "every millisecond counts: of a show with a playout below 20 ms, what is there is played "
      "at once and the margin alone is latency; a margin below two quanta is taken as it is, what "
      "comes too late for its period is left out, and the guard does not look ahead (1.3 ms), so "
      "what comes first of a peak is clipped");
  app.add_option("--device-clock,--jack-clock", texts.clock,
                 "slip: what is heard is the take bit for bit, and a few ms are left out or "
                 "repeated when the card's clock has drifted; follow: outputs and inputs are "
                 "resampled, and each sample is heard, or dated, at its time, on all nodes; auto: "
                 "follow with PTP, else slip")
      ->check(CLI::IsMember({"auto", "slip", "follow"}))
      ->capture_default_str();
  return asked;
}

void TakeDevices(const DeviceOptions& asked, const DeviceTexts& texts, JackWish jack, AlsaWish alsa,
                 Options& options) {
  const bool has_ptp = !options.ptp.socket.empty() || options.ptp_daemon;
  alsa.manner = {.margin = std::lround(texts.margin_ms * kSampleRate / 1000),
                 .prompt = texts.prompt,
                 .follow = texts.clock == "follow" || (texts.clock == "auto" && has_ptp)};
  if (!texts.unreported.empty()) TakeUnreported(texts.unreported, alsa.manner);
  jack.manner = alsa.manner;
  const bool has_device = asked.jack->count() + asked.alsa->count() > 0;
  if (!texts.loop.empty() && !has_device) {
    throw CLI::ValidationError("--measure-round-trip", "says nothing without --alsa or --jack");
  }
  if (!texts.loop.empty()) options.round_trip = LoopOf(texts.loop);
  jack.client = "continuo-" + options.name;
  jack.connect =
      ByOutput(texts.connections, "--jack-connect", "OUTPUT=PORTS, such as foh-a=system:playback_");
  PlaceChannels(texts.channels, alsa);
  if (asked.jack->count() > 0) options.jack = std::move(jack);
  if (asked.alsa->count() > 0) options.alsa = std::move(alsa);
}

/// What has to do with PTP.
struct PtpTexts {
  std::string profile = "default";
  std::vector<std::string> allowed;
};

void AddPtp(CLI::App& app, Options& options, PtpDaemonWish& daemon, PtpTexts& texts) {
  transport::PtpWish& ptp = options.ptp;
  CLI::Option* const attaches = app.add_option(
      "--ptp", ptp.socket,
      "Unix socket of the ptp4l that disciplines this machine's clock (usually /var/run/ptp4l): "
      "media time is PTP time. Not given: this machine's own clock, which all nodes must share");
  app.add_option(
         "--ptp-run", daemon.interface,
         "network interface, such as eth0: runs a ptp4l of its own on it, whose socket is ptp4l in "
         "--state (for a coordinator on this machine: --ptp)")
      ->excludes(attaches);
  app.add_option("--ptp-profile", texts.profile, "default, aes67 or gptp")
      ->check(CLI::IsMember({"default", "aes67", "gptp"}))
      ->capture_default_str();
  app.add_option("--ptp-priority", daemon.priority,
                 "with --ptp-run: 0 to 254, lower is better, to be the grandmaster if there is no "
                 "better clock; 255: never")
      ->check(CLI::Range(0, 255))
      ->capture_default_str();
  app.add_flag("--ptp-hardware", daemon.hardware, "with --ptp-run: the card stamps packets");
  app.add_option("--ptp-clock", ptp.device,
                 "the clock that ptp4l disciplines: realtime, tai, or a file such as /dev/ptp0")
      ->default_val("realtime");
  app.add_option("--ptp-domain", ptp.domain.number, "0 to 127")
      ->check(CLI::Range(0, 127))
      ->capture_default_str();
  app.add_option("--ptp-allow", texts.allowed,
                 "identity of a grandmaster, such as 001122.fffe.334455; repeatable. Any other one "
                 "means holdover and an alarm. Not given: any");
  app.add_option("--clock-map", ptp.map,
                 "ADDRESS:PORT of the coordinator's --clock-map, which says what another "
                 "grandmaster's time means; of several ADDRESS:PORT,ADDRESS:PORT. Not given: each "
                 "node finds that out by itself");
  app.add_option("--clock-log", ptp.log,
                 "file for what the clock does, a line of JSON ten times a second");
}

void TakePtp(const PtpTexts& texts, PtpDaemonWish& daemon, Options& options) {
  for (const std::string& text : texts.allowed) {
    if (!plan::ParseClockIdentity(text, options.ptp.allowed.emplace_back())) {
      throw CLI::ValidationError("--ptp-allow",
                                 "'" + text + "' is no clock identity (16 hexadecimal digits)");
    }
  }
  daemon.profile = texts.profile == "gptp"    ? PtpProfile::kGptp
                   : texts.profile == "aes67" ? PtpProfile::kAes67
                                              : PtpProfile::kDefault;
  daemon.domain = options.ptp.domain.number;
  options.ptp.domain = DomainOf(daemon);
  if (!daemon.interface.empty()) options.ptp_daemon = daemon;
}

}  // namespace

bool ParseOptions(int argc, char** argv, Options& options, int& exit_code) {
  CLI::App app("continuo-agent: runs on every node of a cluster; computes tasks, plays outputs.");
  std::vector<std::string> networks, advertised;
  std::string record;
  JackWish jack;
  AlsaWish alsa;
  DeviceTexts device_texts;
  PtpDaemonWish daemon;
  PtpTexts ptp;
  app.add_option("--name", options.name, "of this node; the same after a restart")->required();
  app.add_option(
      "--coordinator", options.coordinator,
      "HOST:PORT of the coordinator, of several HOST:PORT,HOST:PORT; not given: the one that "
      "announces itself on the "
      "network");
  app.add_option(
      "--beats", options.beats,
      "HOST:PORT where the coordinator takes heartbeats, of several HOST:PORT,HOST:PORT; once "
      "for each network");
  app.add_option("--net", networks, "red=ADDRESS:PORT and blue=ADDRESS:PORT: where audio comes in")
      ->required();
  app.add_option("--advertise", advertised,
                 "red=ADDRESS:PORT: what others send to, if it is not what --net binds");
  app.add_option("--state", options.state, "folder for assets and notes")->required();
  app.add_option("--record", record, "folder for what outputs play; the node can host outputs");
  const DeviceOptions devices = AddDevices(app, jack, alsa, device_texts);
  AddRoundTrip(app, device_texts);
  AddPtp(app, options, daemon, ptp);
  app.add_option("--assets", options.serve_assets, "HOST:PORT where it serves its assets")
      ->default_val("127.0.0.1:0");
  app.add_option("--domain", options.domain,
                 "what fails together with this node: a switch, a rack");
  options.cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
  app.add_option("--cores", options.cores,
                 "that compute; one is better left to the network and everything else")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  bool no_compute = false;
  app.add_flag("--no-compute", no_compute, "hosts outputs only, no tasks");
  app.add_flag(
      "--chaos", options.chaos,
      "SIGUSR1 flips one bit of one packet on the wire, SIGUSR2 makes this machine a slow one");
  app.add_flag("--calibrate", options.calibrate,
               "measures anew what each kernel costs here (else once for every build)");
  app.set_version_flag("--version", std::string(transport::BuildId()));
  app.footer(kExample);
  try {
    app.parse(argc, argv);
    options.networks.resize(plan::kMaxNetworks);
    options.advertised.resize(plan::kMaxNetworks);
    PlaceAll(networks, "--net", false, options.networks);
    PlaceAll(advertised, "--advertise", true, options.advertised);
    TakePtp(ptp, daemon, options);
    TakeDevices(devices, device_texts, std::move(jack), std::move(alsa), options);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return false;
  }
  if (!record.empty()) options.record = record;
  options.compute = !no_compute;
  return true;
}

}  // namespace continuo::agent
