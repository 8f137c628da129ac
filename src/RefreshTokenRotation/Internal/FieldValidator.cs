namespace RefreshTokenRotation.Internal;

/// <summary>The bounds of single fields. A message names the field, its length and the bound, and not the value.</summary>
internal static class FieldValidator
{
    public static void CheckIdentifier(string? value, string field)
    {
        ArgumentNullException.ThrowIfNull(value, field);
        CheckText(value, RequestLimits.IdentifierLength, field);
    }

    public static void CheckOptional(string? value, int maxLength, string field)
    {
        if (value is not null)
        {
            CheckText(value, maxLength, field);
        }
    }

    /// <summary>The tenant alone may be empty.</summary>
    public static void CheckTenant(string? tenantId)
    {
        ArgumentNullException.ThrowIfNull(tenantId);
        if (tenantId.Length > 0)
        {
            CheckText(tenantId, RequestLimits.IdentifierLength, "TenantId");
        }
    }

    public static void CheckTexts(IReadOnlyList<string>? values, int maxCount, int maxLength, string field)
    {
        CheckCount(values, maxCount, field);
        for (var i = 0; i < values!.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(values[i], field);
            CheckText(values[i], maxLength, field);
        }
    }

    public static void CheckScopes(IReadOnlyList<string>? values, string field)
    {
        CheckCount(values, RequestLimits.ScopeCount, field);
        for (var i = 0; i < values!.Count; i++)
        {
            if (!TextForm.IsScope(values[i]))
            {
                throw new ArgumentException(
                    $"{field} has an entry that is not a scope-token of 1 to {RequestLimits.ScopeLength} characters (RFC 6749 section 3.3).", field);
            }
        }
    }

    public static void CheckRange(int value, int min, int max, string field)
    {
        if (value < min || value > max)
        {
            throw new ArgumentOutOfRangeException(field, value, $"{field} ({value}) must be between {min} and {max}.");
        }
    }

    public static void CheckDefined(RevocationReason reason, string field)
    {
        if (!Enum.IsDefined(reason))
        {
            throw new ArgumentOutOfRangeException(field, reason, $"{field} ({reason}) is not a named reason.");
        }
    }

    public static void Check(TokenFamilyFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        CheckTenant(filter.TenantId);
        CheckOptional(filter.Subject, RequestLimits.IdentifierLength, nameof(filter.Subject));
        CheckOptional(filter.ClientId, RequestLimits.IdentifierLength, nameof(filter.ClientId));
        CheckOptional(filter.SessionId, RequestLimits.IdentifierLength, nameof(filter.SessionId));
        CheckOptional(filter.AuthorizationId, RequestLimits.IdentifierLength, nameof(filter.AuthorizationId));
        if (!string.IsNullOrEmpty(filter.Resource))
        {
            CheckText(filter.Resource, RequestLimits.ResourceLength, nameof(filter.Resource));
        }
    }

    public static void Check(DeviceInfo? device)
    {
        CheckOptional(device?.IpAddress, RequestLimits.IpAddressLength, "Device.IpAddress");
        CheckOptional(device?.UserAgent, RequestLimits.UserAgentLength, "Device.UserAgent");
        CheckOptional(device?.Name, RequestLimits.DeviceNameLength, "Device.Name");
    }

    private static void CheckCount(IReadOnlyList<string>? values, int maxCount, string field)
    {
        ArgumentNullException.ThrowIfNull(values, field);
        if (values.Count > maxCount)
        {
            throw new ArgumentException($"{field} has {values.Count} entries; at most {maxCount} are allowed.", field);
        }
    }

    private static void CheckText(string value, int maxLength, string field)
    {
        if (value.Length == 0 || value.Length > maxLength)
        {
            throw new ArgumentException($"{field} has {value.Length} characters; 1 to {maxLength} are allowed.", field);
        }

        if (TextForm.ContainsUnfit(value))
        {
            throw new ArgumentException($"{field} holds a control character or half a surrogate pair.", field);
        }
    }
}
