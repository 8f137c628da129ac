-- Proofs and client assertions that were used, one row each, until they have expired: whoever inserts the row has used it.
-- Rows of the past are deleted by the inserts that follow.

CREATE TABLE IF NOT EXISTS public.refresh_token_families_replays (
    key bytea NOT NULL CHECK (octet_length(key) = 32),  -- a hash; it names neither client nor user
    expires_at bigint NOT NULL,             -- UTC ticks
    CONSTRAINT refresh_token_families_replays_pkey PRIMARY KEY (key)
) WITH (autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX IF NOT EXISTS refresh_token_families_replays_end
    ON public.refresh_token_families_replays (expires_at);

INSERT INTO public.refresh_token_families_schema (version) VALUES (3) ON CONFLICT DO NOTHING;
