"""Stock: positions and their ledger, holds and allocations, availability, shortages. The one place where pieces are counted."""
