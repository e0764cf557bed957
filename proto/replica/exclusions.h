// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "dsp/base/fixed.h"
#include "proto/wire/control_frames.h"

namespace continuo::replica {

/// The incarnations that a replica regards as gone for ever. It only grows. Two replicas are in the same *view* when
/// their exclusions are equal; kept sorted, so that equality is equality of the lists.
class Exclusions {
 public:
  using List = FixedVector<Incarnation, wire::kMaxExcluded>;

  Exclusions() = default;
  explicit Exclusions(const List& list) {
    for (Incarnation x : list) Add(x);
  }
  /// False if it was there already, or if there is no room (then the view differs from its fellows' and proves
  /// nothing, which is safe).
  bool Add(Incarnation x) {
    const Incarnation* at = std::lower_bound(list_.begin(), list_.end(), x);
    if (at != list_.end() && *at == x) return false;
    return list_.insert(static_cast<std::size_t>(at - list_.begin()), x);
  }
  bool Contains(Incarnation x) const { return std::binary_search(list_.begin(), list_.end(), x); }
  const List& list() const { return list_; }
  bool operator==(const Exclusions&) const = default;

 private:
  List list_;
};

}  // namespace continuo::replica
