"""Prices: an amount and, where it is sure, an ISO 4217 currency."""

import math
import re
from functools import lru_cache

from price_parser import Price

_MOST = 1e8  # a course for 50 million rupiah exists; one for 100 million of anything is an error
_SYMBOLS = {
    "$": "USD", "US$": "USD", "€": "EUR", "EURO": "EUR", "£": "GBP", "₹": "INR", "RS": "INR", "MX$": "MXN",
    "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "S$": "SGD", "HK$": "HKD", "NT$": "TWD",
    "R$": "BRL", "CL$": "CLP", "CO$": "COP", "AR$": "ARS", "₽": "RUB", "РУБ": "RUB", "РУБ.": "RUB", "Р": "RUB",
    "₩": "KRW", "₺": "TRY", "TL": "TRY", "₴": "UAH", "ГРН": "UAH", "ZŁ": "PLN", "KČ": "CZK", "₪": "ILS", "฿": "THB",
    "₫": "VND", "Đ": "VND", "₱": "PHP", "₦": "NGN", "RP": "IDR", "RM": "MYR", "CN¥": "CNY", "RMB": "CNY", "円": "JPY",
    "LEI": "RON", "FT": "HUF", "₸": "KZT",
}  # fmt: skip
# "¥" (yen, yuan) and "kr" (four crowns) are not sure, so they give no currency.
_CODE = re.compile(r"\b[A-Z]{3}\b")
_CODE_LIST = """
    AED ARS AUD BDT BGN BHD BRL BYN CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP GEL GHS HKD HUF IDR ILS INR IQD
    ISK JOD JPY KES KRW KWD KZT LBP LKR MAD MXN MYR NGN NOK NPR NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK
    SGD THB TND TRY TWD TZS UAH UGX USD UYU UZS VND XAF XOF ZAR
"""
_CODES = frozenset(_CODE_LIST.split())
_FREE = re.compile(r"\b(?:free|gratis|kostenlos|gratuit|audit|бесплатно)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"[^\d]{0,4}[-−]\s?[^\d\s]{0,3}\d")
_PERIOD = re.compile(
    r"(?:/|\bper\b|\ban?\b)\s*(?:month|mo\b|year|yr|week|day|annum)|\b(?:monthly|yearly|annually)\b", re.IGNORECASE
)


def price(value: object) -> tuple[float, str | None] | None:
    """The amount and its currency, from a number or from words; of several amounts the first.

    None for "Free" (that is another fact, also in "FREE-Add a Certificate for $49"), for a fee by month or year (it is
    not the price of this course), and for negative or absurd amounts. A stated 0 is a price of 0.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _checked(value, None)
    return _price(value) if isinstance(value, str) and 0 < len(value) <= 80 else None


@lru_cache(maxsize=16_384)
def _price(words: str) -> tuple[float, str | None] | None:
    if _FREE.search(words) or _PERIOD.search(words) or _NEGATIVE.match(words):
        return None
    found = Price.fromstring(words)
    return None if found.amount is None else _checked(float(found.amount), _currency(words, found.currency))


def _checked(amount: float, currency: str | None) -> tuple[float, str | None] | None:
    sane = 0 <= amount < _MOST and math.isfinite(amount)
    return (round(float(amount), 2), currency) if sane else None


def _currency(words: str, symbol: str | None) -> str | None:
    """A code beside the symbol ("$49 AUD") is surer than the symbol."""
    for code in _CODE.findall(words):
        if code in _CODES:
            return str(code)
    name = (symbol or "").upper()
    return name if name in _CODES else _SYMBOLS.get(name)
