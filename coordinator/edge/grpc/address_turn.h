// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace continuo::coordinator {

/// Whom of several coordinators an operator asks next, when one did not answer as who leads would. Used under a lock.
class AddressTurn {
 public:
  /// host:port, at least one.
  explicit AddressTurn(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {}

  const std::string& now() const { return addresses_[turn_]; }
  bool several() const { return addresses_.size() > 1; }

  /// `asked` did not do it. `named`: none, it said nothing of who leads; empty: it knows nobody who does. `silent`: it
  /// did not answer in time, so who still names it is not believed until another one was silent. False: there is nobody
  /// else to be asked.
  bool Next(const std::string& asked, const std::optional<std::string>& named, bool silent) {
    if (!several() && !named) return false;
    if (silent) silent_ = asked;
    if (now() != asked) return true;  // another call has gone on already
    if (named && !named->empty() && *named != asked && *named != silent_) {
      const auto known = std::find(addresses_.begin(), addresses_.end(), *named);
      turn_ = static_cast<std::size_t>(known - addresses_.begin());
      if (known == addresses_.end()) addresses_.push_back(*named);
    } else {
      turn_ = (turn_ + 1) % addresses_.size();
    }
    return true;
  }

 private:
  std::vector<std::string> addresses_;
  std::size_t turn_ = 0;
  std::string silent_;
};

}  // namespace continuo::coordinator
