-- Deletes a pointer.
return redis.call('DEL', KEYS[1])
