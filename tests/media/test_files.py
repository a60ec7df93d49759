"""Bytes lie where they were put, in a folder as in an S3 storage."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enfilade.media.files import Files, FilesGone


async def names(files: Files, later: timedelta) -> list[str]:
    return sorted([kept.name async for kept in files.older_than(datetime.now(UTC) + later)])


async def test_what_was_put_is_found_listed_and_removed(files: Files) -> None:
    await files.put("a/one", b"1")
    await files.put("a/one", b"1")
    await files.put("b/two", b"22" * 3_000_000)
    assert await files.get("a/one") == b"1"
    assert len(await files.get("b/two")) == 6_000_000
    assert await names(files, timedelta()) == []
    assert await names(files, timedelta(days=2)) == ["a/one", "b/two"]
    await files.remove("a/one")
    await files.remove("a/one")
    with pytest.raises(FilesGone):
        await files.get("a/one")
    assert await names(files, timedelta(days=2)) == ["b/two"]


async def test_who_has_no_key_is_told(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of somebody else")
    with pytest.raises(FilesGone):
        await Files(bucket, tmp_path).put("a/one", b"1")
