// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sim/coordinator_process.h"
#include "sim/dice.h"
#include "sim/etcd.h"

namespace continuo::sim {

/// The way from one coordinator to the store and back. A request may come late, or not at all; it may be carried out
/// and its answer lost; one that comes while the store elects waits there, and may be carried out long after whoever
/// sent it has given up.
class EtcdLine {
 public:
  EtcdLine(Calendar& calendar, Etcd& etcd, Dice dice)
      : calendar_(calendar), etcd_(etcd), dice_(dice) {}

  /// `carry_out` is called there, if ever; `answered` here, later, if ever.
  void Send(std::function<void()> carry_out, std::function<void()> answered);
  void CutUntil(Nanoseconds until) { cut_until_ = until; }
  bool whole() const { return calendar_.now() >= cut_until_; }
  Etcd& etcd() { return etcd_; }

 private:
  Nanoseconds Delay();
  void Arrive(const std::function<void()>& carry_out, std::function<void()> answered);

  Calendar& calendar_;
  Etcd& etcd_;
  Dice dice_;
  Nanoseconds cut_until_ = 0;
};

/// The store as the journal of one reign sees it: its process blocks until there is an answer, or none for too long.
class LineStore final : public coordinator::SharedStore {
 public:
  LineStore(EtcdLine& line, Blocking& process) : line_(line), process_(process) {}
  Written Write(coordinator::Revision guard, std::span<const Entry> entries) override;
  Confirmed Confirm(coordinator::Revision guard) override;
  Page Read(const std::string& from, const std::string& to) override;

 private:
  template <typename Result>
  Result Ask(Result none, std::function<Result(Etcd&)> question);

  EtcdLine& line_;
  Blocking& process_;
};

}  // namespace continuo::sim
