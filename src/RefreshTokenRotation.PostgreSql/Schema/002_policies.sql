-- The policies that change at run time, one row a client. Every node reads a row again when its cache time is over.

CREATE TABLE IF NOT EXISTS public.refresh_token_families_policies (
    tenant_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    policy jsonb NOT NULL,                  -- its member "v" names the version of its form
    CONSTRAINT refresh_token_families_policies_pkey PRIMARY KEY (tenant_id, client_id)
);

INSERT INTO public.refresh_token_families_schema (version) VALUES (2) ON CONFLICT DO NOTHING;
