-- migrate:up

-- What was signed for an account before its epoch opens nothing (shared.token_epoch). Rows live an hour.
CREATE TABLE token_epoch (
    account uuid NOT NULL CONSTRAINT token_epoch_pkey PRIMARY KEY,
    epoch timestamptz NOT NULL
);
