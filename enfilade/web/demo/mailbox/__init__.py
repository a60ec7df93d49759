"""The letters that the demo sent, to nobody but this mailbox."""
