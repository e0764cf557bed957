// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo {

/// For std::visit: one function for each kind of value.
template <typename... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overload(Cases...) -> Overload<Cases...>;

}  // namespace continuo
