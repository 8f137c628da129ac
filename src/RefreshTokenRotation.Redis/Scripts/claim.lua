-- Writes a pointer that no other family has, in a cluster. KEYS: pointer. ARGV: where it leads. Returns where it leads now.
local place = redis.call('GET', KEYS[1])
if place and place ~= ARGV[1] then
  return place
end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
