"""Accounts, whom an OpenID provider calls them, and their sessions in the database."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session as Transaction

from streaming.domain.account import Account, Session, StoredAccount, seats_of
from streaming.domain.errors import BadInput, NotAllowed
from streaming.domain.session import Role
from streaming.store.database import Database
from streaming.store.ending import end_with_guests
from streaming.store.models import AccountRow, IdentityRow, SeatRow, SessionRow


class StoredAccounts:
    """Implements the ports of ``auth.accounts`` and ``auth.sessions``. Every call may raise
    ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accounts(self) -> Sequence[Account]:
        query = select(AccountRow).order_by(AccountRow.login)
        rows = await self._database.read(lambda transaction: transaction.scalars(query).all())
        return [account_of(row) for row in rows]

    async def account(self, account_id: str) -> StoredAccount | None:
        return await self._one(AccountRow.id == account_id)

    async def account_by_login(self, login: str) -> StoredAccount | None:
        return await self._one(AccountRow.login == login)

    async def account_by_identity(self, issuer: str, subject: str) -> Account | None:
        query = (
            select(AccountRow)
            .join(IdentityRow)
            .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
        )
        row = await self._database.read(lambda transaction: transaction.scalars(query).first())
        return account_of(row) if row else None

    async def add_account(
        self, stored: StoredAccount, *, identity: tuple[str, str] | None = None
    ) -> bool:
        account = stored.account
        taken = select(AccountRow.id).where(AccountRow.login == account.login)

        def work(transaction: Transaction) -> bool:
            if transaction.scalars(taken).first() is not None:
                return False
            if identity is not None and transaction.get(IdentityRow, identity) is not None:
                return False
            transaction.add(_account_row(stored))
            transaction.flush()
            if identity is not None:
                issuer, subject = identity
                transaction.add(IdentityRow(issuer=issuer, subject=subject, account_id=account.id))
            return True

        return await self._database.run(work)

    async def change_account(
        self,
        account_id: str,
        *,
        name: str | None = None,
        roles: frozenset[Role] | None = None,
        disabled: bool | None = None,
    ) -> Account:
        def work(transaction: Transaction) -> Account:
            row = transaction.get(AccountRow, account_id)
            if row is None:
                raise BadInput("account.unknown", "There is no such account.")
            administered = account_of(row).administers
            account = _change(transaction, row, name=name, roles=roles, disabled=disabled)
            if administered and not any(map(_administers, transaction.scalars(select(AccountRow)))):
                raise NotAllowed("account.last_admin", "This is the only admin left.")
            return account

        return await self._database.run(work)

    async def follow_provider(
        self, account_id: str, *, name: str | None, roles: frozenset[Role]
    ) -> Account:
        def work(transaction: Transaction) -> Account:
            row = transaction.get_one(AccountRow, account_id)
            if row.disabled:
                raise NotAllowed("account.disabled", "This account is disabled.")
            return _change(transaction, row, name=name, roles=roles)

        return await self._database.run(work)

    async def set_password(
        self,
        account_id: str,
        password_hash: str,
        *,
        instead_of: str | None,
        must_change: bool,
        keep: Collection[str],
        now_s: int,
    ) -> bool:
        change = (
            update(AccountRow)
            .where(AccountRow.id == account_id)
            .values(password_hash=password_hash, must_change=must_change)
        )
        end = delete(SessionRow).where(
            SessionRow.account_id == account_id, SessionRow.id.not_in(keep)
        )
        live = and_(
            SeatRow.account_id == account_id,
            SeatRow.revoked.is_(False),
            SeatRow.expires_at_s > now_s,
        )

        def work(transaction: Transaction) -> bool:
            if instead_of is not None and _hash_of(transaction, account_id) != instead_of:
                return False
            transaction.execute(change)
            transaction.execute(end)
            end_with_guests(transaction, live, spare=keep)
            return True

        return await self._database.run(work)

    async def add_session(
        self,
        session: Session,
        *,
        instead_of: str,
        dead_before_s: int,
        if_password_hash: str | None,
    ) -> bool:
        row = SessionRow(
            id=session.id,
            secret_sha256=session.secret_sha256,
            account_id=session.account_id,
            created_at_s=session.created_at_s,
            seen_at_s=session.seen_at_s,
        )
        end = delete(SessionRow).where(
            or_(SessionRow.id == instead_of, SessionRow.created_at_s < dead_before_s)
        )

        def work(transaction: Transaction) -> bool:
            account = transaction.get(AccountRow, session.account_id)
            if account is None or account.disabled:
                return False
            if if_password_hash not in (None, account.password_hash or ""):
                return False
            transaction.execute(end)
            transaction.add(row)
            return True

        return await self._database.run(work)

    async def session(self, session_id: str) -> tuple[Session, Account] | None:
        query = select(SessionRow, AccountRow).join(AccountRow).where(SessionRow.id == session_id)
        found = await self._database.read(lambda transaction: transaction.execute(query).first())
        return (_session(found[0]), account_of(found[1])) if found else None

    async def session_seen(self, session_id: str, *, at_s: int) -> None:
        change = update(SessionRow).where(SessionRow.id == session_id).values(seen_at_s=at_s)
        await self._database.run(lambda transaction: transaction.execute(change))

    async def end_session(self, session_id: str) -> None:
        end = delete(SessionRow).where(SessionRow.id == session_id)
        await self._database.run(lambda transaction: transaction.execute(end))

    async def _one(self, condition: ColumnElement[bool]) -> StoredAccount | None:
        query = select(AccountRow).where(condition)
        row = await self._database.read(lambda transaction: transaction.scalars(query).first())
        return StoredAccount(account_of(row), row.password_hash or "") if row else None


def _hash_of(transaction: Transaction, account_id: str) -> str:
    row = transaction.get(AccountRow, account_id)
    return (row.password_hash or "") if row else ""


def _change(
    transaction: Transaction,
    row: AccountRow,
    *,
    name: str | None = None,
    roles: frozenset[Role] | None = None,
    disabled: bool | None = None,
) -> Account:
    """What is None stays as it is in this transaction, whatever was read before it."""
    row.display_name = row.display_name if name is None else name
    row.roles = row.roles if roles is None else _text(roles)
    row.disabled = row.disabled if disabled is None else disabled
    transaction.flush()
    account = account_of(row)
    if account.disabled or not account.roles:
        transaction.execute(delete(SessionRow).where(SessionRow.account_id == account.id))
    seats = frozenset() if account.disabled else seats_of(account.roles)
    gone = and_(SeatRow.account_id == account.id, SeatRow.role.not_in(seats))
    end_with_guests(transaction, gone)
    return account


def _administers(row: AccountRow) -> bool:
    return account_of(row).administers


def _text(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


def account_of(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        name=row.display_name,
        roles=frozenset(map(Role, row.roles.split())),
        disabled=row.disabled,
        must_change=row.must_change,
        created_at_s=row.created_at_s,
    )


def _account_row(stored: StoredAccount) -> AccountRow:
    account = stored.account
    return AccountRow(
        id=account.id,
        login=account.login,
        display_name=account.name,
        password_hash=stored.password_hash or None,
        must_change=account.must_change,
        roles=_text(account.roles),
        disabled=account.disabled,
        created_at_s=account.created_at_s,
    )


def _session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        account_id=row.account_id,
        secret_sha256=row.secret_sha256,
        created_at_s=row.created_at_s,
        seen_at_s=row.seen_at_s,
    )
