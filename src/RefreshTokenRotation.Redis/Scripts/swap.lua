-- Replaces a family's row if its version is the expected one. It declares the family alone, so that it works while the bucket's slot moves to another node.
-- KEYS: family. ARGV: expected version, version, row, state.
local stored = redis.call('HMGET', KEYS[1], 'v', 's')
if stored[1] ~= ARGV[1] then
  return 0
end
local state, former = ARGV[4], stored[2]
local prefix, id = KEYS[1]:sub(1, -35), KEYS[1]:sub(-32)
local isAside = #former > 39
if isAside and state:sub(1, 1) == 'R' then
  redis.call('HSET', KEYS[1], 'v', ARGV[2], 'r', ARGV[3], 's', state .. 'E')
else
  redis.call('HSET', KEYS[1], 'v', ARGV[2], 'r', ARGV[3], 's', state)
  if isAside then
    local owner = redis.call('HGET', KEYS[1], 'k'):sub(161, 182)
    redis.pcall('SMOVE', prefix .. 'z:' .. owner, prefix .. 'o:' .. owner, id)
  end
end

-- An end that moves later stays where it is in the index: pruning looks, and puts it right. What pcall can't write, in a moving slot, is pruned later.
if state:sub(2, 20) < former:sub(2, 20) then
  redis.pcall('ZADD', prefix .. 'e', 'LT', state:sub(2, 13), id)
end
return 1
