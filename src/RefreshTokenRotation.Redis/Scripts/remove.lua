-- Deletes a family and takes it out of every index. All that it needs it reads before it writes: in a slot that is moving to another node a key may be
-- missing here, and the script then ends before it has changed the family.
-- prefix: what the keys of the bucket begin with. base: what pointers begin with, where one server holds all keys; else empty.
-- Returns the lookup key, for the pointer to be deleted; nil if there is no such family.
local function remove(prefix, base, id)
  local family = prefix .. 'f:' .. id
  local k = redis.call('HGET', family, 'k')
  if not k then
    return nil
  end
  local member, lookup = k:sub(1, 51), k:sub(52, 94)
  local indexes = { prefix .. 't:' .. k:sub(95, 116), prefix .. 'u:' .. k:sub(117, 138), prefix .. 'c:' .. k:sub(139, 160) }
  local owner, session, authorization = k:sub(161, 182), k:sub(183, 204), k:sub(205, 226)
  if session:sub(1, 1) ~= ' ' then
    indexes[#indexes + 1] = prefix .. 's:' .. session
  end
  if authorization:sub(1, 1) ~= ' ' then
    indexes[#indexes + 1] = prefix .. 'a:' .. authorization
  end
  local live, ended, due = prefix .. 'o:' .. owner, prefix .. 'z:' .. owner, prefix .. 'e'
  redis.call('EXISTS', live, ended, due, unpack(indexes))

  for _, index in ipairs(indexes) do
    redis.call('ZREM', index, member)
  end
  redis.call('SREM', live, id)
  redis.call('SREM', ended, id)
  redis.call('ZREM', due, id)
  redis.call('DEL', family)
  if base ~= '' then
    redis.call('DEL', base .. 'p:' .. lookup, base .. 'i:' .. id)
  end
  return lookup
end
