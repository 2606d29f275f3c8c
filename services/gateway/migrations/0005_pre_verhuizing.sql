-- migrate:up

-- What intake told of schools that went elsewhere: `versie` 1 is done, 2 is taken back; and the accounts that went along.
CREATE TABLE verhuizing (
    id uuid NOT NULL CONSTRAINT verhuizing_pkey PRIMARY KEY,
    versie integer NOT NULL
);

CREATE TABLE verhuisdaccount (
    verhuizing uuid NOT NULL CONSTRAINT verhuisdaccount_verhuizing REFERENCES verhuizing (id),
    account uuid NOT NULL CONSTRAINT verhuisdaccount_account REFERENCES account (id) ON DELETE CASCADE,
    CONSTRAINT verhuisdaccount_pkey PRIMARY KEY (verhuizing, account)
);
