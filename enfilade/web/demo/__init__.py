"""What only the demo has: a bar that changes person on one order, the mailbox of the letters sent, five steps."""
