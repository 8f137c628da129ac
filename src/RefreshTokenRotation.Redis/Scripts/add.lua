-- Adds a family, evicts the oldest active ones of its owner beyond the cap, and deletes its oldest ended ones beyond the bound.
-- KEYS: family, tenant, user, client, the owner's live ones, the owner's ended ones, ends; and the pointers by lookup key and by id, where one server holds all.
-- ARGV: prefix, base, id, grant, row, version, state, names, cap, now, put aside before, bucket, kept ended.
-- A state is A or R (revoked), the end and the time that the current token was issued at, both as 19 digits; E behind it says that the family is among the ended.
local prefix, base, id, state, names = ARGV[1], ARGV[2], ARGV[3], ARGV[7], ARGV[8]
if base ~= '' then
  if redis.call('EXISTS', KEYS[8]) == 1 then
    return { {}, {} }
  end
  if redis.call('EXISTS', KEYS[9]) == 1 then
    return 'taken'
  end
end
local grant = redis.call('HGET', KEYS[1], 'g')
if grant then
  if grant == ARGV[4] then
    return { {}, {} }
  end
  return 'taken'
end

local function over(s)
  return s:sub(1, 1) == 'R' or s:sub(2, 20) <= ARGV[10]
end
local function older(x, y)
  return x[1] < y[1] or (x[1] == y[1] and x[2] < y[2])
end

local evicted, deleted = {}, {}
local function delete(other)
  local lookup = remove(prefix, base, other)
  if lookup then
    deleted[#deleted + 1] = lookup
    deleted[#deleted + 1] = other
  end
end

-- The owner's families are looked at where one may have to go: beyond the cap, and, for the bound of ended ones, once in a hundred log-ins.
local cap, mostKept, live = tonumber(ARGV[9]), tonumber(ARGV[13]), redis.call('SCARD', KEYS[5])
if live >= cap or (live % 100 == 0 and live + redis.call('SCARD', KEYS[6]) > mostKept) then
  -- Each by its issue time and id.
  local active, ended, aside, gone = {}, {}, {}, {}
  for _, other in ipairs(redis.call('SMEMBERS', KEYS[5])) do
    local s = redis.call('HGET', prefix .. 'f:' .. other, 's')
    if not s then
      gone[#gone + 1] = other
    elseif not over(s) then
      active[#active + 1] = { s:sub(21, 39), other }
    elseif s:sub(1, 1) == 'R' or s:sub(2, 20) < ARGV[11] then
      aside[#aside + 1] = { other, s }
    else
      ended[#ended + 1] = { s:sub(21, 39), other }
    end
  end

  local excess = #active - (cap - 1)
  if excess > 0 then
    table.sort(active, older)
    for i = 1, excess do
      local row = redis.call('HMGET', prefix .. 'f:' .. active[i][2], 'g', 'r')
      evicted[#evicted + 1] = row[1]
      evicted[#evicted + 1] = row[2]
      delete(active[i][2])
    end
  end

  -- Those that have ended for good are kept apart, so that later log-ins do not look at them again.
  for _, other in ipairs(gone) do
    redis.call('SREM', KEYS[5], other)
  end
  for _, pair in ipairs(aside) do
    redis.call('SMOVE', KEYS[5], KEYS[6], pair[1])
    redis.call('HSET', prefix .. 'f:' .. pair[1], 's', pair[2] .. 'E')
  end
  if #ended + redis.call('SCARD', KEYS[6]) > mostKept then
    for _, other in ipairs(redis.call('SMEMBERS', KEYS[6])) do
      local s = redis.call('HGET', prefix .. 'f:' .. other, 's')
      if not s then
        redis.call('SREM', KEYS[6], other)
      elseif over(s) then
        ended[#ended + 1] = { s:sub(21, 39), other }
      end
    end
    table.sort(ended, older)
    for i = 1, #ended - mostKept do
      delete(ended[i][2])
    end
  end
end

local member = names:sub(1, 51)
redis.call('HSET', KEYS[1], 'g', ARGV[4], 'r', ARGV[5], 'v', ARGV[6], 's', state, 'k', names)
for i = 2, 4 do
  redis.call('ZADD', KEYS[i], 0, member)
end
if names:sub(183, 183) ~= ' ' then
  redis.call('ZADD', prefix .. 's:' .. names:sub(183, 204), 0, member)
end
if names:sub(205, 205) ~= ' ' then
  redis.call('ZADD', prefix .. 'a:' .. names:sub(205, 226), 0, member)
end
redis.call('SADD', KEYS[5], id)
if state:sub(2, 20) ~= '9223372036854775807' then
  redis.call('ZADD', KEYS[7], state:sub(2, 13), id)
end
if base ~= '' then
  redis.call('SET', KEYS[8], ARGV[12] .. id)
  redis.call('SET', KEYS[9], ARGV[12])
end
return { evicted, deleted }
