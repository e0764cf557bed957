#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule of tidy catches a violation made for it, and lets a clean tree pass."""
import os
import re
import tomllib
import unittest

import rules
import source

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'rules.toml'), 'rb') as table:
    RULES = tomllib.load(table)

SPDX = '// SPDX-License-Identifier: Apache-2.0\n'
HEADER = SPDX + '#pragma once\n\n'
CLEAN = {
    'CMakeLists.txt': '# SPDX-License-Identifier: Apache-2.0\nadd_library(x dsp/base/ring.cc)\n',
    'dsp/base/ring.h': HEADER + '/// May say new, throw and std::vector in a comment.\nint Ring();\n',
    'dsp/base/ring.cc': SPDX + '#include "dsp/base/ring.h"\n\nint Ring() { return 1\'000; }\n',
    'README.md': '<!-- SPDX-License-Identifier: Apache-2.0 -->\n# One title\n\nSee [the ring](dsp/base/ring.h).\n',
    'tests/run': '#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\ntrue\n',
}
LONG_FUNCTION = 'int Long(int x) {\n' + '  x += 1;\n' * 80 + '  return x;\n}\n'

# rule: (path, text) of files that it must catch
VIOLATIONS = {
    'licence': [('dsp/base/ring.cc', '#include "dsp/base/ring.h"\n'),
                ('tests/run', '#!/usr/bin/env bash\ntrue\n')],
    'size': [('dsp/base/ring.cc', SPDX + 'int x;\n' * 400), ('tests/x.py', '#' + SPDX + '\n' * 601)],
    'function_size': [('dsp/base/ring.cc', SPDX + LONG_FUNCTION),
                      ('dsp/base/ring.cc', SPDX + 'class A {\n  A() : x_(1) ' + LONG_FUNCTION[16:] + '};\n'),
                      ('dsp/base/ring.cc', SPDX + 'TEST(Ring, Turns) ' + LONG_FUNCTION[16:])],
    'columns': [('dsp/base/ring.cc', SPDX + 'int ' + 'x' * 100 + ';\n'),
                ('dsp/base/ring.cc', SPDX + '// ' + 'x' * 120 + '\n')],
    'whitespace': [('dsp/base/ring.cc', SPDX + 'int x; \n'), ('dsp/base/ring.cc', SPDX + '\tint x;\n'),
                   ('dsp/base/ring.cc', SPDX + 'int x;\r\n'), ('dsp/base/ring.cc', SPDX + 'int x;')],
    'names': [('dsp/base/ring_utils.cc', SPDX), ('dsp/common/ring.cc', SPDX),
              ('dsp/base/ring.cc', SPDX + 'class RingManager {\n};\n')],
    'header': [('dsp/base/ring.h', SPDX + '#ifndef RING\n')],
    'arrows': [('dsp/base/ring.cc', SPDX + '#include "dsp/kernels/kernel.h"\n'),
               ('dsp/base/ring.cc', SPDX + '#include "agent/rt/engine.h"\n'),
               ('agent/edge/bus/beat.cc', SPDX + '#include "agent/edge/grpc/link.h"\n'),
               ('agent/edge/bus/beat.cc', SPDX + '#include "coordinator/core/view.h"\n'),
               ('coordinator/core/view.cc', SPDX + '#include "continuo/v1/show.pb.h"\n'),
               ('coordinator/core/view.cc', SPDX + '#include <grpcpp/grpcpp.h>\n'),
               ('agent/edge/bus/beat.cc', SPDX + '#include <zmq.hpp>\n')],
    'documents': [('README.md', '# One\n\n# Two\n'), ('README.md', '# One\n\n[gone](gone.md)\n')],
    'dead_files': [('dsp/base/unbuilt.cc', SPDX), ('dsp/base/unread.h', HEADER)],
}


def caught(files):
    return {rule for _, _, rule, _ in rules.judge(rules.Tree(files, RULES))}


class TidyTest(unittest.TestCase):
    def test_clean_tree_passes(self):
        self.assertEqual(rules.judge(rules.Tree(CLEAN, RULES)), [])

    def test_every_rule_has_a_violation(self):
        known = {rule.__name__ for rule in rules.OF_FILES + rules.OF_TREE}
        self.assertEqual(known, set(VIOLATIONS) | {'bans'})

    def test_every_violation_is_caught(self):
        for rule, cases in VIOLATIONS.items():
            for path, text in cases:
                with self.subTest(rule=rule, path=path, text=text[:120]):
                    self.assertIn(rule, caught(CLEAN | {path: text}))

    def test_every_banned_word_is_caught_where_it_is_banned(self):
        for ban in RULES['ban']:
            for word in ban['words']:
                with self.subTest(word=word):
                    self.assertTrue(any(re.search(word, line) for line in ban['caught']), 'no example')
            for place in ban['in']:
                for glob in RULES['places'][place]:
                    path = glob.replace('**/*.h', 'dsp/base/ring.h').replace('**', 'ring.cc')
                    for line in ban['caught']:
                        with self.subTest(path=path, line=line):
                            self.assertIn('bans', caught({path: SPDX + line + '\n'}))

    def test_comments_and_texts_are_not_code(self):
        code = source.only_code('int a; // new\n/* throw\n*/ f("new {", \'{\', 1\'000, R"(delete)");')
        self.assertNotRegex(code, 'new|throw|delete|{')
        self.assertEqual(code.count('\n'), 2)

    def test_functions_are_told_from_types_and_blocks(self):
        text = ('namespace a {\nclass B final : public C {\n public:\n  int D() const override {\n'
                '    if (x) {\n    }\n    auto f = [](int y) { return y; };\n  }\n};\n}\n')
        self.assertEqual([(first, last) for first, last, _ in source.functions(text)], [(4, 8)])


if __name__ == '__main__':
    unittest.main()
