-- One row a family, rewritten in place. A rotation adds no row and changes no indexed column, so that PostgreSQL
-- can keep the new version of the row on the same page (heap-only tuples): that is what the fill factor leaves room for.
-- Times are UTC ticks of 100 ns since 0001-01-01; 0 is none. Nothing here can be turned back into a token.

CREATE TABLE IF NOT EXISTS public.refresh_token_families_schema (
    version integer NOT NULL PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.refresh_token_families (
    version bigint NOT NULL,                -- counts the writes of the row; a conditional update goes by it
    generation bigint NOT NULL,             -- how many times the family has rotated
    created_at bigint NOT NULL,             -- the log-in
    rotated_at bigint NOT NULL,
    leeway_until bigint NOT NULL,
    recover_until bigint NOT NULL,
    absolute_expires_at bigint NOT NULL,
    idle_expires_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    revoked_at bigint NOT NULL,
    authentication_time bigint NOT NULL,
    prune_bucket integer NOT NULL,          -- a day before which the family can't have ended; it may lag by 6 days
    kind smallint NOT NULL,                 -- 1 rotating, 2 reusable
    revocation_reason smallint NOT NULL,    -- 0 none
    family_id uuid NOT NULL,                -- the public id
    lookup_key bytea NOT NULL CHECK (octet_length(lookup_key) = 32),    -- SHA-256 of the tokens' selector
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),  -- SHA-256 of the current secret
    salt bytea CHECK (octet_length(salt) = 32),
    tenant_id text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    session_id text COLLATE "C",
    authorization_id text COLLATE "C",
    sender_key_thumbprint text COLLATE "C",
    acr text COLLATE "C",
    scopes text[] COLLATE "C",
    resources text[] COLLATE "C",
    amr text[] COLLATE "C",
    first_ip_address text COLLATE "C",
    first_user_agent text COLLATE "C",
    first_device_name text COLLATE "C",
    last_ip_address text COLLATE "C",
    last_user_agent text COLLATE "C",
    last_device_name text COLLATE "C",
    metadata text[] COLLATE "C",            -- key, value, key, value ...
    CONSTRAINT refresh_token_families_pkey PRIMARY KEY (lookup_key),
    CONSTRAINT refresh_token_families_family_id UNIQUE (family_id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

-- Every list is in the order of log-in, and so is every index that a list walks.
CREATE INDEX IF NOT EXISTS refresh_token_families_user
    ON public.refresh_token_families (tenant_id, subject, created_at, family_id);
CREATE INDEX IF NOT EXISTS refresh_token_families_client
    ON public.refresh_token_families (tenant_id, client_id, created_at, family_id);
CREATE INDEX IF NOT EXISTS refresh_token_families_tenant
    ON public.refresh_token_families (tenant_id, created_at, family_id);
CREATE INDEX IF NOT EXISTS refresh_token_families_session
    ON public.refresh_token_families (tenant_id, session_id, created_at, family_id) WHERE session_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS refresh_token_families_authorization
    ON public.refresh_token_families (tenant_id, authorization_id, created_at, family_id) WHERE authorization_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS refresh_token_families_prune
    ON public.refresh_token_families (prune_bucket);

INSERT INTO public.refresh_token_families_schema (version) VALUES (1) ON CONFLICT DO NOTHING;
