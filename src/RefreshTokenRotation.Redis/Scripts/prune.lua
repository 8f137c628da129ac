-- Deletes families of a bucket that ended before an instant, and puts those that have not where they belong.
-- KEYS: ends. ARGV: base, the instant as 19 digits, how many to look at, how many to pass over.
-- Returns how many it looked at, how many of them stay in place, and the lookup key and id of each that it deleted.
local prefix = KEYS[1]:sub(1, -2)
local looked, stay, deleted = 0, 0, {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2]:sub(1, 12), 'LIMIT', ARGV[4], ARGV[3])) do
  looked = looked + 1
  local s = redis.call('HGET', prefix .. 'f:' .. id, 's')
  local ends = s and s:sub(2, 20)
  if not s or ends == '9223372036854775807' then
    redis.call('ZREM', KEYS[1], id)
  elseif ends < ARGV[2] then
    deleted[#deleted + 1] = remove(prefix, ARGV[1], id)
    deleted[#deleted + 1] = id
  else
    redis.call('ZADD', KEYS[1], ends:sub(1, 12), id)
    if ends:sub(1, 12) == ARGV[2]:sub(1, 12) then
      stay = stay + 1
    end
  end
end
return { looked, stay, deleted }
