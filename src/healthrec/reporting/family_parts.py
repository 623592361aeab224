"""The parts of the family summary, each as a block: header, the one request, the three answers, chart and vaccines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from healthrec.figures import growth_chart
from healthrec.pages.family_summary import DoseGiven, FamilySummary, FirstThing, Meaning, Step
from healthrec.reporting import fonts
from healthrec.reporting.action_pill import pill, pill_room
from healthrec.reporting.canvas import A4, Paper
from healthrec.reporting.tones import ACCENT, MUTED, RULE, TEXT, WARM
from healthrec.reporting.typeset import Block, beside, gap, paragraph, stack

MARGIN = 46.0
INNER = A4[0] - 2 * MARGIN
_QR = 58.0
_CHART_MOST = 260.0
_FIRST_COLUMN = 110.0


@dataclass(frozen=True, slots=True)
class Setting:
    """The size of the text in points, and the report's fixed sentences."""

    body: float
    leading: float
    air: float
    said: Mapping[str, str]

    def paragraph(
        self, text: str, x: float, width: float, bold: bool = False, colour: str = TEXT, larger: float = 0.0
    ) -> Block:
        """Body text, or `larger` by so many points."""
        return paragraph(text, x, width, self.body + larger, self.leading + 1.4 * larger, colour, bold)


def header(page: FamilySummary, setting: Setting) -> Block:
    """Title, name, who the child is, and whom to call; a QR code at the right when there is a link."""
    said, wide = setting.said, INNER - (_QR + 20 if page.link else 0)
    born = said["born"].format(date=page.birth_date) if page.birth_date else ""
    who = said["apart"].join(words for words in (page.sex, born, page.age) if words)
    words = stack(
        [
            paragraph(said["title"], MARGIN, wide, 11, 15, ACCENT, bold=True),
            _name(page.name, wide),
            setting.paragraph(who, MARGIN, wide),
            gap(4),
            _contacts(page, wide, setting),
        ]
    )
    parts = [beside(words, _qr(page.link, said["scan"])) if page.link else words]
    if page.replaces:
        parts += [gap(8), _framed(said["correction"].format(date=page.replaces), setting)]
    return stack(parts)


def running_header(page: FamilySummary, said: Mapping[str, str]) -> Block:
    """Whose page it is, on the second sheet and later, in case the sheets part."""
    born = said["born"].format(date=page.birth_date) if page.birth_date else ""
    words = said["apart"].join(words for words in (page.name, page.sex, born) if words)
    return stack([paragraph(words, MARGIN, INNER, 11, 15, MUTED), gap(6)])


def first_thing(request: FirstThing | None, setting: Setting) -> Block:
    """The box at the top: one request, by when, where, with what."""
    said, x, wide = setting.said, MARGIN + 16, INNER - 30
    if request is None:
        inside = [setting.paragraph(said["nothing_first"], x, wide, bold=True, larger=1)]
    else:
        details = [(said[key], getattr(request, key)) for key in ("until", "where", "bring") if getattr(request, key)]
        inside = [
            paragraph(said["first_thing"], x, wide, 11, 15, ACCENT, bold=True),
            gap(2),
            setting.paragraph(request.what, x, wide, bold=True, larger=3.5),
            *([gap(3)] if details else []),
            *(_labelled(said["label"].format(label), words, x, wide, setting) for label, words in details),
        ]
    return _boxed(stack([gap(8), *inside, gap(9)]))


def looked_at(page: FamilySummary, setting: Setting) -> Block:
    """First answer."""
    text = "\n".join(page.looked_at) or setting.said["nothing_looked_at"]
    return stack([heading(setting.said["looked_at"], setting), setting.paragraph(text, MARGIN, INNER)])


def what_it_means(page: FamilySummary, setting: Setting) -> Block:
    """Second answer: a row for each thing measured and for the warning signs, then that a screen is no diagnosis."""
    said = setting.said
    signs = page.warning_signs or Meaning(said["warning_signs"], "", "none", said["warning_signs_not_done"])
    found = (*page.measurements, signs)
    rows = [_meaning(row, setting, pill_room((row.action for row in found), said)) for row in found]
    none = [] if page.measurements else [_padded(setting.paragraph(said["not_measured"], MARGIN, INNER), setting)]
    note = paragraph(said["not_a_diagnosis"], MARGIN, INNER, 11, 15.5, MUTED)
    return stack([heading(said["means"], setting), *none, *rows, gap(4), note])


def what_next(steps: tuple[Step, ...], setting: Setting) -> Block:
    """Third answer: by which day, what."""
    said, x = setting.said, MARGIN + _FIRST_COLUMN + 8
    lines = [
        beside(
            setting.paragraph(step.when, MARGIN, _FIRST_COLUMN, bold=True),
            setting.paragraph(step.what, x, MARGIN + INNER - x),
        )
        for step in steps
    ]
    nothing = setting.paragraph(said["nothing_next"], MARGIN, INNER)
    return stack([heading(said["next"], setting), *(lines or [nothing])])


def chart_and_doses(page: FamilySummary, setting: Setting, height: float) -> Block:
    """Chart at the left, vaccines at the right, together `height` points high; what cannot stand is counted."""
    split = MARGIN + INNER * 0.57
    return Block(
        height,
        beside(_chart(page, setting, split - MARGIN - 4, height), _doses(page, setting, split + 14, height)).draw,
    )


def footer(page: FamilySummary, number: int, count: int, said: Mapping[str, str]) -> Block:
    """Standard, issue number, how to correct an error, page x of y."""
    issue = said["issue"].format(number=page.issue_number, date=page.issued_on, checked_by=page.checked_by or "–")
    lines = [_correct_error(page, said), said["standard"].format(standard=page.standard or said["unknown"]), issue]
    place = said["page"].format(page=number, pages=count)

    def draw(paper: Paper, top: float) -> None:
        paper.line((MARGIN, top), (MARGIN + INNER, top), RULE, 0.8)
        paper.text(MARGIN + INNER, top + words.height + 1.5, place, 9, MUTED, anchor="end")
        words.draw(paper, top + 5)

    words = stack([paragraph(line, MARGIN, INNER - 70, 9, 12.5, MUTED) for line in lines])
    return Block(words.height + 5, draw)


def heading(words: str, setting: Setting) -> Block:
    """The name of a section, with air above it."""
    return stack(
        [gap(setting.air), setting.paragraph(words, MARGIN, INNER, bold=True, colour=ACCENT, larger=1), gap(1)]
    )


def _correct_error(page: FamilySummary, said: Mapping[str, str]) -> str:
    if not page.phone:
        return said["correct_error_no_phone"]
    return said["correct_error"].format(doctor=page.doctor or page.nursery or said["doctor"], phone=page.phone)


def _name(name: str, width: float) -> Block:
    """Large, or smaller where it would need a second line."""
    large = paragraph(name, MARGIN, width, 21, 29, TEXT, bold=True)
    return large if large.height < 30 else paragraph(name, MARGIN, width, 15, 20, TEXT, bold=True)


def _contacts(page: FamilySummary, width: float, setting: Setting) -> Block:
    said, half = setting.said, width / 2
    phone = said["hours"].format(phone=page.phone, hours=page.hours) if page.hours and page.phone else page.phone
    whom = said["apart"].join(words for words in (page.doctor, phone) if words)

    def named(key: str, words: str, x: float, room: float) -> Block:
        return _labelled(said["label"].format(said[key]), words or said["unknown"], x, room, setting)

    period = named("period", page.period, MARGIN, half - 10)
    nursery = named("nursery", page.nursery, MARGIN + half, half)
    both = [beside(period, nursery)]
    if max(period.height, nursery.height) > setting.leading:
        both = [named("period", page.period, MARGIN, width), named("nursery", page.nursery, MARGIN, width)]
    return stack([*both, named("doctor", whom, MARGIN, width)])


def _labelled(label: str, words: str, x: float, width: float, setting: Setting) -> Block:
    wide = fonts.width(label, setting.body)
    return beside(setting.paragraph(label, x, wide + 1, colour=MUTED), setting.paragraph(words, x + wide, width - wide))


def _qr(link: str, caption: str) -> Block:
    x = MARGIN + INNER - _QR

    def draw(paper: Paper, top: float) -> None:
        paper.qr(x, top + 2, _QR, link, TEXT)
        paper.link((x, top + 2, _QR, _QR), link)
        paper.text(x + _QR / 2, top + _QR + 13, caption, 9, MUTED, anchor="middle")

    return Block(_QR + 16, draw)


def _framed(words: str, setting: Setting) -> Block:
    inside = setting.paragraph(words, MARGIN + 12, INNER - 24, bold=True)

    def draw(paper: Paper, top: float) -> None:
        paper.box((MARGIN, top, INNER, inside.height + 6), edge=TEXT, radius=4, edge_width=1.2)
        inside.draw(paper, top + 3)

    return Block(inside.height + 6, draw)


def _boxed(inside: Block) -> Block:
    def draw(paper: Paper, top: float) -> None:
        paper.box((MARGIN, top, INNER, inside.height), fill=WARM, radius=6)
        paper.box((MARGIN, top, 5, inside.height), fill=ACCENT, radius=2.5)
        inside.draw(paper, top)

    return Block(inside.height, draw)


def _meaning(row: Meaning, setting: Setting, pill_room: float) -> Block:
    x = MARGIN + _FIRST_COLUMN + 8
    sentence = setting.paragraph(row.sentence, x, MARGIN + INNER - x - pill_room)
    return _padded(
        beside(_topic(row, setting), sentence, pill(row.action, setting.said, MARGIN + INNER, setting.leading)), setting
    )


def _topic(row: Meaning, setting: Setting) -> Block:
    """What was measured and its value, on one line where both fit."""
    name = row.topic[:1].upper() + row.topic[1:]
    topic = setting.paragraph(name, MARGIN, _FIRST_COLUMN, bold=True)
    wide = fonts.width(name, setting.body, bold=True) + 7
    if wide + fonts.width(row.value, setting.body) <= _FIRST_COLUMN:
        return beside(topic, setting.paragraph(row.value, MARGIN + wide, _FIRST_COLUMN))
    return stack([topic, setting.paragraph(row.value, MARGIN, _FIRST_COLUMN)])


def _padded(inside: Block, setting: Setting) -> Block:
    """A table row: air, and a hairline below."""
    air = setting.air * 0.28

    def draw(paper: Paper, top: float) -> None:
        bottom = top + inside.height + 2 * air
        paper.line((MARGIN, bottom), (MARGIN + INNER, bottom), RULE, 0.6)
        inside.draw(paper, top + air)

    return Block(inside.height + 2 * air, draw)


def _chart(page: FamilySummary, setting: Setting, width: float, height: float) -> Block:
    """The section's heading takes over the chart's own."""
    said, chart = setting.said, page.chart
    if chart is None:
        return stack([heading(said["growth"], setting), setting.paragraph(said["no_chart"], MARGIN, width - 10)])
    title = heading(said["apart"].join((said["growth"], chart.words.heading)), setting)
    sentence = setting.paragraph(page.chart_sentence, MARGIN, width)
    room = min(height - title.height - sentence.height - 3, _CHART_MOST)
    figure = growth_chart(replace(chart, width=width, height=room, words=replace(chart.words, heading="")))
    return stack([title, sentence, gap(3), Block(room, lambda paper, top: paper.figure(figure, MARGIN, top))])


def _doses(page: FamilySummary, setting: Setting, x: float, height: float) -> Block:
    said, width = setting.said, MARGIN + INNER - x
    air = gap(setting.air)
    title = setting.paragraph(said["vaccines"], x, width, bold=True, colour=ACCENT, larger=1)
    last = setting.paragraph(page.vaccines_sentence, x, width)
    top = stack([air, title, gap(1)])
    if not page.doses:
        return stack([top, setting.paragraph(said["no_doses"], x, width), gap(4), last])
    room = height - top.height - last.height - 4
    return stack([top, *_latest_doses(page.doses, setting, x, room), gap(4), last])


def _latest_doses(doses: tuple[DoseGiven, ...], setting: Setting, x: float, room: float) -> list[Block]:
    """As many as fit, the latest first; the last line counts the earlier ones."""
    day = max(fonts.width(dose.on, 11) for dose in doses) + 9
    rows = [_dose(dose, x, day) for dose in reversed(doses)]
    if sum(row.height for row in rows) <= room:
        return rows
    counted = paragraph(setting.said["earlier_doses"].format(count=len(doses)), x, MARGIN + INNER - x, 11, 15.5, MUTED)
    kept = 0
    while sum(row.height for row in rows[: kept + 1]) + counted.height <= room:
        kept += 1
    words = setting.said["earlier_doses"].format(count=len(doses) - kept)
    return [*rows[:kept], paragraph(words, x, MARGIN + INNER - x, 11, 15.5, MUTED)]


def _dose(dose: DoseGiven, x: float, day: float) -> Block:
    on = paragraph(dose.on, x, day, 11, 15.5, MUTED)
    return beside(on, paragraph(dose.vaccine, x + day, MARGIN + INNER - x - day, 11, 15.5, TEXT))
