"""Every word has both languages, every sentence of the pages is translated."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from healthrec.wording import translator
from healthrec.wording.messages import MESSAGES
from healthrec.wording.terms import TERMS

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "healthrec"
HAN = re.compile(r"[\u3400-\u9fff]")
ZH, EN = translator("zh"), translator("en")

NAMED_IN_THEIR_OWN_LANGUAGE = {"language-own"}
FEARFUL = re.compile("异常|迟缓|落后|高危|不达标|漏种")


def _template_sentences() -> Iterator[tuple[str, str]]:
    found = extract_from_dir(
        PACKAGE / "web" / "templates",
        method_map=[("**.html", "jinja2.ext.babel_extract")],
        options_map={"**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}},
    )
    for file, _line, message, _comments, _context in found:
        yield file, message if isinstance(message, str) else message[0]


def _python_sentences() -> Iterator[tuple[str, str]]:
    for file in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("gettext", "ngettext"):
                yield from ((file.name, text) for part in call.args for text in _strings(part) if HAN.search(text))


def _strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _chinese_literals(*rooms: str) -> Iterator[tuple[str, str]]:
    """Strings with Chinese characters in the code of these rooms; docstrings and regular expressions aside."""
    for file in (file for room in rooms for file in (PACKAGE / room).rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        literals = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in said)
        for node in literals:
            if isinstance(node.value, str) and HAN.search(node.value):
                yield file.name, node.value


def _fields(sentence: str) -> set[str]:
    """The names that a sentence is filled with; ``{column_zh}`` and ``{column_en}`` are the same one in two languages."""
    percent = set(re.findall(r"%\((\w+)\)", sentence))
    braces = {name for _text, name, _spec, _conv in string.Formatter().parse(sentence) if name}
    return percent | {re.sub("_(zh|en)$", "", name) for name in braces}


def test_every_sentence_of_the_templates_has_english() -> None:
    missing = {(file, text) for file, text in _template_sentences() if HAN.search(text) and EN.gettext(text) == text}
    assert missing == set()


def test_every_sentence_of_the_code_has_english() -> None:
    missing = {(file, text) for file, text in _python_sentences() if EN.gettext(text) == text}
    assert missing == set()


def test_every_chinese_word_in_the_pages_has_english() -> None:
    missing = {(file, text) for file, text in _chinese_literals("pages", "web") if EN.gettext(text) == text}
    missing = {(file, text) for file, text in missing if not FEARFUL.fullmatch(text)}
    assert missing == set()


def test_english_sentences_hold_no_chinese_and_keep_their_fields() -> None:
    for source, forms in EN._catalog.items():
        for english in forms:
            assert english, source
            assert not HAN.search(english), english
            assert _fields(english) == _fields(source), source


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_every_message_is_chinese_and_has_english(key: str) -> None:
    chinese = MESSAGES[key]
    assert HAN.search(chinese)
    assert EN.gettext(chinese) != chinese


def test_every_key_that_the_code_raises_is_a_message() -> None:
    raised = re.compile(
        r"""(?:Issue\(\s*["'][a-z-]+["'],|NotAllowed\(|SignInNeeded\(|Throttled\()\s*["']([a-z0-9.-]+)["']"""
    )
    keys = {key for file in PACKAGE.rglob("*.py") for key in raised.findall(file.read_text("utf-8"))}
    assert {"record.not-found", "record.stale"} <= keys
    assert keys - MESSAGES.keys() == set()


@pytest.mark.parametrize("group", sorted(TERMS))
def test_every_term_has_both_languages(group: str) -> None:
    for code, (chinese, english) in TERMS[group].items():
        assert chinese and english, code
        assert group in NAMED_IN_THEIR_OWN_LANGUAGE or not HAN.search(english), code


@pytest.mark.parametrize("group", sorted(name for name in TERMS if name.endswith("-family")))
def test_families_read_no_frightening_words(group: str) -> None:
    assert [chinese for chinese, _ in TERMS[group].values() if FEARFUL.search(chinese)] == []


@pytest.mark.parametrize(
    "group", sorted(name for name in TERMS if name.endswith("-family") and name != "advice-family")
)
def test_family_words_cover_the_codes_of_the_staff_words(group: str) -> None:
    staff = TERMS[group.removesuffix("-family")]
    assert TERMS[group].keys() <= staff.keys()


def test_every_group_of_terms_that_code_and_pages_ask_for_exists() -> None:
    asked = {
        name
        for file in (*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"))
        for name in re.findall(r"""(?:\.term\(\s*|\|\s*term\()["']([a-z-]+)["']""", file.read_text("utf-8"))
    }
    assert "role" in asked
    assert asked - TERMS.keys() == set()
