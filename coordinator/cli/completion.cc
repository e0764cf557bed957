// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/completion.h"

#include <algorithm>
#include <string_view>

namespace continuo::coordinator::cli {
namespace {

constexpr const char* kBash =
    R"(# Completion of continuo for bash; made by `continuo completion bash`.
_continuo() {
  local cur=${COMP_WORDS[COMP_CWORD]} line
  COMPREPLY=()
  while IFS= read -r line; do
    line=${line%%$'\t'*}
    case $line in
      ':files yaml')
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done \
          < <(compgen -f -X '!*.y*ml' -- "$cur"; compgen -d -- "$cur") ;;
      ':files' | ':folders')
        compopt -o filenames 2>/dev/null
        if [[ $line == ':files' ]]; then local what=-f; else local what=-d; fi
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen $what -- "$cur") ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _continuo continuo
)";

constexpr const char* kZsh = R"(#compdef continuo
# Completion of continuo for zsh; made by `continuo completion zsh`.
_continuo() {
  local line
  local -a found
  for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      (':files yaml') _files -g '*.y(a|)ml' ;;
      (':files') _files ;;
      (':folders') _files -/ ;;
      ('') ;;
      (*$'\t'*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      (*) found+=("${line//:/\\:}") ;;
    esac
  done
  (( $#found )) && _describe continuo found
}
if [[ $funcstack[1] == _continuo ]]; then _continuo "$@"; else compdef _continuo continuo; fi
)";

bool TakesValue(const CLI::Option& option) {
  return !option.get_positional() && option.get_items_expected_max() > 0;
}

/// What is asked for below this command: its own options and those of all above it.
const CLI::Option* FindOption(const CLI::App* command, const std::string& flag) {
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      if (!option->get_positional() && option->check_name(flag)) return option;
    }
  }
  return nullptr;
}

std::string ValueName(const CLI::Option& option) {
  return option.get_lnames().empty() ? option.get_name() : option.get_lnames().front();
}

/// One line of it, short enough for a list.
std::string Short(const std::string& help) {
  std::string line = help.substr(0, help.find('\n'));
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

Suggestions Flags(const CLI::App* command) {
  Suggestions flags;
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_positional()) continue;
      for (const std::string& name : option->get_lnames()) {
        const auto same = [&name](const Suggestion& one) { return one.word == "--" + name; };
        if (std::any_of(flags.begin(), flags.end(), same)) continue;
        flags.push_back({"--" + name, Short(option->get_description())});
      }
    }
  }
  return flags;
}

std::vector<const CLI::App*> CommandsOf(const CLI::App& group) {
  return group.get_subcommands([](const CLI::App*) { return true; });
}

/// The values that a command takes without a flag, in their order.
std::vector<const CLI::Option*> PlacesOf(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

/// The line so far, word by word.
class Line {
 public:
  explicit Line(const CLI::App& root) : command_(&root) {}

  /// False: no command begins like this.
  bool Take(const std::string& word) {
    if (option_ != nullptr) {
      option_ = nullptr;
    } else if (word.starts_with('-') && word.size() > 1) {
      const CLI::Option* const option = FindOption(command_, word);
      if (option != nullptr && TakesValue(*option)) option_ = option;
    } else if (const auto commands = CommandsOf(*command_); !commands.empty()) {
      const auto named =
          std::find_if(commands.begin(), commands.end(),
                       [&word](const CLI::App* command) { return command->get_name() == word; });
      if (named == commands.end()) return false;
      command_ = *named;
    } else {
      values_.push_back(word);
    }
    return true;
  }

  Suggestions Next(const std::string& begun, const FindValues& values) const {
    if (option_ != nullptr) return values(ValueName(*option_), values_);
    if (begun.starts_with('-')) return Flags(command_);
    Suggestions words;
    for (const CLI::App* command : CommandsOf(*command_)) {
      words.push_back({command->get_name(), Short(command->get_description())});
    }
    if (!words.empty()) return words;
    const auto places = PlacesOf(*command_);
    if (values_.size() >= places.size()) return {};
    return values(ValueName(*places[values_.size()]), values_);
  }

 private:
  const CLI::App* command_;
  const CLI::Option* option_ = nullptr;  // waits for its value
  std::vector<std::string> values_;
};

}  // namespace

Suggestions Complete(const CLI::App& root, const std::vector<std::string>& words,
                     const FindValues& values) {
  Line line(root);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (!line.Take(words[i])) return {};
  }
  const std::string begun = words.empty() ? "" : words.back();
  Suggestions found = line.Next(begun, values);
  std::erase_if(found, [&begun](const Suggestion& one) {
    return !one.word.starts_with(':') && !one.word.starts_with(begun);
  });
  return found;
}

std::string CompletionScript(const std::string& shell) {
  if (shell == "bash") return kBash;
  return shell == "zsh" ? kZsh : "";
}

}  // namespace continuo::coordinator::cli
