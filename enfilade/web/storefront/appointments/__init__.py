"""Appointments: clients book by themselves, and see, move or cancel by their link."""
