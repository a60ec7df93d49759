"""What the worker does for catalogues: prices that begin by their date reach the pages."""

from enfilade.base.jobs import Jobs
from enfilade.catalogue.collaborations import settle
from enfilade.catalogue.publish import publish_products


def register(jobs: Jobs) -> None:
    """Prices just after every full hour; what all partners approved within the minute."""
    jobs.at_each("4 * * * *", "publish_products", publish_products)
    jobs.at_each("* * * * *", "settle_collaborations", settle)
