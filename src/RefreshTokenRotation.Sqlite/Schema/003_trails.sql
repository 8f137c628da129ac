-- What the tokens of several generations back reach the current one by, where a policy's leeway reaches that far; null for all
-- other families.

ALTER TABLE families ADD COLUMN trail BLOB;
