-- Where one server holds all: follows the pointer of a lookup key.
-- KEYS: pointer. ARGV: what the buckets' keys begin with.
local place = redis.call('GET', KEYS[1])
if not place then
  return false
end
return redis.call('HMGET', ARGV[1] .. '{' .. place:sub(1, 2) .. '}:f:' .. place:sub(3), 'g', 'r')
