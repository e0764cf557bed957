// SPDX-License-Identifier: Apache-2.0
// A storm of parameters: asks the coordinator for so many changes a second, without waiting for one before the next,
// and writes down what it was told about each. What was acknowledged must be in the take. A coordinator that goes and
// comes back is waited for; what was under way then is unknown, and said so.
//
//   storm --coordinator 127.0.0.1:7400 --rate 1000 --seconds 10 --seed 1 --out acks.jsonl lead.gain:-12:0 ...
//
// Each line of `out`: {"event": number, "at": n, "verdict": "committed" or "expired"}. The last word on stdout is a
// line of JSON with counts and the time that verdicts took.
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dsp/base/hash.h"
#include "proto/continuo/v1/control.grpc.pb.h"
#include "proto/transport/channel.h"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace v1 = continuo::v1;

constexpr auto kPatience = 15s;          // for one verdict
constexpr std::size_t kUnderWay = 8000;  // calls at once; more are not made, and counted

struct Knob {
  std::string task, param;
  float low = 0, high = 1;
};

struct Options {
  std::string coordinator = "127.0.0.1:7400";
  double rate = 1000, seconds = 10;
  std::uint64_t seed = 1;
  std::string out;
  std::vector<Knob> knobs;
};

volatile std::sig_atomic_t g_stop = 0;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "storm: %s\n", what.c_str());
  std::exit(2);
}

/// TASK.PARAM:LOW:HIGH; the parameter itself may contain dots.
Knob ParseKnob(const std::string& text) {
  const auto dot = text.find('.'), colon = text.find(':', dot), second = text.find(':', colon + 1);
  if (second == std::string::npos) Fail("expected TASK.PARAM:LOW:HIGH, got " + text);
  return {text.substr(0, dot), text.substr(dot + 1, colon - dot - 1),
          std::strtof(text.c_str() + colon + 1, nullptr),
          std::strtof(text.c_str() + second + 1, nullptr)};
}

struct Call {
  grpc::ClientContext context;
  v1::SetParameterRequest request;
  v1::EventReply reply;
  Clock::time_point asked;
};

class Storm {
 public:
  Storm(const Options& options, std::FILE* out)
      : options_(options),
        out_(out),
        channel_(continuo::transport::MakeChannel(options.coordinator)),
        stub_(v1::OperatorControl::NewStub(channel_)) {}

  void Run() {
    const auto began = Clock::now();
    const auto total = static_cast<std::uint64_t>(options_.rate * options_.seconds);
    for (std::uint64_t i = 0; i < total && g_stop == 0; ++i) {
      std::this_thread::sleep_until(
          began + std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double>(static_cast<double>(i) / options_.rate)));
      if (under_way_ < kUnderWay) {
        Ask(i);
      } else {
        ++skipped_;
      }
    }
    while (under_way_ > 0) std::this_thread::sleep_for(10ms);
    ran_ = std::chrono::duration<double>(Clock::now() - began).count();
  }

  void Report() {
    std::sort(took_ms_.begin(), took_ms_.end());
    const auto at = [this](double share) {
      if (took_ms_.empty()) return 0.0;
      return took_ms_[static_cast<std::size_t>(share * static_cast<double>(took_ms_.size() - 1))];
    };
    std::printf(
        "{\"asked\": %llu, \"committed\": %llu, \"expired\": %llu, \"refused\": %llu, "
        "\"unknown\": %llu, \"skipped\": %llu, \"seconds\": %.2f, \"verdict_ms\": "
        "{\"p50\": %.0f, \"p99\": %.0f, \"max\": %.0f}, \"why\": {",
        asked_, committed_, expired_, refused_, unknown_, skipped_, ran_, at(0.5), at(0.99), at(1));
    const char* between = "";
    for (const auto& [why, count] : why_) {
      std::printf("%s\"%s\": %llu", between, why.c_str(), count);
      between = ", ";
    }
    std::printf("}}\n");
  }

 private:
  void Ask(std::uint64_t number) {
    const std::uint64_t random = continuo::Mix64(options_.seed ^ continuo::Mix64(number));
    const Knob& knob = options_.knobs[number % options_.knobs.size()];
    const float share = static_cast<float>(random >> 40) / static_cast<float>(1 << 24);
    auto* const call = new Call;  // freed by its own end
    call->request.set_task(knob.task);
    call->request.set_param(knob.param);
    call->request.set_value(knob.low + share * (knob.high - knob.low));
    call->asked = Clock::now();
    call->context.set_deadline(std::chrono::system_clock::now() + kPatience);
    ++asked_;
    ++under_way_;
    stub_->async()->SetParameter(&call->context, &call->request, &call->reply,
                                 [this, call](grpc::Status status) {
                                   Take(*call, status);
                                   delete call;
                                   --under_way_;
                                 });
  }

  void Take(const Call& call, const grpc::Status& status) {
    const std::lock_guard lock(mutex_);
    const v1::Verdict verdict = status.ok() ? call.reply.verdict() : v1::VERDICT_UNSPECIFIED;
    if (verdict == v1::VERDICT_COMMITTED || verdict == v1::VERDICT_EXPIRED) {
      const bool committed = verdict == v1::VERDICT_COMMITTED;
      ++(committed ? committed_ : expired_);
      const std::chrono::duration<double, std::milli> took = Clock::now() - call.asked;
      took_ms_.push_back(took.count());
      std::fprintf(out_, "{\"event\": %llu, \"at\": %lld, \"verdict\": \"%s\"}\n",
                   static_cast<unsigned long long>(call.reply.event()),
                   static_cast<long long>(call.reply.at()), committed ? "committed" : "expired");
      return;
    }
    const auto code = status.error_code();
    const bool undone = code == grpc::StatusCode::INVALID_ARGUMENT ||
                        code == grpc::StatusCode::NOT_FOUND ||
                        code == grpc::StatusCode::FAILED_PRECONDITION ||
                        code == grpc::StatusCode::RESOURCE_EXHAUSTED;
    ++(undone ? refused_ : unknown_);
    // The words of one kind of failure differ in numbers; a few are enough to understand it.
    if (why_.size() < 8 || why_.contains(Words(status))) ++why_[Words(status)];
  }

  static std::string Words(const grpc::Status& status) {
    std::string words = std::to_string(status.error_code()) + " " + status.error_message();
    std::erase_if(words, [](char c) { return c == '"' || c == '\\' || c < ' '; });
    return words.substr(0, 80);
  }

  const Options& options_;
  std::FILE* const out_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::OperatorControl::Stub> stub_;
  std::atomic<std::size_t> under_way_{0};
  unsigned long long asked_ = 0, skipped_ = 0;
  double ran_ = 0;

  std::mutex mutex_;
  unsigned long long committed_ = 0, expired_ = 0, refused_ = 0, unknown_ = 0;
  std::vector<double> took_ms_;
  std::map<std::string, unsigned long long> why_;
};

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 == argc) Fail(word + " needs a value");
      return argv[++i];
    };
    if (word == "--coordinator")
      options.coordinator = value();
    else if (word == "--rate")
      options.rate = std::stod(value());
    else if (word == "--seconds")
      options.seconds = std::stod(value());
    else if (word == "--seed")
      options.seed = std::stoull(value());
    else if (word == "--out")
      options.out = value();
    else
      options.knobs.push_back(ParseKnob(word));
  }
  if (options.knobs.empty() || options.out.empty() || options.rate <= 0) {
    Fail("needs --out FILE, a positive --rate and at least one TASK.PARAM:LOW:HIGH");
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse(argc, argv);
  std::FILE* const out = std::fopen(options.out.c_str(), "w");
  if (out == nullptr) Fail("cannot write " + options.out);
  std::signal(SIGTERM, [](int) { g_stop = 1; });
  std::signal(SIGINT, [](int) { g_stop = 1; });
  Storm storm(options, out);
  storm.Run();
  std::fclose(out);
  storm.Report();
}
