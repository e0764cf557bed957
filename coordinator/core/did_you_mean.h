// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo::coordinator {

/// The candidate that `word` was probably meant to be (few keystrokes away, case ignored), or an empty string.
std::string Nearest(std::string_view word, std::span<const std::string> candidates);

/// The end of a sentence about an unknown word: `; did you mean "cutoff"?`, or else `; there are "a", "b"`, or
/// nothing if there are no candidates.
std::string DidYouMean(std::string_view word, std::span<const std::string> candidates);

/// `"a", "b" and "c"`.
std::string Listed(std::span<const std::string> words);
/// The same, but of many words only the first: `"a", "b", "c" and 17 others`.
std::string ListedInPart(std::span<const std::string> words);

}  // namespace continuo::coordinator
