// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/shared_journal.h"

#include <array>
#include <optional>
#include <utility>

#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/row_chain.h"
#include "dsp/base/bytes.h"

namespace continuo::coordinator {
namespace {

constexpr std::string_view kPrefix = "journal/";
constexpr std::size_t kDigits = 20;

/// The value of a key: format, term, time and kind of a row, its link, its bytes.
constexpr std::size_t kHeadBytes = 4 * 8;

std::string Pack(const Row& row, const Link& link) {
  std::array<std::uint8_t, kHeadBytes> head;
  ByteWriter writer(head);
  for (const std::int64_t number : {std::int64_t{kFormat}, row.term, row.time, row.kind}) {
    writer.Le(number);
  }
  std::string value(reinterpret_cast<const char*>(head.data()), head.size());
  value.append(LinkText(link));
  value.append(row.blob);
  return value;
}

struct Unpacked {
  std::int64_t format = 0;
  Row row;
  std::string_view link;
};

std::optional<Unpacked> Unpack(std::int64_t index, std::string_view value) {
  constexpr std::size_t kLinkBytes = std::tuple_size_v<Link>;
  if (value.size() < kHeadBytes + kLinkBytes) return std::nullopt;
  ByteReader reader({reinterpret_cast<const std::uint8_t*>(value.data()), kHeadBytes});
  Unpacked unpacked;
  unpacked.format = reader.Le<std::int64_t>();
  unpacked.row.index = index;
  unpacked.row.term = reader.Le<std::int64_t>();
  unpacked.row.time = reader.Le<std::int64_t>();
  unpacked.row.kind = reader.Le<std::int64_t>();
  unpacked.link = value.substr(kHeadBytes, kLinkBytes);
  unpacked.row.blob = value.substr(kHeadBytes + kLinkBytes);
  return unpacked;
}

class SharedJournal final : public Journal {
 public:
  SharedJournal(SharedStore& store, Revision guard, std::function<bool()> held)
      : store_(store), guard_(guard), held_(std::move(held)) {}

  std::string ForEach(const std::function<void(const Input&)>& take) override {
    last_index_ = 0;
    last_link_ = {};
    const std::string end = std::string(kPrefix) + ":";  // ':' follows '9'
    std::string from(kPrefix);
    while (true) {
      SharedStore::Page page = store_.Read(from, end);
      if (!Held()) return "its lease may have ended while it read the journal";
      if (!page.error.empty()) continue;  // the store comes back, or the lease ends
      for (const SharedStore::Entry& entry : page.entries) {
        if (std::string wrong = TakeRow(entry, take); !wrong.empty()) return wrong;
      }
      if (!page.more || page.entries.empty()) return "";
      from = page.entries.back().key + '\0';
    }
  }

  Appended Append(std::uint64_t term, std::span<const Input> inputs) override {
    std::vector<SharedStore::Entry> entries;
    std::int64_t index = last_index_;
    Link link = last_link_;
    for (const Input& input : inputs) {
      const EncodedInput encoded = Encode(input);
      const Row row{++index, static_cast<std::int64_t>(term), input.time,
                    static_cast<std::int64_t>(encoded.kind), encoded.bytes};
      link = LinkOf(link, row);
      entries.push_back({SharedJournalKey(static_cast<std::uint64_t>(index)), Pack(row, link)});
      if (SizeOf(entries.back()) > SharedStore::kBytesMax) {
        return {Appended::Fate::kRefused, "one command has " +
                                              std::to_string(encoded.bytes.size() / 1000) +
                                              " kB, more than the store takes at once"};
      }
    }
    Appended appended = WriteAll(entries);
    if (!appended.durable()) return appended;
    last_index_ = index;
    last_link_ = link;
    return appended;
  }

  bool Held() const override { return held_(); }

  bool Confirm() override {
    while (Held()) {
      const SharedStore::Confirmed confirmed = store_.Confirm(guard_);
      if (confirmed == SharedStore::Confirmed::kUnknown) continue;
      return confirmed == SharedStore::Confirmed::kYes;
    }
    return false;
  }

 private:
  static std::size_t SizeOf(const SharedStore::Entry& entry) {
    constexpr std::size_t kAround = 64;  // of the store's own
    return entry.key.size() + entry.value.size() + kAround;
  }

  std::string TakeRow(const SharedStore::Entry& entry,
                      const std::function<void(const Input&)>& take) {
    const std::int64_t index = last_index_ + 1;
    const std::string name = "row " + std::to_string(index) + " of the journal in the store ";
    if (entry.key != SharedJournalKey(static_cast<std::uint64_t>(index))) {
      return Damaged(name + "is missing");
    }
    const auto unpacked = Unpack(index, entry.value);
    if (!unpacked) return Damaged(name + "is too short");
    if (unpacked->format != kFormat) {
      return name + "was written by another version of Continuo (format " +
             std::to_string(unpacked->format) + ", this one reads " + std::to_string(kFormat) +
             "); install the same release on all coordinators";
    }
    const Link link = LinkOf(last_link_, unpacked->row);
    if (unpacked->link != LinkText(link))
      return Damaged(name + "does not follow from those before");
    const auto input =
        Decode(static_cast<int>(unpacked->row.kind), unpacked->row.time, unpacked->row.blob);
    if (!input) return Damaged(name + "is whole but has no meaning here");
    last_index_ = index;
    last_link_ = link;
    take(*input);
    return "";
  }

  static std::string Damaged(const std::string& what) {
    return what +
           "; restore etcd from its backup, or begin with an empty state under another cluster "
           "name "
           "(--store etcd://HOST:PORT/NAME): agents play on";
  }

  /// In as many writes as it takes. None is certain to follow the one before, so only the first may be refused: what
  /// fails later leaves rows that were never acted upon, and somebody has to begin again from them.
  Appended WriteAll(std::span<const SharedStore::Entry> entries) {
    bool first = true;
    while (!entries.empty()) {
      const std::size_t count = Portion(entries);
      Appended appended = WriteOnce(entries.first(count));
      if (!appended.durable()) {
        if (!first) appended.fate = Appended::Fate::kDeposed;
        return appended;
      }
      entries = entries.subspan(count);
      first = false;
    }
    return {};
  }

  static std::size_t Portion(std::span<const SharedStore::Entry> entries) {
    std::size_t count = 0, bytes = 0;
    for (const SharedStore::Entry& entry : entries) {
      bytes += SizeOf(entry);
      if (count == SharedStore::kEntriesMax || (count > 0 && bytes > SharedStore::kBytesMax)) break;
      ++count;
    }
    return count;
  }

  Appended WriteOnce(std::span<const SharedStore::Entry> entries) {
    bool unsure = false;
    while (Held()) {
      SharedStore::Written written = store_.Write(guard_, entries);
      switch (written.fate) {
        case SharedStore::Fate::kWritten:
          return {};
        case SharedStore::Fate::kTaken:
          if (written.value == entries.front().value) return {};  // an earlier try, unanswered
          return {Appended::Fate::kDeposed, "somebody else has written the journal"};
        case SharedStore::Fate::kDeposed:
          return {Appended::Fate::kDeposed, std::move(written.why)};
        case SharedStore::Fate::kRefused:
          // What was not answered may still be on its way, and the same keys cannot mean two things.
          if (!unsure) return {Appended::Fate::kRefused, std::move(written.why)};
          break;
        case SharedStore::Fate::kUnknown:
          unsure = true;
          break;
      }
    }
    return {Appended::Fate::kDeposed,
            "the store did not answer for as long as its lease is certain"};
  }

  SharedStore& store_;
  const Revision guard_;
  const std::function<bool()> held_;
  std::int64_t last_index_ = 0;
  Link last_link_ = {};
};

}  // namespace

std::string SharedJournalKey(std::uint64_t index) {
  const std::string digits = std::to_string(index);
  return std::string(kPrefix) + std::string(kDigits - digits.size(), '0') + digits;
}

std::unique_ptr<Journal> MakeSharedJournal(SharedStore& store, Revision guard,
                                           std::function<bool()> held) {
  return std::make_unique<SharedJournal>(store, guard, std::move(held));
}

}  // namespace continuo::coordinator
