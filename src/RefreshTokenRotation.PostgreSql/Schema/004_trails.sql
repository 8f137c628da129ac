-- What the tokens of several generations back reach the current one by, where a policy's leeway reaches that far: at most 1 KiB,
-- and null for all other families. Older nodes neither read nor write it.

ALTER TABLE public.refresh_token_families ADD COLUMN IF NOT EXISTS trail bytea;

INSERT INTO public.refresh_token_families_schema (version) VALUES (4) ON CONFLICT DO NOTHING;
