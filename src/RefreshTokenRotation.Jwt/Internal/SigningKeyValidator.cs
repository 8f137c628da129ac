namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>What must hold of keys, whoever gives them.</summary>
internal static class SigningKeyValidator
{
    public static IEnumerable<string> Failures(IReadOnlyList<SigningKey> keys)
    {
        if (keys.Count > JwtOptionsValidator.MaxKeys)
        {
            yield return $"There are {keys.Count} signing keys; at most {JwtOptionsValidator.MaxKeys} are allowed.";
        }

        foreach (var key in keys)
        {
            if (key.RetiresAt <= key.ActivatesAt)
            {
                yield return $"Key {key.KeyId} retires ({key.RetiresAt:O}) before it activates ({key.ActivatesAt:O}).";
            }

            if (key.ValidUntil < key.RetiresAt || key.ValidUntil <= key.ActivatesAt)
            {
                yield return $"Key {key.KeyId} is valid until {key.ValidUntil:O}, before it retires ({key.RetiresAt:O}) or activates ({key.ActivatesAt:O}).";
            }
        }

        // A key that served two algorithms would let one be mistaken for the other.
        foreach (var same in keys.GroupBy(static key => key.KeyId).Where(static same => same.Count() > 1))
        {
            yield return $"Key {same.Key} is listed {same.Count()} times.";
        }
    }
}
