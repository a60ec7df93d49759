"""What the worker does for boutiques: every night the published openings move on by a day."""

from enfilade.base.jobs import Jobs
from enfilade.boutiques.closures import publish_closures
from enfilade.boutiques.openings import renew_openings


def register(jobs: Jobs) -> None:
    """Just after every full hour: somewhere in the world a day begins. A maison whose openings stand costs one read."""
    jobs.at_each("3 * * * *", "renew_openings", renew_openings)
    jobs.at_each("4 * * * *", "publish_closures", publish_closures)
