-- One row a family, rewritten in place. A rotation adds no row and changes no indexed column.
-- Times are UTC ticks of 100 ns since 0001-01-01; 0 is none. Nothing here can be turned back into a token.
-- Lists (scopes, resources, amr, metadata) are UTF-8 texts, each between bytes FF, which UTF-8 has not.

CREATE TABLE families (
    id INTEGER PRIMARY KEY,
    lookup_key BLOB NOT NULL UNIQUE CHECK (length(lookup_key) = 32),    -- SHA-256 of the tokens' selector
    family_id BLOB NOT NULL UNIQUE CHECK (length(family_id) = 16),      -- the public id, most significant byte first
    version INTEGER NOT NULL,               -- counts the writes of the row; a conditional update goes by it
    generation INTEGER NOT NULL,            -- how many times the family has rotated
    created_at INTEGER NOT NULL,            -- the log-in
    rotated_at INTEGER NOT NULL,
    leeway_until INTEGER NOT NULL,
    recover_until INTEGER NOT NULL,
    absolute_expires_at INTEGER NOT NULL,
    idle_expires_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    authentication_time INTEGER NOT NULL,
    kind INTEGER NOT NULL,                  -- 1 rotating, 2 reusable
    revocation_reason INTEGER NOT NULL,     -- 0 none
    prune_day INTEGER NOT NULL,             -- a day before which the family can't have ended; it may lag by 6 days
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),         -- SHA-256 of the current secret
    salt BLOB CHECK (length(salt) = 32),
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    client_id TEXT NOT NULL,
    session_id TEXT,
    authorization_id TEXT,
    sender_key_thumbprint TEXT,
    acr TEXT,
    scopes BLOB,
    resources BLOB,
    amr BLOB,
    first_ip_address TEXT,
    first_user_agent TEXT,
    first_device_name TEXT,
    last_ip_address TEXT,
    last_user_agent TEXT,
    last_device_name TEXT,
    metadata BLOB                           -- key, value, key, value ...
);

-- Every list is in the order of log-in, and so is every index that a list walks.
CREATE INDEX families_user ON families (tenant_id, subject, created_at, family_id);
CREATE INDEX families_client ON families (tenant_id, client_id, created_at, family_id);
CREATE INDEX families_tenant ON families (tenant_id, created_at, family_id);
CREATE INDEX families_session ON families (tenant_id, session_id, created_at, family_id) WHERE session_id IS NOT NULL;
CREATE INDEX families_authorization ON families (tenant_id, authorization_id, created_at, family_id) WHERE authorization_id IS NOT NULL;
CREATE INDEX families_prune ON families (prune_day);
