-- The policies that change at run time, one row a client.

CREATE TABLE policies (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    policy TEXT NOT NULL,                   -- JSON; its member "v" names the version of its form
    PRIMARY KEY (tenant_id, client_id)
) WITHOUT ROWID;
