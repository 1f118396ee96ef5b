-- What release 0.1.0 wrote: the tables it made, and a row of each that a seat, an invitation, a
-- confirmation and the audit trail had.
CREATE TABLE schema (id INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (id));
CREATE TABLE invites (
  secret_sha256 VARCHAR NOT NULL, room VARCHAR NOT NULL, role VARCHAR NOT NULL,
  uses_left INTEGER NOT NULL, expires_at_s INTEGER NOT NULL, PRIMARY KEY (secret_sha256)
);
CREATE TABLE revocations (
  room VARCHAR NOT NULL, players_at_s INTEGER NOT NULL, PRIMARY KEY (room)
);
CREATE TABLE confirmations (
  id INTEGER NOT NULL, source_id VARCHAR NOT NULL, profile_sha256 VARCHAR NOT NULL,
  profile_toml VARCHAR NOT NULL, who VARCHAR NOT NULL, at_s INTEGER NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX ix_confirmations_source_id ON confirmations (source_id);
CREATE TABLE audit (
  number INTEGER NOT NULL, at_ms INTEGER NOT NULL, event VARCHAR NOT NULL,
  facts VARCHAR NOT NULL, previous_sha256 VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
  PRIMARY KEY (number)
);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TABLE seats (
  id VARCHAR NOT NULL, room VARCHAR NOT NULL, role VARCHAR NOT NULL, name VARCHAR NOT NULL,
  secret_sha256 VARCHAR NOT NULL, invite_sha256 VARCHAR NOT NULL, expires_at_s INTEGER NOT NULL,
  revoked BOOLEAN NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY(invite_sha256) REFERENCES invites (secret_sha256)
);
CREATE INDEX seats_by_room ON seats (room, role);
INSERT INTO schema VALUES (1, 1);
INSERT INTO invites VALUES ('invite-digest', 'demo', 'expert', 3, 2000000000);
INSERT INTO seats VALUES
  ('seat-1', 'demo', 'expert', 'Expert', 'seat-digest', 'invite-digest', 2000000000, 0);
INSERT INTO confirmations VALUES (1, 'demo-1', 'profile-digest', 'x', 'settings', 1700000000);
INSERT INTO audit VALUES (
  1, 1700000000000, 'seat.taken', '{"seat":"seat-1"}',
  '0000000000000000000000000000000000000000000000000000000000000000', '5c9ee4eb2b67e48e164b53da8331d7495028bad3758a1d11896147510716f3d4'
);
