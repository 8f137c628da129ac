-- How many families of a bucket may have ended by a second. KEYS: ends. ARGV: the second.
return redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[1])
