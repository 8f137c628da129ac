-- Uses a key up. KEYS: the key. ARGV: when it expires and now, as 19 digits; for how long to keep it, in milliseconds.
-- Redis deletes it by its own clock, long after the node's clock says that it has expired.
local expiry = redis.call('GET', KEYS[1])
if expiry and ARGV[2] < expiry then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
