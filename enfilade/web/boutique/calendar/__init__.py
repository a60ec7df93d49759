"""An advisor's calendars: one to subscribe to, and one from elsewhere whose busy times are read."""
