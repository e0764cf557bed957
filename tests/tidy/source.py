# SPDX-License-Identifier: Apache-2.0
"""C++ sources as tidy sees them: without comments and texts, and cut into functions."""
import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^()\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.S)


def _blank(text):
    return re.sub(r'[^\n]', ' ', text)


def without_comments(text):
    """Same lines and columns; comments are blank. Texts stay."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith('/') else m[0], text)


def only_code(text):
    """Same lines and columns; comments and the inside of texts are blank, but for the names of included files."""
    def strip(match):
        token = match[0]
        if token.startswith('/'):
            return _blank(token)
        line = text[text.rfind('\n', 0, match.start()) + 1:match.start()]
        return token if line.startswith('#include') else token[0] + _blank(token[1:-1]) + token[-1]
    return _TOKEN.sub(strip, text)


_CONTROL = re.compile(r'^\s*(?:}\s*)?(if|else|for|while|switch|catch|do|try|return|namespace|class|struct|union|enum)\b')
_ACCESS = re.compile(r'\s*(?:(?:public|protected|private)\s*:\s*)?')
_SIGNATURE = re.compile(
    r'\)\s*(?:(?:const|noexcept|override|final|mutable|try|CONTINUO_\w+)\s*)*(?:->[^;{}()]*|:\s.*)?$', re.S)


def functions(code):
    """(first line, last line, head) of each function body in text that only_code() made; lambdas count to their
    function."""
    found, stack, start = [], [], 0
    for position, char in enumerate(code):
        if char == '{':
            head = code[start:position]
            inside = any(is_function for is_function, _, _ in stack)
            is_function = (not inside and _CONTROL.match(head.strip()) is None and
                           _SIGNATURE.search(head) is not None)
            first = code.count('\n', 0, start + _ACCESS.match(head).end()) + 1
            stack.append((is_function, first, ' '.join(head.split())))
            start = position + 1
        elif char == '}':
            if stack:
                is_function, first, head = stack.pop()
                if is_function:
                    found.append((first, code.count('\n', 0, position) + 1, head))
            start = position + 1
        elif char == ';':
            start = position + 1
    return found
