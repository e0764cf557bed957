// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/did_you_mean.h"

#include <algorithm>
#include <numeric>

namespace continuo::coordinator {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Insertions, deletions and replacements from one word to the other (Levenshtein 1965), row by row.
std::size_t Keystrokes(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (Lower(a[i]) == Lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

/// So many words a person still reads.
constexpr std::size_t kListed = 40;

}  // namespace

std::string Nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t kLongestWord = 64;  // the work grows with its square
  if (word.size() > kLongestWord) return "";
  const std::size_t limit = std::max<std::size_t>(1, std::min<std::size_t>(3, word.size() / 2));
  std::size_t best = limit + 1;
  std::string nearest;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > word.size() + limit) continue;
    const std::size_t distance = Keystrokes(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string Listed(std::span<const std::string> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) text += i + 1 == words.size() ? " and " : ", ";
    text += '"' + words[i] + '"';
  }
  return text;
}

std::string ListedInPart(std::span<const std::string> words) {
  constexpr std::size_t kMost = 8;
  if (words.size() <= kMost) return Listed(words);
  std::string text;
  for (const std::string& word : words.first(kMost - 1)) text += '"' + word + "\", ";
  text.erase(text.size() - 2);
  return text + " and " + std::to_string(words.size() - kMost + 1) + " others";
}

std::string DidYouMean(std::string_view word, std::span<const std::string> candidates) {
  const std::string nearest = Nearest(word, candidates);
  if (!nearest.empty()) return "; did you mean \"" + nearest + "\"?";
  if (candidates.empty()) return "";
  return (candidates.size() == 1 ? "; there is only " : "; there are ") +
         (candidates.size() <= kListed ? Listed(candidates) : ListedInPart(candidates));
}

}  // namespace continuo::coordinator
