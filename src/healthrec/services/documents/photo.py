"""A photo as it is kept: what it is was read from its content, it stands upright, and nothing says where or with what it was taken."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from healthrec.errors import Issue, Refused

JPEG = "image/jpeg"
MOST_BYTES = 10 * 2**20
_MOST_PIXELS = 50_000_000
_LONGEST_SIDE = 2400
"""Pixels: a lot number on a page of A5 is read with ease."""

_QUALITY = 85
_FORMATS = ("JPEG", "PNG")


def cleaned(data: bytes, field: str = "photo") -> bytes:
    """The picture drawn anew as JPEG, without metadata (place, time, camera, preview), at most 2,400 pixels long.

    Raises Refused (at `field`) for what is no JPEG or PNG, whatever its name says, and for what is too large.
    """
    if not data:
        raise Refused(Issue("required", "photo.needed", field))
    if len(data) > MOST_BYTES:
        raise Refused(Issue("too-long", "photo.too-large", field, {"limit_mb": MOST_BYTES // 2**20}))
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise Refused(Issue("too-long", "photo.too-many-pixels", field, {"limit": _MOST_PIXELS // 1_000_000}))
            return _drawn(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Refused(Issue("value", "photo.not-a-picture", field)) from None


def _drawn(picture: Image.Image) -> bytes:
    picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    ground = Image.new("RGB", upright.size, "white")
    whole = upright.convert("RGBA")
    ground.paste(whole, mask=whole)
    kept = BytesIO()
    ground.save(kept, "JPEG", quality=_QUALITY, optimize=True)
    return kept.getvalue()
