"""Certificates: checked by whoever holds a code, and as documents for who bought."""
