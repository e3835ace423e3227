"""Pseudonyms of whole columns, by a compiled library: what Key.pseudonym gives, value by value."""

import pyarrow as pa

from governance.pseudonymise import PSEUDONYM_CHARACTERS, SEPARATOR, Key

SAMPLE, OFTEN = 4_000, 0.7
"""A column has each different value hashed once where at most such a share of its first ones is different."""


def is_possible(key: Key) -> bool:
    """Whether the library can have the secrets: it takes them as text."""
    return all(secret.isascii() for secret in key.secrets)


def pseudonyms(key: Key, kind: str, identifiers: pa.StringArray) -> pa.StringArray:
    """HMAC-SHA256 (RFC 2104) of each identifier, once per secret; needs a key that is_possible."""
    first = identifiers.slice(0, SAMPLE)
    if len(first.unique()) > OFTEN * len(first):
        return _hashed(key, kind, identifiers)
    coded = identifiers.dictionary_encode()
    return _hashed(key, kind, coded.dictionary).take(coded.indices)


def _hashed(key: Key, kind: str, identifiers: pa.StringArray) -> pa.StringArray:
    import polars as pl
    from polars_hash import concat_str

    found = pl.Series(identifiers)
    for secret in key.secrets:
        message = concat_str(pl.lit(kind + SEPARATOR.decode()), pl.lit(found))
        mac = message.chash.hmac_sha256(key=secret.decode())
        found = pl.select(mac.str.head(PSEUDONYM_CHARACTERS)).to_series()
    return found.to_arrow().cast(pa.string())
