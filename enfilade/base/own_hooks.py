"""Local twins of outside systems tell our own hooks what happened, by the same way those would: over HTTP, from a job."""

import httpx

from enfilade.base.outgoing import certificates

TIMEOUT_SECONDS = 10


async def tell(address: str, body: bytes, headers: dict[str, str]) -> None:
    """Posts the message there. Raises httpx.HTTPError where it is not taken, so that the job tells it again."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False, verify=certificates()) as client:
        answer = await client.post(
            address, content=body, headers=headers | {"content-type": "application/json"}
        )
    # Where the demo does not run nobody listens.
    if answer.status_code != 404:
        answer.raise_for_status()
