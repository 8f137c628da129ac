-- Sets or removes a policy if the stored one is the expected one. KEYS: policy. ARGV: the expected one and the new one; empty for none.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
return 1
