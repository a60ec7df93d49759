"""Appointments: a time with an advisor in a boutique, to try pieces."""
