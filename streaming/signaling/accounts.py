"""/api/accounts, for admins: who may sign in, and what with which roles."""

import time
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from aiohttp import web
from pydantic import Field

from streaming.domain.account import Account
from streaming.domain.session import Role
from streaming.signaling.bodies import read_own_json
from streaming.signaling.ports import DEPS
from streaming.signaling.sessions import Body, signed_in_of

log = structlog.get_logger()


class AccountRequest(Body):
    login: str = Field(max_length=256)
    name: str = Field(default="", max_length=256)
    roles: Sequence[Role] = Field(max_length=16)


class AccountChange(Body):
    """What is left out stays. ``reset_password`` gives a new one-time password and ends every
    session and seat that the old one began."""

    name: str | None = Field(default=None, max_length=256)
    roles: Sequence[Role] | None = Field(default=None, max_length=16)
    disabled: bool | None = None
    reset_password: bool = False


class AccountInfo(Body):
    """``password`` is a new one-time password, shown in this one answer and never again."""

    id: str
    login: str
    name: str
    roles: Sequence[Role]
    disabled: bool
    must_change: bool
    created_at_s: int
    password: str | None = None

    @classmethod
    def of(cls, account: Account, password: str | None = None) -> "AccountInfo":
        return cls(
            id=account.id,
            login=account.login,
            name=account.name,
            roles=sorted(account.roles),
            disabled=account.disabled,
            must_change=account.must_change,
            created_at_s=account.created_at_s,
            password=password,
        )


class AccountList(Body):
    accounts: Sequence[AccountInfo]


async def list_accounts(request: web.Request) -> web.Response:
    await signed_in_of(request, role=Role.ADMIN)
    accounts = await request.app[DEPS].accounts.accounts()
    answer = AccountList(accounts=[AccountInfo.of(account) for account in accounts])
    return web.json_response(answer.model_dump(mode="json", exclude_none=True))


async def add_account(request: web.Request) -> web.Response:
    body = await read_own_json(request, AccountRequest)
    deps = request.app[DEPS]
    admin = (await signed_in_of(request, role=Role.ADMIN)).account
    account, password = await deps.accounts.add(
        login=body.login, name=body.name, roles=body.roles, now_s=int(time.time())
    )
    deps.audit.record(
        "account.created", account=account.id, roles=_text(account.roles), by=admin.id
    )
    return _account_response(account, password, HTTPStatus.CREATED)


async def change_account(request: web.Request) -> web.Response:
    body = await read_own_json(request, AccountChange)
    deps, account_id = request.app[DEPS], request.match_info["id"]
    admin = (await signed_in_of(request, role=Role.ADMIN)).account
    account = await deps.accounts.change(
        account_id, name=body.name, roles=body.roles, disabled=body.disabled
    )
    if any(change is not None for change in (body.name, body.roles, body.disabled)):
        deps.audit.record(
            "account.changed",
            account=account.id,
            roles=_text(account.roles),
            disabled=account.disabled,
            renamed=body.name is not None,
            by=admin.id,
        )
    password = None
    if body.reset_password:
        password = await deps.accounts.reset_password(account.id, now_s=int(time.time()))
        deps.audit.record("password.reset", account=account.id, by=admin.id)
    return _account_response(account, password, HTTPStatus.OK)


def _text(roles: frozenset[Role]) -> str:
    return "+".join(sorted(roles))


def _account_response(account: Account, password: str | None, status: HTTPStatus) -> web.Response:
    answer = AccountInfo.of(account, password).model_dump(mode="json", exclude_none=True)
    return web.json_response(answer, status=status)
