-- Reads a pointer or a policy. A script, because a replica refuses one that may write.
return redis.call('GET', KEYS[1])
