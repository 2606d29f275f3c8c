"""What the routes share."""

from typing import Annotated

from fastapi import Depends, Request

from shared.database import Database


def _database(request: Request) -> Database:
    database: Database = request.app.state.service.database
    return database


UsedDatabase = Annotated[Database, Depends(_database)]
