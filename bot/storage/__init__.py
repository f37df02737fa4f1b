"""What the assistant keeps on disk, with SQLAlchemy: SQLite by default, PostgreSQL by setting."""
