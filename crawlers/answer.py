"""What a site answered, as it was sent."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_DECLARED = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})"""
)
_STATED = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The body with its circumstances: ``url`` is where it was found after redirects, header names are lower case.

    ``transferred`` bytes crossed the line for it; ``unmodified`` says that the site confirmed what we hold, ``stored``
    that the site was not asked at all.
    """

    url: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    transferred: int = 0
    unmodified: bool = False
    stored: bool = False

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text: by byte order mark, header, declaration in the document, and UTF-8 where none says."""
        for mark, encoding in _MARKS:
            if self.body.startswith(mark):
                return self.body.decode(encoding, errors="replace")
        stated = _STATED.search(self.headers.get("content-type", ""))
        declared = _DECLARED.search(self.body[:2048])
        named = stated[1] if stated else declared[1].decode("ascii") if declared else "utf-8"
        try:
            return self.body.decode(named, errors="replace")
        except LookupError:
            return self.body.decode("utf-8", errors="replace")
