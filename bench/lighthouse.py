"""What `bin/lighthouse` does: says how fast, accessible and findable a running demo is on a phone; kept in lighthouse.json."""

import json
import os
import re
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx

HERE = Path(__file__).parent
TRIES = 3
TOOL = HERE / "lighthouse_tool"
RESULTS = HERE / "lighthouse.json"
#: As the report calls them → as the table does.
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}
MEASURES = {
    "largest-contentful-paint": "LCP ms",
    "cumulative-layout-shift": "CLS",
    "total-blocking-time": "TBT ms",
    "total-byte-weight": "bytes",
}


def pages(base: str) -> tuple[dict[str, str], str]:
    """The pages that are measured, of one maison those that its own pages lead to; and the cookie that opens the checkout."""
    maison = "/en/maisons/brisseval"
    with httpx.Client(base_url=base, timeout=30, follow_redirects=True) as client:

        def first(within: str, begins: str) -> str:
            found = re.search(
                rf'<main.*?href="({re.escape(begins)}[^"]+)"', client.get(within).text, re.DOTALL
            )
            assert found, f"{within} leads to no {begins}"
            return found[1].replace("&amp;", "&")

        product = first(f"{maison}/pieces", "/en/products/")
        measured = {
            "home": "/en/",
            "family": f"{maison}/pieces",
            "product": product,
            "story": first("/en/stories", "/en/stories/"),
            "boutiques": "/en/boutiques",
            "search": "/en/search?q=black+bag",
            "checkout": checkout(client, product),
        }
        return measured, "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def checkout(client: httpx.Client, product: str) -> str:
    """The address of a checkout with this product in it."""
    taken = re.search(
        r'class="take".*?name="variant_id" value="([^"]+)"', client.get(product).text, re.DOTALL
    )
    assert taken, f"{product} cannot be taken today"
    basket = client.post("/en/basket", data={"variant_id": taken[1]}).text
    ways = re.search(r'<form class="ways".*?</form>', basket, re.DOTALL)
    assert ways, "the basket leads to no checkout"
    fields = re.findall(r'<input type="(?:hidden|radio)" name="([^"]+)" value="([^"]*)"([^>]*)', ways[0])
    chosen = {name: value for name, value, rest in fields if name == "key" or "checked" in rest}
    return client.post("/en/checkout", data=chosen).url.path


def report(address: str, chrome: str, cookie: str) -> dict[str, Any]:
    """One run: Lighthouse's own phone and network, everything but what it says of apps."""
    flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = [
        str(TOOL / "node_modules/.bin/lighthouse"),
        address,
        "--quiet",
        "--output=json",
        f"--chrome-flags={flags}",
        f"--only-categories={','.join(CATEGORIES)}",
        *([f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []),
    ]
    said = ""
    for _ in range(TRIES):
        ran = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": chrome}, capture_output=True, check=False
        )
        if ran.returncode == 0:
            return json.loads(ran.stdout)
        # Chrome now and then loses the beginning of its own recording; that run says nothing of the page.
        said = ran.stderr.decode()[-2000:]
    raise click.ClickException(f"{address}: {said}")


def told(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of the runs, and what failed in the last of them."""
    last = reports[-1]
    scores = {
        short: round(100 * statistics.median(one["categories"][name]["score"] or 0 for one in reports))
        for name, short in CATEGORIES.items()
    }
    measures = {
        short: round(statistics.median(one["audits"][name]["numericValue"] for one in reports), 3)
        for name, short in MEASURES.items()
    }
    failed = sorted(
        ref["id"]
        for name in CATEGORIES
        if name != "performance"
        for ref in last["categories"][name]["auditRefs"]
        if (score := last["audits"][ref["id"]]["score"]) is not None and score < 1 and ref["weight"]
    )
    return {**scores, **measures, "runs": len(reports), "failed": failed}


@click.command()
@click.argument("address", default="http://127.0.0.1:8000")
@click.option("--runs", default=5, help="Of each page; the table has the median.")
@click.option("--only", default="", help="The page of this name.")
def lighthouse(address: str, runs: int, only: str) -> None:
    """Measure the demo that runs at ADDRESS."""
    chrome = os.environ["ENFILADE_CHROME"]
    base = address.rstrip("/")
    known: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    measured, cookie = pages(base)
    for name, path in measured.items():
        if only in name:
            visitor = cookie if name == "checkout" else ""
            found = told([report(base + path, chrome, visitor) for _ in range(runs)])
            known[name] = {
                "path": re.sub(r"[0-9a-f-]{36}", "…", path),
                **found,
                "measured_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            }
            click.echo(
                f"{name:10} "
                + "  ".join(f"{key} {found[key]}" for key in (*CATEGORIES.values(), *MEASURES.values()))
            )
            for failed in found["failed"]:
                click.echo(f"           {failed}", err=True)
            RESULTS.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(lighthouse())
