"""Stories: the list, the editor for people who write, translation side by side, schedule, versions, preview."""
