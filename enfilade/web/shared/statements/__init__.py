"""Statements for partners, on paper and for spreadsheets."""
