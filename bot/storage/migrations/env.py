"""What alembic runs: the migrations, in the transaction that bot.storage.migrations has opened."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
