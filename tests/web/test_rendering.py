"""Every template renders in both languages, in one language at a time, and needs neither inline script nor style."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from tests.web.page_samples import frame, samples

from healthrec.web.rendering import STATIC_DIR, TEMPLATES_DIR, Flash, render, static_url
from healthrec.wording import translator

ZH, EN = translator("zh"), translator("en")
HAN = re.compile(r"[\u3400-\u9fff]+")
ENGLISH_SENTENCE = re.compile(r"\b[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
WHOLE_PAGES = sorted(name for name in samples(ZH) if not name.startswith("partials/"))


def _page(name: str, language: str) -> str:
    words = translator(language)
    return render(name.split("#")[0], words, **samples(words)[name])


def _readable(html: str) -> str:
    """What a person reads or hears: text, and the attributes that are spoken; the other language's own name aside."""
    spoken = " ".join(re.findall(r'(?:placeholder|aria-label|data-confirm|data-head|title|alt)="([^"]*)"', html))
    without = re.sub(r'<button[^>]* lang="[^"]*">.*?</button>', "", html, flags=re.S)
    return spoken + " " + re.sub(r"<[^>]+>", " ", without)


@pytest.mark.parametrize("name", sorted(samples(ZH)))
def test_in_english_no_chinese_character_is_left(name: str) -> None:
    assert HAN.findall(_readable(_page(name, "en"))) == []


@pytest.mark.parametrize("name", sorted(samples(ZH)))
def test_in_chinese_there_is_no_english_sentence(name: str) -> None:
    assert ENGLISH_SENTENCE.findall(_readable(_page(name, "zh"))) == []


def test_a_guardian_reads_the_words_for_families() -> None:
    text = _readable(_page("child.html#family", "zh"))
    assert re.findall("异常|迟缓|落后|高危|不达标|漏种|预警|应种未种", text) == []
    assert "体重偏轻，需要复测" in text
    assert "低体重" in _readable(_page("child.html", "zh"))


def test_every_page_template_has_a_sample() -> None:
    layouts = {"base.html", "admin/layout.html"}
    pages = {
        path.relative_to(TEMPLATES_DIR).as_posix()
        for path in TEMPLATES_DIR.rglob("*.html")
        if path.parent.name not in ("macros", "partials")
    }
    assert pages - layouts == {name.split("#")[0] for name in WHOLE_PAGES}


def test_every_template_begins_by_saying_what_it_needs() -> None:
    silent = [path.name for path in TEMPLATES_DIR.rglob("*.html") if not path.read_text("utf-8").startswith("{# ")]
    assert silent == []


@pytest.mark.parametrize("name", WHOLE_PAGES)
def test_no_script_style_or_handler_stands_in_a_page(name: str) -> None:
    html = _page(name, "zh")
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*src=)", html) == []


@pytest.mark.parametrize("name", WHOLE_PAGES)
def test_every_form_that_writes_carries_the_token(name: str) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", _page(name, "zh"), flags=re.S):
        assert 'name="csrf" value="token"' in form


@pytest.mark.parametrize("name", WHOLE_PAGES)
def test_every_id_is_there_once_and_every_label_finds_its_field(name: str) -> None:
    html = _page(name, "zh")
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    pointed = re.findall(r'\s(?:for|aria-labelledby|aria-describedby|href="#)="?([^"#]+)"', html)
    assert {one for group in pointed for one in group.split()} - set(ids) == set()


@pytest.mark.parametrize("name", WHOLE_PAGES)
def test_a_page_has_one_first_heading_and_names_its_language(name: str) -> None:
    html = _page(name, "en")
    assert html.count("<h1") == 1
    assert '<html lang="en"' in html
    assert '<html lang="zh-CN"' in _page(name, "zh")


def test_the_training_day_and_the_demo_are_shown_only_when_set() -> None:
    context = dict(samples(ZH)["home.html#empty"])
    assert "训练日 2026年11月21日" in render("home.html", ZH, **context)
    plain = replace(context["frame"], training_day=None, demo=False)
    html = render("home.html", ZH, **(context | {"frame": plain}))
    assert "训练日" not in html
    assert "演示" not in html


def test_what_people_typed_is_escaped() -> None:
    context = dict(samples(ZH)["child_search.html#nothing"]) | {"q": "<b>&"}
    assert "<b>&" not in render("child_search.html", ZH, **context)


def test_a_flash_says_what_was_done() -> None:
    context = dict(samples(ZH)["home.html#empty"]) | {"frame": frame(ZH, flash=Flash("done", "已保存"))}
    assert "已保存" in render("home.html", ZH, **context)


def test_a_value_that_a_template_names_must_be_there() -> None:
    with pytest.raises(UndefinedError):
        render("error.html", ZH, frame=frame(ZH), status=404)


def test_a_static_address_changes_with_the_content() -> None:
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{8}", static_url("app.css"))
    assert static_url("app.css").split("=")[1] != static_url("app.js").split("=")[1]


def test_every_icon_that_a_template_draws_is_in_the_sheet() -> None:
    drawn = {name for text in _sources() for name in re.findall(r"icon\('([a-z-]+)'\)", text)}
    sheet = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC_DIR / "icons.svg").read_text("utf-8")))
    assert drawn <= sheet


def test_vendored_files_are_the_ones_that_were_checked() -> None:
    import hashlib

    listed = dict(
        re.findall(r"`([\w.-]+)`[^`]*`([0-9a-f]{64})`", (STATIC_DIR / "vendor" / "README.md").read_text("utf-8"))
    )
    assert listed.keys() == {"tabler.min.css", "htmx.min.js", "zxing-reader.js", "zxing_reader.wasm"}
    for name, digest in listed.items():
        assert hashlib.sha256((STATIC_DIR / "vendor" / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("ground", ["--hr-card", "--hr-paper"])
@pytest.mark.parametrize(
    "ink",
    ["--hr-ink", "--hr-soft-ink", "--hr-brand", "--hr-brand-dark", "--hr-red", "--hr-amber", "--hr-blue", "--hr-green"],
)
def test_text_is_readable_on_its_ground(ink: str, ground: str) -> None:
    assert _contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("tone", ["green", "blue", "amber", "red"])
def test_words_of_state_are_readable_on_their_pale_ground(tone: str) -> None:
    assert _contrast(f"--hr-{tone}", f"--hr-{tone}-pale") >= 4.5


def _sources() -> list[str]:
    return [Path(path).read_text("utf-8") for path in TEMPLATES_DIR.rglob("*.html")]


def _contrast(ink: str, ground: str) -> float:
    """The WCAG 2.2 contrast ratio of two colours of app.css."""
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(name: str) -> float:
    match = re.search(rf"{name}: #([0-9a-f]{{6}})", (STATIC_DIR / "app.css").read_text("utf-8"))
    assert match is not None
    channels = [int(match[1][i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
