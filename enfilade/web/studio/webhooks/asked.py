"""The form of an endpoint: its address and types, as they were written, with what needs another look."""

from dataclasses import dataclass, field

from litestar.datastructures import FormMultiDict

from enfilade.base.outgoing import URL_LETTERS_MAX, AddressRefused, NoAnswer, Outgoing
from enfilade.channels.webhooks.endpoints import Endpoint, TypesRefused, chosen
from enfilade.channels.webhooks.types import TYPES, Type
from enfilade.web.studio.forms import INCOMPLETE, complete

GROUPS = {
    "order": "Orders",
    "fulfilment": "Preparation and hand-over",
    "line": "Lines of orders",
    "return": "Returns",
    "payment": "Payments",
    "stock": "Stock",
    "transfer": "Transfers",
    "till": "Tills",
    "certificate": "Certificates",
    "enquiry": "Questions for a price",
    "statement": "Statements for partners",
    "appointment": "Appointments",
    "client": "Clients",
}
GROUPED: dict[str, list[Type]] = {
    words: [one for one in TYPES if one.name.partition(".")[0] == group] for group, words in GROUPS.items()
}


@dataclass(frozen=True, slots=True)
class Written:
    """`wrong` names each field that needs another look, with the reason."""

    url: str = "https://"
    types: tuple[str, ...] = ()
    key: str = ""
    wrong: dict[str, str] = field(default_factory=dict[str, str])


def kept(endpoint: Endpoint) -> Written:
    """The form before anybody writes."""
    return Written(endpoint.url, tuple(endpoint.types))


async def read(form: FormMultiDict, outgoing: Outgoing) -> Written:
    """The form, its address judged as it will be at each try. Asks the name's servers, so outside any transaction."""
    url = str(form.get("url", "")).strip()[: URL_LETTERS_MAX + 1]
    types = tuple(str(one)[:60] for one in form.getall("types", [])[:200])
    key = str(form.get("key", ""))
    wrong: dict[str, str] = {}
    if not complete(key):
        wrong["url"] = INCOMPLETE
    try:
        chosen(types)
    except TypesRefused:
        wrong["types"] = "Choose what to tell: at least one."
    try:
        await outgoing.judged(url)
    except (AddressRefused, NoAnswer) as refusal:
        wrong["url"] = str(refusal)
    return Written(url, types, key, wrong)
