"""A photo of the paper certificate is evidence: kept by who saw the paper, shown to those who may know all that it shows."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import Image
from tests.services.forms.filled import child_with_table, stored
from tests.services.immunization.test_differences import SEEN, own_child
from tests.town import caller_named

from healthrec import errors
from healthrec.services.context import Services
from healthrec.services.documents import photo as photos
from healthrec.services.documents.certificate import keep_photo, mark_photo_mistaken, show_photos
from healthrec.services.documents.photo import cleaned
from healthrec.services.documents.read import document_content
from healthrec.services.immunization.record_dose import record_dose

GPS, ORIENTATION = 0x8825, 0x0112


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), turned: int = 1) -> bytes:
    """A picture that says where it was taken, and how the phone was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif[0x010F] = "A phone"
    exif.get_ifd(GPS)[1] = "N"
    kept = BytesIO()
    Image.new("RGB", size, "teal").save(kept, kind, exif=exif)
    return kept.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_kept_is_a_jpeg_that_says_nothing_of_place_or_phone(kind: str) -> None:
    kept = cleaned(picture(kind))
    with Image.open(BytesIO(kept)) as found:
        assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (300, 200), {})
    assert b"A phone" not in kept
    assert b"Exif" not in kept


def test_a_picture_stands_upright_and_is_made_smaller() -> None:
    with Image.open(BytesIO(cleaned(picture(turned=6)))) as found:
        assert found.size == (200, 300)
    with Image.open(BytesIO(cleaned(picture(size=(2401, 100))))) as found:
        assert found.size == (2400, 100)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "photo.needed"),
        (b"%PDF-1.7 photo.jpg", "photo.not-a-picture"),
        (picture("JPEG")[:300], "photo.not-a-picture"),
        (b"GIF89a" + bytes(40), "photo.not-a-picture"),
        (b"\xff\xd8" + bytes(photos.MOST_BYTES), "photo.too-large"),
    ],
    ids=["nothing", "a PDF", "half a picture", "a GIF", "too large"],
)
def test_what_is_no_photo_is_refused_whatever_its_name(data: bytes, key: str) -> None:
    with pytest.raises(errors.Refused) as refused:
        cleaned(data)
    assert (refused.value.issues[0].key, refused.value.issues[0].expression) == (key, "photo")


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused() -> None:
    small = bytearray(picture("PNG", (10, 10)))
    small[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(errors.Refused) as refused:
        cleaned(bytes(small))
    assert refused.value.issues[0].key in ("photo.too-many-pixels", "photo.not-a-picture")


def test_a_photo_is_evidence_of_the_doses_read_off_the_paper(town_services: Services) -> None:
    nurse, child = caller_named(town_services, "vaccinator"), own_child(town_services, "vaccinator")
    dose = record_dose(town_services, nurse, child, SEEN)
    record_dose(town_services, nurse, child, SEEN | {"vaccine": "Hib", "source": "told"})
    id_ = keep_photo(town_services, nurse, child, picture(), command_id="p1")
    assert keep_photo(town_services, nurse, child, picture(), command_id="p1") == id_
    (kept,) = show_photos(town_services, nurse, child).photos
    assert (kept.id, kept.doses) == (id_, frozenset({dose}))
    content = document_content(town_services, nurse, id_)
    assert (content.media_type, content.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert stored(town_services, "DocumentReference", id_)["content"][0]["attachment"]["contentType"] == "image/jpeg"


def test_a_nursery_keeps_a_photo_and_sees_none(town_services: Services) -> None:
    nurse = caller_named(town_services, "nurse")
    child = child_with_table(town_services, nurse)[0]
    record_dose(town_services, nurse, child, SEEN | {"vaccine": "Hib"})
    id_ = keep_photo(town_services, nurse, child, picture())
    shown = show_photos(town_services, nurse, child)
    assert (shown.photos, shown.sees) == ((), False)
    for username in ("nurse", "parent", "guide", "head"):
        with pytest.raises(errors.NotFound):
            document_content(town_services, caller_named(town_services, username), id_)


def test_who_keeps_no_photo_is_told_so(town_services: Services) -> None:
    child = own_child(town_services, "vaccinator")
    for username in ("guide", "parent", "specialist"):
        with pytest.raises(errors.NotAllowed):
            keep_photo(town_services, caller_named(town_services, username), child, picture())
    with pytest.raises(errors.NotFound):
        keep_photo(town_services, caller_named(town_services, "vaccinator2"), child, picture())


def test_a_wrong_photo_stays_marked_and_is_shown_no_more(town_services: Services) -> None:
    nurse, child = caller_named(town_services, "vaccinator"), own_child(town_services, "vaccinator")
    id_ = keep_photo(town_services, nurse, child, picture())
    with pytest.raises(errors.Refused):
        mark_photo_mistaken(town_services, nurse, child, id_, " ")
    mark_photo_mistaken(town_services, nurse, child, id_, "是哥哥的接种证")
    assert show_photos(town_services, nurse, child).photos == ()
    assert stored(town_services, "DocumentReference", id_)["status"] == "entered-in-error"
    with pytest.raises(errors.NotFound):
        mark_photo_mistaken(town_services, nurse, child, id_, "再来一次")
