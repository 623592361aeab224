"""Make the vendored fonts from their sources: `python reports/fonts/subset.py FOLDER` (FOLDER holds the four TTFs).

Keeps what a name, a place or a vaccine in China needs: the 8,105 characters of 通用规范汉字表, GB 2312, the 5,401 common
traditional characters of Big5 (children from Hong Kong, Macao and Taiwan), Latin with pinyin tones, Cyrillic, symbols. Hinting goes, since paper and today's screens do not need it and it is a third of
the size. The result depends only on the sources and the version of fonttools, which README.md names.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).resolve().parent
SOURCES = {
    "NotoSansSC_400Regular.ttf": "NotoSansSC-Regular",
    "NotoSansSC_700Bold.ttf": "NotoSansSC-Bold",
    "NotoSans_400Regular.ttf": "NotoSans-Regular",
    "NotoSans_700Bold.ttf": "NotoSans-Bold",
}
LOVED_IN_NAMES = "龘"  # outside every table above, yet given to children
LATIN = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x24F),  # Latin-1, Extended-A and -B: pinyin tones, European names
    (0x250, 0x2AF),  # IPA
    (0x2B0, 0x36F),  # modifier letters, combining marks
    (0x370, 0x52F),  # Greek, Cyrillic: Kazakh, Kyrgyz and Mongolian names
    (0x1E00, 0x1EFF),  # Latin Extended Additional: ḿ, Vietnamese
)
SYMBOLS = (
    (0x2000, 0x206F),  # general punctuation
    (0x2070, 0x209F),  # superscripts, subscripts
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x218F),  # letter-like symbols, fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics: ≤ ≥ −
    (0x2460, 0x24FF),  # ① ②
    (0x25A0, 0x27BF),  # ● □ ☆ ♂ ♀ ✓
    (0x3000, 0x303F),  # 、。《》【】〇
    (0x3220, 0x324F),
    (0x3380, 0x33DF),  # ㎝ ㎏
    (0xFF00, 0xFFEF),  # full-width forms
)


def main(folder: Path) -> None:
    for source, target in SOURCES.items():
        wanted = chinese() if "SC" in target else code_points(LATIN + SYMBOLS)
        for flavor in ("ttf", "woff2"):
            path = HERE / f"{target}.{flavor}"
            shrink(folder / source, path, wanted, None if flavor == "ttf" else flavor)
            sys.stdout.write(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


def chinese() -> set[int]:
    """Code points of Noto Sans SC to keep; what the font lacks is left to Noto Sans."""
    return code_points(LATIN + SYMBOLS) | national_table() | gb2312() | big5_common() | set(map(ord, LOVED_IN_NAMES))


def national_table() -> set[int]:
    """The 8,105 characters of 通用规范汉字表, 196 of them beyond the Basic Multilingual Plane."""
    lines = (HERE / "tongyong-guifan.txt").read_text(encoding="utf-8").splitlines()
    return {ord(character) for line in lines if not line.startswith("#") for character in line}


def gb2312() -> set[int]:
    """All of GB 2312: rows A1 to F7 of the double-byte plane."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(character) for pair in pairs for character in pair.decode("gb2312", errors="ignore")}


def big5_common() -> set[int]:
    """Level 1 of Big5: rows A4 to C6."""
    rows = ((high, low) for high in range(0xA4, 0xC7) for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    return {ord(character) for pair in rows for character in bytes(pair).decode("big5", errors="ignore")}


def code_points(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {point for first, last in ranges for point in range(first, last + 1)}


def shrink(source: Path, target: Path, wanted: set[int], flavor: str | None) -> None:
    options = subset.Options(hinting=False, flavor=flavor, notdef_outline=True, name_IDs=["*"])
    options.layout_features = ["ccmp", "kern", "mark", "mkmk"]
    options.drop_tables += ["vhea", "vmtx", "BASE", "STAT"]
    font = subset.load_font(str(source), options)
    font.recalcTimestamp = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=wanted)
    worker.subset(font)
    subset.save_font(font, str(target), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
