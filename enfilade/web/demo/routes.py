"""Every address of the demo; where the demo does not run there is none."""

from litestar.types import ControllerRouterHandler

from enfilade.web.demo import bar
from enfilade.web.demo.guide import handlers as guide
from enfilade.web.demo.mailbox import handlers as mailbox
from enfilade.web.demo.persons import handlers as persons


def handlers(*, demo: bool) -> list[ControllerRouterHandler]:
    """The bar's addresses, and the bar itself on every page."""
    if not demo:
        return []
    bar.install()
    return [
        guide.guide,
        guide.progress,
        persons.become,
        mailbox.mailbox,
        mailbox.letter,
        mailbox.letter_html,
        mailbox.letter_picture,
    ]
