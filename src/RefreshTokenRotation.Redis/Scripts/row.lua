-- Reads a family. A script, because a replica refuses one that may write: it never answers for the primary.
return redis.call('HMGET', KEYS[1], 'g', 'r')
