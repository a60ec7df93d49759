"""What the worker does for catalogues: prices that begin by their date reach the pages."""

from enfilade.base.jobs import Jobs
from enfilade.catalogue.publish import publish_products


def register(jobs: Jobs) -> None:
    """Just after every full hour."""
    jobs.at_each("4 * * * *", "publish_products", publish_products)
