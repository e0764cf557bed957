// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

// Four numbers side by side on a machine without vector registers. gcc computes its own vectors there as well, but
// keeps them in memory between one operation and the next; these it keeps in registers.

namespace continuo::dsp {

/// As much of a vector of four as lanes.h is asked for. Comparisons give -1 and 0.
template <typename T>
struct ScalarLanes {
  using Number = T;
  T lanes[4];

  constexpr T& operator[](int lane) { return lanes[lane]; }
  constexpr const T& operator[](int lane) const { return lanes[lane]; }

  /// Each lane converted as the language does it.
  template <typename U>
  constexpr ScalarLanes<U> As() const {
    return {static_cast<U>(lanes[0]), static_cast<U>(lanes[1]), static_cast<U>(lanes[2]),
            static_cast<U>(lanes[3])};
  }
  /// Lanes of another type made of the same bits.
  template <typename To>
  constexpr To Cast() const {
    using U = typename To::Number;
    return {std::bit_cast<U>(lanes[0]), std::bit_cast<U>(lanes[1]), std::bit_cast<U>(lanes[2]),
            std::bit_cast<U>(lanes[3])};
  }
  static constexpr ScalarLanes All(T x) { return {x, x, x, x}; }

#define CONTINUO_EACH_LANE(RESULT, OPERATOR)                                                     \
  friend constexpr ScalarLanes<RESULT> operator OPERATOR(const ScalarLanes& a,                   \
                                                         const ScalarLanes& b) {                 \
    return {ResultOf(a.lanes[0] OPERATOR b.lanes[0]), ResultOf(a.lanes[1] OPERATOR b.lanes[1]),  \
            ResultOf(a.lanes[2] OPERATOR b.lanes[2]), ResultOf(a.lanes[3] OPERATOR b.lanes[3])}; \
  }                                                                                              \
  friend constexpr ScalarLanes<RESULT> operator OPERATOR(const ScalarLanes& a, T b) {            \
    return a OPERATOR All(b);                                                                    \
  }                                                                                              \
  friend constexpr ScalarLanes<RESULT> operator OPERATOR(T a, const ScalarLanes& b) {            \
    return All(a) OPERATOR b;                                                                    \
  }
  CONTINUO_EACH_LANE(T, +)
  CONTINUO_EACH_LANE(T, -)
  CONTINUO_EACH_LANE(T, *)
  CONTINUO_EACH_LANE(T, /)
  CONTINUO_EACH_LANE(T, &)
  CONTINUO_EACH_LANE(T, |)
  CONTINUO_EACH_LANE(std::int32_t, ==)
  CONTINUO_EACH_LANE(std::int32_t, <)
  CONTINUO_EACH_LANE(std::int32_t, <=)
  CONTINUO_EACH_LANE(std::int32_t, >)
  CONTINUO_EACH_LANE(std::int32_t, >=)
#undef CONTINUO_EACH_LANE

  friend constexpr ScalarLanes operator<<(const ScalarLanes& a, int by) {
    return {a.lanes[0] << by, a.lanes[1] << by, a.lanes[2] << by, a.lanes[3] << by};
  }
  friend constexpr ScalarLanes operator>>(const ScalarLanes& a, int by) {
    return {a.lanes[0] >> by, a.lanes[1] >> by, a.lanes[2] >> by, a.lanes[3] >> by};
  }
  constexpr ScalarLanes operator-() const {
    return {-lanes[0], -lanes[1], -lanes[2], -lanes[3]};
  }
  constexpr ScalarLanes operator~() const {
    return {~lanes[0], ~lanes[1], ~lanes[2], ~lanes[3]};
  }
  constexpr ScalarLanes& operator+=(const ScalarLanes& b) {
    return *this = *this + b;
  }
  constexpr ScalarLanes& operator-=(const ScalarLanes& b) {
    return *this = *this - b;
  }
  constexpr ScalarLanes& operator*=(T by) {
    return *this = *this * by;
  }

 private:
  static constexpr T ResultOf(T x) {
    return x;
  }
  static constexpr std::int32_t ResultOf(bool holds) {
    return holds ? -1 : 0;
  }
};

template <int kLane>
constexpr float PickLane(const ScalarLanes<float>& a, const ScalarLanes<float>& b) {
  return kLane < 4 ? a[kLane & 3] : b[kLane & 3];
}

/// Asks of many numbers at once whether all of them have magnitudes of 2^-49 up to 2^79, as nearly all samples have:
/// those are what Clean() leaves as they are. A count that begins at the least of them has its second bit set by
/// others.
class CleanCheck {
 public:
  void Add(float x) { outside_ |= std::bit_cast<std::uint32_t>(x) - ((127u - 49u) << 23); }
  void Add(const ScalarLanes<float>& x) {
    for (const float lane : x.lanes) Add(lane);
  }
  /// False: some may be clean nevertheless.
  bool Holds() const { return (outside_ & 0x40000000u) == 0; }

 private:
  std::uint32_t outside_ = 0;
};

/// Silence is clean as well.
template <typename... Floats>
bool AreZeros(const Floats&... x) {
  return (std::bit_cast<std::uint32_t>(x) | ...) == 0;
}

}  // namespace continuo::dsp
