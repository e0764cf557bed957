#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tidy.py [--root DIR]: holds the files that git tracks (or would, if they were added) to the rules in rules.toml."""
import argparse
import os
import subprocess
import sys
import tomllib

import rules


def tracked(root):
    listing = subprocess.run(
        ['git', '-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        check=True, capture_output=True, text=True).stdout
    return sorted(set(path for path in listing.split('\0') if path))


def read(root, paths):
    """Texts by path, and the paths of what is no text: that is not judged."""
    files, others = {}, set()
    for path in paths:
        full = os.path.join(root, path)
        if os.path.isfile(full) and not os.path.islink(full):
            try:
                with open(full, encoding='utf-8', newline='') as file:
                    files[path] = file.read()
            except UnicodeDecodeError:
                others.add(path)
    return files, others


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--root', default=os.path.join(here, '..', '..'))
    root = os.path.normpath(parser.parse_args().root)
    with open(os.path.join(here, 'rules.toml'), 'rb') as file:
        table = tomllib.load(file)
    files, others = read(root, tracked(root))
    findings = rules.judge(rules.Tree(files, table, others))
    for path, line, _, message in findings:
        print(f'{path}:{line}: {message}')
    print(f'{len(files)} files, {len(findings)} findings')
    return 1 if findings or not files else 0


if __name__ == '__main__':
    sys.exit(main())
