"""The staff's desk: the pages under /staff, with accounts of their own (docs/sportello.md)."""
