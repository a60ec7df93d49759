"""Statements for partners: what is due to each, issued, on paper and for a spreadsheet; and those other houses told us."""
