"""Children who may be one, and twins who are not."""

from datetime import date

import pytest

from healthrec.domain.roster import Match, Person, find_matches, find_repeats
from healthrec.domain.roster.matches import MATCHES_TOLD, compare

DAY, NEXT = date(2025, 6, 4), date(2025, 6, 5)
PHONE = frozenset({"13800000000"})


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (Person("a", "王犇", DAY, "1"), Person("b", "李一", NEXT, "1"), "same-number"),
        (Person("a", "王犇", DAY), Person("b", "王犇", DAY), "same-name-and-birth-date"),
        (Person("a", "王犇", DAY, "1"), Person("b", "王犇", DAY), "same-name-and-birth-date"),
        (Person("a", "王犇", DAY, "1"), Person("b", "王犇", DAY, "2"), "namesake"),
        (Person("a", "欧阳子涵", DAY, "", PHONE), Person("b", "欧阳子晗", DAY, "", PHONE), "likely-twins"),
        (Person("a", "欧阳子涵", DAY), Person("b", "欧阳子晗", DAY), "look-alike"),
        (Person("a", "王犇", DAY, "", PHONE), Person("b", "王犇", NEXT, "", PHONE), "birth-date-differs"),
        (Person("a", "王犇", DAY), Person("b", "王犇", NEXT), None),
        (Person("a", "王犇", DAY, "", PHONE), Person("b", "王犇", None, "", PHONE), None),
        (Person("a", "王犇", None), Person("b", "王犇", None), None),
        (Person("a", "王犇", DAY), Person("b", "李一二", DAY), None),
        (Person("a", "王犇", DAY, "", PHONE), Person("b", "李一二", NEXT, "", PHONE), None),
    ],
)
def test_what_two_persons_have_in_common(one: Person, other: Person, kind: str | None) -> None:
    assert compare(one, other) == compare(other, one) == kind
    expected = (Match("a", "b", kind),) if kind else ()  # type: ignore[arg-type]
    assert find_matches([one], [other]) == expected


def test_a_nameless_row_matches_by_number_only() -> None:
    assert find_repeats([Person("a", "", DAY), Person("b", "", DAY)]) == ()
    assert find_repeats([Person("a", "", DAY, "1"), Person("b", "", None, "1")]) == (Match("b", "a", "same-number"),)


def test_a_file_of_one_repeated_row_is_compared_a_few_times_only() -> None:
    persons = [Person(str(at), "王犇", DAY) for at in range(200)]
    found = find_repeats(persons)
    assert {match.key for match in found} == {str(at) for at in range(1, 200)}
    assert max(sum(match.key == person.key for match in found) for person in persons) == MATCHES_TOLD


def test_the_strongest_matches_come_first() -> None:
    known = [Person(f"k{at}", f"王{name}", DAY) for at, name in enumerate("一二三四五六犇七")]
    found = find_matches([Person("a", "王犇", DAY)], known)
    assert (found[0], len(found)) == (Match("a", "k6", "same-name-and-birth-date"), MATCHES_TOLD)
