-- How a person signs in. The sign-in name is kept as a keyed digest; name, phone, e-mail and the password's
-- digest are vault items, which are void once the person's key is destroyed.
CREATE TABLE account (
    person_id     uuid        PRIMARY KEY REFERENCES person,
    login_key     bytea       UNIQUE,
    card_item     uuid,
    password_item uuid,
    must_change   boolean     NOT NULL DEFAULT false,
    mail_notices  boolean     NOT NULL DEFAULT false,
    has_email     boolean     NOT NULL DEFAULT false,
    password_at   timestamptz,
    signed_in_at  timestamptz,
    CHECK ((login_key IS NULL) = (card_item IS NULL))
);

-- One-time codes to set a password. A new one voids the one before.
CREATE TABLE one_time_code (
    person_id  uuid        PRIMARY KEY REFERENCES person,
    code_key   bytea       NOT NULL,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries      integer     NOT NULL DEFAULT 0
);

-- Failed tries by keyed digest of account, address and both: nobody can be read off this table.
CREATE TABLE throttle (
    bucket        bytea       PRIMARY KEY,
    failures      integer     NOT NULL,
    window_start  timestamptz NOT NULL,
    blocked_until timestamptz
);
CREATE INDEX throttle_by_age ON throttle (window_start);
