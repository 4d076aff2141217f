"""How a site says no: by status, or by a page that asks who we are."""

import re

from crawlers.answer import Answer

DENIED = frozenset({401, 403, 407, 451})
FIRST_PAUSE = 24 * 3600.0  # seconds that a host is left alone after its first refusal
LONGEST_PAUSE = 30 * FIRST_PAUSE
_LARGEST = 150_000  # bytes; a page of content is larger than a page that asks for a cookie
_CHALLENGE = re.compile(
    rb"""<title>\s*(?:just\s+a\s+moment|attention\s+required!\s*\|\s*cloudflare|access\s+denied|pardon\s+our\s+interruption
    |are\s+you\s+a\s+(?:robot|human)\??|robot\s+check|security\s+check|human\s+verification
    |verifying\s+you\s+are\s+human)(?:\.{3}|\xe2\x80\xa6)?\s*</title>
    |/cdn-cgi/challenge-platform/h/[bg]/orchestrate|_incapsula_resource|id=["']px-captcha|/_sec/cp_challenge
    |captcha-delivery\.com|awswafintegration""",
    re.IGNORECASE | re.VERBOSE,
)


def is_challenge(answer: Answer) -> bool:
    """Whether the answer is a page that wants a human, in place of what was asked for."""
    if answer.headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if answer.headers.get("x-amzn-waf-action", "").lower() in {"challenge", "captcha"}:
        return True
    is_page = "html" in answer.content_type and len(answer.body) <= _LARGEST
    return is_page and _CHALLENGE.search(answer.body) is not None


def refusal_pause(refusals: int) -> float:
    """Seconds to leave a host alone after so many refusals in a row: each doubles the last."""
    return min(FIRST_PAUSE * 2.0 ** max(refusals - 1, 0), LONGEST_PAUSE)
