-- Deletes a family if its version is the expected one.
-- KEYS: family. ARGV: expected version, base.
if redis.call('HGET', KEYS[1], 'v') ~= ARGV[1] then
  return 0
end
remove(KEYS[1]:sub(1, -35), ARGV[2], KEYS[1]:sub(-32))
return 1
