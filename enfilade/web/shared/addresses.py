"""The address of a parcel as a form writes it: the same fields and the same words wherever one is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.orders.addresses import FIELDS, NEEDED

LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A form as it was sent; `wrong` names each field that needs another look, with the reason."""

    values: dict[str, str]
    wrong: dict[str, str]

    @property
    def address(self) -> dict[str, str]:
        """What is said of the address, as an order keeps it."""
        return {name: self.values[name] for name in FIELDS if self.values.get(name)}


def written(form: Mapping[str, object], names: Iterable[str]) -> dict[str, str]:
    """The named fields of the form, each on one line and of bounded length; '' for what was not sent."""
    return {name: " ".join(str(form.get(name, "")).split())[:LENGTH_MAX] for name in names}


def lacking(values: Mapping[str, str], language: Language) -> dict[str, str]:
    """The fields without which no parcel arrives and which are blank, with the words for each."""
    _ = i18n.translations(language).gettext
    words = {
        "line1": _("Please give the street and number."),
        "postcode": _("Please give the postcode."),
        "city": _("Please give the city."),
    }
    return {name: words[name] for name in NEEDED if not values[name]}


def filled(form: Mapping[str, object], language: Language) -> Written:
    """A form that asks an address and nothing else."""
    values = written(form, FIELDS)
    return Written(values, lacking(values, language))
