-- Writes a family as it is, so that a WAIT behind it waits for all that was written before. KEYS: family.
local version = redis.call('HGET', KEYS[1], 'v')
if version then
  redis.call('HSET', KEYS[1], 'v', version)
end
return 1
