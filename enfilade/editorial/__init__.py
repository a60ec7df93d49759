"""Stories: written in blocks, kept in versions, shown by market, published in the transaction of the act."""
