"""What the worker does for staff: sessions that ended long ago are forgotten."""

from enfilade.base.jobs import Jobs
from enfilade.staff import sign_in


def register(jobs: Jobs) -> None:
    """Once a night."""
    jobs.at_each("23 3 * * *", "staff.forget_sessions", sign_in.forget_old)
