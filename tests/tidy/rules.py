# SPDX-License-Identifier: Apache-2.0
"""Each rule is a function (tree, path, text) -> findings (line, message). Those of the whole tree take only the tree."""
import fnmatch
import os
import re

import source

CODE = ('.h', '.cc')
LICENCE = 'SPDX-License-Identifier: Apache-2.0'
# A program that links a library of that licence, and nothing else does.
OTHER_LICENCES = {'coordinator/link/peer/main.cc': 'SPDX-License-Identifier: GPL-2.0-or-later'}


class Tree:
    """Files by path, and the rules as data."""

    def __init__(self, files, rules, others=()):
        self.files, self.rules, self.others = files, rules, others


def is_program(path, text):
    return path.endswith(CODE + ('.py', '.proto')) or text.startswith('#!')


def matches(path, globs):
    return any(fnmatch.fnmatchcase(path, glob.replace('**', '*')) for glob in globs)


def licence(tree, path, text):
    lines = text.split('\n', 2)
    head = lines[1] if text.startswith('#!') and len(lines) > 1 else lines[0]
    licence = OTHER_LICENCES.get(path, LICENCE)
    if os.path.basename(path) != 'LICENSE' and licence not in head:
        yield 1, f'the first line must say {licence}'


def size(tree, path, text):
    limits = tree.rules['limits']
    limit = limits['lines_in_tests' if path.startswith('tests/') else 'lines']
    count = text.count('\n')
    if is_program(path, text) and count > limit:
        yield count, f'{count} lines, limit {limit}: split by idea'


def function_size(tree, path, text):
    if not path.endswith(CODE):
        return
    limit = tree.rules['limits']['function_lines']
    for first, last, head in source.functions(source.only_code(text)):
        if last - first + 1 > limit:
            yield first, f'function of {last - first + 1} lines, limit {limit}: {head[-60:]}'


def columns(tree, path, text):
    if not path.endswith(CODE):
        return
    limits = tree.rules['limits']
    code = source.without_comments(text).split('\n')
    for number, line in enumerate(text.split('\n'), 1):
        if len(code[number - 1].rstrip()) > limits['columns']:
            yield number, f'code beyond column {limits["columns"]}'
        elif len(line) > limits['comment_columns'] and 'http' not in line:
            yield number, f'comment beyond column {limits["comment_columns"]}'


def whitespace(tree, path, text):
    if os.path.basename(path) == 'LICENSE':
        return
    if text and not text.endswith('\n'):
        yield text.count('\n') + 1, 'no newline at the end'
    for number, line in enumerate(text.split('\n'), 1):
        if line != line.rstrip():
            yield number, 'blank or carriage return at the end of the line'
        if '\t' in line:
            yield number, 'tab'


def names(tree, path, text):
    vague = tree.rules['names']['vague']
    parts = re.split(r'[/_.\-]', path)
    for word in sorted(set(vague) & set(parts)):
        yield 1, f'"{word}" in a file name says nothing: name the idea'
    if path.endswith(CODE):
        word = '|'.join(name.capitalize() for name in vague)
        pattern = rf'\b(?:class|struct)\s+(\w*(?:{word}))\b'
        for match in re.finditer(pattern, source.only_code(text)):
            yield line_of(text, match), f'type {match[1]}: name the idea'


def header(tree, path, text):
    if path.endswith('.h') and text.split('\n')[1:2] != ['#pragma once']:
        yield 2, 'the second line of a header is #pragma once'


def bans(tree, path, text):
    if not path.endswith(CODE):
        return
    code = source.only_code(text)
    for ban in tree.rules['ban']:
        globs = [glob for place in ban['in'] for glob in tree.rules['places'][place]]
        if not matches(path, globs) or matches(path, ban.get('except', [])):
            continue
        where = text if ban.get('comments_too') else code
        lines = where.split('\n')
        for word in ban['words']:
            for match in re.finditer(word, where):
                number = line_of(where, match)
                if 'unless' in ban and re.search(ban['unless'], lines[number - 1]):
                    continue
                yield number, f'{match[0].strip()} is banned here; instead: {ban["instead"]}'


def line_of(text, match):
    return text.count('\n', 0, match.start()) + 1


def room_of(tree, path):
    """The longest key of the table of arrows that the path begins with."""
    best = None
    for room in tree.rules['arrows']:
        pattern = re.escape(room).replace(r'\*', '[^/]+')
        match = re.match(pattern + '/', path)
        if match and (best is None or len(match[0]) > len(best)):
            best = match[0][:-1]
            key = room
    return (best, key) if best else (None, None)


def arrows(tree, path, text):
    room, key = room_of(tree, path)
    if not path.endswith(CODE) or room is None:
        return
    allowed = [room] + tree.rules['arrows'][key]
    for match in re.finditer(r'^#include ["<]([^">]+)[">]', source.without_comments(text), re.M):
        included = match[1]
        if included.startswith('continuo/v1/'):
            included = 'proto/' + included
        if re.match(r'(agent|agent-mcu|coordinator|dsp|proto|tests)/', included):
            if not any(included == other or included.startswith(other + '/') for other in allowed):
                yield line_of(text, match), f'{room} may not include {included} (tests/tidy/rules.toml, arrows)'
        for library, rooms in tree.rules['outside'].items():
            if re.match(re.escape(library) + r'(/|\.|$)', included) and room not in rooms:
                yield line_of(text, match), f'{room} may not know {library} (tests/tidy/rules.toml, outside)'


def dead_files(tree):
    """Sources that no CMakeLists.txt names; headers that nobody includes."""
    included, built = set(), set()
    for path, text in tree.files.items():
        if path.endswith(CODE):
            included.update(re.findall(r'#include "([^"]+)"', text))
        if os.path.basename(path) == 'CMakeLists.txt':
            for source_path in re.findall(r'[\w./-]+\.cc\b', text.replace('${CMAKE_SOURCE_DIR}', '')):
                folder = '' if source_path.startswith('/') else os.path.dirname(path)
                built.add(os.path.normpath(os.path.join(folder, source_path.lstrip('/'))))
    for path in tree.files:
        if path.endswith('.cc') and path not in built:
            yield path, 1, 'dead file: no CMakeLists.txt names it'
        if path.endswith('.h') and path not in included and path.removeprefix('tests/') not in included:
            yield path, 1, 'dead file: nothing includes it'


def documents(tree, path, text):
    if not path.endswith('.md'):
        return
    body = re.sub(r'```.*?```', lambda m: re.sub(r'[^\n]', ' ', m[0]), text, flags=re.S)
    titles = re.findall(r'^# .', body, re.M)
    if len(titles) != 1:
        yield 1, f'{len(titles)} titles (# ...); a document has one'
    for match in re.finditer(r'\]\((?!https?:|#|mailto:)([^)#\s]+)', body):
        target = os.path.normpath(os.path.join(os.path.dirname(path), match[1]))
        known = target in tree.files or target in tree.others or any(other.startswith(target + '/') for other in tree.files)
        if not known and target != '.':
            yield line_of(body, match), f'link to {match[1]}, which does not exist'


OF_FILES = [licence, size, function_size, columns, whitespace, names, header, bans, arrows, documents]
OF_TREE = [dead_files]


def judge(tree):
    """Sorted (path, line, rule, message)."""
    findings = []
    for path, text in tree.files.items():
        for rule in OF_FILES:
            findings += [(path, line, rule.__name__, message) for line, message in rule(tree, path, text)]
    for rule in OF_TREE:
        findings += [(path, line, rule.__name__, message) for path, line, message in rule(tree)]
    return sorted(findings)
