"""Brings the records' file to the form that ``store.models`` describes, or refuses it.

python -m streaming.store.schema "Keep the consult log"   a new migration, from the models
"""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from streaming.store.errors import StoreError, store_error

BASELINE = "0001"
LAST_COUNTED = 2
"""What table ``schema`` says since there are migrations, and will go on to say: release 0.1.0 knows
a newer file by it. Which migrations were run is in ``alembic_version``."""

_FOLDER = Path(__file__).parent / "migrations"


def bring_up_to_date(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's own transaction: all or none.

    Foreign keys mustn't be enforced meanwhile: a table that is made anew is dropped in between.

    Raises:
        StoreError: ``store.newer``, ``store.upgrade`` and what ``store_error`` tells.
    """
    config = _config(connection)
    script = ScriptDirectory.from_config(config)
    done = set(MigrationContext.configure(connection).get_current_heads())
    _refuse_newer(connection, is_known=done <= {step.revision for step in script.walk_revisions()})
    if done == set(script.get_heads()):
        return
    try:
        if not done and inspect(connection).has_table("schema"):
            command.stamp(config, BASELINE)
        command.upgrade(config, "head")
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    except DBAPIError as error:
        known = store_error(error)
        raise (_not_upgraded() if known.code == "store.failed" else known) from error
    except SQLAlchemyError as error:
        raise _not_upgraded() from error
    if broken is not None:
        raise _not_upgraded()


def _refuse_newer(connection: Connection, *, is_known: bool) -> None:
    counted = 0
    if inspect(connection).has_table("schema"):
        counted = connection.scalar(text("SELECT version FROM schema")) or 0
    if counted > LAST_COUNTED or not is_known:
        raise StoreError(
            "store.newer",
            "The records are of a newer release.",
            fix="install that release again, or use another data_dir",
        )


def _not_upgraded() -> StoreError:
    return StoreError(
        "store.upgrade",
        "The records can't be brought to this release's form; nothing was changed.",
        fix="go back to the release that ran here last, or restore sonopair.sqlite from a backup",
    )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "m%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def add_migration(message: str) -> None:
    """Write what the models have and the migrations don't into a new one, to be read and kept."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        config = _config(connection)
        command.upgrade(config, "head")
        count = len(list(ScriptDirectory.from_config(config).walk_revisions()))
        command.revision(config, message, autogenerate=True, rev_id=f"{count + 1:04}")
    engine.dispose()


if __name__ == "__main__":
    add_migration(sys.argv[1])
