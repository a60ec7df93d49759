"""What an advisor put together for one client, opened by its link and paid at the checkout."""
