-- Writes a pointer that no other family has, in a cluster. KEYS: pointer. ARGV: where it leads. Returns where it led before; nil if it led nowhere.
local place = redis.call('GET', KEYS[1])
if not place then
  redis.call('SET', KEYS[1], ARGV[1])
end
return place
