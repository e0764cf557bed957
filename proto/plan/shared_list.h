// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

// Lists of large things of which there are many copies that hardly differ: the plans of one performance, and what is
// sent of them. A copy costs a counter; an item is copied when it is written to and somebody else has it, too.

namespace continuo::plan {

/// A value that its copies share until one of them writes. One copy is used by one thread; copies may be anywhere.
template <typename T>
class Shared {
 public:
  Shared() = default;
  explicit Shared(T value) : cell_(new Cell{std::move(value)}) {}
  Shared(const Shared& other) : cell_(other.cell_) {
    if (cell_ != nullptr) cell_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  Shared(Shared&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  Shared& operator=(Shared other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~Shared() {
    if (cell_ != nullptr && cell_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete cell_;
    }
  }

  /// False: made without a value, or moved from.
  bool has_value() const { return cell_ != nullptr; }
  const T& operator*() const { return cell_->value; }
  /// The value of this copy alone: references that were taken of it before are no longer of it.
  T& Edit() {
    if (cell_->owners.load(std::memory_order_acquire) != 1) *this = Shared(cell_->value);
    return cell_->value;
  }
  bool IsSame(const Shared& other) const { return cell_ == other.cell_; }
  bool operator==(const Shared& other) const {
    if (cell_ == other.cell_) return true;
    return cell_ != nullptr && other.cell_ != nullptr && cell_->value == other.cell_->value;
  }

 private:
  struct Cell {
    T value;
    std::atomic<std::uint32_t> owners{1};
  };
  Cell* cell_ = nullptr;
};

/// As std::vector, but for two things. Items do not lie side by side. And whoever asks a list that may be written to
/// for an item is given one that nobody shares, at the price of a copy: to read, use a const one (std::as_const).
template <typename T>
class SharedList {
  using Item = Shared<T>;
  using Items = std::vector<Item>;

  template <bool kConst>
  class Iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = std::conditional_t<kConst, const T&, T&>;
    using pointer = std::conditional_t<kConst, const T*, T*>;
    using Place = std::conditional_t<kConst, const Item*, Item*>;

    Iterator() = default;
    explicit Iterator(Place at) : at_(at) {}
    operator Iterator<true>() const { return Iterator<true>(at_); }  // NOLINT: as of any container
    reference operator*() const {
      if constexpr (kConst) {
        return **at_;
      } else {
        return at_->Edit();
      }
    }
    pointer operator->() const { return &**this; }
    reference operator[](difference_type i) const { return *(*this + i); }
    Iterator& operator+=(difference_type i) {
      at_ += i;
      return *this;
    }
    Iterator& operator-=(difference_type i) { return *this += -i; }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this -= 1; }
    Iterator operator++(int) { return Iterator(at_++); }
    Iterator operator--(int) { return Iterator(at_--); }
    friend Iterator operator+(Iterator at, difference_type i) { return at += i; }
    friend Iterator operator+(difference_type i, Iterator at) { return at += i; }
    friend Iterator operator-(Iterator at, difference_type i) { return at -= i; }
    friend difference_type operator-(Iterator a, Iterator b) { return a.at_ - b.at_; }
    auto operator<=>(const Iterator&) const = default;

   private:
    Place at_ = nullptr;
  };

 public:
  using value_type = T;
  using reference = T&;
  using const_reference = const T&;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using iterator = Iterator<false>;
  using const_iterator = Iterator<true>;

  SharedList() = default;
  SharedList(std::initializer_list<T> items) : SharedList(std::vector<T>(items)) {}
  SharedList(std::vector<T> items) {  // NOLINT: one is as good as the other
    for (T& item : items) push_back(std::move(item));
  }

  std::size_t size() const { return items_.has_value() ? (*items_).size() : 0; }
  bool empty() const { return size() == 0; }

  const T& operator[](std::size_t i) const { return *(*items_)[i]; }
  const T& front() const { return (*this)[0]; }
  const T& back() const { return (*this)[size() - 1]; }
  const_iterator begin() const { return const_iterator(Data()); }
  const_iterator end() const { return const_iterator(Data() + size()); }

  T& operator[](std::size_t i) { return Own()[i].Edit(); }
  T& front() { return (*this)[0]; }
  T& back() { return (*this)[size() - 1]; }
  iterator begin() { return iterator(Own().data()); }
  iterator end() { return iterator(Own().data() + size()); }

  void push_back(T item) { Own().push_back(Item(std::move(item))); }
  template <typename... Args>
  T& emplace_back(Args&&... args) {
    Own().push_back(Item(T{std::forward<Args>(args)...}));
    return back();
  }
  /// The very item of another list.
  void Share(const SharedList& of, std::size_t i) { Own().push_back((*of.items_)[i]); }
  void pop_back() { Own().pop_back(); }
  void clear() { items_ = {}; }
  void reserve(std::size_t size) { Own().reserve(size); }
  void resize(std::size_t size, const T& item = T{}) { Own().resize(size, Item(item)); }
  iterator insert(const_iterator at, T item) {
    const std::ptrdiff_t i = at - std::as_const(*this).begin();
    Own().insert(Own().begin() + i, Item(std::move(item)));
    return begin() + i;
  }
  iterator erase(const_iterator at) {
    const std::ptrdiff_t i = at - std::as_const(*this).begin();
    Own().erase(Own().begin() + i);
    return begin() + i;
  }
  /// How many there were. A list that loses none stays shared.
  template <typename Predicate>
  std::size_t EraseIf(Predicate is_one) {
    if (std::none_of(std::as_const(*this).begin(), std::as_const(*this).end(), is_one)) return 0;
    return std::erase_if(Own(), [&is_one](const Item& item) { return is_one(*item); });
  }

  /// They share what they hold: equal without a look at it.
  bool IsSame(const SharedList& other) const { return items_.IsSame(other.items_); }
  bool operator==(const SharedList& other) const {
    return items_ == other.items_ || (size() == other.size() && empty());
  }

 private:
  Items& Own() {
    if (!items_.has_value()) items_ = Shared<Items>(Items{});
    return items_.Edit();
  }
  const Item* Data() const { return items_.has_value() ? (*items_).data() : nullptr; }

  Shared<Items> items_;
};

}  // namespace continuo::plan
