-- Writes something in the bucket of a family, so that a WAIT behind it waits for all that was written before. KEYS: family.
redis.call('SET', KEYS[1]:sub(1, -35) .. 'w', 1)
return 1
