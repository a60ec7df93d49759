"""Both places where bytes may lie: a folder, and a bucket of SeaweedFS, which speaks S3."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from enfilade.media.files import Files, FilesGone
from tests.served import free_port

READY_SECONDS_MAX = 60
KEYS = {"accessKey": "access-of-tests", "secretKey": "secret-of-tests"}


def _port() -> int:
    """One whose tenthousandth neighbour exists: the server listens there, too."""
    while (port := free_port()) > 55_000:
        pass
    return port


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a bucket of a real S3 server; the AWS_… variables lead to it meanwhile."""
    data = tmp_path_factory.mktemp("s3")
    allowed = {"name": "enfilade", "credentials": [KEYS], "actions": ["Admin", "Read", "Write", "List"]}
    (data / "who.json").write_text(json.dumps({"identities": [allowed]}), encoding="utf-8")
    options = {f"{part}.port": str(_port()) for part in ("master", "volume", "filer", "s3")}
    options |= {
        "dir": str(data),
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": "64",
        "volume.max": "8",
        "s3.config": str(data / "who.json"),
        "s3.port.iceberg": "0",
        "s3.port.lance": "0",
    }
    weed = str(Path(sys.executable).with_name("weed"))
    program = [
        weed,
        "-logtostderr=true",
        "server",
        "-filer",
        "-s3",
        *(f"-{k}={v}" for k, v in options.items()),
    ]
    with (data / "log").open("wb") as log, pytest.MonkeyPatch.context() as patch:
        running = subprocess.Popen(program, stdout=log, stderr=log)
        patch.setenv("AWS_ACCESS_KEY_ID", KEYS["accessKey"])
        patch.setenv("AWS_SECRET_ACCESS_KEY", KEYS["secretKey"])
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{options['s3.port']}")
        try:
            asyncio.run(_ready("s3://pictures/of-tests", running, data))
            yield "s3://pictures/of-tests"
        finally:
            running.kill()
            running.wait()


async def _ready(address: str, running: subprocess.Popen[bytes], data: Path) -> None:
    for _ in range(READY_SECONDS_MAX):
        assert running.poll() is None, (data / "log").read_text(encoding="utf-8")[-3000:]
        try:
            return await Files(address, data).put("ready", b"yes")
        except FilesGone:
            await asyncio.sleep(1)
    raise AssertionError("no S3: " + (data / "log").read_text(encoding="utf-8")[-3000:])


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """Empty as far as this test sees."""
    if request.param == "folder":
        return Files("", tmp_path / "files")
    return Files(f"{request.getfixturevalue('bucket')}/{tmp_path.name}", tmp_path)
